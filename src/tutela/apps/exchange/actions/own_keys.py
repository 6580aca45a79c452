"""This node's own keys: made, rotated with an overlap, revoked, destroyed when their time is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from tutela.apps.exchange.actions._trusting import COMMAND, trust_changed
from tutela.apps.exchange.actions.say import own_role
from tutela.apps.exchange.errors import KeyUnknown, NoUsableKey
from tutela.apps.exchange.keyring import Keyring
from tutela.apps.exchange.models import OwnKey, Partner
from tutela.apps.ledger import actions as ledger
from tutela.core.envelope import node_keys, rotations
from tutela.core.envelope.header import LONGEST_LIFE
from tutela.core.envelope.node_keys import NodeKeys
from tutela.core.envelope.reading import SKEW
from tutela.core.kernel import clock

OVERLAP = timedelta(days=30)
"""How long the keys before stay good: as long as a message may be on its way."""

KEPT_AFTER_END = LONGEST_LIFE + SKEW
"""How long an envelope that was sealed to keys on their last day may still come."""


@dataclass(frozen=True, slots=True)
class NewKeys:
    """Fresh keys, and the words that partners compare."""

    key_id: str
    words: str
    valid_from: datetime
    old_until: datetime | None = None


def make_keys(keyring: Keyring, *, now: datetime | None = None) -> NewKeys:
    """Make this node's first keys, or new ones after all others were revoked. Partners pin them by hand.

    Raises:
        NoExchange: the node takes no part in the exchange.
    """
    own_role()
    at, keys = now or clock.now(), node_keys.generate()
    keyring.put(keys)
    with transaction.atomic():
        _store(keys, at, b"")
        # Nobody has them yet: what is signed with them waits for the pin.
        Partner.objects.update(knows_key=keys.public.key_id)
        trust_changed()
        _line("own_keys_made", keys.public.key_id, at)
    return NewKeys(keys.public.key_id, keys.public.words, at)


def rotate_keys(keyring: Keyring, *, overlap: timedelta = OVERLAP, now: datetime | None = None) -> NewKeys:
    """Make new keys and the statement by which partners believe them; the worker hands it to each of them.

    Until a partner has it, and for no longer than the overlap, what goes to this partner is signed as before.

    Raises:
        NoUsableKey: there are no keys from which to rotate.
    """
    at = now or clock.now()
    rows = OwnKey.objects.filter(revoked_at__isnull=True, valid_until__isnull=True)
    row = rows.order_by("-valid_from").first()
    if row is None:
        raise NoUsableKey("no keys to rotate from")
    return _rotate(keyring, row, at + overlap, at)


def _rotate(keyring: Keyring, row: OwnKey, until: datetime, at: datetime) -> NewKeys:
    """Make new keys that those in ``row`` announce; these are good until ``until``."""
    old, new = keyring.get(row.key_id), node_keys.generate()
    if old is None:
        raise NoUsableKey("no keys to rotate from")
    signed = rotations.write_rotation(
        settings.TUTELA.exchange.node, old=old, new=new, valid_from=at, old_until=until
    )
    keyring.put(new)
    with transaction.atomic():
        OwnKey.objects.filter(pk=row.pk).update(valid_until=until)
        _store(new, at, signed)
        trust_changed()
        _line("own_keys_rotated", new.public.key_id, at)
    return NewKeys(new.public.key_id, new.public.words, at, until)


def revoke_own_keys(keyring: Keyring, *, key_id: str, now: datetime | None = None) -> NewKeys | None:
    """Stop using keys that somebody else may hold; returns fresh ones when none stay that have no end.

    Partners learn it by telephone or from the directory: whoever took the keys could announce anything.
    Only in the overlap of a rotation, while the keys before these are good, do those announce the fresh ones.

    Raises:
        KeyUnknown: this node has no such keys.
    """
    at = now or clock.now()
    with transaction.atomic():
        changed = OwnKey.objects.filter(pk=key_id, revoked_at__isnull=True).update(revoked_at=at)
        if not changed:
            raise KeyUnknown(key_id[:32])
        trust_changed()
        _line("own_keys_revoked", key_id, at)
    usable = OwnKey.objects.filter(revoked_at__isnull=True, valid_from__lte=at, destroyed_at__isnull=True)
    newest = usable.exclude(valid_until__lte=at).order_by("-valid_from").first()
    if newest is None:
        fresh = make_keys(keyring, now=at)
        _partners_go_on_with(fresh.key_id, instead_of=key_id)
        return fresh
    _partners_go_on_with(newest.key_id, instead_of=key_id)
    if newest.valid_until is None:
        return None
    return _rotate(keyring, newest, newest.valid_until, at)


def _partners_go_on_with(key_id: str, *, instead_of: str) -> None:
    """Count on partners to have these keys: new ones are announced to whom has those before them."""
    with transaction.atomic():
        if Partner.objects.filter(knows_key=instead_of).update(knows_key=key_id):
            trust_changed()


def destroy_old_keys(keyring: Keyring, *, now: datetime | None = None) -> int:
    """Destroy private sets to which nothing on its way can be sealed any more; returns how many."""
    at = now or clock.now()
    over = OwnKey.objects.filter(destroyed_at__isnull=True, valid_until__lt=at - KEPT_AFTER_END)
    count = 0
    for row in over:
        with transaction.atomic():
            OwnKey.objects.filter(pk=row.pk).update(destroyed_at=at)
            trust_changed()
            _line("own_keys_destroyed", row.key_id, at, actor="worker")
        keyring.destroy(row.key_id)
        count += 1
    return count


def _store(keys: NodeKeys, at: datetime, signed: bytes) -> None:
    OwnKey(
        key_id=keys.public.key_id, public_key=keys.public.raw, made_at=at, valid_from=at, signed=signed
    ).save(force_insert=True)


def _line(kind: str, key_id: str, at: datetime, actor: str = COMMAND) -> None:
    ledger.write_line(kind, actor=actor, facts={"key": key_id}, at=at)
