"""Promises of a lookup: facts with their sources, and a code for each way in which others fail."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from tutela.doors.worker.legs.country import PACKAGED, open_countries
from tutela.doors.worker.legs.egress import Gate
from tutela.doors.worker.legs.follow import Way
from tutela.doors.worker.legs.names import Finder
from tutela.doors.worker.legs.registry import Registry
from tutela.doors.worker.legs.resolve import Resolver
from tutela.testing.servers import NameServer, Network, RegistryServer

TEST_NETS = ("127.0.0.1/32", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")


@pytest.fixture
def names() -> Iterator[NameServer]:
    with NameServer() as server:
        yield server


@pytest.fixture
def registry() -> Iterator[RegistryServer]:
    with RegistryServer() as server:
        server.register(Network("198.51.100.0/24", name="EXAMPLE-NET", asn=64500))
        yield server


def _resolver(
    names: NameServer, registry: RegistryServer | None, home: Path, *, allow: tuple[str, ...] = TEST_NETS
) -> Resolver:
    finder, gate = Finder([names.address], seconds=0.4), Gate(allow)
    way = Way(finder, gate, seconds=0.5)
    url = registry.bootstrap if registry else ""
    return Resolver(finder, gate, open_countries(home), Registry(url, home / "cache", way))


def _sources(found: object) -> dict[str, tuple[str, str]]:
    return {fact.fact: (fact.source, fact.detail) for fact in found.facts}  # type: ignore[attr-defined]


def test_a_host_is_found_with_every_fact_and_its_source(
    names: NameServer, registry: RegistryServer, tmp_path: Path
) -> None:
    names.answer("files.example.org", "198.51.100.7", via=["edge.example.net", "pop.example.com"])
    found = _resolver(names, registry, tmp_path).hosting_of("files.example.org")
    assert (found.error, found.ip, found.asn) == ("", "198.51.100.7", 64500)
    assert (found.network, found.network_name, found.country) == ("198.51.100.0/24", "EXAMPLE-NET", "GE")
    assert found.abuse_emails == ("abuse@provider.example.net",)
    assert _sources(found) == {
        "alias": ("dns", "pop.example.com"),
        "ip": ("dns", "198.51.100.7"),
        "network": ("rdap", "127.0.0.1"),
        "network_name": ("rdap", "127.0.0.1"),
        "asn": ("rdap", "127.0.0.1"),
        "contact": ("rdap", "127.0.0.1"),
        "country": ("rdap", "127.0.0.1"),
    }
    assert [fact.detail for fact in found.facts if fact.fact == "alias"] == [
        "edge.example.net",
        "pop.example.com",
    ]
    assert all(fact.at.tzinfo is not None for fact in found.facts)


@pytest.mark.parametrize("host", ["198.51.100.7", "2001:db8::7", "[2001:db8::7]"])
def test_an_address_needs_no_name(names: NameServer, tmp_path: Path, host: str) -> None:
    found = _resolver(names, None, tmp_path).hosting_of(host)
    assert (found.error, found.ip) == ("", host.strip("[]"))
    assert _sources(found)["ip"][0] == "address"
    assert names.asked == []


def test_an_onion_is_never_looked_up(names: NameServer, registry: RegistryServer, tmp_path: Path) -> None:
    found = _resolver(names, registry, tmp_path).hosting_of("exampleonionexampleonion.onion")
    assert (found.error, found.ip) == ("onion", "")
    assert (names.asked, registry.asked) == ([], [])


def test_dns_that_fails_is_a_code(names: NameServer, tmp_path: Path) -> None:
    names.hang("hangs.example.org")
    names.fail("fails.example.org")
    names.babble("babbles.example.org")
    names.lie("lies.example.org", "other.example.org", "198.51.100.9")
    names.loop_back("round.example.org", "about.example.org")
    names.answer("empty.example.org")
    resolver = _resolver(names, None, tmp_path)
    assert {name: resolver.hosting_of(f"{name}.example.org").error for name in _WAYS} == _WAYS
    assert resolver.hosting_of("").error == "no_host"
    assert resolver.hosting_of("a" * 64 + ".example.org").error == "no_host"


_WAYS = {
    "hangs": "timeout",
    "fails": "dns_error",
    "babbles": "timeout",
    "lies": "no_address",
    "round": "dns_error",
    "empty": "no_address",
    "absent": "nxdomain",
}


def test_a_hanging_question_for_ipv6_does_not_hide_ipv4(names: NameServer, tmp_path: Path) -> None:
    names.answer("files.example.org", "198.51.100.7")
    names.hang("files.example.org", only="AAAA")
    assert _resolver(names, None, tmp_path).hosting_of("files.example.org").ip == "198.51.100.7"


def test_a_name_that_leads_inside_is_not_looked_up_further(
    names: NameServer, registry: RegistryServer, tmp_path: Path
) -> None:
    names.answer("inside.example.org", "10.0.0.1", "::1")
    found = _resolver(names, registry, tmp_path).hosting_of("inside.example.org")
    assert (found.error, found.ip) == ("private_address", "")
    assert registry.asked == []


@pytest.mark.parametrize("nested", [True, False])
def test_the_abuse_contact_is_found_wherever_it_stands(
    names: NameServer, registry: RegistryServer, tmp_path: Path, nested: bool
) -> None:
    registry.register(Network("203.0.113.0/24", abuse="Abuse@Other.example.com", nested=nested))
    found = _resolver(names, registry, tmp_path).hosting_of("203.0.113.5")
    assert found.abuse_emails == ("abuse@other.example.com",)


@pytest.mark.parametrize("abuse", ["", "abuse(at)example.com", "a@example.com\r\nBcc: b@example.com"])
def test_what_is_no_plain_address_is_no_contact(
    names: NameServer, registry: RegistryServer, tmp_path: Path, abuse: str
) -> None:
    registry.register(Network("203.0.113.0/24", abuse=abuse))
    found = _resolver(names, registry, tmp_path).hosting_of("203.0.113.5")
    assert (found.abuse_emails, found.network) == ((), "203.0.113.0/24")


@pytest.mark.parametrize(
    ("status", "code"), [(404, "rdap_not_found"), (429, "rdap_limited"), (500, "rdap_failed")]
)
def test_a_registry_that_refuses_costs_only_its_own_facts(
    names: NameServer, registry: RegistryServer, tmp_path: Path, status: int, code: str
) -> None:
    registry.fail(status)
    found = _resolver(names, registry, tmp_path).hosting_of("198.51.100.7")
    assert (found.error, found.ip, found.abuse_emails) == ("", "198.51.100.7", ())
    assert _sources(found)["registry"] == ("rdap", code)


def test_a_registry_that_hangs_is_given_up(
    names: NameServer, registry: RegistryServer, tmp_path: Path
) -> None:
    registry.hang()
    found = _resolver(names, registry, tmp_path).hosting_of("198.51.100.7")
    assert _sources(found)["registry"] == ("rdap", "rdap_failed")


def test_one_address_is_asked_for_once_in_twelve_hours(
    names: NameServer, registry: RegistryServer, tmp_path: Path
) -> None:
    resolver = _resolver(names, registry, tmp_path)
    with time_machine.travel(datetime(2026, 3, 4, tzinfo=UTC), tick=False) as traveller:
        resolver.hosting_of("198.51.100.7")
        traveller.shift(timedelta(hours=11))
        resolver.hosting_of("198.51.100.7")
        assert [path for path in registry.asked if path.startswith("/rdap/")] == ["/rdap/ip/198.51.100.7"]
        traveller.shift(timedelta(hours=2))
        resolver.hosting_of("198.51.100.7")
    assert [path for path in registry.asked if path.startswith("/rdap/")] == ["/rdap/ip/198.51.100.7"] * 2


def test_a_part_that_was_given_on_is_not_taken_for_the_whole(
    names: NameServer, registry: RegistryServer, tmp_path: Path
) -> None:
    registry.register(Network("198.51.100.64/28", name="GIVEN-ON", abuse="abuse@other.example.com"))
    resolver = _resolver(names, registry, tmp_path)
    assert resolver.hosting_of("198.51.100.7").network_name == "EXAMPLE-NET"
    assert resolver.hosting_of("198.51.100.65").abuse_emails == ("abuse@other.example.com",)


def test_the_bootstrap_files_outlive_a_restart_and_an_outage(
    names: NameServer, registry: RegistryServer, tmp_path: Path
) -> None:
    with time_machine.travel(datetime(2026, 3, 4, tzinfo=UTC), tick=False) as traveller:
        _resolver(names, registry, tmp_path).hosting_of("198.51.100.7")
        fetched = len(registry.asked)
        _resolver(names, registry, tmp_path).hosting_of("198.51.100.7")
        assert len(registry.asked) == fetched + 1
        traveller.shift(timedelta(days=30))
        registry.lose_bootstrap()
        found = _resolver(names, registry, tmp_path).hosting_of("198.51.100.7")
    assert found.abuse_emails == ("abuse@provider.example.net",)


def test_without_bootstrap_files_the_address_is_still_known(
    names: NameServer, registry: RegistryServer, tmp_path: Path
) -> None:
    registry.lose_bootstrap()
    found = _resolver(names, registry, tmp_path).hosting_of("198.51.100.7")
    assert (found.ip, _sources(found)["registry"]) == ("198.51.100.7", ("rdap", "rdap_no_bootstrap"))


def test_a_spoilt_cache_is_fetched_again(names: NameServer, registry: RegistryServer, tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    for spoilt in (
        "",
        "[]",
        json.dumps({"source": registry.bootstrap, "at": "2026-01-01T00:00:00Z", "files": {}}),
    ):
        (tmp_path / "cache" / "rdap-bootstrap.json").write_text(spoilt)
        assert _resolver(names, registry, tmp_path).hosting_of("198.51.100.7").network == "198.51.100.0/24"


def test_the_packaged_countries_know_the_public_internet_and_nothing_else(tmp_path: Path) -> None:
    countries = open_countries(tmp_path)
    assert countries.date == "2026-06-17"
    assert countries.country_of("193.0.14.129") == "NL"
    assert countries.country_of("2001:7fd::1") == "NL"
    for nobodys in ("198.51.100.1", "10.0.0.1", "::1", "2001:db8::1", "", "not an address"):
        assert countries.country_of(nobodys) == ""


def test_a_node_may_bring_a_newer_file_and_a_broken_one_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "geo.mmdb").write_bytes(b"not a database")
    assert open_countries(tmp_path).country_of("193.0.14.129") == "NL"
    (tmp_path / "geo.mmdb").write_bytes(PACKAGED.read_bytes())
    assert open_countries(tmp_path).country_of("193.0.14.129") == "NL"
