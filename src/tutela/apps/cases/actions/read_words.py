"""Read what a reporter wrote; reading leaves a line."""

from __future__ import annotations

import uuid

from django.db import transaction

from tutela.apps.accounts.rules import Actor, require
from tutela.apps.cases.actions._afterwards import Afterwards
from tutela.apps.cases.errors import NoSuchReport
from tutela.apps.cases.models import Report
from tutela.core.kernel import clock


def read_words(*, by: Actor, report_id: uuid.UUID) -> str:
    """Return the reporter's words, and below them what could not be read as an address.

    Raises:
        NoSuchReport: there is none.
        NotPermitted: ``by`` may not read words.
        LockBroken: the words were changed or moved in the database.
    """
    require(by, "read_words")
    with transaction.atomic():
        report = Report.objects.filter(pk=report_id).first()
        if report is None:
            raise NoSuchReport(str(report_id))
        words = report.words
        after = Afterwards(by.label, clock.now())
        after.line("words_read", report)
        after.finish()
    return words
