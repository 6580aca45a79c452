"""Open what reporters handed in, with the desk's private key, and make reports of it.

The sealed text was written by a stranger through a process that may have been taken over. One that cannot
be opened or read is marked and kept as it is; it never holds up the others. Opening and marking are one
transaction, so a worker killed in between leaves the submission waiting, and nothing twice.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import transaction

from tutela.apps.cases import actions as cases
from tutela.apps.cases.errors import BrokenPayload, NoSuchReport
from tutela.apps.receipts import actions as receipts
from tutela.apps.receipts import queries as receipt_queries
from tutela.apps.receipts import rules as receipt_rules
from tutela.core.kernel.errors import Refusal
from tutela.doors.worker.equipment import Equipment

AT_MOST = 200
CLAIM_LASTS = timedelta(minutes=1)
"""Longer than opening takes; a submission whose worker died is tried again after it."""

log = structlog.get_logger("tutela.worker")

_DOORS: dict[str, Callable[..., Any]] = {
    "report": cases.submit_report,
    "addition": cases.add_to_report,
    "answer": cases.answer_question,
}


def open_submissions(now: datetime, equipment: Equipment) -> int:
    """Open what waits, oldest first; returns how many became part of a case.

    Raises:
        DatabaseError: the database does not answer; everything not yet opened keeps waiting.
    """
    opened = 0
    for waiting in receipt_queries.submissions_waiting(AT_MOST):
        if equipment.stopping.is_set():
            break
        equipment.beat()
        if receipts.claim_submission(waiting.id, now + CLAIM_LASTS):
            opened += _open(waiting)
    return opened


def _open(waiting: receipt_queries.SubmissionSealed) -> bool:
    try:
        payload = receipt_rules.open_submission(
            waiting.sealed,
            settings.TUTELA_DESK_PRIVATE_KEY,
            waiting.receipt_id,
            waiting.id,
        )
        with transaction.atomic():
            _DOORS[waiting.kind](
                payload=payload,
                receipt_id=waiting.receipt_id,
                submission_id=waiting.id,
                received_at=waiting.received_at,
            )
            receipts.mark_opened(waiting.id)
        return True
    except DatabaseError:
        raise
    except NoSuchReport:
        # The report it adds to is not opened yet, or broken: the claim lapses and it is tried again.
        return False
    except BrokenPayload as broken:
        _mark_broken(waiting.id, broken.reason)
    except Refusal as refused:
        _mark_broken(waiting.id, refused.code)
    except Exception as error:  # a stranger's text must not stop the next stranger's
        _mark_broken(waiting.id, f"failed_{type(error).__name__.lower()}")
    return False


def _mark_broken(submission_id: uuid.UUID, reason: str) -> None:
    log.warning("submission_broken", submission=str(submission_id), code=reason)
    receipts.mark_broken(submission_id, reason)
