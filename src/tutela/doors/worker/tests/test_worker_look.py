"""Promises of a look: it goes only where it may, never longer or further, and keeps nothing."""

from __future__ import annotations

import dataclasses
import hashlib
import socket
from collections.abc import Iterator

import pytest

from tutela.apps.notices.rules import LookFacts
from tutela.doors.worker.legs import egress
from tutela.doors.worker.legs.egress import Gate
from tutela.doors.worker.legs.follow import Way
from tutela.doors.worker.legs.look import Seen, look
from tutela.doors.worker.legs.names import Finder
from tutela.testing import pictures
from tutela.testing.servers import Authority, NameServer, WebHost

HERE = ("127.0.0.1/32",)


@pytest.fixture
def names() -> Iterator[NameServer]:
    with NameServer() as server:
        server.answer("files.example.org", "127.0.0.1")
        yield server


@pytest.fixture
def host() -> Iterator[WebHost]:
    with WebHost() as server:
        yield server


def _way(names: NameServer, allow: tuple[str, ...] = HERE, seconds: float = 5.0) -> Way:
    return Way(Finder([names.address], seconds=1.0), Gate(allow), "Mozilla/5.0 (compatible; check)", seconds)


def _look(
    names: NameServer, address: str, *, mode: str = "hash", most: int = 5_000_000, **kinds: object
) -> Seen:
    return look(address, mode=mode, way=_way(names, **kinds), most_bytes=most)  # type: ignore[arg-type]


def test_off_asks_nobody(names: NameServer, host: WebHost) -> None:
    seen = _look(names, host.show("/1"), mode="off")
    assert seen == Seen(LookFacts(mode="off"))
    assert (names.asked, host.visits) == ([], [])


def test_hash_gives_the_digest_of_the_body_and_not_the_body(names: NameServer, host: WebHost) -> None:
    body, _ = pictures.photograph()
    seen = _look(names, host.show("/1"))
    assert (seen.facts.status, seen.facts.error, seen.bytes_read) == (200, "", len(body))
    assert seen.facts.digest == hashlib.sha256(body).digest()
    assert (seen.ip, seen.facts.body_bytes) == ("127.0.0.1", len(body))
    kept = [value for value in dataclasses.astuple(seen.facts) if isinstance(value, bytes)]
    assert [len(value) for value in kept] == [32]


def test_head_reads_no_body(names: NameServer, host: WebHost) -> None:
    seen = _look(names, host.show("/1"), mode="head")
    assert (seen.facts.status, seen.facts.digest, seen.bytes_read) == (200, None, 0)
    assert [visit.method for visit in host.visits] == ["HEAD"]


@pytest.mark.parametrize("status", [404, 410, 403, 451, 503])
def test_a_status_is_reported_as_it_came(names: NameServer, host: WebHost, status: int) -> None:
    seen = _look(names, host.remove("/1", status))
    assert (seen.facts.status, seen.facts.error, seen.facts.digest) == (status, "", None)


def test_a_request_tells_nothing_about_who_asks(names: NameServer, host: WebHost) -> None:
    host.redirect("/from", host.url("/to"))
    host.show("/to")
    _look(names, host.url("/from"))
    assert [visit.path for visit in host.visits] == ["/from", "/to"]
    for visit in host.visits:
        assert set(visit.headers) == {"host", "user-agent", "accept", "accept-encoding", "connection"}
        assert visit.headers["user-agent"] == "Mozilla/5.0 (compatible; check)"
        assert visit.headers["accept-encoding"] == "identity"


