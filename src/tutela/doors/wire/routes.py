"""The routes: what is asked where, and with which right. What machines are told is made from this table."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from tutela.doors.wire import lookups, overview
from tutela.doors.wire.call import Call
from tutela.doors.wire.hma import banks, contents, curating, hashing, matching
from tutela.doors.wire.keys import Right

Endpoint = Callable[[Call], Awaitable[None]]
_PATTERNS = {"{bank}": r"(?P<bank>[^/]{1,64})", "{id}": r"(?P<id>[0-9]{1,20})"}


@dataclass(frozen=True, slots=True)
class Route:
    """One thing that can be asked. ``right`` None: by everybody, without a key."""

    method: str
    path: str
    endpoint: Endpoint
    right: Right | None
    summary: str


LOOKUP, CURATE = Right.LOOKUP, Right.CURATE
_BANK = "/c/bank/{bank}"
_CONTENT = "/c/bank/{bank}/content/{id}"

ROUTES = (
    Route("POST", "/v1/lookup", lookups.look_up, LOOKUP, "Look up one fingerprint, or up to 10,000"),
    Route("GET", "/v1/lists", overview.lists, LOOKUP, "The lists, where they are from and what they are for"),
    Route("GET", "/v1/status", overview.standing, LOOKUP, "Which index answers, and what is in it"),
    Route("GET", "/v1/quarantine", overview.quarantine, CURATE, "Entries that do not count here, and why"),
    Route("POST", "/v1/quarantine/release", overview.release, CURATE, "Let an entry count again"),
    Route("GET", "/metrics", overview.metrics, Right.METRICS, "Counters for Prometheus"),
    Route("GET", "/", overview.home, None, "On to /status"),
    Route("GET", "/status", overview.status, None, "Whether lookups can be answered"),
    Route("GET", "/status/live", overview.alive, None, "Whether the process answers"),
    Route("GET", "/h/hash", hashing.hash_address, LOOKUP, "Fingerprints of a file at an allowed host"),
    Route("POST", "/h/hash", hashing.hash_file, LOOKUP, "Fingerprints of a file, where files are taken"),
    Route("GET", "/m/lookup", matching.lookup, LOOKUP, "HMA: look up a signal, by bank"),
    Route("POST", "/m/lookup", matching.lookup_file, LOOKUP, "HMA: look up a file, by type and bank"),
    Route("GET", "/m/raw_lookup", matching.raw_lookup, LOOKUP, "HMA: all that is near"),
    Route("POST", "/m/compare", matching.compare, LOOKUP, "HMA: how far two signals are apart"),
    Route("GET", "/m/index/status", matching.index_status, LOOKUP, "HMA: how the index stands"),
    Route("GET", "/c/banks", curating.curating(banks.show_banks), CURATE, "HMA: all banks"),
    Route("POST", "/c/banks", curating.curating(banks.make_bank, 201), CURATE, "HMA: make a bank"),
    Route("GET", _BANK, curating.curating(banks.show_bank), CURATE, "HMA: a bank"),
    Route("PUT", _BANK, curating.curating(banks.change_bank), CURATE, "HMA: change a bank made here"),
    Route("DELETE", _BANK, curating.curating(banks.drop_bank), CURATE, "HMA: drop a bank made here"),
    Route("POST", f"{_BANK}/signal", curating.curating(contents.add_signals), CURATE, "HMA: add signals"),
    Route("POST", f"{_BANK}/content", curating.add_content, CURATE, "HMA: add a file's signals"),
    Route("GET", _CONTENT, curating.curating(contents.show_content), CURATE, "HMA: a content"),
    Route("PUT", _CONTENT, curating.curating(contents.change_content), CURATE, "HMA: silence or note"),
    Route("DELETE", _CONTENT, curating.curating(contents.drop_content), CURATE, "HMA: withdraw a content"),
    Route("GET", "/c/signal_type", curating.signal_types, CURATE, "HMA: signal types"),
    Route("GET", "/c/signal_type/index", curating.signal_index, CURATE, "HMA: the index"),
    Route("GET", "/c/content_type", curating.content_types, CURATE, "HMA: content types"),
    Route("GET", "/c/exchanges", curating.exchanges, CURATE, "HMA: sources; none"),
    Route("POST", "/c/exchanges", curating.no_exchanges, CURATE, "HMA: refused"),
    Route("GET", "/c/exchanges/apis", curating.exchanges, CURATE, "HMA: none"),
)


class Router:
    """Finds the route of a request: by its whole path, or by a pattern."""

    def __init__(self, routes: tuple[Route, ...]) -> None:
        self._fixed: dict[str, dict[str, Route]] = {}
        self._patterns: list[tuple[re.Pattern[str], dict[str, Route]]] = []
        by_path: dict[str, dict[str, Route]] = {}
        for route in routes:
            by_path.setdefault(route.path, {})[route.method] = route
        for path, methods in by_path.items():
            if "{" not in path:
                self._fixed[path] = methods
                continue
            pattern = path
            for name, expression in _PATTERNS.items():
                pattern = pattern.replace(name, expression)
            self._patterns.append((re.compile(pattern), methods))

    def methods_of(self, path: str) -> tuple[Mapping[str, Route], dict[str, str]]:
        """Return the routes of ``path`` by method, none if there are none, and the parts that it names."""
        fixed = self._fixed.get(path)
        if fixed is not None:
            return fixed, {}
        for pattern, methods in self._patterns:
            found = pattern.fullmatch(path)
            if found:
                return methods, found.groupdict()
        return {}, {}
