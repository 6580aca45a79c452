"""Promises about the letter at the desk: what is shown is what leaves."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tutela.apps.cases import actions as cases
from tutela.apps.cases import queries as case_queries
from tutela.apps.notices import actions as notices
from tutela.apps.notices import letter
from tutela.apps.notices import queries as notice_queries
from tutela.apps.notices import rules as notice_rules
from tutela.core.kernel import clock
from tutela.doors.desk.shown import letters
from tutela.testing import people, stories

pytestmark = pytest.mark.django_db


def _to_be_notified(desk: stories.Desk, *, baseline: bool = True) -> uuid.UUID:
    item_id = stories.item("https://files.example.org/item/1")
    stories.hosted(item_id)
    found = stories.BASELINE if baseline else stories.NATIONAL
    stories.settle(item_id, desk.analyst, desk.second_analyst, found)
    return item_id


def _sent(desk: stories.Desk, item_id: uuid.UUID) -> tuple[notice_rules.NoticeToSend, str]:
    stories.decide(item_id, desk.second_analyst)
    stories.follow()
    stories.approve_contacts(desk.coordinator)
    with time_machine.travel(clock.now() + timedelta(hours=2), tick=False):
        notices.ready_notices(clock.now())
        taken = notices.take_due_notice(clock.now())
        assert taken is not None
        left = letter.text(taken, len(letter.attachments_of(taken)))
        result = notice_rules.DeliveryResult(notice_rules.Outcome.SENT, 250)
        notices.record_delivery(notice_id=taken.notice_id, result=result)
    return taken, left


@pytest.mark.parametrize("baseline", [True, False])
def test_the_letter_is_shown_word_for_word_as_it_left_but_for_its_link(baseline: bool) -> None:
    desk = stories.desk()
    taken, left = _sent(desk, _to_be_notified(desk, baseline=baseline))
    seen = notice_queries.notice(taken.notice_id)
    assert seen is not None
    assert letters.of_notice(seen) == left.replace(taken.token, letters.HIDDEN)


def test_what_is_shown_before_the_decision_states_the_same_facts() -> None:
    desk = stories.desk()
    item_id = _to_be_notified(desk)
    before = letters.of_item(item_id)
    _, left = _sent(desk, item_id)
    begins, ends = "1. hxxps://", "If these addresses are not yours"
    assert before[before.index(begins) : before.index(ends)] == left[left.index(begins) : left.index(ends)]


def test_a_letter_whose_items_were_forgotten_is_still_shown() -> None:
    desk = stories.desk()
    taken, _ = _sent(desk, _to_be_notified(desk))
    cases.decide_item(
        by=desk.analyst.actor,
        item_id=taken.items[0].item_id,
        kind="close",
        reason="removed",
        version=_version(taken.items[0].item_id),
    )
    later = clock.now() + timedelta(days=400)
    cases.forget_closed(before=later)
    assert notices.forget_notices(before=later) == 1
    seen = notice_queries.notice(taken.notice_id)
    assert seen is not None
    assert "files[.]example[.]org" not in letters.of_notice(seen)


def _version(item_id: uuid.UUID) -> int:
    return case_queries.item(item_id).version


def test_the_list_of_letters_asks_the_database_as_often_for_many_as_for_one(client: Client) -> None:
    desk = stories.desk()
    _sent(desk, _to_be_notified(desk))
    people.be(client, desk.analyst)
    client.get("/notices/")
    with CaptureQueriesContext(connection) as one:
        client.get("/notices/")
    for number in range(3):
        item_id = stories.item(f"https://files.example.net/{number}")
        stories.hosted(item_id, email=f"abuse{number}@provider.example.net")
        stories.settle(item_id, desk.analyst, desk.second_analyst)
        _sent(desk, item_id)
    with CaptureQueriesContext(connection) as four:
        html = client.get("/notices/").content.decode()
    assert html.count("TUT-") == 4
    assert len(four) == len(one)
