"""Note in the ledger that an index now has everything up to a change: withdrawals too count everywhere."""

from __future__ import annotations

from django.db import transaction

from tutela.apps.ledger import actions as ledger


def record_index(*, through: int, put: int, withdrawn: int, built: bool, actor: str = "worker") -> None:
    """Write the line; ``through`` is the number of the last change that the index has."""
    with transaction.atomic():
        ledger.write_line(
            "hash_index_brought",
            actor=actor,
            facts={"through": through, "put": put, "withdrawn": withdrawn, "built": built},
        )
