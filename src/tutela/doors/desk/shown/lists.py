"""Hash lists, sources and entries in words: of a fingerprint only its kind and beginning."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from tutela.apps.accounts import queries as account_queries
from tutela.apps.cases import queries as case_queries
from tutela.apps.hashbank import queries as bank_queries
from tutela.apps.hashbank.rules import EntryState
from tutela.doors.desk import list_labels
from tutela.doors.desk.shown.words import Chip


@dataclass(frozen=True, slots=True)
class Source:
    """One source with what a person should know or do about it."""

    id: uuid.UUID
    name: str
    kind: str
    list_name: str
    state: Chip
    fetched_at: datetime | None
    next_at: datetime | None
    entries: int
    problem: str
    held: str
    is_held: bool
    is_paused: bool
    fetchable: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry, with what the person who looks at it may do."""

    id: uuid.UUID
    list_id: uuid.UUID
    list_name: str
    short: str
    digest: str
    source: str
    classification: str
    state: Chip
    disputed: bool
    prints: tuple[str, ...]
    since: datetime
    last_seen_at: datetime
    withdrawn_at: datetime | None
    withdraw_reason: str
    item_id: uuid.UUID | None
    proposed_by: str
    decided_by: str
    decided_at: datetime | None
    waits: bool
    own: bool
    in_force: bool
    can_be_told: bool


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a partner found about an entry of ours."""

    partner: str
    chip: Chip
    at: datetime


@dataclass(frozen=True, slots=True)
class Refuted:
    """An entry of ours in force of which a partner says that it is wrong."""

    id: uuid.UUID
    short: str
    partner: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Opinion:
    """What somebody here said of an entry, and whether its source knows."""

    label: str
    reason: str
    by: str
    at: datetime
    state: Chip


@dataclass(frozen=True, slots=True)
class Known:
    """A list that knew an item."""

    list_name: str
    classification: str
    kind: str
    near: str
    at: datetime


def sources(list_id: uuid.UUID | None = None) -> list[Source]:
    """Return the sources, those that need a person first."""
    return [_source(one) for one in bank_queries.sources(list_id)]


def _source(one: bank_queries.SourceSeen) -> Source:
    return Source(
        id=one.id,
        name=one.name,
        kind=str(list_labels.SOURCE_KINDS.get(one.kind, one.kind)),
        list_name=one.list_name,
        state=_chip(list_labels.SOURCE_STATES, one.state),
        fetched_at=one.fetched_at,
        next_at=one.next_at if one.state == "active" else None,
        entries=one.entries,
        problem=list_labels.problem(one.error) if one.error else "",
        held=_held(one),
        is_held=one.state == "held",
        is_paused=one.state == "paused",
        fetchable=one.kind != "import",
    )


def _held(one: bank_queries.SourceSeen) -> str:
    if one.held_reason == "volume":
        return _("It delivers %(found)d entries in one fetch; usual are %(usual)d.") % {
            "found": one.held_found or 0,
            "usual": one.held_usual or 0,
        }
    if one.held_reason == "sweep":
        return _("It no longer sends %(found)d of %(usual)d entries; they would be withdrawn.") % {
            "found": one.held_found or 0,
            "usual": one.held_usual or 0,
        }
    return ""


def entries(found: tuple[bank_queries.EntrySeen, ...], viewer: uuid.UUID) -> list[Entry]:
    """Return entries with the names of those who proposed and decided them."""
    people = [person for one in found for person in (one.proposed_by, one.decided_by) if person]
    names = account_queries.names_of(people)
    return [_entry(one, names, viewer) for one in found]


def _entry(one: bank_queries.EntrySeen, names: dict[uuid.UUID, str], viewer: uuid.UUID) -> Entry:
    waits, in_force = one.state == EntryState.PROPOSED, one.state == EntryState.ACTIVE
    told = (one.scheme, one.classification)
    return Entry(
        id=one.id,
        list_id=one.list_id,
        list_name=one.list_name,
        short=_short(one),
        digest=one.digest,
        source=_("this desk") if one.source_name == "desk" else one.source_name,
        classification=": ".join(part for part in told if part) if one.classification else "",
        state=_chip(list_labels.ENTRY_STATES, one.state),
        disputed=one.disputed,
        prints=tuple(_print(print_) for print_ in one.prints),
        since=one.first_seen_at,
        last_seen_at=one.last_seen_at,
        withdrawn_at=one.withdrawn_at,
        withdraw_reason=str(list_labels.WITHDRAW_REASONS.get(one.withdraw_reason, "")),
        item_id=one.item_id,
        proposed_by=names.get(one.proposed_by, "") if one.proposed_by else "",
        decided_by=names.get(one.decided_by, "") if one.decided_by else "",
        decided_at=one.decided_at,
        waits=waits,
        own=one.proposed_by == viewer,
        in_force=in_force,
        can_be_told=in_force and one.source_kind not in ("", "import"),
    )


def _short(one: bank_queries.EntrySeen) -> str:
    return one.digest[:12]


def _print(one: bank_queries.PrintSeen) -> str:
    quality = "" if one.quality is None else " " + _("(quality %(quality)d)") % {"quality": one.quality}
    return f"{one.kind} {one.beginning}…{quality}"


def opinions(entry_id: uuid.UUID) -> list[Opinion]:
    """Return what was said of an entry, newest first."""
    found = bank_queries.opinions_of(entry_id)
    names = account_queries.names_of(one.by for one in found)
    return [
        Opinion(
            label=str(list_labels.OPINIONS.get(one.opinion, one.opinion)),
            reason=str(list_labels.OPINION_REASONS.get(one.reason, one.reason)),
            by=names.get(one.by, ""),
            at=one.at,
            state=_chip(list_labels.OPINION_STATES, one.state),
        )
        for one in found
    ]


def feedback(entry_id: uuid.UUID) -> list[Feedback]:
    """Return what partners found about an entry of ours, newest first."""
    return [
        Feedback(one.partner, _chip(list_labels.FEEDBACK, one.opinion), one.at)
        for one in bank_queries.feedback_of(entry_id)
    ]


def refuted(list_id: uuid.UUID) -> list[Refuted]:
    """Return which entries of a list partners refuted, the latest first."""
    return [
        Refuted(seen.id, _short(seen), one.partner, one.at)
        for one in bank_queries.refuted_by_partners(list_id)
        if (seen := bank_queries.entry(one.entry_id))
    ]


def known_to(item_id: uuid.UUID) -> list[Known]:
    """Return which lists knew an item, the nearest first."""
    return [
        Known(
            list_name=one.list_name,
            classification=one.classification,
            kind=one.kind,
            near=_("identical") if one.distance == 0 else _("%(bits)d bits apart") % {"bits": one.distance},
            at=one.at,
        )
        for one in case_queries.recognitions_of(item_id)
    ]


def _chip(words: list_labels.Chips, code: str) -> Chip:
    label, tone = words.get(code, (code, "plain"))
    return Chip(str(label), tone)
