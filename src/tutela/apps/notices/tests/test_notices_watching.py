"""Promises about looking: when, how often, and what becomes of the case."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from tutela.apps.cases import actions as cases
from tutela.apps.cases import queries as case_queries
from tutela.apps.ledger import queries as ledger_queries
from tutela.apps.notices import actions as notices
from tutela.apps.notices import errors, queries, rules
from tutela.core.kernel import clock
from tutela.core.kernel.errors import NotPermitted
from tutela.testing.notifying import Story

BODY, OTHER = bytes([7]) * 32, bytes([8]) * 32


@pytest.fixture
def item(story: Story) -> uuid.UUID:
    """An item whose notice has left, on a node that looks with ``hash``."""
    story.node(checks={"mode": "hash", "minutes_between_misses": 5})
    made: uuid.UUID = story.sent_to_provider().items[0].item_id
    return made


def _look(item: uuid.UUID, status: int | None = 200, **facts: object) -> notices.CheckRecorded:
    values = {"body_bytes": 9000, "digest": BODY} if status == 200 else {}
    return notices.record_check(item_id=item, facts=rules.LookFacts("hash", status, **(values | facts)))


def _miss_three_times(story: Story, item: uuid.UUID) -> list[str]:
    events = []
    for _ in range(3):
        events.append(_look(item, 404).event)
        story.clock.shift(timedelta(minutes=5))
    return events


def test_the_first_look_comes_an_hour_after_the_letter(story: Story, item: uuid.UUID) -> None:
    assert notices.take_due_watch(clock.now()) is None
    story.clock.shift(timedelta(hours=1))
    look = notices.take_due_watch(clock.now())
    assert look is not None
    assert (look.item_id, look.address, look.host, look.mode) == (
        item,
        "https://files.example.org/item/42",
        "files.example.org",
        "hash",
    )


def test_two_workers_never_look_at_once_and_a_killed_one_is_replaced(story: Story, item: uuid.UUID) -> None:
    story.clock.shift(timedelta(hours=1))
    assert notices.take_due_watch(clock.now()) is not None
    assert notices.take_due_watch(clock.now()) is None
    story.clock.shift(timedelta(minutes=5))
    assert notices.take_due_watch(clock.now()) is not None


def test_nothing_is_looked_at_when_looking_is_off_and_people_are_told(story: Story, item: uuid.UUID) -> None:
    story.node(checks={"mode": "off"})
    story.clock.shift(timedelta(hours=1))
    assert notices.take_due_watch(clock.now()) is None
    [due] = queries.manual_checks_due(clock.now())
    assert (due.item_id, due.by_hand) == (item, True)


def test_three_misses_close_the_case_and_the_watch_goes_on(story: Story, item: uuid.UUID) -> None:
    story.clock.shift(timedelta(hours=1))
    assert _miss_three_times(story, item) == ["", "", "gone"]
    seen = case_queries.item(item)
    assert (seen.state, seen.outcome) == ("closed", "removed")
    watch = queries.watch_of(item)
    assert watch is not None
    assert (watch.gone, watch.active) == (True, True)
    assert watch.next_look_at is not None
    assert watch.next_look_at > clock.now() + timedelta(hours=4)
    assert [check.outcome for check in queries.checks_of(item)] == ["missing"] * 3
    lines = [line.kind for line in ledger_queries.lines_about(item)]
    assert lines.count("item_checked") == 3
    assert ledger_queries.verify().holds


def test_looks_come_five_minutes_apart_while_it_seems_gone(story: Story, item: uuid.UUID) -> None:
    story.clock.shift(timedelta(hours=1))
    assert notices.take_due_watch(clock.now()) is not None
    _look(item, 404)
    assert notices.take_due_watch(clock.now()) is None
    story.clock.shift(timedelta(minutes=5))
    assert notices.take_due_watch(clock.now()) is not None


def test_what_comes_back_reopens_the_case(story: Story, item: uuid.UUID) -> None:
    _look(item)
    _miss_three_times(story, item)
    story.clock.shift(timedelta(days=1))
    assert _look(item).event == "returned"
    seen = case_queries.item(item)
    assert (seen.state, seen.returned) == ("deciding", True)
    # Decided again, it gets a new notice and its watch begins anew.
    story.notify(item)
    notices.follow_decisions()
    notice = story.taken()
    assert notice is not None
    story.delivered(notice)
    watch = queries.watch_of(item)
    assert watch is not None
    assert (watch.started_at, watch.gone, watch.misses) == (clock.now(), False, 0)


def test_an_unclear_look_goes_to_a_person_once(story: Story, item: uuid.UUID) -> None:
    assert _look(item, 403).event == "unclear"
    assert case_queries.item(item).state == "deciding"
    assert _look(item, 403).event == ""
    assert [watch.item_id for watch in queries.manual_checks_due(clock.now())] == [item]


def test_another_body_at_the_same_address_is_unclear(story: Story, item: uuid.UUID) -> None:
    assert _look(item).detail == "first_body"
    assert _look(item).detail == "same_body"
    assert _look(item, digest=OTHER).detail == "different_body"


def test_a_name_that_vanished_is_a_miss_only_if_it_had_an_address_before(
    story: Story, item: uuid.UUID
) -> None:
    assert _look(item, None, error="nxdomain").detail == "name_gone"


def test_a_persons_look_ends_the_doubt(story: Story, item: uuid.UUID) -> None:
    _look(item, 403)
    recorded = notices.record_manual_check(by=story.person("analyst"), item_id=item, outcome="missing")
    assert recorded.event == "gone"
    assert queries.manual_checks_due(clock.now()) == []
    [by_hand] = [check for check in queries.checks_of(item) if check.mode == "by_hand"]
    assert by_hand.by == story.person("analyst").label


def test_a_person_who_sees_it_still_there_keeps_the_watch_going(story: Story, item: uuid.UUID) -> None:
    _look(item, 403)
    assert (
        notices.record_manual_check(by=story.person("analyst"), item_id=item, outcome="reachable").event == ""
    )
    assert queries.manual_checks_due(clock.now()) == []


def test_only_who_may_assess_records_a_look_by_hand(story: Story, item: uuid.UUID) -> None:
    with pytest.raises(NotPermitted):
        notices.record_manual_check(by=story.person("welfare_lead"), item_id=item, outcome="missing")
    with pytest.raises(ValueError, match="not a valid"):
        notices.record_manual_check(by=story.person("analyst"), item_id=item, outcome="perhaps")
    with pytest.raises(errors.NotWatched):
        notices.record_manual_check(by=story.person("analyst"), item_id=uuid.uuid4(), outcome="missing")
    with pytest.raises(errors.NotWatched):
        _look(uuid.uuid4())


def test_an_account_is_looked_at_by_people_only(story: Story) -> None:
    story.node(checks={"mode": "head"}, desk={"notice_bundle_minutes": 0})
    story.provider()
    item = story.report(service="social.example.org", account="somebody")
    story.assess(item)
    story.notify(item)
    notices.follow_decisions()
    story.hosted(item, host="social.example.org")
    story.delivered(story.taken())
    story.clock.shift(timedelta(hours=1))
    assert notices.take_due_watch(clock.now()) is None
    assert [due.item_id for due in queries.manual_checks_due(clock.now())] == [item]


def test_the_watch_ends_after_ninety_days(story: Story, item: uuid.UUID) -> None:
    story.clock.shift(timedelta(days=90))
    assert _look(item).next_look_at is None
    watch = queries.watch_of(item)
    assert watch is not None
    assert not watch.active
    assert notices.take_due_watch(clock.now() + timedelta(days=400)) is None


def test_what_is_reported_again_after_it_was_gone_is_looked_at_at_once(story: Story, item: uuid.UUID) -> None:
    _miss_three_times(story, item)
    story.clock.shift(timedelta(days=100))
    assert story.report(places="https://files.example.org/item/42") == item
    notices.follow_decisions()
    look = notices.take_due_watch(clock.now())
    assert look is not None
    assert look.item_id == item
    assert _look(item, 404).event == "gone"
    assert case_queries.item(item).seen_again_at is None
    assert notices.take_due_watch(clock.now()) is None


def test_what_a_person_closed_as_removed_is_looked_at_when_reported_again(story: Story) -> None:
    story.node(checks={"mode": "head"})
    item = story.report(places="https://files.example.org/item/9")
    story.assess(item)
    version = case_queries.item(item).version
    cases.decide_item(
        by=story.person("analyst"), item_id=item, kind="close", reason="removed", version=version
    )
    story.report(places="https://files.example.org/item/9")
    notices.follow_decisions()
    assert notices.take_due_watch(clock.now()) is not None
    recorded = notices.record_check(item_id=item, facts=rules.LookFacts("head", 200))
    assert recorded.event == "returned"
    assert case_queries.item(item).state == "deciding"


def test_what_turned_out_not_to_be_our_business_is_looked_at_no_more(story: Story, item: uuid.UUID) -> None:
    cases.reopen_item(by=story.person("analyst"), item_id=item, reason="assess_again")
    story.assess(item, category="not_illegal", age_band="adult")
    version = case_queries.item(item).version
    cases.decide_item(
        by=story.person("analyst"), item_id=item, kind="close", reason="not_illegal", version=version
    )
    notices.follow_decisions()
    story.clock.shift(timedelta(days=1))
    assert notices.take_due_watch(clock.now()) is None
