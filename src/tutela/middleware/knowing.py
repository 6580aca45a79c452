"""Who knows: an index folder on this machine, or a match service elsewhere, asked in the same way."""

from __future__ import annotations

import http.client
import json
import threading
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from tutela.core.matching import index
from tutela.core.matching.errors import IndexBroken, NoIndex, UnknownList
from tutela.core.matching.fingerprints import Fingerprint
from tutela.core.matching.verdicts import Verdict

MOST_ANSWER_BYTES = 1024 * 1024


class CannotAsk(Exception):  # noqa: N818 - an answer: nobody could be asked
    """Whether a fingerprint is known could not be found out; ``reason`` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Match:
    """An entry that an upload matches, and where it comes from."""

    list: str
    entry: str
    kind: str
    distance: int
    origin: str
    legal_basis: str
    handling: str
    scheme: str
    classification: str


class Knowing(Protocol):
    """Something that can be asked whether fingerprints are known. Any thread may ask."""

    def matches(self, fingerprints: Sequence[Fingerprint]) -> list[Match]:
        """Return what counts as a match, nearest first.

        Raises:
            CannotAsk: it cannot be found out now.
        """
        ...


class LocalIndex:
    """An index folder on this machine. It may come later, and be changed while it is asked."""

    def __init__(self, folder: Path, *, lists: Collection[str] | None = None) -> None:
        self._folder = folder
        self._lists = lists
        self._opening = threading.Lock()
        self._opened: index.Index | None = None

    def matches(self, fingerprints: Sequence[Fingerprint]) -> list[Match]:
        """Look up in the index."""
        try:
            opened = self._open()
            verdicts = opened.lookup(fingerprints, lists=self._lists)
        except NoIndex:
            raise CannotAsk("no_index") from None
        except IndexBroken:
            raise CannotAsk("index_broken") from None
        except UnknownList:
            raise CannotAsk("unknown_list") from None
        return _of_verdicts(verdicts, opened)

    def close(self) -> None:
        """Let go of the index."""
        if self._opened is not None:
            self._opened.close()

    def _open(self) -> index.Index:
        with self._opening:
            if self._opened is None:
                self._opened = index.open_index(self._folder, threads=1)
            return self._opened


class MatchService:
    """A match service elsewhere. Fingerprints go there, files never do."""

    def __init__(
        self, address: str, key: str, *, lists: Sequence[str] | None = None, seconds_to_wait: float = 3.0
    ) -> None:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("address is http:// or https:// and a host")
        self._secure = parts.scheme == "https"
        self._host, self._port = parts.hostname, parts.port
        self._path = parts.path.rstrip("/") + "/v1/lookup"
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self._lists = list(lists) if lists is not None else None
        self._seconds_to_wait = seconds_to_wait
        self._idle: deque[http.client.HTTPConnection] = deque()

    def matches(self, fingerprints: Sequence[Fingerprint]) -> list[Match]:
        """Ask the service; a connection that it closed meanwhile is opened again once."""
        rows = [{"kind": one.kind.value, "value": one.text, "quality": one.quality} for one in fingerprints]
        asked: dict[str, Any] = {"fingerprints": rows}
        if self._lists is not None:
            asked["lists"] = self._lists
        told = self._ask(json.dumps(asked).encode())
        try:
            found = [_match(hit) for verdict in told["verdicts"] for hit in verdict["hits"] if hit["counts"]]
            # One that was refused there (a degenerate digest) matches nothing; fewer answers than questions
            # are no answer.
            if len(told["verdicts"]) != len(rows):
                raise CannotAsk("bad_answer")
        except (KeyError, TypeError, ValueError):
            raise CannotAsk("bad_answer") from None
        return sorted(found, key=lambda one: one.distance)

    def close(self) -> None:
        """Close the connections that wait for the next question."""
        while self._idle:
            self._idle.pop().close()

    def _ask(self, body: bytes) -> Any:
        while True:
            # A connection that waited may have been closed by the service; a new one has no such excuse.
            waited = bool(self._idle)
            connection = self._take()
            try:
                connection.request("POST", self._path, body, self._headers)
                answer = connection.getresponse()
                data = answer.read(MOST_ANSWER_BYTES + 1)
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                if waited and not isinstance(error, TimeoutError):
                    continue
                raise CannotAsk("no_answer") from None
            if answer.will_close or len(data) > MOST_ANSWER_BYTES:
                connection.close()
            else:
                self._idle.append(connection)
            if answer.status != 200:
                raise CannotAsk(f"status_{answer.status}")
            try:
                return json.loads(data)
            except ValueError:
                raise CannotAsk("bad_answer") from None

    def _take(self) -> http.client.HTTPConnection:
        try:
            return self._idle.pop()
        except IndexError:
            kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
            return kind(self._host, self._port, timeout=self._seconds_to_wait)


def _of_verdicts(verdicts: Sequence[Verdict], opened: index.Index) -> list[Match]:
    hits = [hit for verdict in verdicts for hit in verdict.hits if hit.counts]
    if not hits:
        return []
    lists = {one.name: one for one in opened.lists()}
    found = []
    for hit in sorted(hits, key=lambda one: one.distance):
        of = lists.get(hit.list)
        origin = (of.origin, of.legal_basis, of.handling, of.scheme) if of else ("", "", "", "")
        found.append(Match(hit.list, hit.entry, hit.kind.value, hit.distance, *origin, hit.classification))
    return found


def _match(hit: Mapping[str, Any]) -> Match:
    told = hit["classification"]
    return Match(
        str(hit["list"]), str(hit["entry"]), str(hit["kind"]), int(hit["distance"]), str(hit["origin"]),
        str(hit["legal_basis"]), str(hit["handling"]), str(told["scheme"]), str(told["value"]),
    )  # fmt: skip
