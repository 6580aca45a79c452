"""Look whether items are still reachable when their time has come. Off unless the node turned it on."""

from __future__ import annotations

from datetime import datetime

from tutela.apps.notices import actions as notices
from tutela.apps.notices.errors import NotWatched
from tutela.doors.worker.equipment import AT_ONCE, Equipment

AT_MOST = 120


def look_again(now: datetime, equipment: Equipment) -> int:
    """Make the looks that are due, some side by side; returns how many were recorded."""
    looked = 0
    while looked < AT_MOST and not equipment.stopping.is_set():
        taken: list[notices.WatchToLook] = []
        while len(taken) < AT_ONCE and (watch := notices.take_due_watch(now)):
            taken.append(watch)
        if not taken:
            break
        equipment.beat()
        seen = equipment.look_at([(watch.address, watch.mode) for watch in taken])
        for watch, facts in zip(taken, seen, strict=True):
            try:
                notices.record_check(item_id=watch.item_id, facts=facts)
            except NotWatched:
                continue
        looked += len(taken)
    return looked