def test_the_environment_cannot_send_it_elsewhere(
    names: NameServer, host: WebHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert _look(names, host.show("/1")).facts.status == 200


@pytest.mark.parametrize("answer", ["10.0.0.1", "127.0.0.1", "169.254.169.254", "::1", "fd00:ec2::254"])
def test_a_name_that_leads_inside_is_refused(names: NameServer, answer: str) -> None:
    names.answer("inside.example.org", answer)
    seen = _look(names, "http://inside.example.org/", allow=())
    assert (seen.facts.status, seen.facts.error) == (None, "not_allowed")


def test_the_checked_address_is_the_one_connected_to(names: NameServer, host: WebHost) -> None:
    """Rebinding: the first answer is permitted, every later one is not. One lookup, one connection."""
    names.answer_in_turn("rebind.example.org", ["127.0.0.1"], ["127.0.0.2"])
    host.show("/1")
    seen = _look(names, host.url("/1", "rebind.example.org"))
    assert (seen.facts.status, seen.ip) == (200, "127.0.0.1")
    assert names.asked == [("rebind.example.org", "A"), ("rebind.example.org", "AAAA")]
    again = _look(names, host.url("/1", "rebind.example.org"))
    assert (again.facts.status, again.facts.error) == (None, "not_allowed")


def test_a_redirect_to_a_rebound_name_is_checked_again(names: NameServer, host: WebHost) -> None:
    names.answer_in_turn("rebind.example.org", ["127.0.0.1"], ["127.0.0.2"])
    host.redirect("/1", host.url("/2", "rebind.example.org"))
    host.show("/2")
    seen = _look(names, host.url("/1", "rebind.example.org"))
    assert (seen.facts.error, [visit.path for visit in host.visits]) == ("not_allowed", ["/1"])


def test_only_the_permitted_of_several_addresses_is_used(names: NameServer, host: WebHost) -> None:
    names.answer("mixed.example.org", "10.0.0.1", "127.0.0.1", "::1")
    host.show("/1")
    assert _look(names, host.url("/1", "mixed.example.org")).ip == "127.0.0.1"


def test_redirects_are_followed_three_times(names: NameServer, host: WebHost) -> None:
    for number in range(5):
        host.redirect(f"/{number}", f"/{number + 1}")
    host.show("/5")
    assert _look(names, host.url("/2")).redirects == 3
    seen = _look(names, host.url("/1"))
    assert (seen.facts.status, seen.facts.error) == (None, "too_many_redirects")


@pytest.mark.parametrize(
    ("target", "path", "elsewhere", "login"),
    [
        ("other.example.net", "/p", True, False),
        ("img.example.org", "/p", False, False),
        ("img.example.org", "/login", False, True),
    ],
)
def test_where_a_redirect_ends_is_seen(
    names: NameServer, host: WebHost, target: str, path: str, elsewhere: bool, login: bool
) -> None:
    names.answer(target, "127.0.0.1")
    host.redirect("/1", host.url(path, target))
    host.show(path)
    seen = _look(names, host.url("/1"))
    assert (seen.facts.landed_elsewhere, seen.facts.landed_on_login) == (elsewhere, login)
    assert (seen.facts.status, seen.host) == (200, target)


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("ftp://files.example.org/", "bad_scheme"),
        ("file:///etc/passwd", "bad_scheme"),
        ("javascript:alert(1)", "bad_scheme"),
        ("http://exampleonionexampleonion.onion/", "onion"),
        ("http://10.0.0.1/", "not_allowed"),
        ("http://0x7f.2/", "not_allowed"),
        ("http://[::ffff:127.0.0.2]/", "not_allowed"),
        ("http://files.example.org:8123/", "bad_port"),
        ("http://[::1/", "bad_answer"),
    ],
)
def test_a_redirect_leads_nowhere_else(names: NameServer, host: WebHost, target: str, code: str) -> None:
    host.redirect("/1", target)
    seen = _look(names, host.url("/1"))
    assert (seen.facts.status, seen.facts.error) == (None, code)
    assert len(host.visits) == 1


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://exampleonionexampleonion.onion/p", "onion"),
        ("ftp://files.example.org/p", "bad_scheme"),
        ("http://files.example.org:25/", "bad_port"),
        ("http://files.example.org:6667/", "bad_port"),
        ("http://", "bad_address"),
        ("http://nowhere.example.org/", "nxdomain"),
    ],
)
def test_what_is_not_fetched_says_why(names: NameServer, address: str, code: str) -> None:
    assert _look(names, address).facts.error == code
    assert all(asked[0] == "nowhere.example.org" for asked in names.asked)


