"""Promises when two come at the same moment: one report, one opening."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connections

from tutela.apps.ledger import queries as ledger_queries
from tutela.apps.receipts import actions as receipts
from tutela.apps.receipts import queries, rules
from tutela.apps.receipts.models import Submission
from tutela.core.kernel import clock, ids

AT_ONCE = 4


def at_once(work: Callable[[], Any]) -> list[Any]:
    """Do the same thing in several threads that start together, and return what each saw."""
    seen: list[Any] = []
    together = threading.Barrier(AT_ONCE)

    def one() -> None:
        try:
            together.wait()
            seen.append(work())
        except Exception as error:
            seen.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seen


def hand_in(form_digest: bytes, derived: rules.Derived) -> receipts.HandedIn:
    return receipts.hand_in(
        receipt_id=ids.new_id(),
        lookup=derived.lookup,
        public_key=derived.public_key,
        submission_id=ids.new_id(),
        sealed=b"sealed",
        form_digest=form_digest,
    )


def fresh() -> rules.Derived:
    return rules.derive(rules.new_code(), settings.TUTELA_PEPPER_LOOKUP, settings.TUTELA_PEPPER_KEY)


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_by_an_impatient_finger_is_one_report() -> None:
    form, derived = secrets.token_bytes(32), fresh()
    seen = at_once(lambda: hand_in(form, derived))
    assert len({handed.receipt_id for handed in seen}) == 1
    assert sorted(handed.already for handed in seen) == [False, True, True, True]
    assert Submission.objects.count() == 1
    assert ledger_queries.verify().lines == 1
    assert ledger_queries.verify().holds


@pytest.mark.django_db(transaction=True)
def test_reports_at_the_same_moment_are_all_kept() -> None:
    seen = at_once(lambda: hand_in(secrets.token_bytes(32), fresh()))
    assert [handed.already for handed in seen] == [False] * AT_ONCE
    assert len(queries.submissions_waiting()) == AT_ONCE
    assert ledger_queries.verify() == ledger_queries.Verdict(AT_ONCE, None, "", ledger_queries.head()[1])


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_one_opens() -> None:
    hand_in(secrets.token_bytes(32), fresh())
    [submission] = queries.submissions_waiting()
    until = clock.now() + timedelta(minutes=5)
    assert sorted(at_once(lambda: receipts.claim_submission(submission.id, until))) == [
        False,
        False,
        False,
        True,
    ]
    assert sorted(at_once(lambda: receipts.mark_opened(submission.id))) == [False, False, False, True]
    assert Submission.objects.get().attempts == 1
