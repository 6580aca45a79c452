"""Say something to a partner: it goes into the outbox in the transaction of the change that it tells."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from tutela.apps.exchange.actions._binding import check_marks
from tutela.apps.exchange.errors import (
    ConversationUnknown,
    MarkLoosened,
    NoExchange,
    NotToBeSaid,
    PartnerNotActive,
    PartnerUnknown,
)
from tutela.apps.exchange.models import Conversation, Outgoing
from tutela.apps.exchange.models.messages import lock_content
from tutela.apps.exchange.queries.believing import PartnerFacts, believed
from tutela.apps.exchange.rows import insert_rows
from tutela.apps.exchange.rules import PartnerState
from tutela.apps.ledger import actions as ledger
from tutela.core.kernel import clock, ids
from tutela.core.protocol import conversation as machine
from tutela.core.protocol import errors as protocol_errors
from tutela.core.protocol import events, marks
from tutela.core.protocol.kinds import KINDS
from tutela.core.protocol.state import ConversationState
from tutela.core.terms.marks import HandlingMark, tightest
from tutela.core.terms.nodes import NodeRole


@dataclass(frozen=True, slots=True)
class Said:
    """A message that will leave when the caller's transaction commits."""

    message_id: uuid.UUID
    conversation_id: uuid.UUID
    sequence: int


def say(
    *,
    partner: str,
    kind: str,
    content: Mapping[str, Any],
    conversation: uuid.UUID | None = None,
    mark: HandlingMark | None = None,
    about: tuple[str, uuid.UUID] | None = None,
    actor: str,
    needs_to_know: bool = False,
    now: datetime | None = None,
) -> Said:
    """Put one message into the outbox; without ``conversation`` it begins one.

    Args:
        content: as ``core.protocol.contents`` describes the kind.
        mark: none for the tightest of the kind's own mark and of what binds already.
        about: the thing of ours that the conversation is about, kept with its first message.
        actor: who says it, as the ledger names people and processes.
        needs_to_know: the partner cannot do its part without it, which a mark AMBER asks for.

    Raises:
        NoExchange, PartnerUnknown, PartnerNotActive, ConversationUnknown: nobody to say it to.
        NotToBeSaid: roles, conversation or content do not allow it; ``reason`` is the protocol's code.
        MarkForbids: something in it came under a mark that keeps it from this partner.
        MarkLoosened: ``mark`` is looser than what binds.
    """
    facts, at = _partner(partner), now or clock.now()
    with transaction.atomic():
        row = _conversation(facts, conversation, kind, about, at)
        floor = check_marks(
            content=content, about=about, partner_id=facts.id, begun_by=row, needs_to_know=needs_to_know
        )
        state = ConversationState.from_json(row.memory, our_role=own_role(), their_role=facts.role)
        chosen = _mark(kind, mark, state, floor)
        state, sequence = _say(state, kind, content, chosen)
        _keep(row, state, at)
        message = Outgoing(
            id=ids.new_id(), conversation=row, partner_id=facts.id, kind=kind, sequence=sequence,
            mark=chosen.value, actor=actor, said_at=at, next_try_at=at,
        )  # fmt: skip
        message.content_locked = lock_content(dict(content), message.id)
        insert_rows([message])
        ledger.write_line(
            "message_said", actor=actor, about=("conversation", row.id),
            facts={"kind": kind, "place": sequence, "mark": mark_code(chosen)}, at=at,
        )  # fmt: skip
    return Said(message.id, row.id, sequence)


def own_role() -> NodeRole:
    """Return this node's role.

    Raises:
        NoExchange: it takes no part in the exchange.
    """
    if not settings.TUTELA.exchange.node:
        raise NoExchange("no [exchange] in node.toml")
    return NodeRole(settings.TUTELA.exchange.role)


def mark_code(mark: HandlingMark | str) -> str:
    """Return the mark as a ledger fact holds it, such as ``AMBER+STRICT``."""
    return str(mark).partition(":")[2]


def _partner(name: str) -> PartnerFacts:
    own_role()
    facts = believed().partners.get(name)
    if facts is None:
        raise PartnerUnknown(name)
    if facts.state == PartnerState.REVOKED:
        raise PartnerNotActive(name)
    return facts


def _conversation(
    facts: PartnerFacts,
    wanted: uuid.UUID | None,
    kind: str,
    about: tuple[str, uuid.UUID] | None,
    at: datetime,
) -> Conversation:
    if wanted is not None:
        rows = Conversation.objects.select_for_update(no_key=True)
        row = rows.filter(pk=wanted, partner_id=facts.id).first()
        if row is None:
            raise ConversationUnknown(str(wanted))
        return row
    made, (about_kind, about_id) = ids.new_id(), about or ("", None)
    return Conversation(
        id=made, shared_id=made, partner_id=facts.id, begun_here=True, kind=kind[:64], begun_at=at,
        last_at=at, about_kind=about_kind, about_id=about_id,
    )  # fmt: skip


def _mark(
    kind: str, wanted: HandlingMark | None, state: ConversationState, floor: HandlingMark | None
) -> HandlingMark:
    if kind not in KINDS:
        raise NotToBeSaid(protocol_errors.UnknownKind.code)
    floors = [one for one in (state.floor, floor) if one is not None]
    try:
        return marks.mark_for(wanted, default=KINDS[kind].mark, floor=tightest(*floors) if floors else None)
    except protocol_errors.MarkLoosened as refusal:
        raise MarkLoosened(str(refusal)) from None


def _say(
    state: ConversationState, kind: str, content: Mapping[str, Any], mark: HandlingMark
) -> tuple[ConversationState, int]:
    try:
        return machine.say(state, events.Said(kind, content, mark))
    except protocol_errors.ProtocolRefusal as refusal:
        raise NotToBeSaid(refusal.code) from refusal


def _keep(row: Conversation, state: ConversationState, at: datetime) -> None:
    row.memory, row.last_at, row.mark = state.to_json(), at, str(state.floor)
    if state.is_closed and row.closed_at is None:
        row.closed_at = at
    if row._state.adding:
        insert_rows([row])
    else:
        row.save(update_fields=["memory", "last_at", "mark", "closed_at"])
