"""Counting for ``/metrics``: what was asked and answered, over all workers; never which fingerprint."""

from __future__ import annotations

import os
from collections import Counter as Counted
from collections.abc import Iterable, Sequence

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from tutela.core.matching.index import IndexStatus
from tutela.core.matching.verdicts import Outcome, Verdict

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


class Counting:
    """The counters of one worker."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        requests = Counter(
            "tutela_match_requests",
            "Requests by route and status",
            ["route", "status"],
            registry=self.registry,
        )
        verdicts = Counter(
            "tutela_match_verdicts", "Fingerprints looked up, by outcome", ["outcome"], registry=self.registry
        )
        hits = Counter("tutela_match_hits", "Hits that counted, by list", ["list"], registry=self.registry)
        seconds = Histogram(
            "tutela_match_seconds", "From the whole request to the answer", ["route"],
            buckets=_SECONDS, registry=self.registry,
        )  # fmt: skip
        self._requests, self._hits, self._seconds = requests, hits, seconds
        self._outcomes = {outcome: verdicts.labels(outcome.value) for outcome in Outcome}
        self._of_route: dict[tuple[str, int], Counter] = {}
        self._seconds_of: dict[str, Histogram] = {}

    def answered(self, route: str, status: int, seconds: float) -> None:
        """Count one request. ``route`` is a pattern, never an address."""
        counter = self._of_route.get((route, status))
        if counter is None:
            counter = self._of_route[route, status] = self._requests.labels(route, str(status))
            self._seconds_of[route] = self._seconds.labels(route)
        counter.inc()
        self._seconds_of[route].observe(seconds)

    def judged(self, verdicts: Sequence[Verdict]) -> None:
        """Count verdicts."""
        if len(verdicts) == 1 and not verdicts[0].hits:
            self._outcomes[verdicts[0].outcome].inc()
            return
        for outcome, times in Counted(verdict.outcome for verdict in verdicts).items():
            self._outcomes[outcome].inc(times)
        counted = Counted(hit.list for verdict in verdicts for hit in verdict.hits if hit.counts)
        for name, times in counted.items():
            self._hits.labels(name).inc(times)

    def page(self, status: IndexStatus | None, quarantined: int) -> bytes:
        """Return everything in the text format of Prometheus."""
        if FOLDER_VARIABLE in os.environ:
            shared = CollectorRegistry()
            MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
        else:
            shared = self.registry
        now = CollectorRegistry()
        now.register(_Now(status, quarantined))
        return generate_latest(shared) + generate_latest(now)


class _Now(Collector):
    """How things stand at the moment of the scrape."""

    def __init__(self, status: IndexStatus | None, quarantined: int) -> None:
        self._status = status
        self._quarantined = quarantined

    def collect(self) -> Iterable[Metric]:
        status = self._status
        yield _gauge("tutela_match_index_loaded", "1 if there is an index", 1.0 if status else 0.0)
        yield _gauge("tutela_match_quarantined_entries", "Entries that do not count here", self._quarantined)
        if status is None:
            return
        yield _gauge("tutela_match_index_generation", "Number of the snapshot", status.generation)
        yield _gauge(
            "tutela_match_index_built_timestamp_seconds", "When it was built", status.built_at.timestamp()
        )
        yield _gauge("tutela_match_index_added", "Changes since then: added", status.added)
        yield _gauge("tutela_match_index_withdrawn", "Changes since then: withdrawn", status.withdrawn)
        kinds = GaugeMetricFamily("tutela_match_fingerprints", "Fingerprints by kind", labels=["kind"])
        for kind, count in status.fingerprints.items():
            kinds.add_metric([kind], count)
        yield kinds
        entries = GaugeMetricFamily("tutela_match_entries", "Entries by list", labels=["list"])
        for name, count in status.entries.items():
            entries.add_metric([name], count)
        yield entries


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=value)
