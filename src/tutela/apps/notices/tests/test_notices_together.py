"""Promises about workers and people who act in the same moment, on real connections."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from tutela.apps.ledger import queries as ledger_queries
from tutela.apps.notices import actions as notices
from tutela.apps.notices import queries, rules
from tutela.apps.notices.models import Notice, NoticeItem
from tutela.core.kernel import clock
from tutela.testing.notifying import Story

pytestmark = pytest.mark.django_db(transaction=True)


def _together(*work: Callable[[], Any]) -> list[Any]:
    """Run each piece on a thread and a connection of its own; return results or what was raised."""
    results: list[Any] = [None] * len(work)
    start = threading.Barrier(len(work))

    def run(place: int) -> None:
        start.wait()
        try:
            results[place] = work[place]()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(work))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def _prepared(story: Story, contacts: int) -> list[Any]:
    story.node(desk={"notice_bundle_minutes": 0})
    items = []
    for number in range(contacts):
        story.provider(
            name=f"Provider {number}",
            domains=(f"host{number}.example.org",),
            emails=(f"abuse{number}@example.net",),
        )
        items.append(story.decided(f"https://host{number}.example.org/item/1"))
    notices.follow_decisions()
    for number, item in enumerate(items):
        story.hosted(item, host=f"host{number}.example.org")
    notices.ready_notices(clock.now())
    return items


def test_workers_side_by_side_send_each_letter_once(story: Story) -> None:
    items = _prepared(story, 4)

    def send() -> list[str]:
        sent = []
        while (notice := notices.take_due_notice(clock.now())) is not None:
            notices.record_delivery(notice_id=notice.notice_id, result=rules.judge(250, stage="done"))
            sent.append(notice.reference)
        return sent

    results = _together(send, send, send)
    references = [reference for result in results for reference in result]
    assert len(references) == len(set(references)) == 4
    assert {queries.notices_of(item)[0].state for item in items} == {"sent"}
    assert ledger_queries.verify().holds


def test_workers_side_by_side_prepare_an_item_once(story: Story) -> None:
    items = [story.decided(f"https://files.example.org/item/{number}") for number in range(3)]
    results = _together(*[notices.follow_decisions] * 3)
    assert all(isinstance(result, int) for result in results), results
    notices.follow_decisions()
    assert NoticeItem.objects.count() == len(items)


def test_lookups_and_approvals_in_the_same_moment_make_one_letter_a_contact(story: Story) -> None:
    items = [story.decided(f"https://files.example.org/item/{number}") for number in range(4)]
    notices.follow_decisions()
    contact = notices.propose_contact(email="abuse@hosting.example.net", source="rdap")
    found = story.found()

    def look_up(item: Any) -> Callable[[], Any]:
        return lambda: notices.record_hosting(item_id=item, found=found)

    by = story.person("coordinator")
    approve = lambda: notices.approve_contact(by=by, contact_id=contact)  # noqa: E731
    results = _together(*(look_up(item) for item in items), approve)
    assert [result for result in results if isinstance(result, Exception)] == []
    assert Notice.objects.filter(state__in=["draft", "waiting_contact"]).count() == 1
    assert Notice.objects.get(state="draft").items.count() == 4
    assert ledger_queries.verify().holds


def test_an_answer_and_a_delivery_in_the_same_moment_are_both_kept(story: Story) -> None:
    [item] = _prepared(story, 1)
    notice = notices.take_due_notice(clock.now())
    assert notice is not None
    results = _together(
        lambda: notices.answer_notice(token=notice.token, kind="removed"),
        lambda: story.delivered(notice),
    )
    assert [result for result in results if isinstance(result, Exception)] == []
    [seen] = queries.notices_of(item)
    assert seen.answer == "removed"
    assert seen.state in ("answered", "sent")
    assert len(queries.answers_of(notice.notice_id)) == 1
