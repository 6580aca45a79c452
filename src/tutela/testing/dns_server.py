"""A name server on the loopback: answers as told, and can fail in every way the worker must survive."""

from __future__ import annotations

import functools
import ipaddress
import itertools
import socketserver
import threading
from collections.abc import Callable, Iterable
from typing import Any, Self

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

Asked = tuple[str, str]
_Reply = Callable[[dns.message.QueryMessage], bytes | None]


class NameServer:
    """A real UDP name server on ``127.0.0.1`` whose zone is what the test says. Unknown names do not exist.

    Use as a context manager; ``address`` (``"127.0.0.1:port"``) goes into ``checks.nameservers``::

        with NameServer() as names:
            names.answer("files.example.org", "198.51.100.7")
            names.answer_in_turn("rebind.example.org", ["198.51.100.7"], ["127.0.0.1"])
            names.hang("slow.example.org")

    ``asked`` lists every question as ``(name, type)`` in the order it came.
    """

    def __init__(self, port: int = 0) -> None:
        self.asked: list[Asked] = []
        self._replies: dict[str, _Reply] = {}
        owner = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                data, sock = self.request
                reply = owner._reply(data)
                if reply is not None:
                    sock.sendto(reply, self.client_address)

        self._server = socketserver.ThreadingUDPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def address(self) -> str:
        """``host:port`` as ``node.toml`` writes it."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stop answering and give the port back."""
        self._server.shutdown()
        self._server.server_close()

    def answer(self, name: str, *addresses: str, via: Iterable[str] = ()) -> None:
        """Answer ``name`` with these IPv4 and IPv6 addresses, through the CNAMEs in ``via``."""
        chain = [name, *via]
        self._replies[_plain(name)] = lambda query: _answered(query, chain, addresses)

    def answer_in_turn(self, name: str, *turns: Iterable[str]) -> None:
        """Give the first answer, then the next, the last one ever after: DNS rebinding.

        A turn ends with the A question, so that a lookup of A and AAAA sees one turn.
        """
        remaining = itertools.chain([tuple(turn) for turn in turns], itertools.repeat(tuple(turns[-1])))
        now: dict[str, Any] = {"turn": ()}

        def reply(query: dns.message.QueryMessage) -> bytes:
            if query.question[0].rdtype == dns.rdatatype.A:
                now["turn"] = next(remaining)
            return _answered(query, [name], now["turn"])

        self._replies[_plain(name)] = reply

    def lie(self, name: str, about: str, *addresses: str) -> None:
        """Answer a question about ``name`` with records of ``about``, as a forger off the path would."""
        self._replies[_plain(name)] = lambda query: _answered(query, [about], addresses)

    def loop_back(self, name: str, other: str) -> None:
        """Point ``name`` and ``other`` at each other, for ever."""
        for first, second in ((name, other), (other, name)):
            self._replies[_plain(first)] = functools.partial(_circle, first, second)

    def hang(self, name: str, *, only: str = "") -> None:
        """Hear the question and never answer; ``only`` the ones of a type (``"AAAA"``) when given."""
        before = self._replies.get(_plain(name))

        def reply(query: dns.message.QueryMessage) -> bytes | None:
            kind = dns.rdatatype.to_text(query.question[0].rdtype)
            return before(query) if before and only and kind != only else None

        self._replies[_plain(name)] = reply

    def fail(self, name: str) -> None:
        """Answer SERVFAIL."""
        self._replies[_plain(name)] = lambda query: _refused(query, dns.rcode.SERVFAIL)

    def babble(self, name: str) -> None:
        """Answer with bytes that are not DNS."""
        self._replies[_plain(name)] = lambda query: query.id.to_bytes(2, "big") + b"\xff" * 40

    def forget(self, name: str) -> None:
        """Let ``name`` not exist (NXDOMAIN)."""
        self._replies.pop(_plain(name), None)

    def _reply(self, data: bytes) -> bytes | None:
        try:
            query = dns.message.from_wire(data)
        except dns.exception.DNSException:
            return None
        if not isinstance(query, dns.message.QueryMessage) or not query.question:
            return None
        question = query.question[0]
        name = _plain(question.name.to_text())
        self.asked.append((name, dns.rdatatype.to_text(question.rdtype)))
        reply = self._replies.get(name)
        return _refused(query, dns.rcode.NXDOMAIN) if reply is None else reply(query)


def _plain(name: str) -> str:
    return name.rstrip(".").lower()


def _refused(query: dns.message.QueryMessage, code: dns.rcode.Rcode) -> bytes:
    response = dns.message.make_response(query, recursion_available=True)
    response.set_rcode(code)
    return response.to_wire()


def _answered(query: dns.message.QueryMessage, chain: list[str], addresses: Iterable[str]) -> bytes:
    response = dns.message.make_response(query, recursion_available=True)
    for alias, target in itertools.pairwise(chain):
        response.answer.append(_alias(alias, target))
    wanted = query.question[0].rdtype
    version = {dns.rdatatype.A: 4, dns.rdatatype.AAAA: 6}.get(wanted)
    fitting = [address for address in addresses if ipaddress.ip_address(address).version == version]
    if fitting:
        response.answer.append(
            dns.rrset.from_text_list(f"{_plain(chain[-1])}.", 5, "IN", dns.rdatatype.to_text(wanted), fitting)
        )
    return response.to_wire()


def _circle(first: str, second: str, query: dns.message.QueryMessage) -> bytes:
    response = dns.message.make_response(query, recursion_available=True)
    for alias, target in ((first, second), (second, first)):
        response.answer.append(_alias(alias, target))
    return response.to_wire()


def _alias(name: str, target: str) -> dns.rrset.RRset:
    return dns.rrset.from_text(f"{_plain(name)}.", 5, "IN", "CNAME", f"{_plain(target)}.")
