"""Promises of one address: one canonical form and key for all its spellings, a named refusal for the rest."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tutela.core.kernel.tables import BadTable
from tutela.core.record import canonical as canonical_rules
from tutela.core.record.addresses import (
    MOST_CHARACTERS,
    Address,
    NotAnAddress,
    PlaceReason,
    account_key,
    defang,
    parse_address,
)

ONE = "https://files.example.org/a/b?x=1&y=2"
SPELLINGS = [
    "https://files.example.org/a/b?x=1&y=2",
    "HTTPS://FILES.Example.ORG/a/b?x=1&y=2",
    "https://files.example.org:443/a/b?x=1&y=2",
    "https://files.example.org./a/b?x=1&y=2",
    "https://user:word@files.example.org/a/b?x=1&y=2",
    "https://files.example.org/a/./c/../b?x=1&y=2",
    "https://files.example.org/%61/%62?x=1&y=2",
    "https://files.example.org/a/b?x=1&utm_source=mail&y=2&fbclid=9#top",
    "https://files.example.org/a/b?igshid=1&x=1&y=2&%75tm_term=z",
    "https:\\\\files.example.org\\a\\b?x=1&y=2",
    "https:/files.example.org/a/b?x=1&y=2",
    "  https://files.example.org/a/b?x=1&y=2 \n",
    "<https://files.example.org/a/b?x=1&y=2>",
    "URL:https://files.example.org/a/b?x=1&y=2",
    "hxxps://files[.]example[.]org/a/b?x=1&y=2",
    "hXXps[:]//files(.)example{.}org/a/b?x=1&y=2",
    "hxxps[://]files[dot]example[DOT]org/a/b?x=1&y=2",
    "hxxps://files [.] example [.] org/a/b?x=1&y=2",
    "h**ps://files.example.org/a/b?x=1&y=2",
    "ttps://files.example.org/a/b?x=1&y=2",
    "http://https://files.example.org/a/b?x=1&y=2",
    "//files.example.org/a/b?x=1&y=2",
    "files.example.org/a/b?x=1&y=2",
    "files[.]example[.]org/a/b?x=1&y=2",
    "files.example.org:443/a/b?x=1&y=2",
    "https://files。example．org/a/b?x=1&y=2",
    "ｈｔｔｐｓ：／／ｆｉｌｅｓ．example．org／a/b?x=1&y=2",
    "https://fi\u200bles.exam\u00adple.org/a/b?x=1&y=2",
    "https://\u202efiles.example.org/a/b?x=1&y=2\u202c",
    "\ufeffhttps://files.example.org/a/b?x=1&y=2",
    "https://files%2Eexample.org/a/b?x=1&y=2",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_all_spellings_of_an_address_give_one_key(spelling: str) -> None:
    address = parse_address(spelling)
    assert address.canonical == ONE
    assert address.key == hashlib.sha256(ONE.encode()).digest()
    assert address.original == spelling


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("https://example.org", "https://example.org/"),
        ("https://example.org?", "https://example.org/"),
        ("http://example.org:8080/", "http://example.org:8080/"),
        ("ftp://example.org:21/x", "ftp://example.org/x"),
        ("fxp://example.org/x", "ftp://example.org/x"),
        ("https://example.org/?b=2&a=1&a=0", "https://example.org/?b=2&a=1&a=0"),
        ("https://example.org/?utm_source=x", "https://example.org/"),
        ("https://example.org/?a=%2f%C3%a9", "https://example.org/?a=%2F%C3%A9"),
        ("https://example.org/100%/%%32e/%zz", "https://example.org/100%25/%252e/%25zz"),
        ("https://example.org/a|b?x[]=1", "https://example.org/a%7Cb?x%5B%5D=1"),
        ("https://example.org/a b", "https://example.org/a%20b"),
        ("https://example.org/#/inbox/1", "https://example.org/#/inbox/1"),
        ("https://example.org/#!a", "https://example.org/#!a"),
        ("https://example.org/#part", "https://example.org/"),
        ("https://example.org/wiki/Point_(dot)", "https://example.org/wiki/Point_(dot)"),
        (
            "https://web.example.org/2020/https://example.org/",
            "https://web.example.org/2020/https://example.org/",
        ),
        ("https://მაგალითი.example.org/", "https://xn--lodafveble.example.org/"),
        ("https://XN--LODAFVEBLE.example.org/", "https://xn--lodafveble.example.org/"),
        ("http://192.0.2.7/", "http://192.0.2.7/"),
        ("http://3221225991/", "http://192.0.2.7/"),
        ("http://0300.0.2.7/", "http://192.0.2.7/"),
        ("http://0xc0000207/", "http://192.0.2.7/"),
        ("http://[::ffff:192.0.2.7]/", "http://192.0.2.7/"),
        ("2001:DB8::0001", "https://[2001:db8::1]/"),
        ("http://[2001:db8:0::1]:80/a", "http://[2001:db8::1]/a"),
        ("http://aaaaaaaaaaaaaaaa.onion/x", "http://aaaaaaaaaaaaaaaa.onion/x"),
    ],
)
def test_the_canonical_form(text: str, canonical: str) -> None:
    assert parse_address(text).canonical == canonical


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" \n\t", "empty"),
        ("https://example.org/" + "a" * MOST_CHARACTERS, "too_long"),
        ("https://example.org/" + "ა" * (MOST_CHARACTERS // 4), "too_long"),
        ("https://exam\x00ple.org/", "control_characters"),
        ("https://example.org/a\tb", "control_characters"),
        ("https://example.org/\ud800", "lone_surrogate"),
        ("javascript:alert(1)", "scheme_not_allowed"),
        ("java\u200bscript:alert(1)", "scheme_not_allowed"),
        ("JavaScript://example.org/%0aalert(1)", "scheme_not_allowed"),
        ("data:text/html,x", "scheme_not_allowed"),
        ("file:///etc/passwd", "scheme_not_allowed"),
        ("mailto:desk@example.org", "scheme_not_allowed"),
        ("blob:https://example.org/1", "scheme_not_allowed"),
        ("ws://example.org/", "scheme_not_allowed"),
        ("C:\\file", "scheme_not_allowed"),
        ("desk@example.org", "mail_address"),
        ("https://", "no_host"),
        ("https://example.org:99999/", "no_host"),
        ("https://exa mple.org/", "no_host"),
        ("https://a..example.org/", "bad_host"),
        ("https://*.example.org/", "bad_host"),
        (f"https://{'a' * 64}.example.org/", "bad_host"),
        ("intranet", "single_label_host"),
        ("http://localhost:8000/", "loopback_address"),
        ("localhost:8000", "loopback_address"),
        ("http://a.localhost/", "loopback_address"),
        ("http://127.0.0.1/", "loopback_address"),
        ("http://127.1/", "loopback_address"),
        ("http://2130706433/", "loopback_address"),
        ("http://0x7f000001/", "loopback_address"),
        ("http://017700000001/", "loopback_address"),
        ("http://１２７.0.0.1/", "loopback_address"),
        ("http://127.0.0.1./", "loopback_address"),
        ("http://[::1]/", "loopback_address"),
        ("http://[::ffff:127.0.0.1]/", "loopback_address"),
        ("http://[64:ff9b::7f00:1]/", "loopback_address"),
        ("http://[2002:7f00:1::]/", "loopback_address"),
        ("http://[2002:a00:1::]/", "private_address"),
        ("http://10.0.0.1/", "private_address"),
        ("http://192.168.1.1/", "private_address"),
        ("http://100.64.0.1/", "private_address"),
        ("http://[fc00::1]/", "private_address"),
        ("http://printer.local/", "private_address"),
        ("http://desk.internal/", "private_address"),
        ("http://169.254.169.254/", "link_local_address"),
        ("http://[fe80::1]/", "link_local_address"),
        ("http://0.0.0.0/", "reserved_address"),
        ("http://255.255.255.255/", "reserved_address"),
        ("http://224.0.0.1/", "reserved_address"),
        ("http://[::]/", "reserved_address"),
        ("http://short.onion/", "bad_onion"),
        (f"http://{'a' * 56}.onion/", "bad_onion"),
    ],
)
def test_what_is_no_address_is_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(NotAnAddress) as refused:
        parse_address(text)
    assert refused.value.reason == PlaceReason(reason)
    assert refused.value.code == "not_an_address"


def test_the_networks_and_names_of_documentation_are_let_in() -> None:
    hosts = [
        "192.0.2.1",
        "198.51.100.1",
        "203.0.113.1",
        "[2001:db8::1]",
        "[2002:c000:204::1]",
        "a.example.org",
        "example.com",
        "x.example",
    ]
    assert [parse_address(f"http://{host}/").host for host in hosts] == hosts


def test_an_address_says_what_its_name_tells() -> None:
    address = parse_address("https://ბავშვი.files.example.co.uk:8443/x#frag")
    assert address.host.startswith("xn--")
    assert address.host.isascii()
    assert address.host_display == "ბავშვი.files.example.co.uk"
    assert address.registered_domain == "example.co.uk"
    assert (address.port, address.scheme, address.fragment) == (8443, "https", "frag")
    assert not address.is_ip
    assert not address.is_onion


def _onion(key: bytes) -> str:
    checksum = hashlib.sha3_256(b".onion checksum" + key + b"\x03").digest()[:2]
    return base64.b32encode(key + checksum + b"\x03").decode().lower() + ".onion"


@given(st.binary(min_size=32, max_size=32), st.integers(0, 55))
def test_an_onion_address_with_one_wrong_letter_is_refused(key: bytes, place: int) -> None:
    host = _onion(key)
    address = parse_address(f"http://files.{host}/x")
    assert address.is_onion
    assert address.registered_domain == host
    wrong = host[:place] + ("b" if host[place] != "b" else "c") + host[place + 1 :]
    with pytest.raises(NotAnAddress) as refused:
        parse_address(f"http://{wrong}/")
    assert refused.value.reason is PlaceReason.BAD_ONION


def test_joiners_stay_where_their_script_needs_them() -> None:
    with_joiner = parse_address("https://نامه\u200cای.example.org/")
    assert with_joiner.host != parse_address("https://نامهای.example.org/").host
    assert parse_address("https://exam\u200cple.org/").canonical == "https://example.org/"


_PLAIN = re.split(
    r"\s+",
    "http hxxp s :// : // / [.] (.) . example org EXAMPLE %2e % %4 # ? & = utm_source=1 .. @ [ ] { | \\ ' `"
    " ა 。 ß İ 😀 127.0.0.1 192.0.2.1 xn-- onion :80 :443",
)
_PARTS = st.sampled_from([*_PLAIN, " ", "\u200b", "\u200d", "\u202e", "\ufe0f", "\x00", "\ud800"])
_ANY = (
    st.text(max_size=60)
    | st.lists(_PARTS, max_size=14).map("".join)
    | _PARTS.map(lambda s: f"https://example.org/{s}")
)
_TAIL = st.lists(_PARTS, max_size=8).map("".join)


def _parsed(text: str) -> Address | None:
    try:
        return parse_address(text)
    except NotAnAddress:
        return None


@settings(max_examples=600, suppress_health_check=[HealthCheck.too_slow])
@given(_ANY | _TAIL.map("https://files.example.org/".__add__))
def test_any_text_gives_an_address_or_a_named_refusal_and_the_canonical_form_is_final(text: str) -> None:
    address = _parsed(text)
    if address is not None:
        again = parse_address(address.canonical)
        assert again.canonical == address.canonical
        assert again.key == address.key
        assert again.host_display == address.host_display
        assert address.canonical.isascii()


@pytest.mark.parametrize(
    "inner", ["https://b.example.net/p.html", "HTTP://B.example.net", "ftp://b.example.net/"]
)
def test_an_address_inside_an_address_is_defanged_and_still_the_same(inner: str) -> None:
    address = parse_address(f"https://archive.example.org/web/2026/{inner}")
    shown = defang(address.canonical)
    assert inner.split(":")[0] + "://" not in shown
    assert "b[.]example[.]net" in shown.lower()
    assert parse_address(shown).key == address.key


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(_TAIL.map("https://files.example.org/".__add__))
def test_a_defanged_address_is_the_same_address(text: str) -> None:
    address = _parsed(text)
    if address is not None:
        shown = defang(address.canonical)
        assert shown.startswith("hxxps://files[.]example[.]org/")
        assert parse_address(shown).key == address.key


@pytest.mark.parametrize(
    ("text", "cold"),
    [
        (
            "https://files.example.org/a.html?u=https://example.org/",
            "hxxps://files[.]example[.]org/a.html?u=hxxps://example[.]org/",
        ),
        ("HTTP://example.org", "hxxp://example[.]org"),
        ("ftp://example.org/x", "fxp://example[.]org/x"),
        ("files.example.org", "files[.]example[.]org"),
        ("files.example.org/x?u=https://a.b", "files[.]example[.]org/x?u=hxxps://a[.]b"),
        ("https://a.example.org/\u202egnp.exe", "hxxps://a[.]example[.]org/[U+202E]gnp.exe"),
        ("hxxps://files[.]example[.]org/", "hxxps://files[.]example[.]org/"),
        ("192.0.2.1", "192[.]0[.]2[.]1"),
        ("", ""),
    ],
)
def test_defang_leaves_nothing_to_click(text: str, cold: str) -> None:
    assert defang(text) == cold


@pytest.mark.parametrize(
    "service",
    [
        "chat.example.org",
        "https://www.CHAT.example.org/",
        " chat.example.org. ",
        "hxxps://chat[.]example[.]org",
    ],
)
@pytest.mark.parametrize("account", ["@Some_One", "some_one", "ＳＯＭＥ_one ", "some\u200b_one"])
def test_an_account_has_one_key_however_it_is_written(service: str, account: str) -> None:
    found = account_key(service, account)
    assert found == ("chat.example.org", "some_one", account_key("chat.example.org", "some_one")[2])
    assert len(found[2]) == 32


def test_accounts_on_two_services_are_two() -> None:
    assert account_key("one", "two")[2] != account_key("onet", "wo")[2]
    assert account_key("Some Chat", "a")[0] == "some chat"
    assert account_key("", "a")[2] != account_key("a", "")[2]


@pytest.mark.parametrize(
    ("service", "account", "reason"),
    [
        ("", " @ ", "empty"),
        ("a", "b" * 513, "too_long"),
        ("a", "b\x00", "control_characters"),
        ("a", "\ud800", "lone_surrogate"),
    ],
)
def test_what_is_no_account_is_refused(service: str, account: str, reason: str) -> None:
    with pytest.raises(NotAnAddress) as refused:
        account_key(service, account)
    assert refused.value.reason == PlaceReason(reason)


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_account_gives_a_key_that_is_final_or_a_named_refusal(service: str, account: str) -> None:
    try:
        ready_service, ready_account, key = account_key(service, account)
    except NotAnAddress:
        return
    assert account_key(ready_service, ready_account) == (ready_service, ready_account, key)


def test_a_tracking_table_with_a_wrong_row_names_its_line(tmp_path) -> None:
    table = tmp_path / "tracking.csv"
    table.write_text("match,parameter,set_by\nname,gclid,x\nending,_id,x\n")
    with pytest.raises(BadTable, match=r"tracking\.csv, line 3"):
        canonical_rules.load(table)
