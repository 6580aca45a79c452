"""NCMEC's hash sharing, version 2, through the client that ``threatexchange`` keeps.

Entries inside a range of time come in no order, so the time moves only after the last page of the range. The
whole range up to now is asked for; when it holds more than one cursor should carry it is cut in four, and
when a page of it cannot be read, in two, down to single seconds: those are paged through however long they
are (bulk uploads), and only a second whose page cannot be read is put aside.

Of the client are used its sessions, its addresses and its votes. Its times are written here: it writes local
time and calls it UTC.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import requests
from threatexchange.exchanges.clients.ncmec import hash_api

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
from tutela.doors.worker.sources import answers, ncmec_page
from tutela.doors.worker.sources.ncmec_page import EntriesPage

CURSOR_LASTS = 12 * 3600
"""Seconds for which the address of a next page may be used."""

MOST_IN_RANGE = 200_000
BEHIND_NOW = 5
"""Seconds before now at which a range ends, because clocks differ."""

_TYPES = {"md5": "MD5", "sha1": "SHA1", "pdq": "PDQ"}


@dataclass(frozen=True, slots=True)
class _Range:
    begin: int
    end: int
    following: str = ""


class NcmecSource:
    """One environment of NCMEC's hash sharing. The secret is ``user:password``."""

    kind = "ncmec"
    INFO = SourceInfo(
        kind="ncmec",
        title="NCMEC hash sharing v2",
        owner="National Center for Missing & Exploited Children",
        settings={
            "environment": "One of: " + ", ".join(one.name for one in hash_api.NCMECEnvironment),
            "base_url": "Another address of the service; for tests.",
            "negative_reason": "Name of the reason, as listed there, with which entries are refuted.",
        },
        opinions=frozenset({Opinion.CONFIRMED, Opinion.REFUTED}),
        stale_after_days=None,
    )

    def __init__(self, settings: Mapping[str, str], secret: str) -> None:
        user, _, password = secret.partition(":")
        if not user or not password:
            raise BadSettings("secret")
        try:
            environment = hash_api.NCMECEnvironment[settings.get("environment", "NGO")]
        except KeyError:
            raise BadSettings("environment") from None
        self._environment = environment.name
        self._reason = settings.get("negative_reason", "")
        base = answers.base_url(settings, environment.value)
        self._client = _Client(user, password, environment, base)

    def describe(self) -> SourceInfo:
        return self.INFO

    def merge(self, _old: Row, new: Row, /) -> Row:
        """Always the latest state is sent; there is no history."""
        return new

    def to_hashes(self, row: Row) -> Iterator[HashItem]:
        # An entry of an "exploitative" environment proves nothing illegal: the environment goes with it.
        scheme = f"ncmec:{row['environment']}"
        for kind, value in row["fingerprints"].items():
            yield HashItem(kind, value, None, scheme, row.get("classification") or "")

    def fetch(self, checkpoint: Checkpoint | None) -> Iterator[Page | UnreadPage]:
        start, goal = checkpoint.at if checkpoint else 0, int(time.time()) - BEHIND_NOW
        now = _resumed(checkpoint) or _Range(start, goal)
        if now.begin >= goal:
            yield Page({}, frozenset(), Checkpoint(start, {}, goal), complete_range=True, caught_up=True)
        while now.begin < goal:
            length = now.end - now.begin
            try:
                first = self._client.page(now)
                if not now.following and first.in_range > MOST_IN_RANGE and length > 1:
                    now = _Range(now.begin, now.begin + max(1, length // 4))
                    continue
                yield from self._pages(now, first, goal)
            except answers.PageBroken as broken:
                if length > 1:
                    now = _Range(now.begin, now.begin + max(1, length // 2))
                    continue
                yield UnreadPage(broken.reason, broken.digest, Checkpoint(now.end, {}, goal))
            # Grow slower than it was cut, so that a crowded time is not asked for in vain again and again.
            now = _Range(now.end, min(goal, now.end + max(1, length * 2)))

    def _pages(self, of: _Range, page: EntriesPage, goal: int) -> Iterator[Page]:
        """Yield the pages of a range, ``page`` the first; the time moves with the last."""
        while True:
            inside = {"next": page.following, "to": of.end, "since": int(time.time())}
            last = not page.following
            yield Page(
                upserts={key: {**row, "environment": self._environment} for key, row in page.rows.items()},
                deletes=page.deleted,
                checkpoint=Checkpoint(of.end if last else of.begin, {} if last else inside, goal),
                complete_range=last,
                caught_up=last and of.end >= goal,
                unread=page.unread,
            )
            if last:
                return
            page = self._client.page(_Range(of.begin, of.end, page.following))

    def opinion(self, _key: str, row: Row, opinion: Opinion, _reason: str, /) -> str:
        if opinion not in self.INFO.opinions:
            raise NotSupported
        for kind in row["fingerprints"]:
            self._client.vote(row, hash_api.FingerprintType[kind], opinion, self._reason)
        return ""


def _resumed(checkpoint: Checkpoint | None) -> _Range | None:
    """Return the range that a worker left in the middle, while the address of its next page is valid."""
    inside = checkpoint.inside if checkpoint else {}
    if not checkpoint or not inside or time.time() - inside["since"] > CURSOR_LASTS:
        return None
    return _Range(checkpoint.at, inside["to"], inside["next"])


class _Client(hash_api.NCMECHashAPI):
    """The client with its addresses in UTC and its answers read by our own hands."""

    def __init__(self, user: str, password: str, environment: Any, base: str) -> None:
        super().__init__(user, password, environment)
        self._base_url = base

    def page(self, of: _Range) -> EntriesPage:
        url = f"{self._base_url}/{self.VERSION}/entries"
        params: dict[str, str | int] | None = {"from": _utc(of.begin), "to": _utc(of.end)}
        if of.following:
            url, params = self._base_url + of.following, None
        with self._get_session() as session:
            return ncmec_page.read(answers.get(session, url, params))

    def vote(self, row: Row, kind: Any, opinion: Opinion, reason: str) -> None:
        up = opinion is Opinion.CONFIRMED
        try:
            guid = None if up else self._guid(kind, reason)
            self.submit_feedback(
                row["member"],
                quote(row["entry"], safe=""),
                kind,
                hash_api.FeedbackType.upvote if up else hash_api.FeedbackType.downvote,
                guid,
            )
        except requests.HTTPError as refused:
            status = refused.response.status_code if refused.response is not None else 0
            raise SourceUnavailable(f"http_{status}") from None
        except requests.RequestException:
            raise SourceUnavailable("unreachable") from None

    def _guid(self, kind: Any, reason: str) -> str:
        """Return the reason's id, which differs between fingerprints and environments."""
        offered: dict[str, str] = self.feedback_reasons(kind)
        named = [guid for guid, name in offered.items() if name == reason]
        if not named and len(offered) == 1:
            named = list(offered)
        if len(named) != 1:
            raise NotSupported
        return named[0]


def _utc(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
