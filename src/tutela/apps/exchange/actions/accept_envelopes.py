"""Take what a partner hands in: verified by its signatures, stored sealed, once. No private key is needed."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from tutela.apps.exchange.actions._refusing import Refusal, record_refusals
from tutela.apps.exchange.actions.say import own_role
from tutela.apps.exchange.models import Envelope, Incoming
from tutela.apps.exchange.queries.believing import Believed, PartnerFacts, believed
from tutela.apps.exchange.rows import insert_rows
from tutela.apps.exchange.rules import SEAL_AGAIN, PartnerState
from tutela.apps.ledger import actions as ledger
from tutela.core.envelope import frame, reading
from tutela.core.envelope.errors import EnvelopeRefusal
from tutela.core.kernel import clock, ids
from tutela.core.protocol.kinds import heard_by

TAKEN, REPLAYED, REUSED, BUSY, RATE = "taken", "replayed", "id_reused", "busy", "rate"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one envelope, in the words of spec/protocol.md; ``partner`` once it is proven."""

    digest: bytes
    code: str
    partner: str = ""


@dataclass(slots=True)
class _Judged:
    envelope: bytes
    digest: bytes
    code: str
    sender: str = ""
    verified: reading.Verified | None = None
    partner: PartnerFacts | None = None
    row: uuid.UUID | None = None


def accept_envelopes(
    envelopes: Sequence[bytes],
    *,
    now: datetime | None = None,
    relayed: bool = False,
    may_take: Callable[[str], bool] = lambda _partner: True,
) -> list[Outcome]:
    """Take each envelope or say by name why not, in their order. Refusals are recorded.

    ``taken`` means verified and stored; nothing is opened here. The same bytes again are ``replayed``.
    ``may_take`` says for the name of a partner, once it is proven, whether one more is taken now.
    """
    at, known, role = now or clock.now(), believed(), own_role()
    judged = [_judge(one, known, at, heard_by(role)) for one in envelopes]
    for one in judged:
        if one.code == TAKEN and not may_take(one.sender):
            one.code = RATE
    good = [one for one in judged if one.code == TAKEN]
    with transaction.atomic():
        _answer_what_was_taken([one for one in judged if one.code in SEAL_AGAIN])
        if good:
            _store(good, at, relayed)
        record_refusals(
            [_refusal(one) for one in judged if one.code not in (TAKEN, REPLAYED, BUSY, RATE)], at
        )
        _write_lines(good, at)
    return [
        Outcome(one.digest, one.code, one.partner.name if one.partner and one.verified else "")
        for one in judged
    ]


def _judge(envelope: bytes, known: Believed, now: datetime, kinds: frozenset[str]) -> _Judged:
    judged = _Judged(envelope, reading.digest_of(envelope), TAKEN)
    try:
        verified = reading.verify(
            envelope, node=settings.TUTELA.exchange.node, own_key_ids=known.own_key_ids, trust=known.trust,
            now=now, kinds=kinds, seen=lambda _node, _id: None,
        )  # fmt: skip
    except EnvelopeRefusal as refusal:
        judged.code = refusal.code
        judged.partner = _claimed(envelope, known)
    else:
        judged.verified = verified
        judged.partner = known.partners[verified.header.sender.node]
        if judged.partner.state != PartnerState.ACTIVE:
            judged.code = BUSY
    judged.sender = judged.partner.name if judged.partner else ""
    return judged


def _refusal(one: _Judged) -> Refusal:
    return Refusal(one.sender, one.code, one.digest, one.partner.id if one.partner else None)


def _claimed(envelope: bytes, known: Believed) -> PartnerFacts | None:
    """Return the partner whose name a refused envelope bears, whether or not it may bear it."""
    try:
        return known.partners.get(frame.split(envelope).header.sender.node)
    except EnvelopeRefusal:
        return None


def _answer_what_was_taken(refused: list[_Judged]) -> None:
    """The very bytes that were taken stay taken, whatever became of keys and times since.

    Its sender never heard our answer. Told of its keys instead, it would write the message anew, and be told
    that another one has its place: a message that took effect would stand there as refused.
    """
    asked = {frame.split(one.envelope).header.id: one for one in refused if one.partner}
    if not asked:
        return
    known = Incoming.objects.filter(envelope_id__in=list(asked))
    again = []
    for row, partner, envelope, digest in known.values_list("pk", "partner_id", "envelope_id", "digest"):
        one = asked[envelope]
        if one.partner is not None and (one.partner.id, one.digest) == (partner, bytes(digest)):
            one.code = REPLAYED
            again.append(row)
    Incoming.objects.filter(pk__in=again).exclude(step="").update(receipt_due=True)


def _store(good: list[_Judged], now: datetime, relayed: bool) -> None:
    _mark_known(good)
    fresh = [one for one in good if one.code == TAKEN]
    for one in fresh:
        one.row = ids.new_id()
    insert_rows([_row(one, now, relayed) for one in fresh], ignore_conflicts=True)
    wanted = [one.row for one in fresh if one.row]
    stored = set(Incoming.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    late = [one for one in fresh if one.row not in stored]
    if late:
        # The same envelope came over another connection at this moment.
        _mark_known(late)
    insert_rows([Envelope(id=one.row, sealed=one.envelope) for one in fresh if one.row in stored])


def _mark_known(good: list[_Judged]) -> None:
    """Find out which of them were taken before; their receipts are sent once more."""
    wanted = [one.verified.header.id for one in good if one.verified]
    rows = Incoming.objects.filter(envelope_id__in=wanted)
    had = {
        (partner, envelope): (row, bytes(digest))
        for row, partner, envelope, digest in rows.values_list("pk", "partner_id", "envelope_id", "digest")
    }
    again = []
    for one in good:
        assert one.verified is not None and one.partner is not None
        key = (one.partner.id, one.verified.header.id)
        if key not in had:
            had[key] = (uuid.UUID(int=0), one.digest)
        elif had[key][1] == one.digest:
            one.code = REPLAYED
            again.append(had[key][0])
        else:
            one.code = REUSED
    if again:
        Incoming.objects.filter(pk__in=again).exclude(step="").update(receipt_due=True)


def _row(one: _Judged, now: datetime, relayed: bool) -> Incoming:
    assert one.verified is not None and one.partner is not None
    header = one.verified.header
    return Incoming(
        id=one.row, partner_id=one.partner.id, envelope_id=header.id, digest=one.digest, kind=header.kind,
        shared_id=header.conversation, sequence=header.sequence, mark=header.mark.value,
        sent_at=header.sent_at, expires_at=header.expires_at, received_at=now, relayed=relayed,
    )  # fmt: skip


def _write_lines(good: list[_Judged], now: datetime) -> None:
    counts = Counter(one.partner for one in good if one.code == TAKEN)
    ledger.write_lines(
        [
            ledger.NewLine(
                "envelopes_taken", f"partner:{partner.name}", ("partner", partner.id), {"count": count}
            )
            for partner, count in counts.items()
            if partner is not None
        ],
        at=now,
    )
