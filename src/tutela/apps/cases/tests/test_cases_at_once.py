"""Promises about people and workers who act at the same moment: real threads, real transactions."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from tutela.apps.cases import actions as cases
from tutela.apps.cases import queries as case_queries
from tutela.apps.cases.errors import AlreadyDecided, CasesRefusal, ClaimedByAnother
from tutela.apps.ledger import queries as ledger_queries


def _at_once(*tasks: Callable[[], Any]) -> list[Any]:
    """Run the tasks in threads that start together; return results and refusals."""
    barrier, results = threading.Barrier(len(tasks)), [None] * len(tasks)

    def run(place: int, task: Callable[[], Any]) -> None:
        try:
            barrier.wait(10)
            results[place] = task()
        except CasesRefusal as refusal:
            results[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_decides_and_one_is_told(desk: Any) -> None:
    _, item_id = desk.reported()
    version = desk.version(item_id)
    results = _at_once(
        *(
            lambda by=by, reason=reason: cases.decide_item(
                by=by, item_id=item_id, kind="close", reason=reason, version=version
            )
            for by, reason in ((desk.analyst, "duplicate"), (desk.second, "other"))
        )
    )
    decided = [one for one in results if isinstance(one, cases.Decided)]
    refused = [one for one in results if isinstance(one, AlreadyDecided)]
    assert (len(decided), len(refused)) == (1, 1)
    assert refused[0].reason == case_queries.item(item_id).outcome
    assert desk.lines(item_id).count("item_decided") == 1
    assert ledger_queries.verify().holds


@pytest.mark.django_db(transaction=True)
def test_of_many_who_claim_at_once_one_has_it(desk: Any) -> None:
    _, item_id = desk.reported()
    people = (desk.analyst, desk.second, desk.third, desk.coordinator)
    results = _at_once(*(lambda by=by: cases.claim_item(by=by, item_id=item_id) for by in people))
    winners = [one for one in results if isinstance(one, cases.Claimed)]
    losers = [one for one in results if isinstance(one, ClaimedByAnother)]
    assert (len(winners), len(losers)) == (1, 3)
    assert {loser.by for loser in losers} == {winners[0].by}


@pytest.mark.django_db(transaction=True)
def test_the_same_addresses_reported_at_once_in_any_order_are_one_item_each(desk: Any) -> None:
    reporters = [type(desk.reported()[0])() for _ in range(4)]
    places = [f"https://same{n}.example.org/" for n in range(6)]
    results = _at_once(
        *(
            lambda one=one, turn=turn: one.reports(" ".join(places[turn:] + places[:turn]))
            for turn, one in enumerate(reporters)
        )
    )
    assert len({one.item_ids for one in results}) == 1
    assert [case_queries.item(item_id).sightings for item_id in results[0].item_ids] == [4] * 6
    assert ledger_queries.verify().holds
