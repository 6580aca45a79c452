"""What every change of the room begins and ends with: its number, and its lines.

The number's row is locked first and until commit, the ledger's head last: whoever follows the numbers sees
them in the order of their commits, and two changes wait for each other instead of for ever.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from tutela.apps.hashbank import rules
from tutela.apps.hashbank.models import Entry, Numbering
from tutela.apps.ledger import actions as ledger

DIGESTS_A_LINE = 64


def next_change() -> int:
    """Return the number of this transaction's change; call it before anything else is locked."""
    rows = Numbering.objects.select_for_update().filter(pk=1)
    row = rows.first()
    if row is None:
        Numbering.objects.bulk_create([Numbering(pk=1)], ignore_conflicts=True)
        row = rows.get()
    row.last += 1
    row.save(update_fields=["last"])
    return row.last


def digest_of(entry: Entry, list_name: str) -> str:
    """Return what a line says instead of an entry's id."""
    return rules.entry_digest(list_name, entry.source_name, entry.entry_id)


def write_withdrawn(
    digests: Sequence[str], *, reason: str, list_name: str, about: tuple[str, uuid.UUID], actor: str
) -> None:
    """Write which entries are no longer in force, some to a line; to be called among the last writes."""
    for start in range(0, len(digests), DIGESTS_A_LINE):
        part = list(digests[start : start + DIGESTS_A_LINE])
        ledger.write_line(
            "hash_entry_withdrawn",
            actor=actor,
            about=about,
            facts={"list": list_name, "reason": reason, "entries": part},
        )
