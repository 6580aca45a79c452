"""Conversations as people read them: what was said and heard, in order, and how far each message came.

Contents are unlocked here, so only a process with the records' key can ask.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from tutela.apps.exchange.errors import ConversationUnknown, MessageUnknown
from tutela.apps.exchange.models import Conversation, Incoming, Outgoing
from tutela.apps.exchange.models.messages import unlock_content
from tutela.apps.exchange.rules import STEPS, IncomingState
from tutela.core.kernel import clock
from tutela.core.protocol import conversation as machine
from tutela.core.protocol.state import ConversationState
from tutela.core.terms.nodes import NodeRole

_BY_THEMSELVES = ("ping", "ledger_head")
"""Conversations that nodes begin every day and nobody reads."""


@dataclass(frozen=True, slots=True)
class MessageSeen:
    """One message of either side. ``step`` is how far it came there, or here; ``code`` why it was refused.

    ``receipts`` are all steps that were told, each with its time, in the order of the steps.
    """

    id: uuid.UUID
    ours: bool
    kind: str
    sequence: int
    mark: str
    state: str
    step: str
    step_at: datetime | None
    code: str
    member: str
    at: datetime
    actor: str
    digest: str
    attempts: int
    receipts: tuple[tuple[str, datetime], ...]
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """A conversation without its messages. ``emptied``: what was said in it is no longer kept."""

    id: uuid.UUID
    partner: str
    kind: str
    mark: str
    begun_here: bool
    begun_at: datetime
    last_at: datetime
    closed: bool
    about_kind: str
    about_id: uuid.UUID | None
    emptied: bool


@dataclass(frozen=True, slots=True)
class ConversationSeen:
    """A conversation with its messages, oldest first.

    ``sayable``: which of reply and question a person can say here now, the fitting one first.
    """

    row: ConversationRow
    messages: tuple[MessageSeen, ...]
    sayable: tuple[str, ...]


def conversation(conversation_id: uuid.UUID, *, contents: bool = True) -> ConversationSeen:
    """Return the conversation, with its contents unless told otherwise.

    Raises:
        ConversationUnknown: there is none.
    """
    row = Conversation.objects.select_related("partner").filter(pk=conversation_id).first()
    if row is None:
        raise ConversationUnknown(str(conversation_id))
    ours = [_ours(one, contents) for one in Outgoing.objects.filter(conversation=row).order_by("id")]
    theirs = [
        _theirs(one, row.partner.name, contents)
        for one in Incoming.objects.filter(conversation=row).order_by("id")
    ]
    messages = sorted(ours + theirs, key=lambda one: (one.at, one.sequence))
    return ConversationSeen(_row(row), tuple(messages), _sayable(row))


def _sayable(row: Conversation) -> tuple[str, ...]:
    """Ask the machine that will judge it: a message that stands on the page may not have had its turn."""
    if not settings.TUTELA.exchange.node:
        return ()
    own, theirs = NodeRole(settings.TUTELA.exchange.role), NodeRole(row.partner.role)
    state = ConversationState.from_json(row.memory, our_role=own, their_role=theirs)
    return tuple(kind for kind in ("reply", "question") if machine.goes_on_with(state, kind))


def message(message_id: uuid.UUID, *, contents: bool = True) -> tuple[ConversationRow | None, MessageSeen]:
    """Return one message by its own id or its envelope's, with the conversation in which it stands.

    Raises:
        MessageUnknown: there is none.
    """
    related = ("conversation__partner", "partner")
    for key in ("pk", "envelope_id"):
        said = Outgoing.objects.select_related(*related).filter(**{key: message_id}).first()
        if said is not None:
            return (_row(said.conversation) if said.conversation else None), _ours(said, contents)
        heard = Incoming.objects.select_related(*related).filter(**{key: message_id}).first()
        if heard is not None:
            within = _row(heard.conversation) if heard.conversation else None
            return within, _theirs(heard, heard.partner.name, contents)
    raise MessageUnknown(str(message_id))


def conversations_about(about: tuple[str, uuid.UUID]) -> list[ConversationRow]:
    """Return what was talked about one thing of ours, newest first; an item also where it was handed over."""
    kind, about_id = about
    begun = Conversation.objects.filter(about_kind=kind, about_id=about_id)
    handed = Conversation.objects.filter(items__item_id=about_id) if kind == "item" else begun.none()
    return _rows((begun | handed).distinct() if kind == "item" else begun)


def latest_conversations(*, partner: str = "", most: int = 100) -> list[ConversationRow]:
    """Return the conversations in which something happened last."""
    rows = Conversation.objects.filter(partner__name=partner) if partner else Conversation.objects.all()
    return _rows(rows.exclude(kind__in=_BY_THEMSELVES), most)


def _rows(rows: QuerySet[Conversation], most: int = 100) -> list[ConversationRow]:
    return [_row(row) for row in rows.select_related("partner").order_by("-last_at", "-id")[:most]]


def _row(row: Conversation) -> ConversationRow:
    return ConversationRow(
        id=row.id,
        partner=row.partner.name,
        kind=row.kind,
        mark=row.mark,
        begun_here=row.begun_here,
        begun_at=row.begun_at,
        last_at=row.last_at,
        closed=row.closed_at is not None,
        about_kind=row.about_kind,
        about_id=row.about_id,
        emptied=row.forgotten_at is not None,
    )


def _ours(row: Outgoing, contents: bool) -> MessageSeen:
    return MessageSeen(
        id=row.id,
        ours=True,
        kind=row.kind,
        sequence=row.sequence,
        mark=row.mark,
        state=row.state,
        step=row.step,
        step_at=row.step_at,
        code=row.code,
        member=row.member,
        at=row.said_at,
        actor=row.actor,
        digest=bytes(row.digest or b"").hex(),
        attempts=row.attempts,
        receipts=_heard(row),
        content=unlock_content(row.content_locked, row.id) if contents else {},
    )


def _heard(row: Outgoing) -> tuple[tuple[str, datetime], ...]:
    return tuple((step, clock.from_text(row.receipts[step])) for step in STEPS if step in row.receipts)


def _theirs(row: Incoming, partner: str, contents: bool) -> MessageSeen:
    return MessageSeen(
        id=row.id,
        ours=False,
        kind=row.kind,
        sequence=row.sequence,
        mark=row.mark,
        state=row.state,
        step=row.step,
        step_at=row.acted_at or row.opened_at,
        code=row.code,
        member=row.member,
        at=row.received_at,
        actor=f"partner:{partner}",
        digest=bytes(row.digest).hex(),
        attempts=row.attempts,
        receipts=_told(row),
        content=unlock_content(row.content_locked, row.id) if contents else {},
    )


def _told(row: Incoming) -> tuple[tuple[str, datetime], ...]:
    """Return what we receipted; a message that was refused was not accepted."""
    if row.state == IncomingState.REFUSED:
        return (("refused", row.opened_at),) if row.opened_at else ()
    steps = (("accepted", row.opened_at), ("opened", row.read_at), ("acted", row.acted_at))
    return tuple((step, at) for step, at in steps if at is not None)
