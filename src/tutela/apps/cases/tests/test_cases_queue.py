"""Promises of the queue: its order explains itself, its pages neither skip nor repeat."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tutela.apps.cases import actions as cases
from tutela.apps.cases import queries as case_queries
from tutela.apps.cases import rules
from tutela.apps.cases.models import Item
from tutela.apps.cases.queries import QueueFilters
from tutela.core.kernel import clock, ids
from tutela.core.terms.states import ItemState


def make(count: int, **facts: Any) -> list[Item]:
    """Put items straight into the table, each with the rank of its facts."""
    made = []
    for number in range(count):
        item = Item(
            kind="address",
            key=uuid.uuid4().bytes * 2,
            canonical=f"https://h{number}.example.org/",
            host=f"h{number}.example.org",
            registered_domain="example.org",
            received_at=clock.now() - timedelta(minutes=number),
            **facts,
        )
        item.rank, _ = rules.rank(item.rank_facts, clock.now())
        made.append(item)
    return Item.objects.bulk_create(made)


def pages(filters: QueueFilters, most: int) -> list[case_queries.QueueRow]:
    found, after = [], None
    while True:
        page = case_queries.queue(filters, after, most)
        found += page.rows
        after = page.after
        if after is None:
            return found


some_facts = st.fixed_dictionaries(
    {
        "danger_now": st.booleans(),
        "self_report": st.booleans(),
        "hosted_here": st.booleans(),
        "returned": st.booleans(),
    }
)


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(some_facts, max_size=12), st.integers(1, 5))
def test_the_order_of_rows_is_the_order_of_their_reasons(facts: list[dict[str, bool]], most: int) -> None:
    Item.objects.all().delete()
    for one in facts:
        make(1, **one)
    rows = pages(QueueFilters(), most)

    def explained(row: case_queries.QueueRow) -> Any:
        return tuple(code not in row.reasons for code in rules.CLASS_REASONS)

    assert [explained(row) for row in rows] == sorted(map(explained, rows))
    assert len({row.id for row in rows}) == len(rows) == len(facts)


def test_pages_neither_skip_nor_repeat_while_the_queue_moves(desk: Any) -> None:
    make(30)
    first = case_queries.queue(most=10)
    desk.reported(danger_now=True)
    gone = case_queries.queue(after=first.after, most=10).rows[0]
    cases.decide_item(by=desk.analyst, item_id=gone.id, kind="close", reason="other", version=gone.version)
    rest = case_queries.queue(after=first.after, most=100).rows
    assert not {row.id for row in rest} & {row.id for row in first.rows}
    assert len(rest) == 19


def test_several_states_are_one_order(desk: Any, assessed: Any) -> None:
    for _ in range(4):
        _, item_id = desk.reported()
        desk.settle(item_id, assessed["fine"])
    _, urgent = desk.reported(danger_now=True)
    desk.settle(urgent, assessed["fine"])
    make(4)
    rows = pages(QueueFilters(state=""), 2)
    assert [row.state for row in rows] == ["deciding"] + ["waiting"] * 4 + ["deciding"] * 4
    assert rows == pages(QueueFilters(state="", states=("waiting", "deciding")), 100)


@pytest.mark.parametrize("after", ["", "x", "1", "1.x", ".", "-5." + "0" * 32, f"{10**40}." + "0" * 32, "💥"])
def test_an_edited_cursor_begins_at_the_top(db: None, after: str) -> None:
    make(3)
    assert len(case_queries.queue(after=after).rows) == 3


def test_filters_find_what_they_say(desk: Any) -> None:
    _, plain = desk.reported()
    _, danger = desk.reported(danger_now=True)
    _, oneself = desk.reported(worry="about_me")
    account = type(desk.reported()[0])().reports(service="Example Chat", account="someone").item_ids[0]
    cases.record_hosting(item_id=plain, country="NL")
    host = case_queries.item(plain).host

    def found(**filters: Any) -> set[uuid.UUID]:
        return {row.id for row in pages(QueueFilters(**filters), 50)}

    assert found(reason="danger_now") == {danger}
    assert found(reason="self_report") == {oneself}
    assert found(reason="new") == found()
    assert found(reason="no such reason") == set()
    assert found(kind="account") == {account}
    assert found(host=host) == {plain}
    assert found(country="NL") == {plain}
    assert found(domain="example.org") == found() - {account}
    assert found(state="closed") == set()


def test_search_finds_an_address_in_any_spelling_a_host_a_domain_an_account_and_an_id(desk: Any) -> None:
    done = type(desk.reported()[0])().reports("https://files.example.net/a?b=1")
    item_id = done.item_ids[0]
    account = type(desk.reported()[0])().reports(service="Example Chat", account="someone").item_ids[0]

    def found(text: str) -> set[uuid.UUID]:
        return {row.id for row in case_queries.queue(QueueFilters(state="", text=text)).rows}

    for text in (
        "hxxps://FILES[.]example[.]net/a?b=1",
        "files.example.net",
        "Files.Example.Net.",
        "https://files.example.net/",
        "example.net",
        str(item_id),
    ):
        assert found(text) == {item_id}, text
    assert found("someone") == {account}
    for text in ("nowhere.example.com", "' OR 1=1 --", "\x00", "%", "\ud800"):
        assert found(text) == set(), text
        assert case_queries.queue(QueueFilters(host=text, kind=text, country=text)).rows == ()


def test_counts_stop_counting_at_a_cap(desk: Any) -> None:
    make(4)
    _, item_id = desk.reported(danger_now=True)
    cases.claim_item(by=desk.analyst, item_id=item_id)
    exact = case_queries.counts(person_id=desk.analyst.id, most=5)
    assert exact.by_state["waiting"] == case_queries.Count(5, more=False)
    assert exact.by_reason["danger_now"] == exact.mine == case_queries.Count(1, more=False)
    make(1)
    assert case_queries.counts(most=5).by_state["waiting"] == case_queries.Count(5, more=True)


def test_what_waits_for_a_decision_was_assessed_whatever_way_it_came(desk: Any) -> None:
    ways = [desk.reported()[1] for _ in range(6)]
    for item_id in ways[:5]:
        desk.settle(item_id)
    desk.decide(desk.analyst, ways[1], "hold_for_police")
    cases.release_hold(by=desk.analyst, item_id=ways[1])
    desk.decide(desk.analyst, ways[2], "close", "removed")
    cases.reopen_item(by=desk.analyst, item_id=ways[2], reason="mistake")
    desk.decide(desk.analyst, ways[3], "notify")
    cases.record_noticed(item_id=ways[3])
    cases.record_unclear(item_id=ways[3])
    desk.decide(desk.analyst, ways[4], "notify")
    cases.record_noticed(item_id=ways[4])
    desk.decide(desk.analyst, ways[5], "hold_for_police")
    cases.release_hold(by=desk.analyst, item_id=ways[5])
    assert {desk.state(item_id) for item_id in ways} == {"deciding", "noticed", "waiting"}
    assert not Item.objects.filter(state__in=rules.NEVER_NEW, assessed_at__isnull=True).exists()
    found = case_queries.queue(QueueFilters(state="", reason="new"))
    assert [row.id for row in found.rows] == [ways[5]]
    assert case_queries.queue(QueueFilters(state="deciding", reason="new")).rows == ()


def test_only_the_counts_that_are_asked_for_are_made(desk: Any, django_assert_num_queries: Any) -> None:
    make(2)
    with django_assert_num_queries(1):
        found = case_queries.counts(states=(ItemState.WAITING,), reasons=())
    assert found.by_state == {"waiting": case_queries.Count(2, more=False)}
    assert found.by_reason == {}


def test_chosen_items_stand_in_the_order_of_the_queue_with_closed_ones_last(desk: Any) -> None:
    _, calm = desk.reported()
    _, pressing = desk.reported(danger_now=True)
    _, closed = desk.reported(danger_now=True)
    version = case_queries.item(closed).version
    cases.decide_item(by=desk.analyst, item_id=closed, kind="close", reason="other", version=version)
    rows = case_queries.rows_of([calm, closed, pressing, uuid.uuid4()])
    assert [row.id for row in rows] == [pressing, calm, closed]


def test_age_is_shown_and_waits_for_nothing(desk: Any) -> None:
    _, item_id = desk.reported()
    with time_machine.travel(clock.now() + timedelta(days=3, minutes=1)):
        row = case_queries.queue().rows[0]
    assert (row.id, row.age_days, row.reasons) == (item_id, 3, ("new", "age_days"))


def test_a_page_walks_an_index(db: None) -> None:
    from django.db import connection

    make(50)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
    begin = (case_queries.queue(most=10).after or "").partition(".")[0]
    walk = Item.objects.filter(state="waiting", rank__gte=int(begin)).order_by("rank", "id")[:10]
    plan = walk.explain()
    assert "item_queue" in plan, plan
    assert "TEMP B-TREE" not in plan and "Sort" not in plan, plan


def test_items_on_a_host_and_of_a_report_are_found(desk: Any, reporter: Any) -> None:
    done = reporter.reports("https://one.example.org/a https://one.example.org/b https://two.example.org/")
    assert {item.host for item in case_queries.items_on_host("one.example.org")} == {"one.example.org"}
    assert len(case_queries.items_on_host("one.example.org")) == 2
    assert {item.id for item in case_queries.items_of_report(done.report_id)} == set(done.item_ids)


def test_an_unknown_item_has_no_queue_row(db: None) -> None:
    assert case_queries.queue(QueueFilters(text=str(ids.new_id()))).rows == ()
