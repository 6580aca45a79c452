"""Sources: added on the command line, where their secret lies; paused, released, asked anew at the desk."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.db import transaction

from tutela.apps.accounts.rules import Actor, require
from tutela.apps.hashbank import rules
from tutela.apps.hashbank.actions.fetch_source import NOT_FETCHED, begin_again
from tutela.apps.hashbank.errors import (
    ListUnknown,
    NameTaken,
    NotASource,
    NotHeld,
    PageUnknown,
    SourceUnknown,
)
from tutela.apps.hashbank.models import HashList, QuarantinedPage, Source
from tutela.apps.hashbank.rules import SourceState
from tutela.apps.ledger import actions as ledger
from tutela.apps.ledger.rules import Fact
from tutela.core.kernel import clock


def add_source(
    *, name: str, kind: str, list_name: str, settings: Mapping[str, str], every_minutes: int = 60
) -> uuid.UUID:
    """Add a source that feeds one list; the worker fetches from it at its next round.

    Raises:
        NotASource: names the field that cannot be used.
        ListUnknown: make the list first: nothing is kept before its legal basis is said.
        NameTaken: another source has this name.
    """
    if not rules.is_name(name) or name == rules.DESK:
        raise NotASource("name")
    if not rules.is_name(kind) or len(kind) > 32:
        raise NotASource("kind")
    if not 1 <= every_minutes <= 60 * 24 * 31:
        raise NotASource("every_minutes")
    with transaction.atomic():
        kept = HashList.objects.filter(name=list_name).first()
        if kept is None:
            raise ListUnknown
        if Source.objects.filter(name=name).exists():
            raise NameTaken
        row = Source.objects.create(
            name=name, kind=kind, list=kept, settings=dict(settings), every_minutes=every_minutes,
            next_at=clock.now(), generation=1,
        )  # fmt: skip
        _line("hash_source_added", row, "command", kind=kind, list=list_name)
    return row.id


def pause_source(*, by: Actor, source_id: uuid.UUID) -> None:
    """Fetch nothing from this source until it is taken up again."""
    _set_state(by, source_id, SourceState.PAUSED, "hash_source_paused")


def resume_source(*, by: Actor, source_id: uuid.UUID) -> None:
    """Fetch from a paused source again."""
    _set_state(by, source_id, SourceState.ACTIVE, "hash_source_resumed")


def release_source(*, by: Actor, source_id: uuid.UUID) -> None:
    """A person has seen how much a held source delivers, and lets this one fetch go on.

    Raises:
        NotHeld: it is not held, or somebody else released it.
    """
    require(by, "manage_lists")
    with transaction.atomic():
        row = _locked(source_id)
        if row.state != SourceState.HELD:
            raise NotHeld
        row.state, row.released_by, row.next_at = SourceState.ACTIVE.value, by.id, clock.now()
        found, usual, reason = row.held_found, row.held_usual, row.held_reason
        row.held_reason, row.held_found, row.held_usual = "", None, None
        row.save()
        _line("hash_source_released", row, by.label, reason=reason, found=found, usual=usual)


def fetch_now(*, source_name: str = "", by: Actor | None = None) -> int:
    """Let the worker fetch at its next round, from one source or all; returns from how many."""
    if by is not None:
        require(by, "manage_lists")
    rows = Source.objects.filter(state=SourceState.ACTIVE.value).exclude(kind__in=NOT_FETCHED)
    if source_name:
        rows = rows.filter(name=source_name)
    return rows.update(next_at=clock.now())


def fetch_everything(*, by: Actor, source_id: uuid.UUID) -> None:
    """Fetch a source from its beginning; what it does not bring any more is withdrawn."""
    require(by, "manage_lists")
    with transaction.atomic():
        row = _locked(source_id)
        begin_again(row)
        row.next_at, row.claimed_until = clock.now(), None
        row.save()
        _line("hash_source_refetched", row, by.label, generation=row.generation)


def settle_page(*, by: Actor, page_id: uuid.UUID) -> None:
    """A person has dealt with a page that could not be read."""
    require(by, "manage_lists")
    with transaction.atomic():
        page = QuarantinedPage.objects.select_for_update().filter(pk=page_id).first()
        if page is None:
            raise PageUnknown
        if page.settled_at is not None:
            return
        page.settled_by, page.settled_at = by.id, clock.now()
        page.save(update_fields=["settled_by", "settled_at"])
        ledger.write_line(
            "hash_page_settled",
            actor=by.label,
            about=("hash_source", page.source_id),
            facts={"reason": page.reason, "page": page.page_digest},
        )


def _set_state(by: Actor, source_id: uuid.UUID, state: SourceState, kind: str) -> None:
    require(by, "manage_lists")
    with transaction.atomic():
        row = _locked(source_id)
        if row.state == state or (row.state == SourceState.HELD and state is SourceState.ACTIVE):
            return
        row.state, row.next_at, row.claimed_until = state.value, clock.now(), None
        row.save(update_fields=["state", "next_at", "claimed_until"])
        _line(kind, row, by.label)


def _locked(source_id: uuid.UUID) -> Source:
    row = Source.objects.select_for_update().filter(pk=source_id).first()
    if row is None:
        raise SourceUnknown
    return row


def _line(kind: str, row: Source, actor: str, /, **facts: Fact) -> None:
    ledger.write_line(kind, actor=actor, about=("hash_source", row.id), facts={"source": row.name, **facts})
