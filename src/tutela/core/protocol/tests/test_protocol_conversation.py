"""Dialogues: each message takes effect once and in its order, whatever the way did to it."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.core.protocol.conversation import PASS_GAP_AFTER, TELL_GAP_AFTER, goes_on_with, say, step
from tutela.core.protocol.errors import (
    BadContent,
    ConversationClosed,
    MarkLoosened,
    NotInThisConversation,
    UnknownKind,
    WrongRole,
)
from tutela.core.protocol.events import (
    Apply,
    Close,
    Command,
    Event,
    Heard,
    Hold,
    PersonDid,
    Receipt,
    ReceiptHeard,
    Refuse,
    Said,
    TellPerson,
    TimePassed,
    Unreadable,
)
from tutela.core.protocol.hearing import WINDOW
from tutela.core.protocol.state import ConversationState
from tutela.core.terms.exchange import ReceiptStep
from tutela.core.terms.marks import HandlingMark
from tutela.core.terms.nodes import NodeRole

NOW = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)
ITEM = {"ref": "019cb862-1e40-7000-8000-0000000000f1", "kind": "address", "address": "https://a.example.org/"}
HANDOVER = {"reference": "TUT-2026-000001", "items": [ITEM]}
AMBER, STRICT, GREEN = HandlingMark.AMBER, HandlingMark.AMBER_STRICT, HandlingMark.GREEN
BETWEEN_HOTLINES = ConversationState(NodeRole.HOTLINE, NodeRole.HOTLINE)


def id_of(number: int) -> UUID:
    return UUID(int=(0x019CB8621E40 << 80) | (7 << 76) | (2 << 62) | number)


def heard(sequence: int, kind: str, content: Any = None, *, number: int = 0, **changes: Any) -> Heard:
    given: dict[str, Any] = {"content": content or {}, "mark": AMBER, "at": NOW} | changes
    return Heard(id=id_of(number or sequence), kind=kind, sequence=sequence, **given)


def play(state: ConversationState, *events: Event) -> tuple[ConversationState, list[Command]]:
    """Let events happen; between two of them everything is written down and read again."""
    done: list[Command] = []
    for event in events:
        state, commands = step(state, event)
        memory = json.loads(json.dumps(state.to_json()))
        again = ConversationState.from_json(memory, our_role=state.our_role, their_role=state.their_role)
        assert again == state
        done += commands
    return state, done


def effects(commands: list[Command]) -> list[Apply]:
    return [one for one in commands if isinstance(one, Apply)]


def refusals(commands: list[Command]) -> list[tuple[UUID, str]]:
    return [(one.id, one.code) for one in commands if isinstance(one, Refuse)]


def test_a_handover_goes_its_way_until_the_last_word() -> None:
    begun, first = play(BETWEEN_HOTLINES, Said("handover", HANDOVER, AMBER))
    told, second = play(begun, heard(1, "handover_update", {"note": "taken"}))
    ended, third = play(told, heard(2, "handover_update", {"closed": True}))
    assert (first, begun.said) == ([], 1)
    assert second == [Apply(id_of(1), "handover_update", 1), Receipt(id_of(1), ReceiptStep.ACTED)]
    assert third[0] == Apply(id_of(2), "handover_update", 2)
    assert third[-1] == Close()
    with pytest.raises(ConversationClosed):
        say(ended, Said("handover_update", {}, AMBER))
    assert refusals(play(ended, heard(3, "handover_update"))[1]) == [(id_of(3), "conversation_closed")]


def test_what_was_on_its_way_when_we_said_the_last_word_still_counts() -> None:
    state, commands = play(
        BETWEEN_HOTLINES,
        Said("handover", HANDOVER, AMBER),
        Said("handover_update", {"closed": True}, AMBER),
        heard(1, "handover_update", {"note": "crossed"}),
    )
    assert commands[0] == Close()
    assert effects(commands) == [Apply(id_of(1), "handover_update", 1)]
    assert state.is_closed


def test_a_person_opens_and_acts_on_what_is_meant_for_people() -> None:
    _, commands = play(
        BETWEEN_HOTLINES,
        heard(1, "handover", HANDOVER),
        PersonDid(id_of(1), ReceiptStep.OPENED),
        PersonDid(id_of(1), ReceiptStep.ACTED),
    )
    steps = [one.step for one in commands if isinstance(one, Receipt)]
    assert steps == [ReceiptStep.ACCEPTED, ReceiptStep.OPENED, ReceiptStep.ACTED]


def test_a_message_that_comes_too_early_is_held_and_receipted() -> None:
    state, commands = play(BETWEEN_HOTLINES, heard(2, "handover_update"))
    assert commands == [Hold(id_of(2), 2), Receipt(id_of(2), ReceiptStep.ACCEPTED)]
    _, commands = play(state, heard(1, "handover", HANDOVER))
    assert [one.sequence for one in effects(commands)] == [1, 2]


REFUSED_SAYING: dict[str, tuple[ConversationState, Said, type[Exception]]] = {
    "an unknown kind": (BETWEEN_HOTLINES, Said("gossip", {}, AMBER), UnknownKind),
    "not of this role": (BETWEEN_HOTLINES, Said("outcome", {}, AMBER), WrongRole),
    "not to that role": (BETWEEN_HOTLINES, Said("referral", {}, AMBER), WrongRole),
    "broken content": (BETWEEN_HOTLINES, Said("handover", {}, AMBER), BadContent),
    "nothing to follow": (BETWEEN_HOTLINES, Said("handover_update", {}, AMBER), NotInThisConversation),
    "a reply to our own question": (
        play(BETWEEN_HOTLINES, Said("question", {"text": "?"}, AMBER))[0],
        Said("reply", {"text": "!"}, AMBER),
        NotInThisConversation,
    ),
    "a looser mark": (
        play(BETWEEN_HOTLINES, heard(1, "handover", HANDOVER, mark=STRICT))[0],
        Said("handover_update", {}, AMBER),
        MarkLoosened,
    ),
}


@pytest.mark.parametrize("name", REFUSED_SAYING)
def test_what_may_not_be_said_is_refused_before_it_leaves(name: str) -> None:
    state, said, refusal = REFUSED_SAYING[name]
    with pytest.raises(refusal):
        step(state, said)


@pytest.mark.parametrize(
    ("events", "kinds"),
    [
        ((), ""),
        ((heard(2, "question", {"text": "?"}),), ""),
        ((heard(1, "question", {"text": "?"}),), "question reply"),
        ((Said("question", {"text": "?"}, AMBER),), "question"),
        ((heard(1, "handover", HANDOVER),), "question"),
        ((heard(1, "handover", HANDOVER), heard(2, "handover_update", {"closed": True})), ""),
    ],
)
def test_what_a_conversation_goes_on_with_is_what_may_be_said(events: tuple[Event, ...], kinds: str) -> None:
    state, _ = play(BETWEEN_HOTLINES, *events)
    offered = [kind for kind in ("question", "reply", "outcome") if goes_on_with(state, kind)]
    assert offered == kinds.split()
    for kind in offered:
        say(state, Said(kind, {"text": "!"}, AMBER))


def test_a_mark_is_tightened_and_never_loosened() -> None:
    _, commands = play(
        BETWEEN_HOTLINES,
        Said("handover", HANDOVER, AMBER),
        heard(1, "handover_update", mark=STRICT),
        heard(2, "handover_update", mark=AMBER),
        heard(3, "handover_update", mark=STRICT),
    )
    assert refusals(commands) == [(id_of(2), "mark_loosened")]
    assert [one.sequence for one in effects(commands)] == [1, 3]
    loose = play(BETWEEN_HOTLINES, Said("handover", HANDOVER, AMBER), heard(1, "handover_update", mark=GREEN))
    assert refusals(loose[1]) == [(id_of(1), "mark_loosened")]


def test_a_refused_message_fills_its_place() -> None:
    _, commands = play(
        BETWEEN_HOTLINES,
        heard(3, "handover_update"),
        Unreadable(id_of(2), "handover_update", 2, "seal_broken", NOW),
        heard(1, "handover", HANDOVER),
    )
    assert refusals(commands) == [(id_of(2), "seal_broken")]
    assert Receipt(id_of(2), ReceiptStep.REFUSED, "seal_broken") in commands
    assert [one.sequence for one in effects(commands)] == [1, 3]


def test_another_message_in_a_taken_place_is_refused_and_the_same_one_is_not() -> None:
    state, _ = play(BETWEEN_HOTLINES, heard(1, "handover", HANDOVER), heard(3, "handover_update"))
    for sequence in (1, 3):
        assert play(state, heard(sequence, "handover_update", HANDOVER)) == (state, [])
        other = heard(sequence, "handover_update", number=99)
        assert refusals(play(state, other)[1]) == [(id_of(99), "sequence_reused")]


def test_nobody_makes_us_hold_without_end() -> None:
    state, commands = play(BETWEEN_HOTLINES, heard(WINDOW + 1, "handover_update"))
    assert refusals(commands) == [(id_of(WINDOW + 1), "too_far_ahead")]
    assert state == BETWEEN_HOTLINES
    assert not refusals(play(BETWEEN_HOTLINES, heard(WINDOW, "handover_update"))[1])


def test_receipts_are_never_receipted() -> None:
    state = ConversationState(NodeRole.POLICE, NodeRole.HOTLINE)
    one = {"digest": "0" * 64, "id": str(id_of(5)), "step": "opened", "at": "2026-03-04T10:15:00.000000Z"}
    for content, wanted in (({"receipts": [one]}, Apply), ({}, Refuse)):
        _, commands = play(state, heard(1, "receipt", content))
        assert [type(command) for command in commands] == [wanted]


def test_a_gap_is_told_after_a_day_and_passed_over_when_nothing_can_fill_it() -> None:
    state, _ = play(BETWEEN_HOTLINES, Said("handover", HANDOVER, AMBER), heard(2, "handover_update"))
    early, commands = play(state, TimePassed(NOW + TELL_GAP_AFTER - timedelta(seconds=1)))
    assert (early, commands) == (state, [])
    told, commands = play(state, TimePassed(NOW + TELL_GAP_AFTER), TimePassed(NOW + 2 * TELL_GAP_AFTER))
    assert commands == [TellPerson("gap")]
    passed, commands = play(told, TimePassed(NOW + PASS_GAP_AFTER))
    assert commands[0] == TellPerson("gap_passed_over")
    assert [one.sequence for one in effects(commands)] == [2]
    assert refusals(play(passed, heard(1, "handover_update"))[1]) == [(id_of(1), "expired")]


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [(None, "refused", True), ("accepted", "refused", True), ("refused", "refused", False),
     ("acted", "refused", False), (None, "accepted", False), ("refused", "opened", False)],
)  # fmt: skip
def test_a_person_hears_once_that_a_partner_refused(before: str | None, now: str, told: bool) -> None:
    receipt = ReceiptHeard(
        id_of(1), (before and ReceiptStep(before)) or None, ReceiptStep(now), "bad_content"
    )
    assert bool(play(BETWEEN_HOTLINES, receipt)[1]) is told


_UPDATES = st.lists(
    st.sampled_from(
        [
            ("handover_update", {}, AMBER),
            ("handover_update", {}, STRICT),
            ("handover_update", {}, GREEN),
            ("handover_update", {"closed": True}, AMBER),
            ("handover_update", {"items": 1}, AMBER),
            ("question", {"text": "?"}, AMBER),
            ("reply", {"text": "!"}, AMBER),
            ("outcome", {}, AMBER),
        ]
    ),
    max_size=7,
)


@given(rest=_UPDATES, ours=st.booleans(), seed=st.integers(0, 2**16), twice=st.lists(st.integers(0, 7)))
@settings(max_examples=200, deadline=None)
def test_any_order_with_any_repetition_has_the_same_effects_once(
    rest: list[tuple[str, dict[str, Any], HandlingMark]], ours: bool, seed: int, twice: list[int]
) -> None:
    state = BETWEEN_HOTLINES
    said: list[tuple[str, Any, HandlingMark]] = [] if ours else [("handover", HANDOVER, AMBER)]
    if ours:
        state, _ = play(state, Said("handover", HANDOVER, AMBER))
    messages = [
        heard(at, kind, content, mark=mark) for at, (kind, content, mark) in enumerate([*said, *rest], 1)
    ]
    straight, wanted = play(state, *messages)
    shuffled = messages + [messages[at] for at in twice if at < len(messages)]
    random.Random(seed).shuffle(shuffled)
    ended, got = play(state, *shuffled)
    assert effects(got) == effects(wanted)
    assert sorted(refusals(got)) == sorted(refusals(wanted))
    assert [one for one in got if isinstance(one, Close)] == [one for one in wanted if isinstance(one, Close)]
    assert ended == straight


@given(cut=st.integers(1, 5), seed=st.integers(0, 2**16))
@settings(max_examples=60, deadline=None)
def test_nothing_behind_a_gap_takes_effect_before_it_is_filled(cut: int, seed: int) -> None:
    messages = [heard(1, "handover", HANDOVER), *(heard(at, "handover_update") for at in range(2, 6))]
    missing = messages[cut - 1]
    others = [one for one in messages if one is not missing]
    random.Random(seed).shuffle(others)
    state, commands = play(BETWEEN_HOTLINES, *others)
    assert [one.sequence for one in effects(commands)] == list(range(1, cut))
    _, commands = play(state, missing)
    assert [one.sequence for one in effects(commands)] == list(range(cut, 6))
