"""Referrals as the police see them. What was referred is unlocked here: it takes the key."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from tutela.apps.exchange import queries as exchange_queries
from tutela.apps.exchange.queries.waiting import unread_in
from tutela.apps.referrals import rules
from tutela.apps.referrals.errors import ReferralUnknown
from tutela.apps.referrals.models import Referral
from tutela.core.kernel import clock
from tutela.core.protocol.contents.police import Referral as Said
from tutela.core.record.referral import Organisation, ReferralRecord
from tutela.core.terms.marks import HandlingMark
from tutela.formats import referrals as forms


@dataclass(frozen=True, slots=True)
class ReferralRow:
    """One line of the list. ``unread`` are messages in its conversation that nobody here opened."""

    id: uuid.UUID
    partner: str
    reference: str
    mark: str
    items: int
    reasons: tuple[str, ...]
    age_days: int
    received_at: datetime
    opened_at: datetime | None
    opened_by: uuid.UUID | None
    outcome: str
    outcome_at: datetime | None
    settled: bool
    unread: int
    conversation_id: uuid.UUID
    message_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class ReferralSeen:
    """One referral with what it says and everything that was said about it, oldest first."""

    row: ReferralRow
    said: Said
    organisation: str
    country: str
    conversation: exchange_queries.ConversationSeen


@dataclass(frozen=True, slots=True)
class Counts:
    """How many referrals wait, and how many are settled."""

    open: int
    settled: int


def referrals(*, settled: bool = False, skip: int = 0, most: int = 50) -> list[ReferralRow]:
    """Return referrals in their order, the most urgent first; settled ones the latest first."""
    rows = Referral.objects.filter(settled=settled)
    rows = rows.order_by("-outcome_at", "-id") if settled else rows.order_by("rank", "id")
    found = list(rows[skip : skip + most])
    unread = unread_in([row.conversation_id for row in found])
    return [_row(row, len(unread.get(row.conversation_id, ()))) for row in found]


def counts() -> Counts:
    """Return how many there are of each."""
    return Counts(
        Referral.objects.filter(settled=False).count(), Referral.objects.filter(settled=True).count()
    )


def referral(referral_id: uuid.UUID) -> ReferralSeen:
    """Return one referral with everything about it.

    Raises:
        ReferralUnknown: there is none.
    """
    row = _found(referral_id)
    conversation = exchange_queries.conversation(row.conversation_id)
    partner = exchange_queries.partner(row.partner)
    content = next(one.content for one in conversation.messages if one.id == row.message_id)
    unread = unread_in([row.conversation_id]).get(row.conversation_id, ())
    # What is no longer kept was settled long ago; how it went still stands here.
    said = Said.from_json(content) if content else Said(reference=row.reference, items=())
    return ReferralSeen(_row(row, len(unread)), said, partner.organisation, partner.country, conversation)


def record(referral_id: uuid.UUID) -> ReferralRecord:
    """Return the referral as sheets and bundles are written from it.

    Raises:
        ReferralUnknown: there is none.
        CannotExpress: what the partner calls an address is none here.
    """
    seen, node = referral(referral_id), settings.TUTELA
    return forms.record_of(
        seen.said,
        made_at=seen.row.received_at,
        organisation=Organisation(seen.organisation or seen.row.partner, seen.country),
        to=Organisation(node.organisation, node.country),
        mark=HandlingMark(seen.row.mark),
    )


def of_conversations(conversation_ids: list[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """Return conversation → referral, for those that are about one."""
    rows = Referral.objects.filter(conversation_id__in=conversation_ids)
    return dict(rows.values_list("conversation_id", "pk"))


def open_conversations() -> set[uuid.UUID]:
    """Return the conversations of referrals that are not settled: what was said there is still needed."""
    return set(Referral.objects.filter(settled=False).values_list("conversation_id", flat=True))


def _found(referral_id: uuid.UUID) -> Referral:
    row = Referral.objects.filter(pk=referral_id).first()
    if row is None:
        raise ReferralUnknown(str(referral_id))
    return row


def _row(row: Referral, unread: int) -> ReferralRow:
    now = clock.now()
    return ReferralRow(
        id=row.id,
        partner=row.partner,
        reference=row.reference,
        mark=row.mark,
        items=row.items,
        reasons=rules.reasons_of(row.rank, received_at=row.received_at, now=now),
        age_days=(now - row.received_at).days,
        received_at=row.received_at,
        opened_at=row.opened_at,
        opened_by=row.opened_by,
        outcome=row.outcome,
        outcome_at=row.outcome_at,
        settled=row.settled,
        unread=unread,
        conversation_id=row.conversation_id,
        message_id=row.message_id,
    )
