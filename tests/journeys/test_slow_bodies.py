"""Forms that are sent slowly, cut off or far too long, to doors that no reverse proxy stands before.

What must hold: who sends honestly is answered while others dribble, what was not whole is nothing, and who
is refused reads a page of the door.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tutela.config.bodies import MOST_INCOMPLETE
from tutela.doors.cli.visitor import Visitor
from tutela.testing.nodes import Node
from tutela.testing.processes import SECONDS, wait_for

pytestmark = pytest.mark.processes

DOORS = {"site": "/en/", "provider": "/n/" + "A" * 43 + "/", "desk": "/sign-in/"}
FORM = "Content-Type: application/x-www-form-urlencoded"
CODE = r"(\d{4} \d{4} \d{4} \d{4} \d{4})"


@pytest.fixture(scope="module")
def node(make_node: Callable[..., Node]) -> Iterator[Node]:
    """All three web doors, each with the threads and workers that a new node has."""
    with make_node() as made:
        yield made.start(*DOORS)


class Slow:
    """A connection that begins a form and goes on with it a byte at a time."""

    def __init__(self, node: Node, door: str, length: int = 1000) -> None:
        where = urlsplit(node.url(door))
        self.socket = socket.create_connection((where.hostname, where.port), timeout=SECONDS)
        head = (f"POST {DOORS[door]} HTTP/1.1", f"Host: {where.netloc}", f"Content-Length: {length}", FORM)
        self.socket.sendall("\r\n".join((*head, "", "places=")).encode())

    def dribble(self) -> None:
        self.socket.sendall(b"a")

    @property
    def waits(self) -> bool:
        """The door has neither answered nor hung up."""
        self.socket.setblocking(False)
        try:
            self.socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except ConnectionResetError:
            return False
        else:
            return False
        finally:
            self.socket.settimeout(SECONDS)

    def answer(self) -> tuple[int, str]:
        answer = http.client.HTTPResponse(self.socket)
        answer.begin()
        return answer.status, answer.read().decode()


@pytest.fixture
def slow(node: Node) -> Iterator[Callable[..., list[Slow]]]:
    opened: list[Slow] = []

    def open_some(number: int, door: str = "site") -> list[Slow]:
        found = [Slow(node, door) for _ in range(number)]
        opened.extend(found)
        return found

    yield open_some
    for one in opened:
        one.socket.close()


def report(node: Node, place: str) -> str:
    """Hand in a report as a visitor does, and return its code."""
    with contextlib.closing(Visitor("reporter", node.url("site"))) as reporter:
        reporter.open("/en/").send("places", places=f"https://files.example.org/{place}")
        return reporter.find(CODE)


def test_a_reporter_is_answered_while_forty_connections_dribble(
    node: Node, slow: Callable[..., list[Slow]]
) -> None:
    senders = slow(40)
    for number in range(3):
        for sender in senders:
            sender.dribble()
        assert report(node, f"honest-{number}")
    assert all(sender.waits for sender in senders)


@pytest.mark.parametrize("door", DOORS)
def test_no_door_is_shut_by_slow_senders(node: Node, slow: Callable[..., list[Slow]], door: str) -> None:
    senders = slow(40, door)
    answer = httpx.get(node.url(door) + DOORS[door], timeout=SECONDS, trust_env=False)
    assert "<h1" in answer.text
    assert all(sender.waits for sender in senders)


def test_those_that_took_longest_give_way_with_a_page_and_leave_nothing(
    node: Node, slow: Callable[..., list[Slow]]
) -> None:
    before = node.count("receipts_submission")
    senders = slow(MOST_INCOMPLETE + 6)
    assert report(node, "among-many")
    answers = [sender.answer() for sender in senders[:6]]
    assert {status for status, _ in answers} == {408}
    assert all("Nothing was stored" in page for _, page in answers)
    assert all(sender.waits for sender in senders[-40:])
    assert node.count("receipts_submission") == before + 1


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
@pytest.mark.parametrize(
    ("door", "sentence"), [("site", "This is too much at once"), ("desk", "Nothing was changed")]
)
def test_ten_megabytes_get_413_and_a_page_of_the_door(
    node: Node, door: str, sentence: str, content_type: str
) -> None:
    where = urlsplit(node.url(door)).netloc
    with contextlib.closing(http.client.HTTPConnection(where, timeout=SECONDS)) as wire:
        wire.request("GET", DOORS[door])
        shown = wire.getresponse()
        shown.read()
        headers = {"Content-Type": content_type, "Cookie": shown.headers.get("Set-Cookie", "").split(";")[0]}
        wire.request("POST", DOORS[door], b"a" * 10_000_000, headers)
        answer = wire.getresponse()
        assert answer.status == 413
        assert sentence in answer.read().decode()


def test_a_form_that_breaks_off_is_nothing_and_the_site_goes_on(
    node: Node, slow: Callable[..., list[Slow]]
) -> None:
    before = node.count("receipts_submission")
    for sender in slow(5):
        sender.socket.close()
    assert report(node, "after-those")
    assert node.count("receipts_submission") == before + 1


def test_a_server_killed_under_slow_forms_comes_back(node: Node, slow: Callable[..., list[Slow]]) -> None:
    senders = slow(5)
    before, process = node.count("receipts_submission"), node.processes["site"]
    assert all(sender.waits for sender in senders)
    workers = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    for pid in workers:
        if b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(int(pid), signal.SIGKILL)
    wait_for(lambda: not any(sender.waits for sender in senders))
    wait_for(lambda: node._answers("site", ready=True))
    assert report(node, "after-the-kill")
    assert node.count("receipts_submission") == before + 1
    assert process.runs
