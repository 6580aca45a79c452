"""A partner announces new keys: the door keeps the statement, the worker believes it or records why not."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction

from tutela.apps.exchange.actions._refusing import Refusal, record_refusals
from tutela.apps.exchange.actions._trusting import lock_partner, put_keys, tighten, trust_changed
from tutela.apps.exchange.models import Partner, RotationHeard
from tutela.apps.exchange.queries.believing import believed
from tutela.apps.exchange.rules import KeySource, PartnerState
from tutela.apps.ledger import actions as ledger
from tutela.core.envelope import canonical, rotations, signing
from tutela.core.envelope.errors import EnvelopeRefusal, UnknownSenderKey
from tutela.core.envelope.rotations import Rotation
from tutela.core.kernel import clock, ids

MOST_BYTES = rotations.MOST_BYTES + (8 << 10)


def hear_rotation(signed: bytes, *, now: datetime | None = None) -> str:
    """Keep a statement that verifies; returns the node's name. The same one again is kept once.

    Raises:
        EnvelopeRefusal: it is no rotation of a partner; the refusal is recorded.
    """
    at, digest = now or clock.now(), hashlib.sha256(signed).digest()
    known = believed()
    try:
        rotation = rotations.read_rotation(signed, trust=known.trust)
    except EnvelopeRefusal as refusal:
        with transaction.atomic():
            record_refusals([Refusal("", refusal.code, digest)], at)
        raise
    row = RotationHeard(id=ids.new_id(), node=rotation.node, digest=digest, signed=signed, received_at=at)
    with transaction.atomic():
        RotationHeard.objects.bulk_create([row], ignore_conflicts=True)
    return rotation.node


def believe_rotations(now: datetime) -> int:
    """Believe every statement that waits and holds; returns how many."""
    waiting = RotationHeard.objects.filter(settled_at__isnull=True).order_by("id")
    return sum(_believe(row, now) for row in waiting[:50])


def _believe(row: RotationHeard, now: datetime) -> bool:
    try:
        rotation = rotations.read_rotation(bytes(row.signed), trust=believed().trust)
        code = ""
    except EnvelopeRefusal as refusal:
        rotation, code = None, refusal.code
    with transaction.atomic():
        RotationHeard.objects.filter(pk=row.pk).update(settled_at=now, code=code)
        if rotation is None:
            record_refusals([Refusal("", code, bytes(row.digest))], now)
            return False
        _take(lock_partner(rotation.node), rotation, now)
    return True


def _take(partner: Partner, rotation: Rotation, now: datetime) -> None:
    old = partner.keys.filter(key_id=rotation.old).first()
    if old is None or old.revoked_at is not None:
        # Revoked between reading and now: whoever has the old keys can say nothing with them.
        raise UnknownSenderKey(rotation.old)
    key = (rotation.new.raw, rotation.valid_from, None, None)
    fresh = put_keys(partner, (key,), KeySource.ROTATION, trusted=True, now=now)
    if not fresh:
        partner.keys.filter(key_id=rotation.new.key_id, revoked_at=None, trusted_at=None).update(
            trusted_at=now
        )
    tighten(old, rotation.old_until, None)
    trust_changed()
    ledger.write_line(
        "partner_key_rotated", actor=f"partner:{partner.name}", about=("partner", partner.id),
        facts={"key": rotation.new.key_id}, at=now,
    )  # fmt: skip


def rotations_to_tell(now: datetime) -> list[tuple[str, bytes]]:
    """Return partner and statement for everybody who lacks our newest keys, one step at a time."""
    known = believed()
    statements = {_old_of(one.signed): one for one in known.own if one.signed and one.signs_at(now)}
    return [
        (facts.name, statements[facts.knows_key].signed)
        for facts in known.partners.values()
        if facts.state == PartnerState.ACTIVE and facts.knows_key in statements
    ]


def _old_of(signed: bytes) -> str:
    """Return the id of the keys that one of our own statements replaces."""
    statement = signed[len(rotations.MAGIC) : len(signed) - 2 * signing.LENGTH]
    return str(canonical.from_bytes(statement)["old"])


def record_told(*, partner: str, signed: bytes, now: datetime) -> None:
    """The partner took our statement: from now on it is signed with the new keys."""
    known = believed()
    new = next((one for one in known.own if one.signed == signed), None)
    if new is None:
        return
    with transaction.atomic():
        row = lock_partner(partner)
        row.knows_key = new.key_id
        row.save(update_fields=["knows_key"])
        trust_changed()
        ledger.write_line(
            "partner_told_keys", actor="worker", about=("partner", row.id), facts={"key": new.key_id}, at=now
        )
