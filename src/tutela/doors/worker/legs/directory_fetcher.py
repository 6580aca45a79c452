"""python-tuf's way to ask for a file: through the gate, one deadline for everything, a count of files.

The length of each file is limited by whoever asks; nothing else of python-tuf's own network code is used.
"""

from __future__ import annotations

from collections.abc import Iterator

import httpcore
from tuf.api.exceptions import DownloadError, DownloadHTTPError
from tuf.ngclient.fetcher import FetcherInterface

from tutela.core.directory.metadata import Part
from tutela.doors.worker.legs.egress import Refused
from tutela.doors.worker.legs.follow import Way, follow
from tutela.doors.worker.legs.pinned import Deadline

MOST_SECONDS = 120.0


class GateFetcher(FetcherInterface):
    """python-tuf's questions, asked through the gate; remembers what was served."""

    def __init__(self, way: Way, base: str, *, most_files: int) -> None:
        self._way = way
        self._base = base
        self._deadline = Deadline(MOST_SECONDS)
        self._left = most_files
        self.served: dict[Part, bytes] = {}
        self.last: Part | None = None

    def _fetch(self, url: str) -> Iterator[bytes]:
        """Yield what lies at ``url``. Whatever goes wrong is a DownloadError, also in the middle."""
        self._left -= 1
        if self._left < 0 or self._deadline.remaining() <= 0:
            raise DownloadError("too many files, or too much time")
        part = self._part(url)
        body = b""
        try:
            with follow(self._way, "GET", url) as arrival:
                if arrival.status != 200:
                    raise DownloadHTTPError("not there", arrival.status)
                for chunk in arrival.body:
                    body += chunk if part else b""
                    yield chunk
        except (Refused, httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError):
            raise DownloadError("it did not answer") from None
        if part:
            self.served[part] = body

    def _part(self, url: str) -> Part | None:
        name = url.removeprefix(f"{self._base}metadata/").removesuffix(".json").rpartition(".")[2]
        self.last = Part(name) if name in set(Part) else None
        return self.last
