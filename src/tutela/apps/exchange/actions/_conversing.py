"""From a verified message to its effect: the protocol's machine says what to do, and here it is done.

Everything of one conversation happens in the transaction that locked its row. A handler runs in the same
transaction that marks its message as acted on, so it runs once.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tutela.apps.exchange.actions.handlers import HANDLERS, HeardMessage
from tutela.apps.exchange.actions.say import mark_code, own_role
from tutela.apps.exchange.models import Conversation, Incoming
from tutela.apps.exchange.models.messages import lock_content, unlock_content
from tutela.apps.exchange.queries.believing import PartnerFacts
from tutela.apps.exchange.rows import change_rows, insert_rows
from tutela.apps.exchange.rules import IncomingState
from tutela.apps.ledger import actions as ledger
from tutela.core.kernel import ids
from tutela.core.protocol import conversation as machine
from tutela.core.protocol import delivery, events
from tutela.core.protocol.kinds import KINDS
from tutela.core.protocol.state import ConversationState
from tutela.core.terms.exchange import ReceiptStep
from tutela.core.terms.marks import HandlingMark

NOT_KEPT = frozenset({"ping", "receipt", "hash_delta", "overlap_query", "overlap_answer"})
"""Kinds whose content nobody reads in a conversation: it is somewhere else, or there is none."""

_COLUMNS = (
    "state", "code", "member", "conversation", "content_locked", "opened_at", "acted_at", "acted_by", "step",
    "receipt_due",
)  # fmt: skip

_OF_CONVERSATION = ("kind", "memory", "last_at", "mark", "closed_at")
"""What a message changes of the conversation in which it is heard."""

_Key = tuple[uuid.UUID, uuid.UUID]
"""A partner and the id of an envelope: two partners may use the same id."""


@dataclass(slots=True)
class Opened:
    """One stored envelope after opening: its content, or the code of why it has none."""

    row: Incoming
    partner: PartnerFacts
    content: dict[str, Any] = field(default_factory=dict)
    code: str = ""


@dataclass(slots=True)
class Talk:
    """Conversations that are locked in this transaction, with the messages that changed in them."""

    now: datetime
    conversations: dict[_Key, Conversation] = field(default_factory=dict)
    changed: dict[_Key, Incoming] = field(default_factory=dict)
    lines: list[ledger.NewLine] = field(default_factory=list)
    _touched: dict[uuid.UUID, Conversation] = field(default_factory=dict)
    _contents: dict[_Key, dict[str, Any]] = field(default_factory=dict)

    def load(self, opened: list[Opened]) -> None:
        """Lock the conversations of these messages, in one order for all processes; make the missing ones."""
        wanted = {(one.partner.id, one.row.shared_id) for one in opened}
        rows = Conversation.objects.select_for_update(no_key=True).filter(
            shared_id__in={shared for _, shared in wanted}, partner_id__in={partner for partner, _ in wanted}
        )
        self.conversations = {(row.partner_id, row.shared_id): row for row in rows.order_by("id")}
        missing: dict[_Key, Conversation] = {}
        for one in opened:
            key = (one.partner.id, one.row.shared_id)
            if key not in self.conversations and key not in missing:
                missing[key] = Conversation(
                    id=ids.new_id(), partner_id=one.partner.id, shared_id=one.row.shared_id, begun_here=False,
                    kind=one.row.kind, mark=one.row.mark, begun_at=self.now, last_at=self.now,
                )  # fmt: skip
        self.conversations |= missing

    def hear(self, one: Opened) -> None:
        """Give one message to the machine and do what it says."""
        row = self.conversations[one.partner.id, one.row.shared_id]
        self.changed[one.partner.id, one.row.envelope_id] = one.row
        self._contents[one.partner.id, one.row.envelope_id] = one.content
        one.row.conversation, one.row.opened_at = row, self.now
        self._step(row, one.partner, self._event(one))

    def pass_time(self, row: Conversation, partner: PartnerFacts) -> None:
        """Look whether a gap lasts too long."""
        self._step(row, partner, events.TimePassed(self.now))

    def _event(self, one: Opened) -> events.Heard | events.Unreadable:
        row = one.row
        if one.code:
            return events.Unreadable(row.envelope_id, row.kind, row.sequence, one.code, self.now)
        mark = HandlingMark(row.mark)
        return events.Heard(row.envelope_id, row.kind, row.sequence, one.content, mark, self.now)

    def _step(self, row: Conversation, partner: PartnerFacts, event: events.Event) -> None:
        before = ConversationState.from_json(row.memory, our_role=own_role(), their_role=partner.role)
        state, commands = machine.step(before, event)
        if not row.begun_here and not before.heard_kinds:
            # What came first over the wire need not be what begins the conversation.
            row.kind = next((one.kind for one in commands if isinstance(one, events.Apply)), row.kind)
        row.memory, row.last_at, row.mark = state.to_json(), self.now, str(state.floor or row.mark)
        self._touched[row.id] = row
        for command in commands:
            self._do(row, partner, command)

    def _do(self, row: Conversation, partner: PartnerFacts, command: events.Command) -> None:
        match command:
            case events.Apply():
                self._apply(row, partner, self._message(partner, command.id))
            case events.Hold():
                held = self._message(partner, command.id)
                held.state = IncomingState.HELD.value
                # Also of kinds that are not kept: it has its turn later.
                held.content_locked = lock_content(self._contents[partner.id, command.id], held.id)
            case events.Receipt():
                self._receipt(self._message(partner, command.id), command)
            case events.Refuse():
                self._refuse(row, partner, self._message(partner, command.id), command.code, command.member)
            case events.TellPerson():
                self._line("conversation_stuck", row, "worker", code=command.code)
            case events.Close():
                row.closed_at = row.closed_at or self.now

    def _message(self, partner: PartnerFacts, envelope_id: uuid.UUID) -> Incoming:
        key = (partner.id, envelope_id)
        if key not in self.changed:
            found = Incoming.objects.select_for_update().get(partner_id=partner.id, envelope_id=envelope_id)
            self.changed[key] = found
            self._contents[key] = unlock_content(found.content_locked, found.id)
        return self.changed[key]

    def _apply(self, row: Conversation, partner: PartnerFacts, message: Incoming) -> None:
        by_person = KINDS[message.kind].by_person
        message.state = (IncomingState.OPENED if by_person else IncomingState.ACTED).value
        if not by_person:
            message.acted_at, message.acted_by = self.now, "worker"
        self._keep_content(message)
        actor = f"partner:{partner.name}"
        self._line(
            "message_heard",
            row,
            actor,
            kind=message.kind,
            place=message.sequence,
            mark=mark_code(message.mark),
        )
        handler = HANDLERS.get(message.kind)
        if handler is None:
            return
        # The handler may say something here itself: it finds the conversation as it is now.
        self._save_conversation(row)
        heard = HeardMessage(
            message.id, row.id, partner.name, partner.id, message.kind, message.sequence,
            HandlingMark(message.mark), self._contents[message.partner_id, message.envelope_id],
            message.sent_at, self.now,
        )  # fmt: skip
        handler(heard)
        row.refresh_from_db()

    def _receipt(self, message: Incoming, receipt: events.Receipt) -> None:
        before = ReceiptStep(message.step) if message.step else None
        message.step = delivery.merge(before, receipt.step).value
        message.receipt_due = True

    def _refuse(
        self, row: Conversation, partner: PartnerFacts, message: Incoming, code: str, member: str
    ) -> None:
        message.state, message.code, message.member = IncomingState.REFUSED.value, code[:64], member[:200]
        self._line(
            "message_not_taken", row, f"partner:{partner.name}",
            kind=message.kind, place=message.sequence, code=code[:64],
        )  # fmt: skip

    def _keep_content(self, message: Incoming) -> None:
        content = self._contents[message.partner_id, message.envelope_id]
        if message.kind in NOT_KEPT:
            message.content_locked = None
        elif message.content_locked is None:
            message.content_locked = lock_content(content, message.id)

    def _line(self, kind: str, row: Conversation, actor: str, /, **facts: str | int) -> None:
        self.lines.append(ledger.NewLine(kind, actor, ("conversation", row.id), facts))

    def _save_conversation(self, row: Conversation) -> None:
        if row._state.adding:
            insert_rows([row])
        else:
            row.save(update_fields=[*_OF_CONVERSATION, "about_kind", "about_id"])

    def finish(self) -> None:
        """Write everything that changed, the ledger last."""
        touched = list(self._touched.values())
        known = [row for row in touched if not row._state.adding]
        # Only workers make conversations that others began; of two at once one fails here and comes again.
        insert_rows([row for row in touched if row._state.adding])
        change_rows(
            Conversation,
            [(row.id, {name: getattr(row, name) for name in _OF_CONVERSATION}) for row in known],
        )
        change_rows(
            Incoming,
            [(row.id, {name: _value(row, name) for name in _COLUMNS}) for row in self.changed.values()],
        )
        ledger.write_lines(self.lines, at=self.now)


def _value(row: Incoming, name: str) -> object:
    return row.conversation_id if name == "conversation" else getattr(row, name)
