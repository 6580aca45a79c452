"""Promises of the bridge, over real connections to the real server with a small application behind it."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tutela.doors.cli.stage import free_port
from tutela.testing.processes import SECONDS, Process, wait_for

pytestmark = pytest.mark.processes

_HERE = Path(__file__).parent
LIMIT = 1000


class Wire:
    """One connection; what is sent on it is written out by the test."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._left = b""

    def send(self, *parts: bytes | str) -> Wire:
        self.socket.sendall(b"".join(p if isinstance(p, bytes) else p.encode() for p in parts))
        return self

    def post(self, length: int, sent: bytes, path: str = "/", *headers: str) -> Wire:
        lines = "".join(f"{line}\r\n" for line in headers)
        return self.send(
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n{lines}\r\n", sent
        )

    def get(self, path: str = "/") -> Wire:
        return self.send(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n")

    def answer(self) -> tuple[int, dict[str, list[str]], bytes]:
        """Read one answer of known length: status, headers, body."""
        while b"\r\n\r\n" not in self._left:
            self._read()
        head, _, self._left = self._left.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers: dict[str, list[str]] = {}
        for line in lines:
            name, _, value = line.partition(": ")
            headers.setdefault(name.lower(), []).append(value)
        length = int(headers.get("content-length", ["0"])[0])
        while len(self._left) < length:
            self._read()
        body, self._left = self._left[:length], self._left[length:]
        return int(first.split()[1]), headers, body

    def seen(self) -> dict[str, Any]:
        status, _, body = self.answer()
        assert status == 200
        found: dict[str, Any] = json.loads(body)
        return found

    def _read(self) -> None:
        piece = self.socket.recv(65536)
        if not piece:
            raise ConnectionError("the server closed the connection")
        self._left += piece

    @property
    def silent(self) -> bool:
        """Nothing came back so far."""
        self.socket.setblocking(False)
        try:
            return not self._left and not self.socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        finally:
            self.socket.settimeout(SECONDS)

    def close(self) -> None:
        self.socket.close()


class Server:
    """The application in one server process."""

    def __init__(self, folder: Path, interface: str, target: str, **play: object) -> None:
        self.notes = folder / "notes"
        self.port = free_port(random.randrange(20_000, 32_000))
        command = [sys.executable, "-m", "granian", f"play_bridge:{target}", "--interface", interface,
                   "--http", "1", "--no-ws", "--port", str(self.port)]  # fmt: skip
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(_HERE), "PLAY_NOTES": str(self.notes)}
        environment |= {f"PLAY_{name.upper()}": str(value) for name, value in play.items()}
        self.process = Process(interface, command, environment, folder / "out")
        self._wires: list[Wire] = []
        wait_for(self._answers)

    def _answers(self) -> bool:
        assert self.process.runs, self.process.said()
        with contextlib.suppress(OSError):
            return bool(self.wire().get("/ready").seen())
        return False

    def wire(self) -> Wire:
        self._wires.append(Wire(self.port))
        return self._wires[-1]

    def began(self) -> list[str]:
        lines = self.notes.read_text().splitlines()
        return [line.removeprefix("began ") for line in lines if line not in ("began /ready", "closed")]

    def go(self) -> None:
        """Let those go on that are held."""
        Path(f"{self.notes}.go").touch()

    def leave(self, wire: Wire) -> None:
        """Close a connection and wait until the server let go of its end (proc(5), net/tcp)."""
        port = wire.socket.getsockname()[1]
        wire.close()
        ends = f":{self.port:04X} 0100007F:{port:04X}"
        wait_for(lambda: ends not in Path("/proc/net/tcp").read_text())

    def close(self) -> None:
        self.go()
        for wire in self._wires:
            wire.close()
        self.process.close()


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    with contextlib.ExitStack() as running:

        def make(interface: str = "asginl", target: str = "served", **play: object) -> Server:
            folder = tmp_path_factory.mktemp("server")
            return running.enter_context(contextlib.closing(Server(folder, interface, target, **play)))

        yield make


@pytest.fixture(scope="module")
def server(start: Callable[..., Server]) -> Server:
    return start()


@pytest.fixture(scope="module")
def bare(start: Callable[..., Server]) -> Server:
    """The same application without the bridge: the server's own way to WSGI."""
    return start("wsgi", "application")