def test_a_body_over_the_cap_has_no_digest(names: NameServer, host: WebHost) -> None:
    seen = _look(names, host.endless("/1"), most=1_000_000)
    assert (seen.facts.status, seen.facts.error, seen.facts.digest) == (200, "", None)
    assert seen.bytes_read < 1_200_000
    announced = _look(names, host.show("/2"), most=10)
    assert (announced.facts.digest, announced.bytes_read) == (None, 0)


def test_dripping_bytes_do_not_outlast_the_deadline(names: NameServer, host: WebHost) -> None:
    seen = _look(names, host.drip("/1", 0.02), seconds=0.3)
    assert (seen.facts.status, seen.facts.error, seen.facts.digest) == (200, "", None)


def test_a_silent_host_times_out(names: NameServer, host: WebHost) -> None:
    assert _look(names, host.hang("/1"), seconds=0.3).facts.error == "timeout"


def test_a_hanging_name_server_times_out(names: NameServer) -> None:
    names.hang("slow.example.org")
    assert _look(names, "http://slow.example.org/", seconds=0.3).facts.error == "timeout"


def test_a_broken_wire_is_a_code(names: NameServer, host: WebHost) -> None:
    assert _look(names, host.hang_up("/1")).facts.error in ("bad_answer", "connection_broken")
    assert _look(names, host.babble("/2")).facts.error == "bad_answer"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert _look(names, f"http://files.example.org:{port}/").facts.error == "connection_refused"


def test_tls_is_verified_with_the_hosts_name(names: NameServer) -> None:
    authority = Authority()
    names.answer("other.example.org", "127.0.0.1")
    with WebHost(certificate=authority.issue("files.example.org")) as host:
        address = host.show("/1")
        trusting = Way(Finder([names.address]), Gate(HERE), trust=authority.client_context())
        assert look(address, mode="hash", way=trusting, most_bytes=5_000_000).facts.status == 200
        other = look(host.url("/1", "other.example.org"), mode="hash", way=trusting, most_bytes=10)
        assert other.facts.error == "tls"
        assert _look(names, address).facts.error == "tls"


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "193.0.14.129", "2001:7fd::1", "::ffff:8.8.8.8", "2002:808:808::1", "64:ff9b::808:808"],
)
def test_the_gate_lets_the_public_internet_through(address: str) -> None:
    assert Gate().permits(address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "127.255.255.254",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.1.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:0:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::a00:1",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::1",
        "2001:0:7f00:1::",
        "2001:0:808:808:0:0:80ff:fffe",
        "2001:db8::1",
        "3fff::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "2001:7fd::1%eth0",
        "fec0::1",
        "ff02::1",
        "not an address",
        "0x7f.1",
        "",
    ],
)
def test_the_gate_stops_everything_else(address: str) -> None:
    assert not Gate().permits(address)


def test_the_gate_opens_where_the_node_says_so() -> None:
    gate = Gate(("198.51.100.0/24", "fd00::/8"))
    assert gate.permits("198.51.100.7")
    assert gate.permits("::ffff:198.51.100.7")
    assert gate.permits("fd00::1")
    assert not gate.permits("127.0.0.1")


def test_a_port_is_the_webs_or_written_in_the_address() -> None:
    egress.check_port(80, written=8080)
    egress.check_port(8080, written=8080)
    for port, written in ((8080, 443), (22, 22), (25, 25)):
        with pytest.raises(egress.Refused, match="bad_port"):
            egress.check_port(port, written=written)
