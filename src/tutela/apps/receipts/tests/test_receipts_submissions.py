"""Promises of the way in: each submission is opened once, in order, and one that cannot be opened is kept."""

from __future__ import annotations

import secrets
import uuid
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings

from tutela.apps.ledger import queries as ledger_queries
from tutela.apps.receipts import actions as receipts
from tutela.apps.receipts import queries, rules
from tutela.core.kernel import clock, ids

NOW = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)
SOON = NOW + timedelta(minutes=5)


def hand_in(at: datetime = NOW) -> uuid.UUID:
    """Hand in a report and return its submission."""
    derived = rules.derive(rules.new_code(), settings.TUTELA_PEPPER_LOOKUP, settings.TUTELA_PEPPER_KEY)
    submission_id = ids.new_id()
    receipts.hand_in(
        receipt_id=ids.new_id(),
        lookup=derived.lookup,
        public_key=derived.public_key,
        submission_id=submission_id,
        sealed=b"sealed",
        form_digest=secrets.token_bytes(32),
        now=at,
    )
    return submission_id


def waiting() -> list[uuid.UUID]:
    return [submission.id for submission in queries.submissions_waiting()]


@pytest.mark.django_db
def test_they_wait_in_the_order_they_came() -> None:
    later, first = hand_in(SOON), hand_in(NOW)
    second = hand_in(NOW)
    assert waiting() == [*sorted((first, second)), later]
    assert [submission.id for submission in queries.submissions_waiting(1)] == [min(first, second)]


@pytest.mark.django_db
def test_a_claimed_one_is_nobody_elses_until_the_claim_runs_out() -> None:
    submission_id = hand_in()
    with time_machine.travel(NOW, tick=False) as traveller:
        assert receipts.claim_submission(submission_id, SOON)
        assert not receipts.claim_submission(submission_id, SOON)
        assert waiting() == []
        traveller.move_to(SOON)
        assert waiting() == [submission_id]
        assert receipts.claim_submission(submission_id, SOON + timedelta(minutes=5))
    assert queries.submission_counts().waiting == 1


@pytest.mark.django_db
def test_an_opened_one_is_opened_once() -> None:
    submission_id = hand_in()
    assert receipts.mark_opened(submission_id)
    assert not receipts.mark_opened(submission_id)
    assert not receipts.mark_broken(submission_id, "seal_broken")
    assert not receipts.claim_submission(submission_id, SOON)
    assert waiting() == []
    assert [line.kind for line in ledger_queries.lines_about(submission_id)] == ["submission_opened"]


@pytest.mark.django_db
def test_a_broken_one_is_kept_counted_and_shown() -> None:
    submission_id = hand_in()
    receipts.claim_submission(submission_id, SOON)
    assert receipts.mark_broken(submission_id, "seal_broken")
    [broken] = queries.broken_submissions()
    assert (broken.id, broken.kind, broken.reason, broken.attempts) == (
        submission_id,
        "report",
        "seal_broken",
        1,
    )
    assert queries.submission_counts() == queries.SubmissionCounts(0, 0, 1, None)
    [line] = ledger_queries.lines_about(submission_id)
    assert (line.kind, line.facts) == ("submission_broken", {"reason": "seal_broken"})


@pytest.mark.django_db
def test_one_that_kills_its_worker_is_not_tried_for_ever() -> None:
    submission_id = hand_in()
    with time_machine.travel(NOW, tick=False) as traveller:
        for _ in range(rules.MOST_ATTEMPTS):
            assert receipts.claim_submission(submission_id, clock.now() + timedelta(minutes=5))
            traveller.shift(timedelta(minutes=5))
            assert waiting() == [submission_id]
        assert not receipts.claim_submission(submission_id, clock.now() + timedelta(minutes=5))
    assert waiting() == []
    [broken] = queries.broken_submissions()
    assert (broken.reason, broken.attempts) == ("gave_up", rules.MOST_ATTEMPTS)


@pytest.mark.django_db
def test_a_mended_one_waits_again_from_the_beginning() -> None:
    submission_id = hand_in()
    receipts.mark_broken(submission_id, "seal_broken")
    assert receipts.retry_submission(submission_id, actor="command")
    assert not receipts.retry_submission(submission_id, actor="command")
    [again] = queries.submissions_waiting()
    assert (again.id, again.sealed, again.attempts) == (submission_id, b"sealed", 0)
    assert [line.kind for line in ledger_queries.lines_about(submission_id)] == [
        "submission_broken",
        "submission_retried",
    ]


@pytest.mark.django_db
def test_the_counts_name_the_oldest_that_waits() -> None:
    hand_in(SOON)
    hand_in(NOW)
    receipts.mark_opened(hand_in(NOW - timedelta(days=1)))
    assert queries.submission_counts() == queries.SubmissionCounts(2, 1, 0, NOW)
