"""The other side of ``bench/serve.py``: clients that cost the machine under test as little as can be.

One process, many connections, each of which sends its next request when its answer is there. Requests are
written beforehand; of an answer, its length and its status are read.
"""

from __future__ import annotations

import random
import re
import select
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

_LENGTH = re.compile(rb"(?i)\r\ncontent-length: (\d+)\r\n")


@dataclass
class Taken:
    """What came back."""

    seconds: float
    answers: int = 0
    failed: int = 0
    found: int = 0
    latencies: list[float] = field(default_factory=list)

    def figures(self, fingerprints_a_request: int = 1) -> dict[str, float]:
        """Return what is said about it."""
        ordered = sorted(self.latencies)

        def at(part: float) -> float:
            return round(1000 * ordered[min(len(ordered) - 1, int(part * len(ordered)))], 3)

        return {
            "lookups_a_second": round(self.answers * fingerprints_a_request / self.seconds, 1),
            "median_ms": at(0.5),
            "p99_ms": at(0.99),
            "failed": self.failed,
            "with_a_match": self.found,
        }


class _Connection:
    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.answer = b""
        self.wanted = 0
        self.began = 0.0

    def send(self, request: bytes) -> None:
        self.answer, self.wanted = b"", 0
        self.began = time.perf_counter()
        self.socket.sendall(request)

    def take(self) -> bytes | None:
        """Read what is there and return the answer when it is whole."""
        piece = self.socket.recv(1 << 20)
        if not piece:
            raise ConnectionError("the server closed the connection")
        self.answer += piece
        if not self.wanted:
            end = self.answer.find(b"\r\n\r\n")
            if end < 0:
                return None
            found = _LENGTH.search(self.answer, 0, end + 4)
            if found is None:
                raise RuntimeError("an answer without a length")
            self.wanted = end + 4 + int(found[1])
        return self.answer if len(self.answer) >= self.wanted else None


def closed_loop(
    port: int,
    requests: Sequence[bytes],
    *,
    connections: int,
    seconds: float,
    matched: Callable[[bytes], bool],
) -> Taken:
    """Ask as fast as is answered for ``seconds``, and wait for the answers that are still on their way."""
    poll = select.epoll()
    every = {}
    for _ in range(connections):
        one = _Connection(port)
        every[one.socket.fileno()] = one
        poll.register(one.socket.fileno(), select.EPOLLIN)
    choose = random.Random(7).randrange
    began = time.perf_counter()
    for one in every.values():
        one.send(requests[choose(len(requests))])
    taken = Taken(0.0)
    waiting = connections
    while waiting:
        for number, _ in poll.poll(1):
            one = every[number]
            answer = one.take()
            if answer is None:
                continue
            now = time.perf_counter()
            taken.latencies.append(now - one.began)
            if answer.startswith(b"HTTP/1.1 200"):
                taken.answers += 1
                taken.found += matched(answer)
            else:
                taken.failed += 1
            if now - began < seconds:
                one.send(requests[choose(len(requests))])
            else:
                waiting -= 1
    taken.seconds = time.perf_counter() - began
    for one in every.values():
        one.socket.close()
    return taken
