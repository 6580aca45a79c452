"""A partner's message in a conversation: when it takes effect, when it is held, when it is refused.

Messages take effect in the order of their ``sequence``, each once, whatever order they come in; what comes
too early is held. A message that is refused fills its place, so that nothing waits for it. The order of the
refusals is that of spec/protocol.md, "Hearing".
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from tutela.core.envelope.errors import Expired
from tutela.core.protocol import contents
from tutela.core.protocol.errors import (
    BadContent,
    ConversationClosed,
    MarkLoosened,
    NotInThisConversation,
    ProtocolRefusal,
    SequenceReused,
    TooFarAhead,
    UnknownKind,
    WrongRole,
)
from tutela.core.protocol.events import Apply, Close, Command, Heard, Hold, Receipt, Refuse, Unreadable
from tutela.core.protocol.kinds import KINDS, Kind, may_say
from tutela.core.protocol.state import ConversationState, Place
from tutela.core.terms.exchange import ReceiptStep
from tutela.core.terms.marks import HandlingMark, is_at_least_as_tight, tightest

WINDOW = 256
"""How far ahead of an empty place a message may come, and how many of the last places are remembered."""

Commands = tuple[Command, ...]
Step = tuple[ConversationState, Commands]


def hear(state: ConversationState, heard: Heard | Unreadable) -> Step:
    """Return what is remembered after a partner's message came, and what is to be done."""
    if heard.sequence in state.held or heard.sequence <= state.heard:
        return state, _come_again(state, heard)
    if heard.sequence > state.heard + WINDOW:
        return state, _refuse(heard.kind, heard.id, TooFarAhead.code)
    place, commands = _look(state, heard)
    after, settled = settle(replace(state, held={**state.held, heard.sequence: place}))
    if heard.sequence in after.held and not place.code:
        commands += (Hold(heard.id, heard.sequence), *_receipt(place, ReceiptStep.ACCEPTED))
    return after, commands + settled


def _come_again(state: ConversationState, heard: Heard | Unreadable) -> Commands:
    """A place that is taken: nothing follows when it is the same message, or when we forgot which it was."""
    back = state.heard - heard.sequence
    if heard.sequence in state.held:
        before: UUID | None = state.held[heard.sequence].id
    elif back < len(state.recent):
        before = state.recent[-1 - back]
    else:
        return ()
    if before == heard.id:
        return ()
    return _refuse(heard.kind, heard.id, SequenceReused.code if before else Expired.code)


def _look(state: ConversationState, heard: Heard | Unreadable) -> tuple[Place, Commands]:
    """Judge what does not depend on the rest of the conversation."""
    is_last, code, member = False, "", ""
    mark = heard.mark if isinstance(heard, Heard) else HandlingMark.RED
    try:
        if isinstance(heard, Unreadable):
            code = heard.code
        elif not may_say(kind_of(heard.kind), sender=state.their_role, to=state.our_role):
            code = WrongRole.code
        else:
            is_last = contents.is_last_word(contents.read(heard.kind, heard.content))
    except BadContent as refusal:
        code, member = refusal.code, refusal.member
    except ProtocolRefusal as refusal:
        code = refusal.code
    place = Place(heard.id, heard.kind, mark, is_last, heard.at, code)
    return place, _refuse(heard.kind, heard.id, code, member) if code else ()


def settle(state: ConversationState) -> Step:
    """Take every place whose turn has come."""
    commands: Commands = ()
    while (place := state.held.get(state.heard + 1)) is not None:
        sequence = state.heard + 1
        state = _after_place(state, sequence, place)
        if place.code:
            continue
        if code := _judge(state, place):
            commands += _refuse(place.kind, place.id, code)
            continue
        state = _after_effect(state, place)
        done = ReceiptStep.ACCEPTED if KINDS[place.kind].by_person else ReceiptStep.ACTED
        commands += (Apply(place.id, place.kind, sequence), *_receipt(place, done))
        commands += (Close(),) if place.is_last else ()
    return state, commands


def _after_place(state: ConversationState, sequence: int, place: Place) -> ConversationState:
    held = {at: one for at, one in state.held.items() if at != sequence}
    recent = (*state.recent, place.id)[-WINDOW:]
    return replace(state, heard=sequence, held=held, recent=recent, gap_told=state.gap_told and bool(held))


def _judge(state: ConversationState, place: Place) -> str:
    if state.closed_by_them:
        return ConversationClosed.code
    if not fits(KINDS[place.kind], state, own=state.heard_kinds, other=state.said_kinds):
        return NotInThisConversation.code
    floor = [mark for mark in (state.first_mark, state.heard_mark) if mark is not None]
    if not all(is_at_least_as_tight(place.mark, one) for one in floor):
        return MarkLoosened.code
    return ""


def _after_effect(state: ConversationState, place: Place) -> ConversationState:
    return replace(
        state,
        first_mark=state.first_mark or place.mark,
        heard_mark=tighter(state.heard_mark, place.mark),
        heard_kinds=state.heard_kinds | {place.kind},
        closed_by_them=place.is_last,
    )


def kind_of(name: str) -> Kind:
    """Return a kind by its name.

    Raises:
        UnknownKind: none has it.
    """
    if name not in KINDS:
        raise UnknownKind(f"kind {name[:64]!r} is not known")
    return KINDS[name]


def fits(kind: Kind, state: ConversationState, *, own: frozenset[str], other: frozenset[str]) -> bool:
    """Whether a node that said ``own`` may go on with ``kind`` after the other one said ``other``."""
    if not state.said and not state.heard_kinds:
        return kind.begins
    return bool(kind.answers_to & other or kind.follows & own)


def tighter(before: HandlingMark | None, mark: HandlingMark) -> HandlingMark:
    """Return the mark that binds after one more."""
    return mark if before is None else tightest(before, mark)


def _refuse(kind: str, id_: UUID, code: str, member: str = "") -> Commands:
    refused = Refuse(id_, code, member)
    return (refused, *_receipted(kind, Receipt(refused.id, ReceiptStep.REFUSED, code, member)))


def _receipt(place: Place, step: ReceiptStep) -> Commands:
    return _receipted(place.kind, Receipt(place.id, step))


def _receipted(kind: str, receipt: Receipt) -> Commands:
    """Return the receipt, unless the message is one itself."""
    return (receipt,) if kind not in KINDS or KINDS[kind].receipted else ()
