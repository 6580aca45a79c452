"""Ask a partner which of our items it has too, without showing it any of them."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db import transaction

from tutela.apps.accounts.rules import Actor, require
from tutela.apps.cases import queries as case_queries
from tutela.apps.exchange.actions._comparing import allowed, identifiers_of, lock_bytes
from tutela.apps.exchange.actions.say import say
from tutela.apps.exchange.errors import NothingToCompare, OverlapNotAgreed, PartnerUnknown
from tutela.apps.exchange.models import OverlapAsked, OverlapItem, Partner
from tutela.apps.exchange.rules import MOST_ASKED
from tutela.apps.ledger import actions as ledger
from tutela.core.kernel import clock, ids
from tutela.core.terms.exchange import OverlapScope

KIND = "overlap_query"


@dataclass(frozen=True, slots=True)
class Asked:
    """Where the answer will stand, and about how many things was asked."""

    conversation_id: uuid.UUID
    scope: OverlapScope
    count: int


def ask_overlap(
    *, by: Actor, partner: str, item_ids: Collection[uuid.UUID] = (), now: datetime | None = None
) -> tuple[Asked, ...]:
    """Ask about these items, or about all open ones when none is named; one question for each scope.

    Raises:
        OverlapNotAgreed: nobody agreed with this partner to compare.
        NothingToCompare: none of them can be compared, or marks keep them here.
        NotPermitted, PartnerUnknown, PartnerNotActive, NotToBeSaid.
    """
    require(by, "talk_to_partners")
    at = now or clock.now()
    row = Partner.objects.filter(name=partner).first()
    if row is None:
        raise PartnerUnknown(partner)
    if row.overlap_agreed_at is None:
        raise OverlapNotAgreed(partner)
    wanted = list(item_ids) or case_queries.open_items(most=MOST_ASKED)
    found = sorted(allowed(case_queries.comparable_of(wanted), row.id), key=lambda one: one.scope)
    # Blinding takes time and no lock, so it is done before anything is written.
    prepared = [
        _prepare(OverlapScope(scope), list(group))
        for scope, group in groupby(found, key=lambda one: one.scope)
    ]
    if not prepared:
        raise NothingToCompare(partner)
    about = ("item", wanted[0]) if len(wanted) == 1 else None
    with transaction.atomic():
        return tuple(_ask(by, row, one, about, at) for one in prepared)


@dataclass(frozen=True, slots=True)
class _Prepared:
    scope: OverlapScope
    pairs: Sequence[tuple[uuid.UUID, bytes]]
    count: int
    request: bytes
    secret: bytes


def _prepare(scope: OverlapScope, found: list[case_queries.Comparable]) -> _Prepared:
    from tutela.core.protocol import overlap

    pairs = identifiers_of(found)[:MOST_ASKED]
    question = overlap.ask(scope, {one for _, one in pairs})
    return _Prepared(scope, pairs, question.count, question.request, question.secret)


def _ask(
    by: Actor, partner: Partner, one: _Prepared, about: tuple[str, uuid.UUID] | None, at: datetime
) -> Asked:
    request = base64.b64encode(one.request).decode("ascii")
    content = {"scope": one.scope.value, "count": one.count, "request": request}
    said = say(
        partner=partner.name, kind=KIND, content=content, about=about, actor=by.label, needs_to_know=True,
        now=at,
    )  # fmt: skip
    asked = OverlapAsked(
        id=ids.new_id(), conversation_id=said.conversation_id, partner=partner, scope=one.scope.value,
        asked_by=by.label, asked_at=at, count=one.count,
    )  # fmt: skip
    asked.secret_locked = lock_bytes(one.secret, asked.id)
    asked.save(force_insert=True)
    OverlapItem.objects.bulk_create(
        [OverlapItem(id=ids.new_id(), asked=asked, item_id=item, identifier=key) for item, key in one.pairs]
    )
    facts = {"scope": one.scope.value, "count": one.count}
    things = [("partner", partner.id), *([about] if about else [])]
    ledger.write_lines([ledger.NewLine("overlap_asked", by.label, thing, facts) for thing in things], at=at)
    return Asked(said.conversation_id, one.scope, one.count)
