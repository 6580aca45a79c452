"""The examinations behind ``tutela doctor``: each looks at one thing and says what is green, amber or red."""

from __future__ import annotations

from pathlib import Path

from tutela.doors.cli.findings import directory, exchange, law, machine, matching, work
from tutela.doors.cli.findings.finding import Finding, Node


def examine(home: Path) -> list[Finding]:
    """Run every examination; one that fails itself is a red finding, not the end."""
    from django.conf import settings

    node = Node(home, settings.TUTELA)
    found: list[Finding] = []
    for examination in [
        *machine.EXAMINATIONS,
        *work.EXAMINATIONS,
        *law.EXAMINATIONS,
        *matching.EXAMINATIONS,
        *exchange.EXAMINATIONS,
        *directory.EXAMINATIONS,
    ]:
        try:
            found += examination(node)
        except Exception as error:
            name = examination.__name__.lstrip("_")
            found.append(Finding(name, "red", f"could not be examined: {type(error).__name__}"))
    return found
