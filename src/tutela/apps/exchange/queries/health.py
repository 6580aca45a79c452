"""How the exchange is: who was reached when, what waits, what was refused, what needs a person."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q

from tutela.apps.exchange.models import Incoming, Outgoing, Partner, PartnerHead, Refused
from tutela.apps.exchange.rules import FOR_A_PERSON, IncomingState, OutgoingState
from tutela.core.kernel import clock
from tutela.core.protocol.kinds import KINDS
from tutela.core.terms.exchange import ReceiptStep

CLOCKS_MAY_DIFFER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class PartnerHealth:
    """One partner: when it was last heard and reached, how far its clock is off, what waits for it."""

    name: str
    state: str
    believed: bool
    heard_at: datetime | None
    reached_at: datetime | None
    tried_at: datetime | None
    next_try_at: datetime | None
    failures: int
    error: str
    skew_seconds: int | None
    queue: int
    oldest_at: datetime | None
    unreceipted: int
    ledger_differs: bool

    @property
    def clock_off(self) -> bool:
        return abs(self.skew_seconds or 0) > CLOCKS_MAY_DIFFER.total_seconds()


@dataclass(frozen=True, slots=True)
class OutboxState:
    """How many messages stand where."""

    waiting: int
    sealed: int
    relayed: int
    delivered: int
    acted: int
    for_a_person: int


@dataclass(frozen=True, slots=True)
class Problem:
    """A message that did not arrive or was refused, and that nobody has seen to yet."""

    message_id: uuid.UUID
    conversation_id: uuid.UUID | None
    partner: str
    kind: str
    state: str
    code: str
    member: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class RefusedSeen:
    """What was refused on one day, from whom as far as that can be said, and how often."""

    day: str
    sender: str
    code: str
    count: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class ExchangeHealth:
    """All of it."""

    partners: tuple[PartnerHealth, ...]
    outbox: OutboxState
    to_open: int
    held: int
    problems: int


def health() -> ExchangeHealth:
    """Return how the exchange is now."""
    incoming = Incoming.objects.aggregate(
        to_open=Count("pk", filter=Q(state=IncomingState.TAKEN.value)),
        held=Count("pk", filter=Q(state=IncomingState.HELD.value)),
    )
    outbox = outbox_state()
    return ExchangeHealth(
        tuple(_partners()), outbox, incoming["to_open"], incoming["held"], outbox.for_a_person
    )


def _partners() -> list[PartnerHealth]:
    leaving = [OutgoingState.WAITING.value, OutgoingState.SEALED.value]
    rows = Partner.objects.order_by("name").annotate(
        queue=Count("outgoing", filter=Q(outgoing__state__in=leaving)),
        oldest=Min("outgoing__said_at", filter=Q(outgoing__state__in=leaving)),
        silent=Count(
            "outgoing",
            filter=Q(
                outgoing__step="",
                outgoing__state__in=[OutgoingState.TAKEN.value, OutgoingState.RELAYED.value],
            ),
        ),
    )
    good = Partner.objects.filter(keys__trusted_at__isnull=False, keys__revoked_at__isnull=True)
    believed = set(good.values_list("pk", flat=True))
    differs = set(PartnerHead.objects.filter(differs=True).values_list("partner_id", flat=True))
    return [
        PartnerHealth(
            row.name, row.state, row.pk in believed, row.heard_at, row.reached_at, row.tried_at,
            row.next_try_at, row.failures, row.error, row.skew_seconds, row.queue, row.oldest, row.silent,
            row.pk in differs,
        )
        for row in rows
    ]  # fmt: skip


def outbox_state() -> OutboxState:
    """Return how many messages stand where; receipts count while they wait."""
    states = {name: Q(state=name) for name in ("waiting", "sealed", "relayed")}
    counted = Outgoing.objects.aggregate(
        **{name: Count("pk", filter=one) for name, one in states.items()},
        delivered=Count("pk", filter=Q(state=OutgoingState.TAKEN.value)),
        acted=Count("pk", filter=Q(step="acted")),
        for_a_person=Count("pk", filter=_waits_for_a_person()),
    )
    return OutboxState(**counted)


def for_a_person(*, most: int = 100) -> list[Problem]:
    """Return what did not arrive or was refused, and nobody settled yet, the newest first."""
    rows = Outgoing.objects.select_related("partner").filter(_waits_for_a_person()).order_by("-id")
    return [_problem(row) for row in rows.defer("content_locked")[:most]]


def untold(*, most: int = 100) -> list[Problem]:
    """Return of these what people were not mailed about yet, the oldest first.

    After the mails were accepted call ``record_people_told``.
    """
    rows = Outgoing.objects.select_related("partner").filter(_waits_for_a_person(), told_at__isnull=True)
    return [_problem(row) for row in rows.order_by("id").defer("content_locked")[:most]]


def _problem(row: Outgoing) -> Problem:
    return Problem(
        row.id, row.conversation_id, row.partner.name, row.kind, row.state, row.code, row.member, row.said_at
    )


@dataclass(frozen=True, slots=True)
class Unread:
    """A partner's message that is meant for people and that nobody has read."""

    message_id: uuid.UUID
    conversation_id: uuid.UUID
    partner: str
    kind: str
    received_at: datetime


def unread(*, most: int = 50) -> list[Unread]:
    """Return what people should read, the oldest first. A handover is read as items of the queue."""
    kinds = [kind.name for kind in KINDS.values() if kind.by_person and kind.name != "handover"]
    rows = Incoming.objects.select_related("partner").filter(
        state=IncomingState.OPENED.value, step=ReceiptStep.ACCEPTED.value, kind__in=kinds
    )
    return [
        Unread(row.id, row.conversation_id, row.partner.name, row.kind, row.received_at)
        for row in rows.defer("content_locked").order_by("id")[:most]
        if row.conversation_id is not None
    ]


def _waits_for_a_person() -> Q:
    return Q(state__in=[one.value for one in FOR_A_PERSON], settled_at__isnull=True)


def refusals(*, days: int = 30, most: int = 200) -> list[RefusedSeen]:
    """Return what was refused lately, the newest first."""
    since = clock.now().date() - timedelta(days=days)
    rows = Refused.objects.filter(day__gte=since).order_by("-last_at")
    return [
        RefusedSeen(row.day.isoformat(), row.sender, row.code, row.count, row.last_at) for row in rows[:most]
    ]
