"""Promises of pasted text: every address in it is found once, the rest is named or passed over."""

from __future__ import annotations

import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tutela.core.record import places as places_module
from tutela.core.record.addresses import MOST_ADDRESSES, MOST_REFUSED, parse_places


def found(text: str) -> list[str]:
    return [address.canonical.removeprefix("https://") for address in parse_places(text).addresses]


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("", []),
        ("I saw it yesterday. It was awful!", []),
        ("https://a.example.org/1 https://b.example.org/2", ["a.example.org/1", "b.example.org/2"]),
        (
            "https://a.example.org/1\nhttps://b.example.org/2\r\n\r\nc.example.org",
            ["a.example.org/1", "b.example.org/2", "c.example.org/"],
        ),
        (
            "https://a.example.org/1,https://b.example.org/2;https://c.example.org",
            ["a.example.org/1", "b.example.org/2", "c.example.org/"],
        ),
        (
            "https://a.example.org/1https://b.example.org/2hxxps[:]//c[.]example[.]org",
            ["a.example.org/1", "b.example.org/2", "c.example.org/"],
        ),
        ("a.example.org,b.example.org;c.example.org", ["a.example.org/", "b.example.org/", "c.example.org/"]),
        (
            "Look at https://a.example.org/x, then (https://b.example.org/y).",
            ["a.example.org/x", "b.example.org/y"],
        ),
        (
            "See https://a.example.org/y_(z) and https://a.example.org/w?",
            ["a.example.org/y_(z)", "a.example.org/w"],
        ),
        (
            "[the page](https://a.example.org/q)! ![x](https://b.example.org/p)",
            ["a.example.org/q", "b.example.org/p"],
        ),
        ('<a href="https://a.example.org/1">b.example.org/2</a>', ["a.example.org/1", "b.example.org/2"]),
        (
            "“https://a.example.org/1” «b.example.org/2» `c.example.org` 'd.example.org'",
            ["a.example.org/1", "b.example.org/2", "c.example.org/", "d.example.org/"],
        ),
        (
            "**https://a.example.org/1** _https://b.example.org/2_ ~~c.example.org~~",
            ["a.example.org/1", "b.example.org/2", "c.example.org/"],
        ),
        (
            "> https://a.example.org/1\n>> - https://b.example.org/2\n1) c.example.org",
            ["a.example.org/1", "b.example.org/2", "c.example.org/"],
        ),
        ("link:https://a.example.org/1 url=https://b.example.org/2", ["a.example.org/1", "b.example.org/2"]),
        (
            "it is on a [.] example [dot] org/x and at b(.)example(.)org",
            ["a.example.org/x", "b.example.org/"],
        ),
        (
            "https://web.example.org/2020/https://a.example.org/ https://a.example.org/?to=https://b.example.org",
            ["web.example.org/2020/https://a.example.org/", "a.example.org/?to=https://b.example.org"],
        ),
        ("გვერდზე მაგალითი.example.org/გვ, ნახეთ.", ["xn--lodafveble.example.org/%E1%83%92%E1%83%95"]),
        ("ნახეთ：https://a.example.org/1。და", ["a.example.org/1%E3%80%82%E1%83%93%E1%83%90"]),
        (
            "the server 192.0.2.7:8080/x or [2001:db8::1]/y, version 1.2.3",
            ["192.0.2.7:8080/x", "[2001:db8::1]/y"],
        ),
        ("Mail me at desk@hotline.example.org. See report.txt, e.g. page.My notes", []),
        (
            "https://a.example.org/1 https://A.example.org:443/1#x hxxps://a[.]example[.]org/1",
            ["a.example.org/1"],
        ),
    ],
)
def test_the_addresses_in_a_text_are_found_once_and_in_order(text: str, hosts: list[str]) -> None:
    assert found(text) == hosts
    assert parse_places(text).refused == ()


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("https://a.example.org/ javascript:alert(1)", ["scheme_not_allowed"]),
        (
            "blob:https://a.example.org/1 data:text/html,https://b.example.org",
            ["scheme_not_allowed", "scheme_not_allowed"],
        ),
        ("try http://localhost/x and http://10.0.0.1/", ["loopback_address", "private_address"]),
        ("desk@hotline.example.org", ["mail_address"]),
        ("intranet", ["single_label_host"]),
        ("https://a.example.org/\x00b", ["control_characters"]),
        ("https://a.example.org/\ud800", ["lone_surrogate"]),
        ("https://a.example.org/" + "x" * 9000, ["too_long"]),
    ],
)
def test_what_looks_like_an_address_and_is_none_is_named(text: str, reasons: list[str]) -> None:
    assert [refused.reason for refused in parse_places(text).refused] == reasons


