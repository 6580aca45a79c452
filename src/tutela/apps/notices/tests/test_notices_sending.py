"""Promises from the decision to the accepted letter."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, time, timedelta

import pytest

from tutela.apps.cases import queries as case_queries
from tutela.apps.ledger import queries as ledger_queries
from tutela.apps.notices import actions as notices
from tutela.apps.notices import errors, queries, rules
from tutela.apps.notices.models import Contact, Delivery, Notice, NoticeItem
from tutela.core.kernel import clock
from tutela.testing.notifying import Story

A, B = "https://files.example.org/item/1", "https://files.example.org/item/2"


def test_one_letter_a_contact_carries_many_items_when_the_hour_is_over(story: Story) -> None:
    story.provider()
    first = story.decided(A)
    notices.follow_decisions()
    story.hosted(first)
    story.clock.shift(timedelta(minutes=30))
    second = story.decided(B)
    notices.follow_decisions()
    story.hosted(second)
    assert story.taken() is None
    story.clock.shift(timedelta(minutes=30))
    notice = story.taken()
    assert notice is not None
    assert [item.item_id for item in notice.items] == [first, second]
    assert notice.reference == "TUT-2026-000001"
    assert story.taken() is None


def test_a_notice_waits_for_the_working_hours_of_its_reader(story: Story) -> None:
    story.node(desk={"notice_bundle_minutes": 0})
    story.provider(time_zone="Asia/Tbilisi", quiet_from=time(18), quiet_to=time(9), working_days_only=True)
    story.clock.move_to(datetime(2026, 3, 6, 15, 0, tzinfo=UTC))  # Friday evening there
    item = story.decided()
    notices.follow_decisions()
    story.hosted(item)
    assert story.taken() is None
    monday = datetime(2026, 3, 9, 5, 0, tzinfo=UTC)
    assert queries.outbox_state().next_due_at == monday
    story.clock.move_to(monday)
    assert story.taken() is not None


def test_a_retry_that_falls_into_the_night_waits_for_the_morning(story: Story) -> None:
    story.node(desk={"notice_bundle_minutes": 0})
    story.provider(time_zone="UTC", quiet_from=time(18), quiet_to=time(9))
    item = story.decided()
    notices.follow_decisions()
    story.hosted(item)
    story.clock.move_to(datetime(2026, 3, 4, 17, 59, 30, tzinfo=UTC))
    notice = story.taken()
    assert story.delivered(notice, None, "connect") is rules.Outcome.RETRY
    story.clock.shift(timedelta(minutes=1))
    assert story.taken() is None
    story.clock.move_to(datetime(2026, 3, 5, 9, 0, tzinfo=UTC))
    assert story.taken() is not None


def test_an_accepted_letter_is_told_to_the_case_and_starts_the_watch(story: Story) -> None:
    story.provider()
    notice = story.sent()
    item = notice.items[0].item_id
    assert case_queries.item(item).state == "noticed"
    assert story.state(item) == ("sent", "")
    watch = queries.watch_of(item)
    assert watch is not None
    assert watch.next_look_at == clock.now() + timedelta(hours=1)
    seen = queries.notice(notice.notice_id)
    assert seen is not None
    assert seen.expires_at == clock.now() + timedelta(days=30)
    assert "notice_sent" in story.kinds(notice.notice_id)
    assert ledger_queries.verify().holds


def test_two_workers_never_claim_the_same_notice(story: Story) -> None:
    story.node(desk={"notice_bundle_minutes": 0})
    story.provider()
    item = story.decided()
    notices.follow_decisions()
    story.hosted(item)
    assert story.taken() is not None
    assert story.taken() is None


def test_a_worker_killed_after_the_claim_leaves_a_letter_that_is_sent_again_as_the_same(story: Story) -> None:
    story.node(desk={"notice_bundle_minutes": 0})
    story.provider()
    item = story.decided()
    notices.follow_decisions()
    story.hosted(item)
    first = story.taken()
    story.clock.shift(timedelta(minutes=11))
    second = story.taken()
    assert first is not None and second is not None
    assert (second.message_id, second.token, second.reference) == (
        first.message_id,
        first.token,
        first.reference,
    )
    assert (first.attempt, second.attempt) == (1, 2)
    assert queries.notice_by_token(first.token) is not None


def test_a_case_that_a_killed_worker_did_not_tell_is_told_on_the_next_round(story: Story) -> None:
    story.provider()
    notice = story.sent()
    NoticeItem.objects.update(case_told=False)
    assert notices.tell_cases() == 1
    assert notices.tell_cases() == 0
    assert case_queries.item(notice.items[0].item_id).state == "noticed"


def test_a_busy_server_is_tried_again_until_a_day_is_over(story: Story) -> None:
    story.node(desk={"notice_bundle_minutes": 0})
    story.provider()
    item = story.decided()
    notices.follow_decisions()
    story.hosted(item)
    outcomes = []
    while (notice := story.taken()) is not None:
        outcomes.append(story.delivered(notice, 451, "data"))
        seen = queries.notice(notice.notice_id)
        assert seen is not None
        story.clock.move_to(max(seen.due_at, clock.now()))
    assert outcomes[:2] == [rules.Outcome.RETRY, rules.Outcome.RETRY]
    assert outcomes[-1] is rules.Outcome.GAVE_UP
    assert 20 < len(outcomes) < 30
    assert queries.outbox_state().failed == 1
    [line] = queries.outbox(states=("failed",))
    assert (line.last_outcome, line.last_code) == ("gave_up", 451)
    assert Contact.objects.get().bounced_at is None
    assert case_queries.item(item).state == "deciding"


def test_a_final_refusal_fails_the_notice_and_marks_the_contact(story: Story) -> None:
    story.node(desk={"notice_bundle_minutes": 0})
    story.provider()
    item = story.decided()
    notices.follow_decisions()
    story.hosted(item)
    assert story.delivered(story.taken(), 550, "recipient") is rules.Outcome.FAILED
    [waiting] = queries.contacts_waiting()
    assert waiting.contact.bounced_at == clock.now()
    assert waiting.items == 1
    other = story.decided(B)
    notices.follow_decisions()
    story.hosted(other, abuse_emails=())
    assert story.state(other) == ("waiting_contact", "contact_bounced")
    assert story.taken() is None
    # Approved once more, everything that waited goes out in a new notice.
    assert notices.approve_contact(by=story.person("coordinator"), contact_id=waiting.contact.id) == 1
    again = story.taken()
    assert again is not None
    assert {entry.item_id for entry in again.items} == {item, other}
    assert again.reference != queries.notices_of(item)[1].reference


def test_a_failed_notice_begins_again_with_whatever_contact_is_known_now(story: Story) -> None:
    story.node(desk={"notice_bundle_minutes": 0})
    provider = story.provider()
    item = story.decided()
    notices.follow_decisions()
    story.hosted(item)
    failed = story.taken()
    story.delivered(failed, 550, "recipient")
    story.provider(provider_id=provider, emails=("new@example.org",))
    again = story.taken()
    assert again is not None
    assert again.email == "new@example.org"
    with pytest.raises(errors.NotSendable):
        notices.send_again(by=story.person("analyst"), notice_id=failed.notice_id)


def test_send_again_takes_up_a_notice_that_was_given_up(story: Story) -> None:
    story.node(desk={"notice_bundle_minutes": 0})
    story.provider()
    item = story.decided()
    notices.follow_decisions()
    story.hosted(item)
    notice = story.taken()
    Notice.objects.update(first_try_at=clock.now() - timedelta(days=2))
    assert story.delivered(notice, 451, "data") is rules.Outcome.GAVE_UP
    notices.send_again(by=story.person("analyst"), notice_id=notice.notice_id)
    again = story.taken()
    assert again is not None
    assert again.notice_id != notice.notice_id
    with pytest.raises(errors.NoticeUnknown):
        notices.send_again(by=story.person("analyst"), notice_id=uuid.uuid4())


def test_a_letter_that_came_back_is_shown_and_its_contact_stopped(story: Story) -> None:
    story.provider()
    notice = story.sent()
    notices.record_bounce(notice_id=notice.notice_id, by=story.person("analyst"))
    assert queries.outbox_state().failed == 1
    assert Contact.objects.get(email="abuse@example.org").bounced_at == clock.now()
    assert story.state(notice.items[0].item_id)[0] == "included"
    with pytest.raises(errors.NotSendable):
        notices.record_bounce(notice_id=notice.notice_id, by=story.person("analyst"))


def test_recording_the_same_success_twice_changes_nothing(story: Story) -> None:
    story.provider()
    notice = story.sent()
    before = queries.watch_of(notice.items[0].item_id)
    story.clock.shift(timedelta(minutes=1))
    story.delivered(notice)
    assert queries.watch_of(notice.items[0].item_id) == before
    assert Delivery.objects.count() == 2
    assert story.kinds(notice.notice_id).count("notice_sent") == 1


def test_a_full_letter_leaves_and_the_next_item_opens_another(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_ITEMS", 2)
    story.provider()
    for number in range(3):
        item = story.decided(f"https://files.example.org/item/{number}")
        notices.follow_decisions()
        story.hosted(item)
    notice = story.taken()
    assert notice is not None
    assert len(notice.items) == 2
    assert queries.outbox_state().draft == 1
