"""Meta's ThreatExchange: the updates of one privacy group, through the client that ``threatexchange`` keeps.

Updates come in the order of their times; a withdrawal is an update with ``should_delete``, which is kept
there for 90 days, so that after 85 days without a fetch everything is fetched anew. Rows without an owner or
without descriptors exist and mean that nothing is said any more. The secret is the app token.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

import requests
from threatexchange.exchanges.clients.fb_threatexchange.api import ThreatExchangeAPI, is_valid_app_token

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

PAGE_SIZES = (100, 10, 1)
FIELDS = "id,indicator,type,last_updated,should_delete,descriptors{id,owner{id},tags,status}"

_KINDS = {
    "HASH_MD5": "md5",
    "HASH_VIDEO_MD5": "md5",
    "HASH_SHA1": "sha1",
    "HASH_SHA256": "sha256",
    "HASH_PDQ": "pdq",
}
_NOT_LISTED = ("NON_MALICIOUS",)
_MOST_DESCRIPTORS = 500
_REACTIONS = {Opinion.CONFIRMED: "HELPFUL", Opinion.REFUTED: "NOT_HELPFUL", Opinion.NOT_SEEN: None}


class ThreatExchangeSource:
    """One privacy group."""

    kind = "threatexchange"
    INFO = SourceInfo(
        kind="threatexchange",
        title="ThreatExchange privacy group",
        owner="the members of the group",
        settings={
            "privacy_group": "Number of the group.",
            "base_url": "Another address of the service; for tests.",
        },
        opinions=frozenset({Opinion.CONFIRMED, Opinion.REFUTED}),
        stale_after_days=85,
    )

    def __init__(self, settings: Mapping[str, str], secret: str) -> None:
        if not is_valid_app_token(secret):
            raise BadSettings("secret")
        group = settings.get("privacy_group", "")
        if not group.isascii() or not group.isdigit():
            raise BadSettings("privacy_group")
        self._group = int(group)
        base = answers.base_url(settings, ThreatExchangeAPI._TE_BASE_URL)
        self._client = _Client(secret, endpoint_override=base)

    def describe(self) -> SourceInfo:
        return self.INFO

    def merge(self, _old: Row, new: Row, /) -> Row:
        return new

    def to_hashes(self, row: Row) -> Iterator[HashItem]:
        if row["type"] in _KINDS and any(one["status"] not in _NOT_LISTED for one in row["descriptors"]):
            tags = sorted({tag for one in row["descriptors"] for tag in one["tags"]})
            yield HashItem(_KINDS[row["type"]], row["indicator"], None, "threatexchange", ",".join(tags))

    def fetch(self, checkpoint: Checkpoint | None) -> Iterator[Page | UnreadPage]:
        begin = start = newest = checkpoint.at if checkpoint else 0
        following, around = "", answers.Around()
        while True:
            now = int(time.time())
            try:
                page = self._read(start, following)
            except answers.PageBroken as broken:
                # Everything before it has come in order: go on behind the newest that was seen.
                start, following = around.after(newest) if newest > begin else now, ""
                lost = start >= now
                yield UnreadPage(broken.reason, broken.digest, Checkpoint(newest if lost else start, {}, now))
                if lost:
                    return
                continue
            newest = max(newest, page.newest)
            last = not page.following
            # Rows come strictly by time, so what a page brings is complete up to its newest second, and that
            # second is asked for again.
            at = Checkpoint(newest, {}, now)
            yield Page(page.rows, page.deleted, at, complete_range=True, caught_up=last, unread=page.unread)
            if last:
                return
            following = page.following

    def _read(self, start: int, following: str) -> _Read:
        broken: answers.PageBroken | None = None
        for size in PAGE_SIZES:
            try:
                return _Read(*self._client.page(self._group, start, following, size))
            except answers.PageBroken as one:
                broken = one
        assert broken is not None
        raise broken

    def opinion(self, _key: str, row: Row, opinion: Opinion, _reason: str, /) -> str:
        reaction = _REACTIONS[opinion]
        if reaction is None or not row["descriptors"]:
            raise NotSupported
        for one in row["descriptors"]:
            self._client.react(one["id"], reaction)
        return ""


class _Read:
    """One page, read."""

    def __init__(self, document: dict[str, Any], data: bytes, base: str) -> None:
        records, paging = document.get("data"), document.get("paging") or {}
        following = paging.get("next", "") if isinstance(paging, dict) else None
        if not isinstance(records, list) or not isinstance(following, str):
            raise answers.PageBroken("wrong_shape", data)
        if following and not following.startswith(base + "/"):
            # The address carries the token: it is given to nobody else.
            raise answers.PageBroken("wrong_shape", data)
        self.following = following if records else ""
        self.newest = 0
        self.rows: dict[str, Row] = {}
        self._deleted: set[str] = set()
        self._unread: list[str] = []
        for record in records:
            self._take(record if isinstance(record, dict) else {})

    @property
    def deleted(self) -> frozenset[str]:
        return frozenset(self._deleted)

    @property
    def unread(self) -> tuple[str, ...]:
        return tuple(self._unread)

    def _take(self, record: dict[str, Any]) -> None:
        key, changed = str(record.get("id") or ""), record.get("last_updated")
        if not key.isdigit() or not isinstance(changed, int):
            self._unread.append("bad_record")
            return
        self.newest = max(self.newest, changed)
        descriptors = _descriptors(record.get("descriptors"))
        indicator = record.get("indicator")
        if record.get("should_delete") or not descriptors or not isinstance(indicator, str):
            self._deleted.add(key)
            self.rows.pop(key, None)
            return
        self._deleted.discard(key)
        self.rows[key] = {
            "type": str(record.get("type") or ""), "indicator": indicator, "descriptors": descriptors,
        }  # fmt: skip


def _descriptors(given: Any) -> list[dict[str, Any]]:
    """Return the descriptors that have an owner; those without are seen by mistake and come and go."""
    found = []
    rows = given.get("data") if isinstance(given, dict) else None
    for row in rows[:_MOST_DESCRIPTORS] if isinstance(rows, list) else ():
        owner = row.get("owner") if isinstance(row, dict) else None
        if not isinstance(owner, dict) or not str(row.get("id", "")).isdigit():
            continue
        tags = row.get("tags") or []
        if isinstance(tags, dict):
            tags = [tag.get("text", "") for tag in tags.get("data", []) if isinstance(tag, dict)]
        found.append(
            {
                "id": str(row["id"]),
                "owner": str(owner.get("id", ""))[:32],
                "status": str(row.get("status") or "UNKNOWN")[:32],
                "tags": [str(tag)[:64] for tag in tags][:50],
            }
        )
    return found


class _Client(ThreatExchangeAPI):
    """The client with one deadline and retries for everything; its own reading has neither."""

    def page(self, group: int, start: int, following: str, size: int) -> tuple[dict[str, Any], bytes, str]:
        url = following or f"{self._base_url}/{group}/threat_updates/"
        params: dict[str, str | int] | None = None
        if not following:
            params = {"access_token": self.api_token, "limit": size, "fields": FIELDS}
            if start:
                params["start_time"] = start
        with self._get_session() as session:  # type: ignore[no-untyped-call]
            data = answers.get(session, url, params)
        return answers.as_json(data), data, self._base_url

    def react(self, descriptor: str, reaction: str) -> None:
        try:
            with self._get_session() as session:  # type: ignore[no-untyped-call]
                answer = session.post(
                    f"{self._base_url}/{descriptor}",
                    data={"access_token": self.api_token, "reactions": reaction},
                    allow_redirects=False,
                )
            answers.sent(answer)
        except requests.RequestException:
            raise SourceUnavailable("unreachable") from None