def test_a_refused_place_is_short_and_can_be_shown() -> None:
    (refused,) = parse_places("https://a.example.org/\x00\ud800" + "x" * 200).refused
    assert len(refused.text) == 80
    refused.text.encode()
    assert refused.text.isprintable()


def test_the_original_keeps_what_was_pasted() -> None:
    (address,) = parse_places("see \u202ehxxps://a[.]example[.]org/x\u202c").addresses
    assert address.original == "\u202ehxxps://a[.]example[.]org/x\u202c"


def test_ten_thousand_addresses_are_cut_at_the_limit_and_the_rest_is_named() -> None:
    text = "\n".join(f"https://files.example.org/{number}" for number in range(10_000))
    places = parse_places(text)
    assert len(places.addresses) == MOST_ADDRESSES
    assert places.left_out == 10_000 - MOST_ADDRESSES
    assert places.first_left_out == f"https://files.example.org/{MOST_ADDRESSES}"


def test_a_repeated_address_does_not_count_against_the_limit() -> None:
    text = "\n".join(f"https://files.example.org/{number}" for number in range(MOST_ADDRESSES))
    places = parse_places(text + "\nhttps://FILES.example.org/0\n" * 3)
    assert (len(places.addresses), places.left_out) == (MOST_ADDRESSES, 0)


def test_refusals_are_limited_too() -> None:
    places = parse_places(" ".join(f"javascript:{number}" for number in range(1000)))
    assert (len(places.refused), places.addresses) == (MOST_REFUSED, ())


def test_beyond_what_is_read_the_rest_is_only_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places_module, "MOST_READ", 3)
    places = parse_places("a.example.org b.example.org c.example.org d.example.org e.example.org")
    assert (len(places.addresses), places.left_out, places.first_left_out) == (3, 2, "d.example.org")


def _steps(text: str) -> int:
    """Count the lines run for ``text``: work, unlike time, is the same on every machine."""
    count = 0

    def tracer(frame: object, event: str, argument: object) -> object:
        nonlocal count
        count += 1
        return tracer

    before = sys.gettrace()
    sys.settrace(tracer)  # type: ignore[arg-type]
    try:
        parse_places(text)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize(
    "piece", ["h[.]a ", ")", "[", "https://", "a.b,", "\u0300\u200c", "x.example.org ", "\n", "(a"]
)
def test_work_grows_with_the_text_and_not_with_its_square(piece: str) -> None:
    parse_places(piece * 300)
    assert _steps(piece * 1200) < 6 * _steps(piece * 300) + 2000


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.text(max_size=200)
    | st.lists(
        st.sampled_from(
            [
                "https://",
                "hxxp",
                "a.example.org",
                "[",
                "]",
                "(",
                ")",
                ".",
                ",",
                " ",
                "\n",
                "@",
                ":",
                "_",
                "ა",
                "\x00",
            ]
        ),
        max_size=30,
    ).map("".join)
)
def test_no_text_breaks_the_reading(text: str) -> None:
    places = parse_places(text)
    assert len({address.key for address in places.addresses}) == len(places.addresses)
