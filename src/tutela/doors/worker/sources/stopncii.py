"""StopNCII's partner API, through the client that ``threatexchange`` keeps.

A record whose ``hashStatus`` is Withdrawn or Deleted is removed. The public client compares the hash instead
of the status with these words, so it never removes one; and it passes over a record with a word that it does
not know. Of the client are used its sessions, its addresses and its feedback; what is sent is read here.

The secret is ``fetch key,subscription key``, and to give feedback ``,feedback key`` after them.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping
from typing import Any

import requests
from threatexchange.exchanges.clients.stopncii import api

from tutela.core.matching.sources import (
    BadSettings,
    Checkpoint,
    HashItem,
    NotSupported,
    Opinion,
    Page,
    Row,
    SourceInfo,
    SourceUnavailable,
    UnreadPage,
)
from tutela.doors.worker.sources import answers

PAGE_SIZES = (800, 80, 8, 1)
"""A page that cannot be read is asked for again in smaller pieces."""

CURSOR_LASTS = 1800
_BEGIN = api.StopNCIIAPI.DEFAULT_START_TIME
_KINDS = {"ImagePDQ": "pdq", "VideoMD5": "md5"}
_OTHER_SIGNALS = ("VideoTMK", "Text", "URL", "Unknown")
_LISTED, _GONE = ("Received", "Active"), ("Withdrawn", "Deleted")
_FEEDBACK = {
    Opinion.CONFIRMED: api.StopNCIICSPFeedbackValue.Blocked,
    Opinion.REFUTED: api.StopNCIICSPFeedbackValue.NotBlocked,
}


class StopNciiSource:
    """What adults have withdrawn from view, hash by hash."""

    kind = "stopncii"
    INFO = SourceInfo(
        kind="stopncii",
        title="StopNCII.org partner API v1",
        owner="SWGfL",
        settings={"base_url": "Another address of the service; for tests."},
        opinions=frozenset(_FEEDBACK),
        stale_after_days=30,
    )

    def __init__(self, settings: Mapping[str, str], secret: str) -> None:
        keys = [key.strip() for key in secret.split(",")]
        if len(keys) not in (2, 3) or not all(keys):
            raise BadSettings("secret")
        more = {api.StopNCIIEndpoint.SubmitFeedback: keys[2]} if len(keys) == 3 else {}
        self._may_tell = bool(more)
        self._client = _Client(keys[1], keys[0], more, answers.base_url(settings, api.StopNCIIAPI.BASE_URL))

    def describe(self) -> SourceInfo:
        return self.INFO

    def merge(self, _old: Row, new: Row, /) -> Row:
        """Each record is a snapshot of all that is known of it."""
        return new

    def to_hashes(self, row: Row) -> Iterator[HashItem]:
        yield HashItem(_KINDS[row["signal"]], row["value"], None, "stopncii", row["status"])

    def fetch(self, checkpoint: Checkpoint | None) -> Iterator[Page | UnreadPage]:
        begin = start = (checkpoint.at if checkpoint else 0) or _BEGIN
        inside = checkpoint.inside if checkpoint else {}
        token = inside["token"] if inside and time.time() - inside["since"] <= CURSOR_LASTS else ""
        newest, around = start, answers.Around()
        while True:
            now = int(time.time())
            try:
                read = self._read(start, token)
            except answers.PageBroken as broken:
                # Its next page is unknown too: go on behind the newest record that was seen.
                start, token = around.after(newest) if newest > begin else now, ""
                lost = start >= now
                at = Checkpoint(begin if lost else start, {}, now)
                yield UnreadPage(broken.reason, broken.digest, at)
                if lost:
                    return
                continue
            newest = max(newest, read.newest)
            last = not read.following
            at = (
                Checkpoint(read.next_start, {}, now)
                if last
                else Checkpoint(start, {"token": read.following, "since": now}, now)
            )
            yield Page(read.rows, read.deleted, at, complete_range=last, caught_up=last, unread=read.unread)
            if last:
                return
            token = read.following

    def _read(self, start: int, token: str) -> _Read:
        broken: answers.PageBroken | None = None
        for size in PAGE_SIZES:
            try:
                return _Read(self._client.page(start, token, size))
            except answers.PageBroken as one:
                broken = one
        assert broken is not None
        raise broken

    def opinion(self, _key: str, row: Row, opinion: Opinion, reason: str, /) -> str:
        if opinion not in _FEEDBACK or not self._may_tell:
            raise NotSupported
        try:
            self._client.submit_feedback(
                api.StopNCIISignalType(row["signal"]), row["value"], _FEEDBACK[opinion], {reason}
            )
        except requests.HTTPError as refused:
            status = refused.response.status_code if refused.response is not None else 0
            raise SourceUnavailable(f"http_{status}") from None
        except requests.RequestException:
            raise SourceUnavailable("unreachable") from None
        return ""


class _Read:
    """One page, read."""

    def __init__(self, page: tuple[dict[str, Any], bytes]) -> None:
        document, data = page
        records = document.get("hashRecords")
        following, more = document.get("nextPageToken") or "", document.get("hasMoreRecords")
        next_start = document.get("nextSetTimestamp")
        shaped = isinstance(records, list) and isinstance(following, str) and isinstance(more, bool)
        if not shaped or not isinstance(next_start, int) or (more and not following):
            raise answers.PageBroken("wrong_shape", data)
        self.following = following if more else ""
        self.next_start = next_start
        self.newest = 0
        self.rows: dict[str, Row] = {}
        self._deleted: set[str] = set()
        self._unread: list[str] = []
        for record in records or ():
            self._take(record if isinstance(record, dict) else {})

    @property
    def deleted(self) -> frozenset[str]:
        return frozenset(self._deleted)

    @property
    def unread(self) -> tuple[str, ...]:
        return tuple(self._unread)

    def _take(self, record: dict[str, Any]) -> None:
        signal, value, status = (record.get(name) for name in ("signalType", "hashValue", "hashStatus"))
        if signal in _OTHER_SIGNALS:
            return
        if not isinstance(value, str) or not value or signal not in _KINDS:
            self._unread.append("unknown_signal" if isinstance(value, str) else "bad_record")
            return
        if isinstance(changed := record.get("lastModtimestamp"), int):
            self.newest = max(self.newest, changed)
        key = key_of(str(signal), value)
        if status in _GONE:
            self._deleted.add(key)
            self.rows.pop(key, None)
        elif status in _LISTED:
            self.rows[key] = {"signal": signal, "value": value, "status": status}
            self._deleted.discard(key)
        else:
            self._unread.append("unknown_status")


def key_of(signal: str, value: str) -> str:
    """Return a record's key. The source's own is the hash, which must not become the name of a match."""
    return hashlib.sha256(f"{signal}:{value.lower()}".encode()).hexdigest()


class _Client(api.StopNCIIAPI):
    """The client, with its answers read by our own hands: its own log says what it was sent."""

    def __init__(self, subscription: str, fetching: str, more: dict[Any, str], base: str) -> None:
        super().__init__(subscription, fetching, more, base)

    def page(self, start: int, token: str, size: int) -> tuple[dict[str, Any], bytes]:
        params: dict[str, str | int] = {"startTimestamp": start, "pageSize": size}
        if token:
            params["nextPageToken"] = token
        endpoint = api.StopNCIIEndpoint.FetchHashes
        with self._get_session(endpoint) as session:
            data = answers.get(session, f"{self._base_url}/{endpoint.value}", params)
        return answers.as_json(data), data
