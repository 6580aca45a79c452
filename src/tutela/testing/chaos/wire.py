"""The wire to one node's partners' door: a real HTTP server that hands on, and misbehaves when told.

It does what a bad network, or somebody in the middle of one, can do to requests of the exchange without
keys: lose, delay, repeat, reorder and alter them, and cut a connection off at any byte.
"""

from __future__ import annotations

import http.client
import random
import socket
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tutela.core.protocol import batches
from tutela.core.protocol.errors import BrokenBatch

INBOX = "/exchange/v1/inbox"
MOST_KEPT = 60
SECONDS = 20


@dataclass(frozen=True, slots=True)
class Sent:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answered:
    """What the door answered."""

    status: int
    headers: dict[str, str]
    body: bytes


class CutOff(Exception):  # noqa: N818
    """The connection ends here, without an answer or in the middle of it."""


class _Handler(BaseHTTPRequestHandler):
    wire: Wire
    protocol_version = "HTTP/1.1"
    timeout = SECONDS

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        kept = {name: value for name, value in self.headers.items() if name.lower() != "host"}
        try:
            answered = self.wire.carry(Sent(self.command, self.path, kept, body))
        except (OSError, http.client.HTTPException, CutOff):
            self.close_connection = True
            return
        self._say(answered)

    do_POST = do_GET  # noqa: N815
    do_DELETE = do_GET  # noqa: N815

    def _say(self, answered: Answered) -> None:
        self.send_response(answered.status)
        for name, value in answered.headers.items():
            self.send_header(name, value)
        length = len(answered.body)
        if self.wire.cuts_answer():
            self.close_connection = True
            answered = Answered(answered.status, {}, answered.body[: length // 2])
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(answered.body)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        """Who called may be killed while it is answered."""


@dataclass
class Wire:
    """``port`` is the door's. ``moods`` are taken one for each request to the inbox; then it is good again.

    ``met`` counts what was done, so that a test can see that it happened.
    """

    port: int
    kill: Callable[[], None] = lambda: None
    network: str = "127.0.0.1"
    down: bool = False
    moods: deque[str] = field(default_factory=deque)
    met: Counter[str] = field(default_factory=Counter)
    kept: deque[Sent] = field(default_factory=lambda: deque(maxlen=MOST_KEPT))
    random: random.Random = field(default_factory=random.Random)

    def __post_init__(self) -> None:
        self._cut = threading.local()
        self._server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"wire": self}))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def heal(self) -> None:
        """Carry everything from now on."""
        self.down = False
        self.moods.clear()

    def cuts_answer(self) -> bool:
        """Whether the answer that is being written ends in its middle."""
        cut, self._cut.now = getattr(self._cut, "now", False), False
        return cut

    def carry(self, sent: Sent) -> Answered:
        """Hand one request on, in the mood of the moment.

        Raises:
            CutOff, OSError, HTTPException: there is no answer.
        """
        if self.down:
            self.met["down"] += 1
            raise CutOff
        if sent.path != INBOX:
            return self.hand_on(sent)
        self.kept.append(sent)
        try:
            mood = self.moods.popleft()
        except IndexError:
            return self.hand_on(sent)
        self.met[mood] += 1
        answered: Answered = getattr(self, f"_{mood}")(sent)
        return answered

    def hand_on(self, sent: Sent) -> Answered:
        """Hand a request to the door as it is."""
        link = self._link()
        try:
            link.request(sent.method, sent.path, sent.body or None, sent.headers)
            said = link.getresponse()
            kept = {
                name: value
                for name, value in said.getheaders()
                if name.lower() in ("content-type", "retry-after", "tutela-ids")
            }
            return Answered(said.status, kept, said.read())
        finally:
            link.close()

    def _link(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=SECONDS, source_address=(self.network, 0)
        )

    def again(self) -> int | None:
        """Hand on once more a request that went by earlier; returns the status."""
        if not self.kept:
            return None
        self.met["again"] += 1
        return self.hand_on(self.random.choice(self.kept)).status

    def _lost(self, _sent: Sent) -> Answered:
        raise CutOff

    def _late(self, sent: Sent) -> Answered:
        """Whoever sent it thinks that it was lost; it arrives a little later, perhaps after the next one."""
        timer = threading.Timer(self.random.uniform(0.02, 0.4), self._quietly, [sent])
        timer.daemon = True
        timer.start()
        raise CutOff

    def _quietly(self, sent: Sent) -> None:
        try:
            self.hand_on(sent)
        except (OSError, http.client.HTTPException):
            return

    def _slow(self, sent: Sent) -> Answered:
        time.sleep(self.random.uniform(0.02, 0.3))
        return self.hand_on(sent)

    def _cut_request(self, sent: Sent) -> Answered:
        """The door sees the first part of a body, then nothing more."""
        end = self.random.randrange(len(sent.body))
        with socket.create_connection(("127.0.0.1", self.port), SECONDS) as link:
            head = f"POST {INBOX} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            head += f"Content-Type: {batches.MEDIA_TYPE}\r\nContent-Length: {len(sent.body)}\r\n\r\n"
            link.sendall(head.encode() + sent.body[:end])
        raise CutOff

    def _cut_answer(self, sent: Sent) -> Answered:
        answered = self.hand_on(sent)
        self._cut.now = True
        return answered

    def _unanswered(self, sent: Sent) -> Answered:
        self.hand_on(sent)
        raise CutOff

    def _twice(self, sent: Sent) -> Answered:
        self.hand_on(sent)
        return self.hand_on(sent)

    def _at_once(self, sent: Sent) -> Answered:
        """The same request twice at the same moment, over two connections."""
        other = threading.Thread(target=self._quietly, args=[sent])
        other.start()
        try:
            return self.hand_on(sent)
        finally:
            other.join()

    def _shuffled(self, sent: Sent) -> Answered:
        """Each envelope in a request of its own, in another order, answered as one."""
        return self._one_by_one(sent, most=len(_split(sent)))

    def _shuffled_and_cut(self, sent: Sent) -> Answered:
        """The same, but only some of them arrive, and nobody answers."""
        pieces = len(_split(sent))
        self._one_by_one(sent, most=self.random.randint(1, pieces))
        raise CutOff

    def _one_by_one(self, sent: Sent, most: int) -> Answered:
        pieces = list(enumerate(_split(sent)))
        self.random.shuffle(pieces)
        results: list[tuple[bytes, str]] = [(b"", "")] * len(pieces)
        answered = Answered(503, {}, b"")
        for place, envelope in pieces[:most]:
            answered = self.hand_on(Sent(sent.method, sent.path, _plain(sent), batches.join([envelope])))
            if answered.status != 200:
                return answered
            results[place] = _only(answered, envelope)
        if most < len(pieces):
            return answered
        return Answered(200, answered.headers, batches.results_to_bytes(results))

    def _altered(self, sent: Sent) -> Answered:
        """One bit of one envelope arrives as another one."""
        return self.hand_on(Sent(sent.method, sent.path, sent.headers, alter(sent.body, self.random)))

    def _killed_before(self, _sent: Sent) -> Answered:
        self.kill()
        raise CutOff

    def _killed_meanwhile(self, sent: Sent) -> Answered:
        going = threading.Thread(target=self._quietly, args=[sent])
        going.start()
        time.sleep(self.random.uniform(0, 0.04))
        self.kill()
        going.join()
        raise CutOff

    def _killed_after(self, sent: Sent) -> Answered:
        self.hand_on(sent)
        self.kill()
        raise CutOff


MOODS = tuple(
    name.removeprefix("_")
    for name in (
        "_lost", "_late", "_slow", "_cut_request", "_cut_answer", "_unanswered", "_twice", "_at_once",
        "_shuffled", "_shuffled_and_cut", "_altered", "_killed_before", "_killed_meanwhile", "_killed_after",
    )
)  # fmt: skip


def _split(sent: Sent) -> tuple[bytes, ...]:
    try:
        return batches.split(sent.body)
    except BrokenBatch:
        return (sent.body,)


def _plain(sent: Sent) -> dict[str, str]:
    """Return the headers without the length, which another body has anew."""
    return {name: value for name, value in sent.headers.items() if name.lower() != "content-length"}


def _only(answered: Answered, envelope: bytes) -> tuple[bytes, str]:
    import hashlib

    digest = hashlib.sha256(envelope).digest()
    (code,) = batches.read_results(answered.body, digests=[digest])
    return digest, code


def alter(data: bytes, chance: random.Random) -> bytes:
    """Return ``data`` with one bit turned over, past its first four bytes."""
    at = chance.randrange(4, len(data))
    return data[:at] + bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 :]
