"""A conversation with a partner: who said what when, how far it came, and what can be said now."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from tutela.apps.accounts import queries as account_queries
from tutela.apps.cases import queries as case_queries
from tutela.apps.exchange import queries as exchange_queries
from tutela.core.kernel import clock
from tutela.core.kernel.errors import NotFound
from tutela.core.protocol import kinds
from tutela.doors.desk import labels, ledger_labels, partner_labels
from tutela.doors.desk.shown.contents import Content, ItemLine, Places, Told, item_line, told
from tutela.doors.desk.shown.partnered import chips_of
from tutela.doors.desk.shown.words import Chip, place_of
from tutela.look import refused

NOBODY_READS = ("ping", "receipt")


@dataclass(frozen=True, slots=True)
class Step:
    """One receipt."""

    label: str
    at: datetime
    tone: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message as people read it."""

    id: uuid.UUID
    ours: bool
    kind: str
    by: str
    at: datetime
    mark: str
    state: Chip
    steps: tuple[Step, ...]
    why: str
    member: str
    told: Told
    given_up: bool
    may_finish: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One conversation in a list."""

    id: uuid.UUID
    partner: str
    kind: str
    ours: bool
    at: datetime
    closed: bool
    mark: str


def line(row: exchange_queries.ConversationRow) -> Line:
    """Return one conversation for a list."""
    kind = labels.term("message_kind", row.kind)
    return Line(row.id, row.partner, kind, row.begun_here, row.last_at, row.closed, row.mark)


def messages(seen: exchange_queries.ConversationSeen) -> list[Message]:
    """Return what was said, oldest first; what fills an empty place stays out."""
    found = [one for one in seen.messages if one.kind not in NOBODY_READS]
    places = _places(seen)
    names = _names(one.actor for one in found)
    return [_message(one, places, names) for one in found]


def _message(one: exchange_queries.MessageSeen, places: Places, names: Mapping[str, str]) -> Message:
    states = partner_labels.OUTGOING if one.ours else partner_labels.INCOMING
    label, tone = states.get(one.state, (one.state, "plain"))
    by_person = one.kind in kinds.KINDS and kinds.KINDS[one.kind].by_person
    return Message(
        id=one.id,
        ours=one.ours,
        kind=labels.term("message_kind", one.kind),
        by=names.get(one.actor, one.actor),
        at=one.at,
        mark=one.mark,
        state=Chip(str(label), tone),
        steps=tuple(Step(str(partner_labels.STEPS[step]), at, _tone(step)) for step, at in one.receipts),
        why=refused.why(one.code) if one.code else "",
        member=one.member,
        told=told(one.kind, one.content, places) if one.content else Told(),
        given_up=one.ours and one.state == "given_up",
        may_finish=not one.ours and one.state == "opened" and by_person and one.kind != "handover",
    )


def _tone(step: str) -> str:
    return {"refused": "bad", "acted": "good"}.get(step, "plain")


def _names(actors: Iterable[str]) -> dict[str, str]:
    found = {actor: actor for actor in actors}
    people = [uuid.UUID(actor.removeprefix("person:")) for actor in found if actor.startswith("person:")]
    named = account_queries.names_of(people)
    for actor in found:
        kind, _colon, name = actor.partition(":")
        if kind == "person":
            found[actor] = named.get(uuid.UUID(name), actor)
        elif kind == "partner":
            found[actor] = name
        else:
            found[actor] = str(ledger_labels.ACTORS.get(actor, actor))
    return found


def _places(seen: exchange_queries.ConversationSeen) -> Places:
    """Find where the items are: in our own record first, else in what was said here."""
    found: dict[str, ItemLine] = {}
    for one in seen.messages:
        for item in _items(one.content):
            found[str(item["ref"])] = item_line({"kind": "address", **item})
    for handed in exchange_queries.handed_in(seen.row.id):
        found[str(handed.ref)] = own_line(handed.item_id, str(handed.ref))
    return Places(found)


def _items(content: Content) -> list[Content]:
    items = content.get("items") or ()
    return [one for one in items if isinstance(one, Mapping) and {"address", "service", "account"} & set(one)]


def own_line(item_id: uuid.UUID, ref: str = "") -> ItemLine:
    """Return one of our items as a line."""
    try:
        seen = case_queries.item(item_id)
    except NotFound:
        return ItemLine(ref, "–")
    place = place_of(kind=seen.kind, canonical=seen.canonical, service=seen.service, account=seen.account)
    return ItemLine(ref or str(seen.id), place, seen.id)


def standing(one: exchange_queries.HandedSeen) -> ItemLine:
    """Return one item of a conversation with the last that the partner said of it."""
    at = clock.to_text(one.heard_at) if one.heard_at else ""
    return replace(own_line(one.item_id, str(one.ref)), chips=chips_of(one), at=at)