@pytest.mark.parametrize(
    "sent",
    [
        "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /a%2Fb%20c/%ff%e1%83%90?q=%41&b=%ff+1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET //a/../b?? HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET http://other.example.org/x HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nHost: other.example.org\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nCookie: a=1\r\nCookie: b=2\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.1\r\nX-Forwarded-For: 192.0.2.2\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Proto: https\r\nAccept: a, b\r\nAccept: c\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nAccept-Language: \xe1\x83\x90\r\nX-Tab: a\tb\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nabcde",
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: a/b\r\nContent-Type: c/d\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\n\x00\x01\x02",
    ],
)
def test_a_request_looks_as_it_does_without_the_bridge(
    server: Server, bare: Server, sent: bytes | str
) -> None:
    with_bridge, without = (one.wire().send(sent).seen() for one in (server, bare))
    for found in (with_bridge, without):
        del found["SERVER_PORT"], found["thread"]
    assert with_bridge == without


def test_the_names_of_the_server_and_the_visitor_are_those_of_the_connection(server: Server) -> None:
    seen = server.wire().get().seen()
    assert (seen["SERVER_NAME"], seen["SERVER_PORT"]) == ("127.0.0.1", str(server.port))
    assert (seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]) == ("127.0.0.1", "http")


def test_a_name_with_an_underscore_does_not_pose_as_one_with_a_hyphen(server: Server) -> None:
    for name in ("X_Forwarded_For", "X-Forwarded_For", "Content_Length", "Host_"):
        sent = f"GET / HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 192.0.2.1\r\n{name}: 192.0.2.9\r\n\r\n"
        seen = server.wire().send(sent).seen()
        assert "192.0.2.9" not in str(seen)
        assert seen["HTTP_X_FORWARDED_FOR"] == "192.0.2.1"


@pytest.mark.parametrize(
    "framing",
    [
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: -1",
        "Content-Length: 5x",
        "Content-Length: 99999999999999999999999",
        "Content-Length : 5",
        "Transfer-Encoding: gzip",
    ],
)
def test_a_length_that_can_be_read_in_two_ways_is_refused(server: Server, framing: str) -> None:
    before = server.began()
    wire = server.wire().send(f"POST / HTTP/1.1\r\nHost: localhost\r\n{framing}\r\n\r\nabcde")
    assert wire.answer()[0] == 400
    assert server.began() == before


@pytest.mark.parametrize("more", ["", "Content-Length: 5\r\n"])
def test_a_body_without_a_length_is_refused_by_the_door(server: Server, more: str) -> None:
    head = f"POST / HTTP/1.1\r\nHost: localhost\r\n{more}Transfer-Encoding: chunked\r\n\r\n"
    wire = server.wire().send(head, "5\r\nabcde\r\n0\r\n\r\n")
    status, _, page = wire.answer()
    assert (status, page) == (411, b"the page of the door: BadRequest")


