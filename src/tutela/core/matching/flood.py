"""Floods: an entry that suddenly matches far more than it used to stops counting until somebody looks.

One bad row in a source's list, such as the fingerprint of a placeholder or of a blank page, can hit every
second upload of a platform. Such an entry goes on being found and shown, with its counts; it no longer
decides. Only likeness is quarantined: an identical digest (``sha256``, ``sha1``, ``md5``) never is, because
nothing but that very file has it.

Pure: who counts, and where the counts are kept between processes, is the caller's affair.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import fmean

from tutela.core.matching.fingerprints import Kind
from tutela.core.matching.verdicts import Reason, Verdict

EntryKey = tuple[str, str]
"""List and entry."""


@dataclass(frozen=True, slots=True)
class FloodRule:
    """When matches are a flood: at least ``least`` within a window, and ``factor`` times what is usual.

    What is usual is the mean over the ``remembered`` windows before, quiet ones included. An entry that
    somebody looked at and released is not judged again for ``trusted`` windows. ``least`` 0 switches the
    rule off.
    """

    window_seconds: int = 3600
    least: int = 1000
    factor: float = 20.0
    remembered: int = 168
    trusted: int = 24

    def window_of(self, at: float) -> int:
        """Return the number of the window that holds the moment ``at`` (seconds since 1970)."""
        return int(at // self.window_seconds)


@dataclass(frozen=True, slots=True)
class Flood:
    """An entry that floods: how often it matched within ``window``, and how often it does as a rule."""

    list: str
    entry: str
    window: int
    matches: int
    baseline: float


def judge_flood(
    key: EntryKey, counts: Mapping[int, int], window: int, rule: FloodRule, *, since: int | None = None
) -> Flood | None:
    """Return the flood that ``counts`` (window → matches) show in ``window``, or None.

    ``since`` is the window in which counting began; windows before it say nothing about what is usual.
    """
    matches = counts.get(window, 0)
    if not rule.least or matches < rule.least:
        return None
    first = max(window - rule.remembered, window if since is None else since)
    earlier = [counts.get(number, 0) for number in range(first, window)]
    baseline = fmean(earlier) if earlier else 0.0
    return Flood(*key, window, matches, baseline) if matches > rule.factor * baseline else None


def matches_of(verdicts: Iterable[Verdict]) -> Counter[EntryKey]:
    """Count the hits by likeness that decided something or are in quarantine, by list and entry."""
    return Counter(
        (hit.list, hit.entry)
        for verdict in verdicts
        for hit in verdict.hits
        if hit.kind is Kind.PDQ and (hit.counts or hit.reason is Reason.QUARANTINED)
    )


class FloodWatch:
    """Counts of one process, judged as they come: for a scanner, or for a service of one process."""

    def __init__(self, rule: FloodRule, began_at: float) -> None:
        self.rule = rule
        self._since = rule.window_of(began_at)
        self._counts: dict[EntryKey, dict[int, int]] = {}
        self._floods: dict[EntryKey, Flood] = {}
        self._trusted: dict[EntryKey, int] = {}

    def observe(self, matches: Mapping[EntryKey, int], at: float) -> None:
        """Add ``matches`` of the moment ``at`` and quarantine what floods."""
        window = self.rule.window_of(at)
        for key, times in matches.items():
            counts = self._counts.setdefault(key, {})
            counts[window] = counts.get(window, 0) + times
            for old in [number for number in counts if number < window - self.rule.remembered]:
                del counts[old]
            flood = judge_flood(key, counts, window, self.rule, since=self._since)
            if flood is not None and self._trusted.get(key, 0) < window:
                self._floods[key] = flood

    def release(self, key: EntryKey, at: float) -> bool:
        """Let an entry decide again, for a while whatever it matches; False if it was not in quarantine."""
        if self._floods.pop(key, None) is None:
            return False
        self._trusted[key] = self.rule.window_of(at) + self.rule.trusted
        return True

    @property
    def floods(self) -> tuple[Flood, ...]:
        """What is in quarantine, the worst first."""
        return tuple(sorted(self._floods.values(), key=lambda flood: -flood.matches))

    @property
    def quarantined(self) -> frozenset[EntryKey]:
        """Lists and entries in quarantine, as ``verdicts.judge`` takes them."""
        return frozenset(self._floods)
