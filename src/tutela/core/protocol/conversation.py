"""The machine of a conversation between two nodes: an event and what is remembered in, commands out.

It knows no table, no network and no clock: callers remember the state, do the commands in their order and in
one transaction with it, and find the contents by the ids. See spec/protocol.md, "Conversations".
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import assert_never

from tutela.core.protocol import contents, delivery, hearing, marks
from tutela.core.protocol.errors import ConversationClosed, NotInThisConversation, WrongRole
from tutela.core.protocol.events import (
    Close,
    Event,
    Heard,
    PersonDid,
    Receipt,
    ReceiptHeard,
    Said,
    TellPerson,
    TimePassed,
    Unreadable,
)
from tutela.core.protocol.hearing import Commands, Step, fits, kind_of, tighter
from tutela.core.protocol.kinds import may_say
from tutela.core.protocol.state import ConversationState
from tutela.core.terms.exchange import ReceiptStep

TELL_GAP_AFTER = timedelta(days=1)
PASS_GAP_AFTER = timedelta(days=46)
"""Longer than an envelope lives: what is missing by then cannot be taken any more."""


def step(state: ConversationState, event: Event) -> Step:
    """Return what is remembered from now on, and what is to be done, in this order.

    Raises:
        ProtocolRefusal: only for :class:`Said`, which then was not said.
    """
    match event:
        case Said():
            after, _ = say(state, event)
            return after, (Close(),) if after.closed_by_us else ()
        case Heard() | Unreadable():
            return hearing.hear(state, event)
        case ReceiptHeard():
            return state, _hear_receipt(event)
        case PersonDid():
            return state, (Receipt(event.id, event.step),)
        case TimePassed():
            return _pass_time(state, event)
        case _:
            assert_never(event)


def say(state: ConversationState, said: Said) -> tuple[ConversationState, int]:
    """Return the conversation after we said this, and the place (``sequence``) that it takes.

    Raises:
        UnknownKind, WrongRole, BadContent, ConversationClosed, NotInThisConversation, MarkLoosened: it
            may not be said here, and nothing changed.
    """
    kind = kind_of(said.kind)
    if not may_say(kind, sender=state.our_role, to=state.their_role):
        raise WrongRole(f"{state.our_role} does not say {kind.name} to {state.their_role}")
    content = contents.read(said.kind, said.content)
    if state.is_closed:
        raise ConversationClosed("the last word was said")
    if not fits(kind, state, own=state.said_kinds, other=state.heard_kinds):
        raise NotInThisConversation(f"nothing here that {kind.name} follows")
    marks.mark_for(said.mark, default=kind.mark, floor=state.floor)
    after = replace(
        state,
        said=state.said + 1,
        first_mark=state.first_mark or said.mark,
        said_mark=tighter(state.said_mark, said.mark),
        said_kinds=state.said_kinds | {kind.name},
        closed_by_us=contents.is_last_word(content),
    )
    return after, after.said


def goes_on_with(state: ConversationState, name: str) -> bool:
    """Whether :func:`say` takes this kind, whatever it says, in a conversation that has begun.

    What is held has not begun one: nobody can answer it before its turn comes.
    """
    kind = kind_of(name)
    return (
        not state.is_closed
        and bool(state.said or state.heard_kinds)
        and may_say(kind, sender=state.our_role, to=state.their_role)
        and fits(kind, state, own=state.said_kinds, other=state.heard_kinds)
    )


def _hear_receipt(heard: ReceiptHeard) -> Commands:
    if heard.before is not heard.step and delivery.merge(heard.before, heard.step) is ReceiptStep.REFUSED:
        return (TellPerson("refused_by_partner", heard.id),)
    return ()


def _pass_time(state: ConversationState, passed: TimePassed) -> Step:
    if not state.held:
        return state, ()
    waiting = passed.now - min(place.since for place in state.held.values())
    if waiting >= PASS_GAP_AFTER:
        return _pass_gap(state)
    if waiting >= TELL_GAP_AFTER and not state.gap_told:
        return replace(state, gap_told=True), (TellPerson("gap"),)
    return state, ()


def _pass_gap(state: ConversationState) -> Step:
    first = min(state.held)
    missing: tuple[None, ...] = (None,) * (first - 1 - state.heard)
    passed = replace(state, heard=first - 1, recent=(*state.recent, *missing)[-hearing.WINDOW :])
    after, commands = hearing.settle(passed)
    return after, (TellPerson("gap_passed_over"), *commands)
