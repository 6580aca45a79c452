"""Take reports over from another system: each row becomes a report, once, however often it is handed in."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from tutela.apps.cases import rules
from tutela.apps.cases.actions.submit_report import Submitted, earlier, open_report
from tutela.core.kernel import clock
from tutela.core.record.imported import ImportedReport, ImportedReports
from tutela.core.terms.states import Wish

_NAMESPACE = uuid.UUID("3b2f0d64-51f1-5a0e-8c43-7f0a9a5b2f10")


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file: reports made, those that were here before, items, and items known before."""

    made: int
    already: int
    items: int
    known: int


def import_reports(*, found: ImportedReports, origin: str, actor: str = "command") -> Imported:
    """Open a report for each row of ``found``; ``origin`` is a code, the format of the file.

    Each row is a transaction of its own, so that a run that was stopped goes on when it is started again.
    Nobody waits for an answer to such a report: no receipt belongs to it.
    """
    made = [import_report(row=row, origin=origin, actor=actor) for row in found.reports]
    new = [one for one in made if not one.already]
    return Imported(
        made=len(new),
        already=len(made) - len(new),
        items=sum(len(one.item_ids) for one in new),
        known=sum(len(one.known) for one in new),
    )


def import_report(*, row: ImportedReport, origin: str, actor: str = "command") -> Submitted:
    """Open the report that ``row`` is, or return what it became before."""
    submission_id, receipt_id = _made_id("submission", origin, row), _made_id("receipt", origin, row)
    now = clock.now()
    received_at = min(row.received_at or now, now)
    handed = _handed(row)
    try:
        with transaction.atomic():
            return earlier(submission_id) or open_report(
                handed, receipt_id, submission_id, received_at, actor=actor, origin=origin
            )
    except IntegrityError:
        made = earlier(submission_id)
        if made is None:
            raise
        return made


def is_imported(*, row: ImportedReport, origin: str) -> bool:
    """Say whether ``row`` was taken over before."""
    return earlier(_made_id("submission", origin, row)) is not None


def _handed(row: ImportedReport) -> rules.Handed:
    return rules.Handed(
        places=rules.places_of(row.address, row.service, row.account),
        worry=row.worry,
        danger_now=row.danger_now,
        words=row.words,
        wish=Wish.NOTHING.value,
        language=row.language,
        country=row.country,
    )


def _made_id(what: str, origin: str, row: ImportedReport) -> uuid.UUID:
    return uuid.uuid5(_NAMESPACE, f"{what}/{origin}/{row.digest.hex()}")
