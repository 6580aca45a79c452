"""Take one page of a source: its entries and its checkpoint, in one transaction.

A page that is not the last of its range never moves the time; a fetch that brings far more than usual, or
that would empty a list, is held until a person has seen the numbers. Withdrawals are never held: somebody
asked for each of them.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from tutela.apps.hashbank import rules
from tutela.apps.hashbank.actions import _entries
from tutela.apps.hashbank.actions._changing import next_change, write_withdrawn
from tutela.apps.hashbank.actions.fetch_source import CLAIM_LASTS
from tutela.apps.hashbank.errors import Overtaken, SourceUnknown
from tutela.apps.hashbank.models import QuarantinedPage, Source
from tutela.apps.hashbank.rules import SourceState, WithdrawReason
from tutela.apps.ledger import actions as ledger
from tutela.core.kernel import clock
from tutela.core.matching.sources import Checkpoint, Page, RowReader, UnreadPage

BY_VOLUME, BY_SWEEP = "volume", "sweep"


@dataclass(frozen=True, slots=True)
class PageTaken:
    """What became of a page. ``held``: nothing was put, and nothing more is to be fetched for now."""

    held: bool = False
    put: int = 0
    withdrawn: int = 0
    unchanged: int = 0
    unusable: int = 0
    refused: dict[str, int] = field(default_factory=dict)


def take_page(
    *, source_id: uuid.UUID, page: Page, reader: RowReader, expected: Checkpoint | None, actor: str = "worker"
) -> PageTaken:
    """Take ``page``; ``expected`` is the checkpoint from which it was fetched.

    Raises:
        SourceUnknown: there is none.
        Overtaken: somebody else took a page meanwhile.
    """
    with transaction.atomic():
        change, now = next_change(), clock.now()
        source = _locked(source_id)
        if rules.checkpoint_of(source.checkpoint) != expected:
            raise Overtaken
        outcome = _entries.Outcome()
        if page.everything and not source.refetching:
            source.refetching, source.unread = True, False
            source.generation += 1
        _entries.take_deleted(source, page.deletes, (change, now), outcome)
        if held := _hold_for_volume(source, page):
            finish_page(source, page, outcome, actor)
            return PageTaken(held=held, withdrawn=outcome.taken_out)
        _entries.put_rows(source, page.upserts, reader, change, now, outcome)
        source.volume += len(page.upserts) + len(page.deletes)
        source.unread = source.unread or bool(page.unread)
        held = page.caught_up and _sweep(source, (change, now), outcome)
        if not held:
            source.checkpoint = rules.checkpoint_json(rules.next_checkpoint(expected, page))
            if page.caught_up:
                _rest(source, now)
            elif source.claimed_until is not None:
                source.claimed_until = now + CLAIM_LASTS
        source.error, source.failures = "", 0
        finish_page(source, page, outcome, actor)
    return PageTaken(
        held, outcome.put, outcome.taken_out, outcome.unchanged, outcome.unusable, dict(outcome.refused)
    )


def quarantine_page(
    *, source_id: uuid.UUID, unread: UnreadPage, expected: Checkpoint | None, actor: str = "worker"
) -> bool:
    """Note a page that could not be read and go on behind it; ``False`` when it was noted before."""
    with transaction.atomic():
        next_change()
        source = _locked(source_id)
        if rules.checkpoint_of(source.checkpoint) != expected:
            raise Overtaken
        source.unread = True
        source.checkpoint = rules.checkpoint_json(unread.checkpoint)
        source.save(update_fields=["unread", "checkpoint"])
        before = QuarantinedPage.objects.filter(
            source=source, page_digest=unread.digest, settled_at__isnull=True
        )
        if before.update(at=clock.now()):
            return False
        QuarantinedPage.objects.create(
            source=source, at=clock.now(), reason=unread.reason[:32], page_digest=unread.digest
        )
        ledger.write_line(
            "hash_page_quarantined",
            actor=actor,
            about=("hash_source", source.id),
            facts={"reason": unread.reason[:32], "page": unread.digest},
        )
    return True


def _locked(source_id: uuid.UUID) -> Source:
    row = Source.objects.select_for_update(of=("self",)).select_related("list").filter(pk=source_id).first()
    if row is None:
        raise SourceUnknown
    return row


def _hold_for_volume(source: Source, page: Page) -> bool:
    """Hold the source when this fetch has brought too much by now."""
    found = source.volume + len(page.upserts) + len(page.deletes)
    usual = source.usual_volume
    if source.released_by is not None or not rules.too_much(found, usual):
        return False
    if source.refetching:
        # Counted only when it matters: a long list has many pages.
        usual = max(usual or 0, _entries.in_force(source))
        if not rules.too_much(found, usual):
            return False
    _hold(source, BY_VOLUME, found, usual or 0)
    return True


def _hold(source: Source, reason: str, found: int, usual: int) -> None:
    source.state, source.held_reason = SourceState.HELD.value, reason
    source.held_found, source.held_usual = found, usual
    source.volume, source.claimed_until = 0, None


def _sweep(source: Source, at: tuple[int, datetime], outcome: _entries.Outcome) -> bool:
    """After a fetch of everything withdraw what it did not bring; returns whether that is held."""
    if not source.refetching or source.unread:
        return False
    gone = _entries.not_sent_again(source)
    had = _entries.in_force(source)
    if source.released_by is None and rules.sweeps_too_much(len(gone), had):
        _hold(source, BY_SWEEP, len(gone), had)
        return True
    _entries.take_out(gone, WithdrawReason.NOT_SENT_AGAIN, at, source.list.name, outcome)
    return False


def _rest(source: Source, now: datetime) -> None:
    """The source has nothing more for now."""
    if not source.refetching:
        source.usual_volume = rules.usual_after(source.usual_volume, source.volume)
    elif source.usual_volume is None:
        source.usual_volume = 0
    source.refetching, source.volume, source.released_by = False, 0, None
    source.fetched_at, source.claimed_until = now, None
    source.next_at = now + timedelta(minutes=source.every_minutes)


def finish_page(source: Source, page: Page, outcome: _entries.Outcome, actor: str) -> None:
    """Store the source, and write what a page changed; last in its transaction."""
    source.save()
    _entries.refresh_disputes(source.list_id, outcome.touched)
    about = ("hash_source", source.id)
    for reason, digests in outcome.withdrawn.items():
        write_withdrawn(digests, reason=reason.value, list_name=source.list.name, about=about, actor=actor)
    if source.state == SourceState.HELD:
        ledger.write_line(
            "hash_source_held",
            actor=actor,
            about=about,
            facts={"reason": source.held_reason, "found": source.held_found, "usual": source.held_usual},
        )
    elif outcome.put or outcome.withdrawn or page.unread:
        ledger.write_line(
            "hash_page_taken",
            actor=actor,
            about=about,
            facts={
                "list": source.list.name,
                "put": outcome.put,
                "withdrawn": outcome.taken_out,
                "unchanged": outcome.unchanged,
                "unusable": outcome.unusable,
                "unread": len(page.unread),
                "complete": page.complete_range,
            },
        )
