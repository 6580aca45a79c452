"""Move a follower's cursor forward, in the transaction of what the follower did."""

from __future__ import annotations

from tutela.apps.ledger.models import Cursor


def advance_cursor(*, follower: str, expected: int, sequence: int) -> bool:
    """Move ``follower`` from ``expected`` to ``sequence``; ``False`` when somebody else was faster."""
    Cursor.objects.get_or_create(follower=follower)
    return Cursor.objects.filter(follower=follower, sequence=expected).update(sequence=sequence) == 1
