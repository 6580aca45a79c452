"""Exit codes of the commands that look for something. docs/guides/scanning.md says why these.

A script must never take a crash for an answer: Python ends with 1 when something goes wrong and with 2 when
it is called wrongly, so neither of them may mean "found" or "not found".
"""

from __future__ import annotations

NOTHING_FOUND = 0
REFUSED = 1
USAGE = 2
NOT_ALL_READ = 3
FOUND = 10
INTERRUPTED = 130


def of_counts(*, matches: int, unread: int) -> int:
    """Return the code of a search that came to its end: a match goes before what could not be read."""
    if matches:
        return FOUND
    return NOT_ALL_READ if unread else NOTHING_FOUND