def test_what_comes_after_the_body_is_not_part_of_it(server: Server) -> None:
    wire = server.wire().post(5, b"abcdeGET /after HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert wire.seen()["body"] == "abcde"
    assert wire.seen()["PATH_INFO"] == "/after"
    wire = server.wire().post(5, b"abcdefgh\r\n\r\n")
    assert wire.seen()["body"] == "abcde"
    assert wire.answer()[0] == 400


def test_a_body_may_come_in_pieces_and_the_connection_goes_on(server: Server) -> None:
    wire = server.wire().post(9, b"")
    for piece in (b"abc", b"def", b"ghi"):
        assert wire.silent
        wire.send(piece)
    assert wire.seen()["body"] == "abcdefghi"
    assert wire.post(LIMIT, b"x" * LIMIT).seen()["body"] == "x" * LIMIT
    assert wire.get("/again").seen()["PATH_INFO"] == "/again"


def test_who_asks_before_sending_is_told_to_go_on(server: Server) -> None:
    wire = server.wire().post(5, b"", "/", "Expect: 100-continue")
    assert wire.answer()[0] == 100
    assert wire.send(b"abcde").seen()["body"] == "abcde"


@pytest.mark.parametrize("more", [1, 20_000_000])
def test_what_is_too_large_is_read_away_and_refused_by_the_door(server: Server, more: int) -> None:
    before = _most_memory(server)
    wire = server.wire().post(LIMIT + more, b"x" * (LIMIT + more))
    status, _, page = wire.answer()
    assert (status, page) == (413, b"the page of the door: RequestDataTooBig")
    assert _most_memory(server) - before < 8_000
    assert wire.get().seen()


def _most_memory(server: Server) -> int:
    """The most kilobytes that any process of the server ever had (proc(5), VmHWM)."""
    found = []
    for pid in server.process.family():
        status = Path(f"/proc/{pid}/status").read_text()
        found.append(int(status.partition("VmHWM:")[2].split()[0]))
    return max(found)


def test_what_is_far_too_large_is_refused_before_it_comes(server: Server) -> None:
    assert server.wire().post(10**10, b"x").answer()[0] == 413


def test_a_refused_body_changes_no_page_that_does_not_ask_for_it(server: Server) -> None:
    wire = server.wire().send("GET /long HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999999999\r\n\r\n")
    assert wire.answer()[0] == 200


def test_forty_slow_senders_do_not_hold_up_an_honest_one(server: Server) -> None:
    slow = [server.wire().post(500, b"x") for _ in range(40)]
    for _ in range(5):
        for wire in slow:
            wire.send(b"x")
        assert server.wire().post(5, b"abcde").seen()["body"] == "abcde"
    assert all(wire.silent for wire in slow)


def test_a_body_that_takes_too_long_is_refused_by_the_door(start: Callable[..., Server]) -> None:
    server = start(seconds=0.3)
    wires = [server.wire().post(50, sent) for sent in (b"", b"x" * 49)]
    for wire in wires:
        status, _, page = wire.answer()
        assert (status, page) == (408, b"the page of the door: BadRequest")


def test_when_too_many_are_incomplete_the_one_that_took_longest_gives_way(
    start: Callable[..., Server],
) -> None:
    server = start(incomplete=3)
    slow = []
    for number in range(8):
        slow.append(server.wire().post(50, b"x", f"/{number}"))
        assert server.wire().post(5, b"abcde").seen()["body"] == "abcde"
    refused = [wire.answer()[0] for wire in slow[:5]]
    assert refused == [408] * 5
    assert all(wire.silent for wire in slow[6:])
    assert slow[-1].send(b"x" * 49).seen()["body"] == "x" * 50


def test_who_leaves_in_the_middle_of_a_body_starts_no_work(server: Server) -> None:
    for length, sent in ((50, b"x" * 49), (5000, b"x" * 4999)):
        server.leave(server.wire().post(length, sent, "/left"))
    assert server.wire().get("/after").seen()
    assert "/left" not in server.began()


def test_who_leaves_while_all_threads_are_busy_starts_no_work(start: Callable[..., Server]) -> None:
    server = start(threads=1)
    held = server.wire().get("/hold")
    wait_for(lambda: server.began() == ["/hold"])
    leaving = [server.wire().get("/left"), server.wire().post(5, b"abcde", "/left")]
    staying = server.wire().post(5, b"abcde", "/stayed")
    for wire in leaving:
        server.leave(wire)
    server.go()
    assert held.seen()
    assert staying.seen()["body"] == "abcde"
    assert server.began() == ["/hold", "/stayed"]


def test_the_same_few_threads_do_all_the_work(server: Server) -> None:
    names = {server.wire().get().seen()["thread"] for _ in range(20)}
    assert len(names) <= 2


def test_every_header_of_the_answer_arrives(server: Server) -> None:
    _, headers, _ = server.wire().get().answer()
    assert headers["set-cookie"] == ["a=1", "b=2"]
    assert headers["content-type"] == ["application/json"]


def test_an_application_that_breaks_is_answered_with_500_and_tells_nothing(server: Server) -> None:
    wire = server.wire().get("/broken")
    assert wire.answer()[0] == 500
    assert wire.get().seen()


def test_a_long_answer_arrives_whole(server: Server) -> None:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=SECONDS)) as wire:
        wire.request("GET", "/long")
        answer = wire.getresponse().read()
    assert answer == b"".join(f"{number:07d}\n".encode() * 1000 for number in range(1000))


def test_an_answer_that_nobody_takes_any_more_is_not_made_any_more(start: Callable[..., Server]) -> None:
    server = start()
    wire = server.wire().get("/endless")
    wire.socket.recv(1000)
    server.leave(wire)
    wait_for(lambda: "closed" in server.notes.read_text())


def test_the_server_ends_though_bodies_are_incomplete(start: Callable[..., Server]) -> None:
    server = start(seconds=1)
    for _ in range(3):
        server.wire().post(50, b"x")
    assert server.wire().get().seen()
    assert server.process.end() == 0
