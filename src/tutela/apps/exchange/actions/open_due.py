"""Open what came: verified once more, opened with our private keys, and given to its conversation.

The door that stored these envelopes faces the network; what it says about them is not believed. Opening
needs no lock and is done outside of any transaction. Messages that only go into a conversation take effect
many in one transaction; each that touches another room has its own, so that rows are always locked before
the ledger's head.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import transaction
from django.db.models import F, Q

from tutela.apps.exchange.actions._conversing import Opened, Talk
from tutela.apps.exchange.actions._refusing import Refusal, record_refusals
from tutela.apps.exchange.actions.handlers import HANDLERS
from tutela.apps.exchange.actions.receipts import hear_receipts
from tutela.apps.exchange.actions.say import own_role
from tutela.apps.exchange.errors import HandlerFailed
from tutela.apps.exchange.models import Conversation, Envelope, Incoming, Partner
from tutela.apps.exchange.queries.believing import Believed, believed
from tutela.apps.exchange.rules import IncomingState
from tutela.core.envelope import reading
from tutela.core.envelope.errors import EnvelopeRefusal, UnknownOwnKey
from tutela.core.envelope.trust import OwnNode
from tutela.core.protocol.contents.plain import Receipts
from tutela.core.protocol.errors import BadContent
from tutela.core.protocol.kinds import heard_by
from tutela.core.terms.exchange import ReceiptStep

MOST_TRIES = 12
TRY_AGAIN_AFTER = timedelta(minutes=1)
RECEIPT = "receipt"
FAILED = "failed"

log = structlog.get_logger("tutela.exchange")


@dataclass(frozen=True, slots=True)
class OpenedCount:
    """What one round did."""

    heard: int = 0
    receipts: int = 0
    refused: int = 0

    @property
    def pieces(self) -> int:
        return self.heard + self.receipts + self.refused


def open_due(own: OwnNode, now: datetime, *, most: int = 200) -> OpenedCount:
    """Open up to ``most`` envelopes, oldest first."""
    due = Incoming.objects.filter(state=IncomingState.TAKEN.value)
    due = due.filter(Q(next_try_at__isnull=True) | Q(next_try_at__lte=now)).order_by("id")
    rows = list(due[:most])
    sealed = dict(Envelope.objects.filter(pk__in=[row.id for row in rows]).values_list("pk", "sealed"))
    known = believed()
    opened = [one for row in rows if (one := _open(row, sealed.get(row.id), own, known))]
    if not opened:
        return OpenedCount()
    untrusted = [one for one in opened if one.code in _NOT_THEIRS]
    receipts = [one for one in opened if one not in untrusted and one.row.kind == RECEIPT]
    talk = [one for one in opened if one not in untrusted and one.row.kind != RECEIPT]
    refused = _refuse(untrusted, now) if untrusted else 0
    _note_partners(opened)
    heard = _hear_receipts(receipts, now) if receipts else 0
    return OpenedCount(_hear(talk, now), heard, refused)


_NOT_THEIRS = frozenset(
    {
        "broken_frame", "broken_header", "unknown_version", "unknown_suite", "too_large", "not_for_us",
        "unknown_sender", "unknown_sender_key", "revoked_key", "key_not_valid", "bad_signature_ed25519",
        "bad_signature_mldsa65", "from_the_future", "expired",
    }
)  # fmt: skip
"""Refusals after which nobody can say that the partner sent it: it takes no place in a conversation."""


def _open(row: Incoming, sealed: bytes | memoryview | None, own: OwnNode, known: Believed) -> Opened | None:
    partner = next(one for one in known.partners.values() if one.id == row.partner_id)
    opened = Opened(row, partner)
    try:
        verified = reading.verify(
            bytes(sealed or b""), node=settings.TUTELA.exchange.node, own_key_ids=known.own_key_ids,
            trust=known.trust, now=row.received_at, kinds=heard_by(own_role()), seen=lambda _node, _id: None,
        )  # fmt: skip
        opened.content = reading.open_verified(verified, own=own).content
    except UnknownOwnKey:
        # This process lacks a private set that the node has: it waits until the keeper gives it back.
        log.warning("private_keys_missing")
        return None
    except EnvelopeRefusal as refusal:
        opened.code = refusal.code
    return opened


def _refuse(untrusted: Sequence[Opened], now: datetime) -> int:
    """Refuse what is still waiting: what another worker took, before a key was revoked, has taken effect."""
    with transaction.atomic():
        still = _still_waiting(untrusted)
        for one in still:
            _mark_refused(one.row, one.code, now)
        record_refusals(
            [Refusal(one.partner.name, one.code, bytes(one.row.digest), one.partner.id) for one in still],
            now,
        )
    return len(still)


def _mark_refused(row: Incoming, code: str, now: datetime) -> None:
    row.state, row.code, row.step = IncomingState.REFUSED.value, code[:64], ReceiptStep.REFUSED.value
    row.opened_at, row.receipt_due = now, row.kind != RECEIPT
    row.save(update_fields=["state", "code", "step", "opened_at", "receipt_due"])


def _note_partners(opened: Sequence[Opened]) -> None:
    """Remember that a partner lives, and how far its clock is from ours; what waits for it may go at once."""
    latest = {one.partner.id: one.row for one in opened if not one.code}
    with transaction.atomic():
        for partner_id, row in sorted(latest.items()):
            changed: dict[str, object] = {"heard_at": row.received_at, "failures": 0, "next_try_at": None}
            if not row.relayed:
                changed["skew_seconds"] = round((row.sent_at - row.received_at).total_seconds())
            Partner.objects.filter(pk=partner_id).update(**changed)


def _hear_receipts(receipts: Sequence[Opened], now: datetime) -> int:
    """Take receipts together; one that is no receipt is refused without a word."""
    said: dict[uuid.UUID, list[Receipts]] = {}
    with transaction.atomic():
        mine = Incoming.objects.select_for_update().filter(
            pk__in=[one.row.id for one in receipts], state=IncomingState.TAKEN.value
        )
        waiting = set(mine.values_list("pk", flat=True))
        for one in receipts:
            if one.row.id not in waiting:
                continue
            try:
                content = Receipts.from_json(one.content) if not one.code else None
            except BadContent as refusal:
                one.code, content = refusal.code, None
            if content is None:
                _mark_refused(one.row, one.code, now)
                waiting.discard(one.row.id)
            else:
                said.setdefault(one.partner.id, []).append(content)
        Envelope.objects.filter(pk__in=waiting).delete()
        Incoming.objects.filter(pk__in=waiting).update(
            state=IncomingState.ACTED.value, opened_at=now, acted_at=now, acted_by="worker"
        )
        return sum(hear_receipts(partner, batches, now) for partner, batches in said.items())


def _hear(talk: Sequence[Opened], now: datetime) -> int:
    together = [one for one in talk if one.row.kind not in HANDLERS]
    busy = _with_held(together)
    alone = [one for one in talk if one.row.kind in HANDLERS or one.row.shared_id in busy]
    together = [one for one in together if one.row.shared_id not in busy]
    count = _hear_together(together, now) if together else 0
    return count + sum(_hear_alone(one, now) for one in alone)


def _with_held(opened: Sequence[Opened]) -> set[uuid.UUID]:
    """Return the conversations in which something is held: hearing one may let that take effect."""
    wanted = [one.row.shared_id for one in opened]
    held = Incoming.objects.filter(state=IncomingState.HELD.value, shared_id__in=wanted)
    return set(held.values_list("shared_id", flat=True))


def _hear_together(opened: Sequence[Opened], now: datetime) -> int:
    with transaction.atomic():
        still = _still_waiting(opened)
        talk = Talk(now)
        talk.load(still)
        for one in still:
            talk.hear(one)
        talk.finish()
    return len(still)


def _still_waiting(opened: Sequence[Opened]) -> list[Opened]:
    rows = Incoming.objects.select_for_update().filter(
        pk__in=[one.row.id for one in opened], state=IncomingState.TAKEN.value
    )
    waiting = set(rows.order_by("id").values_list("pk", flat=True))
    return [one for one in opened if one.row.id in waiting]


def _hear_alone(one: Opened, now: datetime) -> int:
    try:
        return _hear_together([one], now)
    except DatabaseError:
        raise
    except HandlerFailed as failed:
        return _hear_failed(one, failed.reason, now)
    except Exception as error:  # a handler's fault; what it was given must not stop the next message
        log.error("handler_failed", kind=one.row.kind, error=type(error).__name__)
        if one.row.attempts + 1 >= MOST_TRIES:
            return _hear_failed(one, FAILED, now)
        later = now + TRY_AGAIN_AFTER * 2 ** min(one.row.attempts, 8)
        Incoming.objects.filter(pk=one.row.id).update(attempts=F("attempts") + 1, next_try_at=later)
    return 0


def _hear_failed(one: Opened, code: str, now: datetime) -> int:
    """Let it take its place without effect, and tell the partner why."""
    fresh = Incoming.objects.get(pk=one.row.id)
    return _hear_together([Opened(fresh, one.partner, code=code)], now)


def pass_time(now: datetime, *, most: int = 200) -> int:
    """Look at conversations in which something is held: a gap that lasts is told, and passed over at last."""
    held = Incoming.objects.filter(state=IncomingState.HELD.value).order_by("conversation_id")
    waiting = list(held.values_list("conversation_id", flat=True).distinct()[:most])
    partners = {one.id: one for one in believed().partners.values()}
    for conversation_id in waiting:
        with transaction.atomic():
            row = Conversation.objects.select_for_update(no_key=True).get(pk=conversation_id)
            talk = Talk(now)
            talk.pass_time(row, partners[row.partner_id])
            talk.finish()
    return len(waiting)
