"""The other side of ``bench/intake.py``: visitors that cost the machine under test as little as can be.

A request is written beforehand, sent over a plain socket and answered with a page that is read whole and
looked through for its code. A fifth of a millisecond of processor time goes into one report, so that what is
measured is the site.
"""

from __future__ import annotations

import os
import re
import secrets
import socket
import urllib.parse
from pathlib import Path

_TOKEN = re.compile(rb'name="token" value="([^"]+)"')
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: (\d+)\r\n")
_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


class Sender:
    """One connection that fetches forms and sends them."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def form(self) -> bytes:
        """Fetch a fresh form and return the request that sends it, filled in, from a network of its own."""
        found = _TOKEN.search(self._ask(_request("GET")))
        if found is None:
            raise RuntimeError("the page has no form")
        places = f"https://files.example.org/{secrets.token_hex(8)} and https://www.example.net/{secrets.token_hex(4)}"
        return _request("POST", step="report", token=found[1].decode(), places=places)

    def report(self, request: bytes) -> None:
        """Send a report and read its page with the code."""
        answer = self._ask(request)
        if not answer.startswith(b"HTTP/1.1 200") or b'id="code-digits"' not in answer:
            raise RuntimeError(f"a report was answered with {answer[:80]!r}")

    def _ask(self, request: bytes) -> bytes:
        self._socket.sendall(request)
        answer = b""
        while (begin := answer.find(b"\r\n\r\n") + 4) < 4:
            answer += self._piece()
        found = _LENGTH.search(answer, 0, begin)
        if found is None:
            raise RuntimeError("an answer without a length")
        while len(answer) < begin + int(found[1]):
            answer += self._piece()
        return answer

    def _piece(self) -> bytes:
        piece = self._socket.recv(1 << 16)
        if not piece:
            raise ConnectionError("the site closed the connection")
        return piece


def _request(method: str, **fields: str) -> bytes:
    body = urllib.parse.urlencode(fields)
    network = f"198.{secrets.randbelow(200) + 18}.{secrets.randbelow(250)}.7"
    lines = [f"{method} /en/ HTTP/1.1", "Host: localhost", f"X-Forwarded-For: {network}"]
    if fields:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", body]).encode()


def processor_seconds(pid: int) -> float:
    """Return what a process and its children took of the processors so far (proc(5), stat)."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        times = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:15]
    except OSError:
        return 0.0
    own = sum(map(int, times)) / _TICKS_A_SECOND
    return own + sum(processor_seconds(int(child)) for child in children)
