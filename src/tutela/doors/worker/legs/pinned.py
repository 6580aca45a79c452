"""A connection to an address that was checked, with one deadline for everything.

httpcore asks a *network backend* for connections. This one resolves with the node's own name servers,
connects to an address that the gate permits (no second lookup can slip another one in: DNS rebinding),
and lets no operation run past the deadline, so that a server cannot keep the worker by dripping bytes.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore

from tutela.doors.worker.legs.egress import Gate, Refused
from tutela.doors.worker.legs.names import Finder

_MOST_TRIED = 3


class Deadline:
    """A moment on the monotonic clock after which nothing more is done."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        return self._end - time.monotonic()

    def shorten(self, timeout: float | None, error: type[Exception]) -> float:
        """Return the shorter of ``timeout`` and what is left; raise ``error`` when nothing is."""
        left = self.remaining()
        if left <= 0:
            raise error("deadline")
        return left if timeout is None else min(timeout, left)


class PinnedBackend(httpcore.NetworkBackend):
    """Connects by the rules of the module; ``connected_to`` is the last address reached."""

    def __init__(self, gate: Gate, finder: Finder, deadline: Deadline) -> None:
        self._gate = gate
        self._finder = finder
        self._deadline = deadline
        self._plain = httpcore.SyncBackend()
        self.connected_to = ""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = self._permitted(host)
        last: Exception = httpcore.ConnectError("no address")
        for address in addresses[:_MOST_TRIED]:
            limit = self._deadline.shorten(timeout, httpcore.ConnectTimeout)
            try:
                stream = self._plain.connect_tcp(address, port, limit, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
                continue
            self.connected_to = address
            return _TimedStream(stream, self._deadline)
        raise last

    def _permitted(self, host: str) -> list[str]:
        found = self._finder.find(host, seconds=max(self._deadline.remaining(), 0))
        if found.error:
            raise Refused(found.error)
        permitted = [address for address in found.addresses if self._gate.permits(address)]
        if not permitted:
            raise Refused("not_allowed")
        return permitted


class _TimedStream(httpcore.NetworkStream):
    """Passes everything on, within the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.shorten(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.shorten(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        limit = self._deadline.shorten(timeout, httpcore.ConnectTimeout)
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, limit), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
