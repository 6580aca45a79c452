"""Keep the index folder in step with the tables: a follower with a cursor of its own, beside the folder.

The index is committed first, then the ledger's line is written, then the cursor moves. A worker that is
killed in between does the last changes again, which changes nothing. A folder that is missing or broken, and
a cursor that is ahead of the tables (a backup was brought back), are made up for by building anew.
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from tutela.apps.hashbank import actions as bank
from tutela.apps.hashbank import queries as bank_queries
from tutela.core.matching.errors import IndexBroken, IndexBusy, NoIndex
from tutela.doors.worker.equipment import Equipment

AT_ONCE = 2000
MERGE_FROM = 20_000
"""So many additions and withdrawals are brought into a new snapshot."""

log = structlog.get_logger("tutela.worker")


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last change that the index has; with ``last``, only up to that entry of the change after."""

    change: int
    last: uuid.UUID | None = None


def index_folder(home: Path) -> Path:
    """Where a node's index lies."""
    return home / "index"


def brought_to(home: Path) -> Cursor | None:
    """Return how far the index is, ``None`` when there is none."""
    return _read(home)


def keep_index(_now: datetime, equipment: Equipment) -> int:
    """Bring the index up to date; returns how many entries changed in it."""
    head = bank_queries.head_change()
    cursor = _read(equipment.home)
    if head == 0 or cursor == Cursor(head):
        return 0
    try:
        if cursor is None or cursor.change > head:
            return _build(equipment, head)
        return _follow(equipment, cursor)
    except (NoIndex, IndexBroken) as lost:
        log.warning("index_built_anew", code=lost.code)
        # Everything in it is in the tables; who has it open keeps what is open.
        shutil.rmtree(index_folder(equipment.home), ignore_errors=True)
        return _build(equipment, head)
    except IndexBusy:
        return 0


def _build(equipment: Equipment, head: int) -> int:
    from tutela.core.matching import index

    lists = [one.list for one in bank_queries.lists_for_index()]
    known, counted = {one.name for one in lists}, 0

    def rows() -> Iterator[index.Row]:
        nonlocal counted
        for one in bank_queries.entries_for_index():
            if one.list not in known:
                continue  # a list made at this moment: the next round brings it
            counted += 1
            if counted % AT_ONCE == 0:
                equipment.beat()
            for fingerprint in one.fingerprints:
                yield index.Row(one.list, one.entry, fingerprint, one.classification)

    index.build(index_folder(equipment.home), lists, rows())
    bank.record_index(through=head, put=counted, withdrawn=0, built=True)
    _write(equipment.home, Cursor(head))
    return max(counted, 1)


def _follow(equipment: Equipment, cursor: Cursor) -> int:
    from tutela.core.matching import index

    put = withdrawn = 0
    with index.write_index(index_folder(equipment.home)) as writer:
        more = True
        while more and not equipment.stopping.is_set():
            equipment.beat()
            changes = bank_queries.changes_after(cursor.change, cursor.last, most=AT_ONCE)
            # After the entries: a list is made before its first entry, never later.
            for one in bank_queries.lists_for_index():
                if one.change > cursor.change:
                    writer.put_list(one.list)
            for entry in changes.entries:
                if entry.fingerprints:
                    writer.put(entry.list, entry.entry, entry.fingerprints, entry.classification)
                    put += 1
                else:
                    writer.withdraw(entry.list, entry.entry)
                    withdrawn += 1
            writer.commit()
            more = changes.more
            cursor = Cursor(changes.through, changes.last)
            if more:
                _write(equipment.home, cursor)
        if not more:
            # Changes of lists alone have no entries.
            cursor = Cursor(max(cursor.change, _newest_list()))
    bank.record_index(through=cursor.change, put=put, withdrawn=withdrawn, built=False)
    _write(equipment.home, cursor)
    _merge_if_due(index_folder(equipment.home))
    return max(put + withdrawn, 1)


def _newest_list() -> int:
    return max((one.change for one in bank_queries.lists_for_index()), default=0)


def _merge_if_due(folder: Path) -> None:
    from tutela.core.matching import index

    with index.open_index(folder, watch=False) as opened:
        status = opened.status()
    if status.added + status.withdrawn >= MERGE_FROM:
        index.merge(folder)


def _read(home: Path) -> Cursor | None:
    try:
        stored = json.loads((home / "index.cursor").read_text())
        return Cursor(int(stored["change"]), uuid.UUID(stored["last"]) if stored["last"] else None)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(home: Path, cursor: Cursor) -> None:
    fresh = home / "index.cursor.new"
    with fresh.open("w") as file:
        json.dump({"change": cursor.change, "last": cursor.last.hex if cursor.last else ""}, file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(home / "index.cursor")
