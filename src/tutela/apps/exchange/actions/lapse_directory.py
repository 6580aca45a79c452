"""Stop believing what only the directory vouched for when its own time is over, and believe it again after.

A directory that grew old unnoticed may hide a revocation. Partners pinned by hand do not depend on it.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from tutela.apps.exchange.actions._trusting import trust_changed
from tutela.apps.exchange.models import PartnerKey
from tutela.apps.exchange.rules import KeySource
from tutela.apps.ledger import actions as ledger


def lapse_directory() -> int:
    """Believe no key of partners that came with the directory and were never pinned; returns how many."""
    with transaction.atomic():
        count = _of_directory(trusted=True).update(trusted_at=None)
        if count:
            trust_changed()
            ledger.write_line("directory_lapsed", actor="worker", facts={"keys": count})
    return count


def believe_directory(*, now: datetime) -> int:
    """Believe them again, once a state of the directory that is good was taken; returns how many."""
    with transaction.atomic():
        count = _of_directory(trusted=False).update(trusted_at=now)
        if count:
            trust_changed()
            ledger.write_line("directory_believed", actor="worker", facts={"keys": count})
    return count


def _of_directory(*, trusted: bool) -> QuerySet[PartnerKey]:
    return PartnerKey.objects.filter(
        partner__source=KeySource.DIRECTORY,
        partner__pinned_at__isnull=True,
        trusted_at__isnull=not trusted,
    )
