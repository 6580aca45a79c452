"""The ledger's lines about one thing, as a story. Facts that would unblind a second look stay out."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tutela.apps.accounts import queries as account_queries
from tutela.apps.ledger import queries as ledger_queries
from tutela.doors.desk import labels, ledger_labels


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened."""

    at: datetime
    label: str
    detail: str
    by: str


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line of the ledger with everything in it."""

    sequence: int
    at: datetime
    kind: str
    label: str
    by: str
    about_kind: str
    about_id: uuid.UUID | None
    facts: tuple[tuple[str, str], ...]


_DETAILS = {"decision": "decision", "reason": "close_reason", "outcome": "close_reason"}
"""Facts that the story spells out, with the group of their labels; never what an assessment found."""
_OTHERWISE = {
    "item_checked": {"outcome": "check_outcome"},
    "handover_heard": {"state": "handover_state", "reason": "close_reason"},
    "outcome_heard": {"police": "police_outcome"},
}
"""Kinds of lines whose facts have other codes."""


def story_of(item_id: uuid.UUID) -> list[Line]:
    """Return what happened to an item, oldest first."""
    lines = ledger_queries.lines_about(item_id)
    names = _names(line.actor for line in lines)
    return [
        Line(
            line.at,
            str(ledger_labels.LEDGER.get(line.kind, line.kind)),
            _detail(line),
            _by(line.actor, names),
        )
        for line in lines
    ]


def audit_lines(lines: Iterable[ledger_queries.LedgerLine]) -> list[AuditLine]:
    """Return lines with labels and names."""
    found = list(lines)
    names = _names(line.actor for line in found)
    return [
        AuditLine(
            sequence=line.sequence,
            at=line.at,
            kind=line.kind,
            label=str(ledger_labels.LEDGER.get(line.kind, line.kind)),
            by=_by(line.actor, names),
            about_kind=line.about_kind,
            about_id=line.about_id,
            facts=tuple((name, _fact(value)) for name, value in sorted(line.facts.items())),
        )
        for line in found
    ]


def _detail(line: ledger_queries.LedgerLine) -> str:
    spelled = _OTHERWISE.get(line.kind, _DETAILS)
    parts = [
        labels.term(group, str(line.facts[name])) for name, group in spelled.items() if line.facts.get(name)
    ]
    return ", ".join(parts)


def _fact(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else json.dumps(value).strip('"')


def _names(actors: Iterable[str]) -> dict[uuid.UUID, str]:
    return account_queries.names_of(
        uuid.UUID(actor.removeprefix("person:")) for actor in actors if actor.startswith("person:")
    )


def _by(actor: str, names: dict[uuid.UUID, str]) -> str:
    if actor.startswith("person:"):
        return names.get(uuid.UUID(actor.removeprefix("person:")), actor)
    if actor.startswith("partner:"):
        return actor.removeprefix("partner:")
    return str(ledger_labels.ACTORS.get(actor, actor))
