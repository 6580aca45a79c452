"""Keep a list that a partner shares: its entries stand under a source of their own, which sends by itself.

Nothing of a page is held back for its size: a partner was pinned by people, and what it withdraws must be
withdrawn here at once. When a list begins again, its last page withdraws what was not sent again.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from tutela.apps.hashbank import rules
from tutela.apps.hashbank.actions import _entries
from tutela.apps.hashbank.actions._changing import next_change
from tutela.apps.hashbank.actions.fetch_source import begin_again
from tutela.apps.hashbank.actions.import_entries import ListedRows
from tutela.apps.hashbank.actions.take_page import PageTaken, finish_page
from tutela.apps.hashbank.errors import NotAList, SourceUnknown
from tutela.apps.hashbank.models import HashList, Source
from tutela.apps.hashbank.rules import SourceState, WithdrawReason
from tutela.apps.ledger import actions as ledger
from tutela.apps.ledger.rules import Fact
from tutela.core.kernel import clock
from tutela.core.matching.sources import Checkpoint, Page, Row

_MOST_NAME = 50
_NOT_IN_A_NAME = re.compile(r"[^a-z0-9_]+")


@dataclass(frozen=True, slots=True)
class PartnerList:
    """What a partner says of its list; ``handling`` is the mark under which it came."""

    partner: str
    id: str
    title: str
    origin: str
    legal_basis: str
    scheme: str
    handling: str


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a partner's list stands here."""

    list_id: uuid.UUID
    source_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class Delta:
    """One page. Rows are those of an imported file: scheme, classification and fingerprints.

    ``begins``: the list begins again with this page; ``last``: nothing newer was there.
    """

    upserts: Mapping[str, Row] = field(default_factory=dict)
    withdrawn: Collection[str] = ()
    begins: bool = False
    last: bool = False


def keep_partner_list(*, said: PartnerList, kept: Kept | None, actor: str) -> Kept:
    """Make the partner's list with its source, or note what the partner says of it now.

    Raises:
        NotAList: names the field that cannot be used.
    """
    with transaction.atomic():
        change = next_change()
        row = HashList.objects.select_for_update().get(pk=kept.list_id) if kept else None
        fields = rules.ListFields(
            name=row.name if row else _free_name(said), title=said.title, origin=said.origin,
            legal_basis=said.legal_basis, scheme=said.scheme, handling=said.handling,
        )  # fmt: skip
        if wrong := rules.check_list(fields):
            raise NotAList(wrong)
        if kept is None or row is None:
            return _make(fields, change, actor)
        told = ("title", "origin", "legal_basis", "scheme", "handling")
        if any(getattr(row, name) != getattr(fields, name) for name in told):
            for name in told:
                setattr(row, name, getattr(fields, name))
            row.change = change
            row.save(update_fields=[*told, "change"])
            _line("hash_list_changed", row, actor)
    return kept


def _make(fields: rules.ListFields, change: int, actor: str) -> Kept:
    now = clock.now()
    row = HashList.objects.create(
        name=fields.name, title=fields.title, origin=fields.origin, legal_basis=fields.legal_basis,
        scheme=fields.scheme, handling=fields.handling, made_at=now, change=change,
    )  # fmt: skip
    # Nobody fetches from it, as from files that people import: it stands as paused.
    source = Source.objects.create(
        name=fields.name, kind=rules.PARTNER, list=row, state=SourceState.PAUSED.value, next_at=now,
        generation=1,
    )  # fmt: skip
    _line("hash_list_made", row, actor)
    return Kept(row.id, source.id)


def _free_name(said: PartnerList) -> str:
    """Return a name that neither a list nor a source has: the partner's and its list's, made short."""
    short = _NOT_IN_A_NAME.sub("-", f"{said.partner}-{said.id}").strip("-")[:_MOST_NAME]
    digest = hashlib.sha256(f"{said.partner}\n{said.id}".encode()).hexdigest()
    for name in (short, f"{short}-{digest[:8]}", digest):
        if not (HashList.objects.filter(name=name).exists() or Source.objects.filter(name=name).exists()):
            return name
    raise NotAList("name")


def take_delta(*, source_id: uuid.UUID, delta: Delta, actor: str) -> PageTaken:
    """Take one page of a partner's list.

    Raises:
        SourceUnknown: there is none.
    """
    with transaction.atomic():
        at = next_change(), clock.now()
        source = Source.objects.select_for_update(of=("self",)).select_related("list").filter(pk=source_id)
        row = source.first()
        if row is None:
            raise SourceUnknown
        if delta.begins:
            begin_again(row)
        outcome = _entries.Outcome()
        _entries.take_deleted(row, delta.withdrawn, at, outcome)
        _entries.put_rows(row, delta.upserts, ListedRows(), *at, outcome)
        if delta.last:
            _end(row, at, outcome)
        row.fetched_at = at[1]
        page = Page(delta.upserts, frozenset(delta.withdrawn), Checkpoint(), complete_range=delta.last)
        finish_page(row, page, outcome, actor)
    return PageTaken(
        put=outcome.put, withdrawn=outcome.taken_out, unchanged=outcome.unchanged,
        unusable=outcome.unusable, refused=dict(outcome.refused),
    )  # fmt: skip


def _end(source: Source, at: tuple[int, datetime], outcome: _entries.Outcome) -> None:
    """The partner has said everything: what it did not send again is no longer there."""
    if source.refetching:
        gone = _entries.not_sent_again(source)
        _entries.take_out(gone, WithdrawReason.NOT_SENT_AGAIN, at, source.list.name, outcome)
    source.refetching = False


def _line(kind: str, row: HashList, actor: str) -> None:
    facts: dict[str, Fact] = {"list": row.name, "state": str(row.state)}
    ledger.write_line(kind, actor=actor, about=("hash_list", row.id), facts=facts)
