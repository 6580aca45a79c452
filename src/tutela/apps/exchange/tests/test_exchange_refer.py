"""Promises about referrals: decided and said at once, graded, with the outcome at the item."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tutela.apps.cases import actions as cases
from tutela.apps.cases import queries as case_queries
from tutela.apps.cases.errors import AlreadyDecided, CannotUndo, ChangedMeanwhile, DecisionNotOffered
from tutela.apps.exchange import actions as exchange
from tutela.apps.exchange import queries
from tutela.apps.exchange.errors import MessageUnknown, NotToBeSaid
from tutela.apps.exchange.keyring import Keyring
from tutela.apps.ledger import queries as ledger
from tutela.core.kernel import clock
from tutela.core.terms.exchange import HandlingCode, SourceGrade
from tutela.core.terms.marks import HandlingMark
from tutela.testing import stories
from tutela.testing.partners import PartnerInMemory, deliver, hear, our_key

pytestmark = pytest.mark.django_db
ADDRESS = "https://files.example.org/gallery/7"


@pytest.fixture
def police(ring: Keyring) -> PartnerInMemory:
    return PartnerInMemory("police.example.ge", our_key(), role="police").join()


def refer(item_id: uuid.UUID, by: Any, police: PartnerInMemory, **more: Any) -> exchange.Referred:
    version = case_queries.item(item_id).version
    return exchange.refer(by=by.actor, items=[(item_id, version)], partner=police.name, **more)


def test_a_referral_leaves_graded_and_the_desk_goes_on(police: PartnerInMemory, ring: Keyring) -> None:
    desk = stories.desk(app=False)
    item_id = stories.item(ADDRESS, danger_now=True)
    grades = exchange.Grades(SourceGrade.X, 4, (HandlingCode.H1,))
    done = refer(item_id, desk.analyst, police, grades=grades, note="Seen on Sunday.")
    (said,) = deliver(police, ring)
    assert (said.header.kind, said.header.mark) == ("referral", HandlingMark.AMBER_STRICT)
    assert said.content["evaluation"] == {"source": "X", "information": 4}
    assert (said.content["handling"], said.content["danger_now"]) == (["H1"], True)
    assert said.content["items"][0]["address"] == ADDRESS
    assert case_queries.item(item_id).state == "waiting"
    with pytest.raises(CannotUndo):
        cases.undo_decision(by=desk.analyst.actor, item_id=item_id)

    outcome = {"outcome": "victim_safeguarded", "at": clock.to_text(clock.now())}
    hear(ring, police.write("outcome", outcome, conversation=said.header.conversation))
    (handed,) = queries.handed_of_item(item_id)
    assert (handed.heard, handed.conversation_id) == ("victim_safeguarded", done.conversation_id)
    assert ledger.latest_lines(kind="outcome_heard")[0].about_id == item_id


def test_a_letter_on_its_way_stays_on_it_unless_the_item_is_held(
    police: PartnerInMemory, ring: Keyring
) -> None:
    desk = stories.desk(app=False)
    first, second = stories.item(), stories.item()
    for item_id in (first, second):
        stories.settle(item_id, desk.analyst, desk.second_analyst)
        stories.decide(item_id, desk.second_analyst)
    refer(first, desk.analyst, police)
    refer(second, desk.analyst, police, hold=True)
    assert [case_queries.item(one).pending for one in (first, second)] == ["notify", ""]
    assert [case_queries.item(one).state for one in (first, second)] == ["deciding", "held"]
    decided = [line.about_id for line in ledger.latest_lines(kind="item_decided")]
    assert decided.count(first) == 1 and decided.count(second) == 2
    exchange.follow_items()
    assert {one.header.kind for one in deliver(police, ring)} == {"referral"}


def test_what_cannot_be_referred_leaves_nothing_behind(
    police: PartnerInMemory, partner: PartnerInMemory, ring: Keyring
) -> None:
    desk = stories.desk(app=False)
    item_id = stories.item(ADDRESS)
    version = case_queries.item(item_id).version
    with pytest.raises(NotToBeSaid):
        refer(item_id, desk.analyst, partner)
    with pytest.raises(NotToBeSaid):
        refer(item_id, desk.analyst, police, grades=exchange.Grades(SourceGrade.A, 1, (HandlingCode.H3,)))
    assert case_queries.item(item_id).version == version
    assert case_queries.decisions(item_id) == []
    refer(item_id, desk.analyst, police)
    with pytest.raises((ChangedMeanwhile, AlreadyDecided)):
        exchange.refer(by=desk.analyst.actor, items=[(item_id, version)], partner=police.name)
    with pytest.raises(DecisionNotOffered):
        refer(stories.item("", no_address=True, more="A story."), desk.analyst, police)


def test_each_receipt_keeps_its_time(police: PartnerInMemory, ring: Keyring) -> None:
    desk = stories.desk(app=False)
    done = refer(stories.item(ADDRESS), desk.analyst, police)
    (said,) = deliver(police, ring)
    for step in ("accepted", "opened", "acted"):
        one = {
            "digest": said.digest.hex(), "id": str(said.header.id), "step": step,
            "at": clock.to_text(clock.now()),
        }  # fmt: skip
        hear(ring, police.write("receipt", {"receipts": [one]}))
    (message,) = queries.conversation(done.conversation_id).messages
    assert [step for step, _ in message.receipts] == ["accepted", "opened", "acted"]


def test_a_person_has_a_given_up_message_tried_again(police: PartnerInMemory, ring: Keyring) -> None:
    from datetime import timedelta

    desk = stories.desk(app=False)
    done = refer(stories.item(ADDRESS), desk.analyst, police)
    with pytest.raises(MessageUnknown):
        exchange.retry_message(by=desk.analyst.actor, message_id=done.message_id)
    exchange.give_up(clock.now() + timedelta(days=31))
    exchange.retry_message(by=desk.analyst.actor, message_id=done.message_id)
    assert queries.for_a_person() == []
    assert len(deliver(police, ring)) == 1
