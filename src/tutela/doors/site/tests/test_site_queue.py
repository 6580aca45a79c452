"""Promises about floods: slowed down, never turned away, and nobody is remembered."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
import time_machine
from django.test import Client, RequestFactory

from tutela.doors.site import networks, queueing

GOOD = "https://files.example.org/a"


@pytest.fixture(autouse=True)
def _two_an_hour(settings: Any) -> Iterator[None]:
    settings.TUTELA = replace(settings.TUTELA, reports_an_hour=2)
    with time_machine.travel("2026-03-01T08:00:00Z", tick=False):
        yield


class _Wait(HTMLParser):
    found: dict[str, str | None] = {}

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if "data-wait" in dict(attributes):
            self.found = dict(attributes)


def _wait(text: str) -> dict[str, str]:
    reader = _Wait()
    reader.feed(text)
    return {name: value or "" for name, value in reader.found.items()}


@pytest.fixture
def crowded(visitor: Any) -> Any:
    """Two have reported from this network within the hour; a third stands before the queue."""
    for _ in range(2):
        assert visitor.report().status == 200
    return visitor.report(GOOD, service="Chat", more="On Monday")


def test_over_the_limit_everything_typed_stays_and_the_wait_is_named(crowded: Any, desk_reads: Any) -> None:
    assert crowded.status == 429
    assert crowded.page.headers["Retry-After"] == "30"
    assert "30 seconds" in crowded.text
    kept = crowded.forms[0]
    assert (kept["places"], kept["service"], kept["more"]) == (GOOD, "Chat", "On Monday")
    assert len(desk_reads()) == 2


def test_pressing_the_button_after_the_wait_goes_through_without_script(
    crowded: Any, desk_reads: Any
) -> None:
    with time_machine.travel("2026-03-01T08:00:31Z", tick=False):
        crowded.send()
    assert crowded.status == 200
    assert len(desk_reads()) == 3


def test_pressing_too_early_gives_a_later_place_and_loses_nothing(crowded: Any) -> None:
    crowded.send()
    assert crowded.status == 429
    assert crowded.page.headers["Retry-After"] == "60"
    assert crowded.forms[0]["places"] == GOOD


def test_the_wait_never_grows_beyond_ten_minutes(crowded: Any) -> None:
    for _ in range(40):
        crowded.send()
    assert int(crowded.page.headers["Retry-After"]) <= queueing.MOST_WAIT_SECONDS


def test_a_proof_of_work_goes_through_at_once(crowded: Any, desk_reads: Any) -> None:
    wait = _wait(crowded.text)
    crowded.send(proof=_prove(wait["data-salt"], int(wait["data-bits"])))
    assert crowded.status == 200
    assert len(desk_reads()) == 3


def _prove(salt: str, bits: int) -> str:
    for number in itertools.count():
        digest = hashlib.sha256(f"{salt}:{number}".encode()).digest()
        if int.from_bytes(digest, "big") < 1 << (256 - bits):
            return str(number)
    raise AssertionError


@pytest.mark.parametrize("proof", ["0", "x" * 25, "-1", "٣"])
def test_a_wrong_proof_is_no_proof(crowded: Any, proof: str) -> None:
    assert crowded.send(proof=proof).status == 429


def test_a_ticket_is_good_for_its_own_form_only(crowded: Any) -> None:
    ticket = crowded.forms[0]["ticket"]
    with time_machine.travel("2026-03-01T08:00:31Z", tick=False):
        crowded.open().send(places="https://files.example.org/other", ticket=ticket)
    assert crowded.status == 429


def test_one_turn_is_no_way_around_the_queue(crowded: Any, desk_reads: Any) -> None:
    waited = crowded.forms[0]
    with time_machine.travel("2026-03-01T08:00:31Z", tick=False):
        for number in range(8):
            crowded.client.post("/en/", {**waited, "places": f"{GOOD}/{number}"})
    assert len(desk_reads()) == 2 + 3


def test_a_made_up_ticket_is_no_ticket(crowded: Any) -> None:
    assert crowded.send(ticket="AAAA").status == 429


def test_codes_are_slowed_down_too_and_a_ticket_fits_one_code_only(visitor: Any) -> None:
    digits = visitor.report().digits
    for _ in range(4):
        visitor.open_receipt("0000 0000 0000 0000 0000")
        assert visitor.status == 422
    visitor.open_receipt(digits)
    assert visitor.status == 429
    with time_machine.travel("2026-03-01T08:00:31Z", tick=False):
        waited = visitor.forms[0]
        assert visitor.client.post("/en/code/", {**waited, "code": "1" * 20}).status_code == 429
        assert visitor.client.post("/en/code/", waited).status_code == 200


def test_another_network_is_not_slowed_down(crowded: Any) -> None:
    other = Client(REMOTE_ADDR="198.51.100.7")
    form = {**crowded.open().forms[0], "places": GOOD}
    assert other.post("/en/", form).status_code == 200


def test_an_hour_later_there_is_no_queue(crowded: Any) -> None:
    with time_machine.travel("2026-03-01T10:00:01Z", tick=False):
        assert crowded.report().status == 200


def test_a_very_long_list_queues_before_it_is_read(crowded: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(_: object) -> None:
        raise AssertionError("read before its turn")

    monkeypatch.setattr(queueing, "MOST_WAIT_SECONDS", 600)
    monkeypatch.setattr("tutela.core.record.addresses.parse_places", read)
    assert crowded.report("https://files.example.org/" + "a " * 30_000).status == 429


def _request(address: str, forwarded: str = "") -> Any:
    more = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    return RequestFactory().get("/", REMOTE_ADDR=address, **more)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.254", True),
        ("192.0.2.1", "198.51.100.1", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.7", True),
        ("", "not an address", True),
    ],
)
def test_a_network_is_a_slash_24_or_64(one: str, other: str, same: bool) -> None:
    assert (networks.network_of(_request(one)) == networks.network_of(_request(other))) is same


def test_the_pseudonym_of_a_network_tells_nothing_and_changes_daily() -> None:
    today = networks.network_of(_request("192.0.2.1"))
    assert len(today) == 32
    assert networks.network_of(_request("192.0.2.77")) == today
    with time_machine.travel("2026-03-02T09:00:00Z", tick=False):
        assert networks.network_of(_request("192.0.2.1")) != today


FORWARDED = [
    ("192.0.2.9", "203.0.113.5", (), "192.0.2.9"),
    ("127.0.0.1", "203.0.113.5", ("127.0.0.1",), "203.0.113.5"),
    ("127.0.0.1", "198.51.100.1, 203.0.113.5", ("127.0.0.1",), "203.0.113.5"),
    ("127.0.0.1", "203.0.113.5, 10.0.0.2", ("127.0.0.1", "10.0.0.0/8"), "203.0.113.5"),
    ("127.0.0.1", "", ("127.0.0.1",), "127.0.0.1"),
    ("127.0.0.1", "nonsense", ("127.0.0.1",), "127.0.0.1"),
    ("2001:db8::1", "203.0.113.5", ("2001:db8::/32",), "203.0.113.5"),
]


@pytest.mark.parametrize(("peer", "forwarded", "proxies", "expected"), FORWARDED)
def test_only_a_trusted_proxy_may_say_who_the_visitor_is(
    settings: Any, peer: str, forwarded: str, proxies: tuple[str, ...], expected: str
) -> None:
    settings.TUTELA = replace(settings.TUTELA, trusted_proxies=proxies)
    assert str(networks.client_address(_request(peer, forwarded))) == expected
