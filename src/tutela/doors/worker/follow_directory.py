"""Follow the signed directory of partners: take what it says, or say by name why it is not believed.

What was taken last stays in force until its own end, whatever is served meanwhile; from then on partners who
are known from the directory alone are not believed. A refusal is written to the ledger when it is new, and
stands in ``directory/state.json`` for ``tutela doctor`` until it is over.

A node without a directory does not load python-tuf, which takes longer than the rest of a worker's start.
"""

from __future__ import annotations

import contextlib
import json
import secrets
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from django.db import transaction

from tutela.apps.exchange import actions as exchange
from tutela.apps.exchange.rules import DirectoryEntry
from tutela.apps.ledger import actions as ledger
from tutela.core.directory.errors import DirectoryRefusal
from tutela.core.kernel import clock
from tutela.core.kernel.errors import Refusal
from tutela.doors.worker.equipment import Equipment

if TYPE_CHECKING:
    from tutela.core.directory.entries import Entry

STATE = Path("directory", "state.json")
EVERY = timedelta(minutes=15)
AGAIN = timedelta(minutes=3)
"""After a refusal."""
_WORK = "directory"

log = structlog.get_logger("tutela.worker")


@dataclass(frozen=True, slots=True)
class State:
    """``code`` is empty while the directory is believed; ``good_until`` belongs to what was taken last."""

    checked_at: str = ""
    code: str = ""
    version: int = 0
    good_until: str = ""


def follow_directory(now: datetime, equipment: Equipment) -> int:
    """Fetch and take the directory when that is due; returns 1 when a version was taken."""
    url = equipment.config.exchange.directory
    if not url or equipment.not_before.get(_WORK, now) > now:
        return 0
    from tutela.doors.worker.legs import directory

    before = read_state(equipment.home)
    try:
        if not (equipment.home / directory.FOLDER / directory.ROOT).exists():
            raise NotPinned("no root was pinned; tutela directory follow does it")
        said = directory.fetch(url, home=equipment.home, way=equipment.way, now=now)
        taken = exchange.take_directory(entries=[as_partner(one) for one in said.entries],
                                        version=said.version, now=now)  # fmt: skip
    except Refusal as refused:
        _refused(refused.code, before, now, equipment)
        return 0
    exchange.believe_directory(now=now)
    _write_state(equipment.home, State(clock.to_text(now), "", said.version, clock.to_text(said.good_until)))
    equipment.not_before[_WORK] = now + EVERY + timedelta(seconds=secrets.randbelow(60))
    return int(not taken.already)


class NotPinned(DirectoryRefusal):
    """node.toml names a directory and nobody here has compared its root yet."""

    code = "not_pinned"


def as_partner(entry: Entry) -> DirectoryEntry:
    """Return the entry as the room of the exchange takes it."""
    return DirectoryEntry(
        node=entry.node,
        organisation=entry.organisation,
        role=str(entry.role),
        country=entry.country,
        url=entry.url,
        relay=entry.relay,
        status=str(entry.status),
        keys=tuple((key.public.raw, key.valid_from, key.valid_until, key.revoked_at) for key in entry.keys),
    )


def _refused(code: str, before: State, now: datetime, equipment: Equipment) -> None:
    log.warning("directory_refused", code=code)
    if code != before.code:
        facts: dict[str, str | int] = {"code": code, "version": before.version}
        with transaction.atomic():
            ledger.write_line("directory_refused", actor="worker", facts=facts)
    _write_state(equipment.home, replace(before, checked_at=clock.to_text(now), code=code))
    if before.version and clock.from_text(before.good_until) <= now:
        exchange.lapse_directory()
    equipment.not_before[_WORK] = now + AGAIN


def read_state(home: Path) -> State:
    """Return what is known of the directory; nothing when that cannot be read."""
    try:
        return State(**json.loads((home / STATE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return State()


def _write_state(home: Path, state: State) -> None:
    path = home / STATE
    # A full disk costs the report of it, not the directory.
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(state)), encoding="utf-8")
        fresh.replace(path)
