"""Recognise what was reported before anybody looks: hash it where it lies and ask the node's own lists.

Only when the node's setting lets the worker fetch bodies (``[checks] mode = "hash"``) and there is a list to
ask. What a list knows is noted on the item, and the ledger says which list it was. When the lists have
changed, the fingerprints of open items are held against them again; nothing is fetched for that.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING

from tutela.apps.cases import actions as cases
from tutela.apps.cases import queries as case_queries
from tutela.apps.hashbank import rules as bank_rules
from tutela.core.matching.errors import IndexBroken, NoIndex
from tutela.core.matching.fingerprints import Fingerprint
from tutela.core.matching.verdicts import Hit
from tutela.doors.worker.equipment import Equipment
from tutela.doors.worker.keep_index import brought_to, index_folder

if TYPE_CHECKING:
    from tutela.core.matching.index import Index

AT_ONCE = 2
"""Bodies in memory side by side: each may be as long as the cap."""

AT_MOST = 40


def recognise(now: datetime, equipment: Equipment) -> int:
    """Hash what waits and look it up; returns how many items a list knew."""
    if equipment.config.checks.mode != "hash":
        return 0
    waiting, at = case_queries.items_to_hash(now, most=AT_MOST), brought_to(equipment.home)
    if not waiting and equipment.matched == at:
        return 0
    from tutela.core.matching import index

    try:
        with index.open_index(index_folder(equipment.home), watch=False) as opened:
            parts = (waiting[start : start + AT_ONCE] for start in range(0, len(waiting), AT_ONCE))
            known = sum(_known(part, opened, equipment) for part in parts)
            if equipment.matched != at:
                known += _known_by_now(opened, equipment)
                equipment.matched = at
            return known
    except (NoIndex, IndexBroken):
        # Nothing to ask yet: keep_index makes or mends it, and the items keep waiting for it.
        return 0


def _known(part: list[tuple[uuid.UUID, str]], opened: Index, equipment: Equipment) -> int:
    if equipment.stopping.is_set():
        return 0
    equipment.beat()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        hashed = list(pool.map(equipment.hash_at, [address for _, address in part]))
    return sum(
        _note(item_id, fingerprints, opened) for (item_id, _), fingerprints in zip(part, hashed, strict=True)
    )


def _known_by_now(opened: Index, equipment: Equipment) -> int:
    """Hold what was hashed before against the lists as they are now; return how many items one knows."""
    known, last = 0, None
    while part := case_queries.items_hashed(after=last):
        for item_id, fingerprints in part.items():
            if hits := _hits(fingerprints, opened):
                known += cases.note_recognised(item_id=item_id, hits=hits)
        last = max(part)
        equipment.beat()
        if equipment.stopping.is_set():
            break
    return known


def _note(item_id: uuid.UUID, fingerprints: tuple[Fingerprint, ...], opened: Index) -> bool:
    if not fingerprints:
        cases.note_not_hashed(item_id=item_id)
        return False
    hits = _hits(fingerprints, opened)
    return cases.note_recognised(item_id=item_id, fingerprints=fingerprints, hits=hits)


def _hits(fingerprints: Sequence[Fingerprint], opened: Index) -> list[cases.ListHit]:
    verdicts = opened.lookup(fingerprints)
    return [_hit(hit) for verdict in verdicts for hit in verdict.hits if hit.counts]


def _hit(hit: Hit) -> cases.ListHit:
    source, _, entry = hit.entry.partition(":")
    digest = bank_rules.entry_digest(hit.list, source, entry)
    return cases.ListHit(hit.list, digest, str(hit.kind), hit.distance, hit.classification)
