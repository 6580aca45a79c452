"""Hand envelopes on and write down what became of them; the network itself is the worker's."""

from __future__ import annotations

import random
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import starmap
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, Q

from tutela.apps.exchange.models import Envelope, Outgoing, Partner
from tutela.apps.exchange.models.messages import lock_content
from tutela.apps.exchange.queries.believing import PartnerFacts, believed
from tutela.apps.exchange.rows import change_rows
from tutela.apps.exchange.rules import Next, OutgoingState, PartnerState, after_code
from tutela.apps.ledger import actions as ledger
from tutela.core.envelope.node_keys import PublicKeys
from tutela.core.kernel import ids
from tutela.core.protocol import delivery

MOST_ENVELOPES = 100
MOST_BYTES = 15 << 20
CLAIM_LASTS = timedelta(minutes=3)
"""Longer than a delivery may take; what a killed worker had in its hands is tried again after it."""

ASK_AGAIN_AFTER = timedelta(hours=6)
"""Longer than a partner who works takes to receipt what its door took."""

_DIE = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class Parcel:
    """What goes to one partner in one request, oldest first.

    ``relay`` is the node that keeps it for them, sealed once more ``to`` their newest keys.
    """

    partner: str
    partner_id: uuid.UUID
    url: str
    relay: str
    to: PublicKeys | None
    rows: tuple[uuid.UUID, ...]
    digests: tuple[bytes, ...]
    envelopes: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said: a code for each envelope, or ``error`` for the request as a whole."""

    codes: tuple[str, ...] = ()
    error: str = ""
    wait_seconds: int = 0


def take_due(now: datetime, *, without: Collection[str] = ()) -> list[Parcel]:
    """Claim the next parcel of every partner for whom something is due, but those in ``without``."""
    late = Q(next_try_at__isnull=True) | Q(next_try_at__lte=now)
    ready = Partner.objects.filter(late, state=PartnerState.ACTIVE).exclude(name__in=list(without))
    has = Outgoing.objects.filter(state=OutgoingState.SEALED.value, next_try_at__lte=now)
    known = believed().partners
    found = []
    for name in ready.filter(pk__in=has.values("partner_id")).order_by("name").values_list("name", flat=True):
        facts = known.get(name)
        way = _way(facts) if facts else None
        if facts and way:
            parcel = _claim(facts, *way, now)
            found += [parcel] if parcel else []
    return found


def _way(facts: PartnerFacts) -> tuple[str, str] | None:
    """Return the address to deliver to, and the relay's name when it is another node's."""
    if facts.url:
        return facts.url, ""
    relay = believed().partners.get(facts.relay)
    return (relay.url, relay.name) if relay and relay.url else None


def _claim(facts: PartnerFacts, url: str, relay: str, now: datetime) -> Parcel | None:
    key = believed().key_to_seal_to(facts.name, now)
    if relay and key is None:
        return None
    with transaction.atomic():
        rows = Outgoing.objects.select_for_update(skip_locked=True).filter(
            partner_id=facts.id, state=OutgoingState.SEALED.value, next_try_at__lte=now
        )
        digests = dict(rows.order_by("id").values_list("pk", "digest")[:MOST_ENVELOPES])
        sealed = dict(Envelope.objects.filter(pk__in=list(digests)).values_list("pk", "sealed"))
        chosen: list[uuid.UUID] = []
        size = 0
        for row in digests:
            size += len(sealed[row]) + 4
            if chosen and size > MOST_BYTES:
                break
            chosen.append(row)
        if not chosen:
            return None
        Outgoing.objects.filter(pk__in=chosen).update(
            next_try_at=now + CLAIM_LASTS, attempts=F("attempts") + 1
        )
    return Parcel(
        facts.name,
        facts.id,
        url,
        relay,
        key.public if key else None,
        tuple(chosen),
        tuple(bytes(digests[row] or b"") for row in chosen),
        tuple(bytes(sealed[row]) for row in chosen),
    )


def record_delivery(parcel: Parcel, answer: Answer, now: datetime) -> int:
    """Write down what the other side said; returns how many envelopes arrived."""
    with transaction.atomic():
        partner = Partner.objects.select_for_update(no_key=True).get(name=parcel.relay or parcel.partner)
        if answer.error or len(answer.codes) != len(parcel.rows):
            _failed(partner, parcel, answer, now)
            return 0
        Partner.objects.filter(pk=partner.pk).update(
            failures=0, next_try_at=None, tried_at=now, reached_at=now, error=""
        )
        return _each(parcel, answer, now)


def _failed(partner: Partner, parcel: Parcel, answer: Answer, now: datetime) -> None:
    """The request as a whole: the partner is asked again later and later, its messages stay as they are."""
    failures = partner.failures + 1
    again = delivery.next_attempt(failures, now, now, _DIE.random) or now
    again = max(again, now + timedelta(seconds=answer.wait_seconds))
    Partner.objects.filter(pk=partner.pk).update(
        failures=failures, next_try_at=again, tried_at=now, error=(answer.error or "broken_answer")[:64]
    )
    Outgoing.objects.filter(pk__in=parcel.rows, state=OutgoingState.SEALED.value).update(next_try_at=again)
    if failures == 1:
        ledger.write_line(
            "partner_unreachable", actor="worker", about=("partner", partner.id),
            facts={"code": (answer.error or "broken_answer")[:64]}, at=now,
        )  # fmt: skip


class _Still(NamedTuple):
    """A message that waits for its answer. Receipts have no conversation; ``handed_at``: it came before."""

    id: uuid.UUID
    conversation: uuid.UUID | None
    handed_at: datetime | None


def _each(parcel: Parcel, answer: Answer, now: datetime) -> int:
    """Nearly always everything arrived, so only of the rest more is read than where it stands."""
    mine = Outgoing.objects.select_for_update().filter(pk__in=parcel.rows, state=OutgoingState.SEALED.value)
    found = mine.order_by("id").values_list("pk", "conversation_id", "handed_at")
    still = {row.id: row for row in starmap(_Still, found)}
    said = {row: code for row, code in zip(parcel.rows, answer.codes, strict=True) if row in still}
    arrived = [row for row, code in said.items() if after_code(code) is Next.DONE]
    _arrived([still[row] for row in arrived], parcel, now)
    if len(arrived) < len(said):
        rest = Outgoing.objects.filter(pk__in=said.keys() - set(arrived))
        pairs = [(row, said[row.id]) for row in rest.order_by("id")]
        later = [(row, code) for row, code in pairs if after_code(code) in (Next.LATER, Next.SEAL_AGAIN)]
        _later(later, parcel.partner, now)
        _refused([(row, code) for row, code in pairs if after_code(code) is Next.REFUSED], now)
    return len(arrived)


def _arrived(rows: Sequence[_Still], parcel: Parcel, now: datetime) -> None:
    done = [row.id for row in rows if row.conversation is None]
    kept = [row.id for row in rows if row.conversation is not None]
    # Receipts are made again from the inbox when somebody asks; what carried them is not kept.
    if done:
        Envelope.objects.filter(pk__in=done).delete()
        Outgoing.objects.filter(pk__in=done).delete()
    state = OutgoingState.RELAYED if parcel.relay else OutgoingState.TAKEN
    if kept:
        Outgoing.objects.filter(pk__in=kept).update(state=state.value, handed_at=now, code="")
    news = sum(row.conversation is not None and row.handed_at is None for row in rows)
    if news:
        ledger.write_line(
            "messages_delivered", actor="worker", about=("partner", parcel.partner_id),
            facts={"count": news, "relayed": bool(parcel.relay)}, at=now,
        )  # fmt: skip


def _later(pairs: Sequence[tuple[Outgoing, str]], partner: str, now: datetime) -> None:
    known = believed()
    to, signer = known.key_to_seal_to(partner, now), known.key_to_sign_with(partner, now)
    changes, again = [], []
    for row, code in pairs:
        newer = to is not None and (row.sealed_to, row.signed_with) != (to.public.key_id, signer)
        seal_again = after_code(code) is Next.SEAL_AGAIN and (newer or code == "expired")
        again += [row.id] if seal_again else []
        at = now if seal_again else delivery.next_attempt(row.attempts, now, now, _DIE.random)
        state = OutgoingState.WAITING if seal_again else OutgoingState.SEALED
        values = {"state": state.value, "code": code[:64], "next_try_at": at or now}
        changes.append((row.id, values))
    Envelope.objects.filter(pk__in=again).delete()
    change_rows(Outgoing, changes)


def _refused(pairs: Sequence[tuple[Outgoing, str]], now: datetime) -> None:
    """Refused for good: a person is told, and a ping fills the place, so that what follows has its turn."""
    change_rows(
        Outgoing,
        [(row.id, {"state": OutgoingState.REFUSED.value, "code": code[:64]}) for row, code in pairs],
    )
    fillers = [_filler(row, now) for row, _ in pairs if row.conversation_id and row.kind != "ping"]
    Outgoing.objects.bulk_create(fillers)
    ledger.write_lines(
        [
            ledger.NewLine("message_refused", "worker", _about(row), {"kind": row.kind, "code": code[:64]})
            for row, code in pairs
        ],
        at=now,
    )


def _filler(row: Outgoing, now: datetime) -> Outgoing:
    made = ids.new_id()
    return Outgoing(
        id=made, conversation_id=row.conversation_id, partner_id=row.partner_id, kind="ping",
        sequence=row.sequence, mark=row.mark, content_locked=lock_content({}, made), actor="worker",
        said_at=now, next_try_at=now,
    )  # fmt: skip


def _about(row: Outgoing) -> tuple[str, uuid.UUID]:
    if row.conversation_id is None:
        return ("partner", row.partner_id)
    return ("conversation", row.conversation_id)


def ask_again(now: datetime, *, most: int = 500) -> int:
    """Hand over once more what arrived and was never receipted; returns how much.

    The inbox knows these bytes and sends its receipts anew: those that carried them were lost with the keys
    that signed them, or with a node that was restored. Who has no address is asked by people.
    """
    silent = Outgoing.objects.filter(
        state=OutgoingState.TAKEN.value, step="", conversation__isnull=False,
        handed_at__lt=now - ASK_AGAIN_AFTER, said_at__gt=now - delivery.GIVE_UP_AFTER,
        partner__state=PartnerState.ACTIVE.value, partner__url__gt="", pk__in=Envelope.objects.values("pk"),
    )  # fmt: skip
    with transaction.atomic():
        rows = list(silent.select_for_update(of=("self",)).order_by("id").values_list("pk", flat=True)[:most])
        return Outgoing.objects.filter(pk__in=rows).update(state=OutgoingState.SEALED.value, next_try_at=now)


def give_up(now: datetime, *, most: int = 500) -> int:
    """Give up what could not be handed over, or was not receipted, for 30 days: a person is told."""
    over = Outgoing.objects.filter(
        Q(state__in=[OutgoingState.WAITING.value, OutgoingState.SEALED.value])
        | Q(state=OutgoingState.RELAYED.value, step=""),
        said_at__lt=now - delivery.GIVE_UP_AFTER,
    )
    with transaction.atomic():
        rows = list(over.select_for_update().order_by("id")[:most])
        Outgoing.objects.filter(pk__in=[row.id for row in rows]).update(state=OutgoingState.GIVEN_UP.value)
        ledger.write_lines(
            [
                ledger.NewLine(
                    "message_given_up", "worker", _about(row), {"kind": row.kind, "code": row.code}
                )
                for row in rows
            ],
            at=now,
        )
    return len(rows)


def retry(*, partner: str = "", now: datetime) -> int:
    """Try everything again at once: what waits for its time, and what was given up; returns how many."""
    rows = Outgoing.objects.filter(partner__name=partner) if partner else Outgoing.objects.all()
    partners = Partner.objects.filter(name=partner) if partner else Partner.objects.all()
    with transaction.atomic():
        partners.update(failures=0, next_try_at=None)
        back = rows.filter(state=OutgoingState.GIVEN_UP.value, settled_at__isnull=True)
        chosen = list(back.values_list("pk", flat=True))
        Envelope.objects.filter(pk__in=chosen).delete()
        Outgoing.objects.filter(pk__in=chosen).update(
            state=OutgoingState.WAITING.value, said_at=now, next_try_at=now, attempts=0, code="", member="",
            told_at=None,
        )  # fmt: skip
        waiting = rows.filter(state__in=[OutgoingState.WAITING.value, OutgoingState.SEALED.value])
        count = waiting.update(next_try_at=now)
        ledger.write_line("exchange_retried", actor="command", facts={"count": count}, at=now)
    return count
