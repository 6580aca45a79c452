"""This node's own keys: which are there, and the private half for the processes that may hold it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from tutela.apps.exchange.errors import NoUsableKey
from tutela.apps.exchange.keyring import Keyring
from tutela.apps.exchange.models import OwnKey
from tutela.apps.exchange.queries.believing import believed
from tutela.apps.exchange.rules import key_words
from tutela.core.envelope.node_keys import NodeKeys
from tutela.core.envelope.trust import OwnNode


@dataclass(frozen=True, slots=True)
class OwnKeySeen:
    """One key set of ours, without its private half."""

    key_id: str
    words: str
    public: bytes
    made_at: datetime
    valid_from: datetime
    valid_until: datetime | None
    revoked_at: datetime | None
    destroyed_at: datetime | None
    signed: bytes


def own_keys() -> list[OwnKeySeen]:
    """Return all key sets that this node ever had, the newest first."""
    return [
        OwnKeySeen(
            row.key_id, key_words(bytes(row.public_key)), bytes(row.public_key), row.made_at, row.valid_from,
            row.valid_until, row.revoked_at, row.destroyed_at, bytes(row.signed),
        )
        for row in OwnKey.objects.order_by("-valid_from", "-made_at")
    ]  # fmt: skip


def own_node(keyring: Keyring) -> OwnNode:
    """Return this node with every private set that is here, to open with.

    Raises:
        EnvelopeRefusal: a file is here and does not open.
        NoUsableKey: none is here at all.
    """
    held = [keyring.get(one.key_id) for one in believed().own]
    keys = tuple(one for one in held if one is not None)
    if not keys:
        raise NoUsableKey("no private keys are here")
    return OwnNode(settings.TUTELA.exchange.node, keys)


def own_node_for(own: OwnNode, partner: str, now: datetime) -> OwnNode | None:
    """Return this node with the keys in front that ``partner`` can verify; ``None`` without usable ones."""
    key_id = believed().key_to_sign_with(partner, now)
    signer = own.key(key_id) if key_id else None
    return None if signer is None else OwnNode(own.node, (signer,))


def newest_signing_keys(own: OwnNode, now: datetime) -> NodeKeys | None:
    """Return our newest keys that may sign now, for what is not said to one partner alone."""
    good = [own.key(one.key_id) for one in believed().own if one.signs_at(now)]
    return next((keys for keys in good if keys is not None), None)
