"""A partner node in memory: it has keys, writes envelopes to the node under test and reads what it sends.

The node under test is whatever ``settings`` describe; its private keys lie in a folder of the test's own.
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tutela.core.envelope import node_keys, reading, writing
from tutela.core.envelope.node_keys import NodeKeys
from tutela.core.envelope.trust import KnownKey, OwnNode, Trust
from tutela.core.kernel import clock, ids
from tutela.core.protocol.kinds import KINDS
from tutela.core.terms.marks import HandlingMark

if TYPE_CHECKING:
    from tutela.apps.exchange.keyring import Keyring

LONG_AGO = timedelta(days=400)
_seeds = itertools.count(1)


def keys_of_a_partner() -> NodeKeys:
    """Return keys that no other partner of the run has; from a seed, because fresh ones take no less time."""
    return node_keys.from_seed(next(_seeds).to_bytes(32, "big"))


@dataclass
class PartnerInMemory:
    """Somebody else's node. ``ours`` is the node under test as the partner knows it."""

    name: str
    ours: KnownKey
    role: str = "hotline"
    keys: NodeKeys = field(default_factory=keys_of_a_partner)
    _said: dict[uuid.UUID, int] = field(default_factory=dict)

    @property
    def own(self) -> OwnNode:
        return OwnNode(self.name, (self.keys,))

    def description(self, **more: Any) -> Any:
        """Return how somebody would describe this node."""
        from tutela.apps.exchange.rules import Description

        keys = ((self.keys.public.raw, clock.now() - LONG_AGO, None, None),)
        facts = {
            "organisation": "Example Partner",
            "country": "NL",
            "url": f"http://{self.name}",
            "relay": "",
        }
        return Description(node=self.name, role=self.role, keys=keys, **(facts | more))

    def join(self, **more: Any) -> PartnerInMemory:
        """Become a partner of the node under test: added, and pinned by its words."""
        from tutela.apps.exchange import actions as exchange

        exchange.add_partner(description=self.description(**more))
        exchange.pin_partner(partner=self.name, words=self.keys.public.words)
        return self

    def letter(
        self,
        kind: str,
        content: Mapping[str, Any],
        *,
        conversation: uuid.UUID | None = None,
        sequence: int = 0,
        mark: HandlingMark | None = None,
        at: datetime | None = None,
        id: uuid.UUID | None = None,
    ) -> writing.Letter:
        """Return a message of this partner; it counts its own places unless told one."""
        talk = conversation or ids.new_id()
        self._said[talk] = sequence or self._said.get(talk, 0) + 1
        return writing.Letter(
            id=id or ids.new_id(), kind=kind, conversation=talk, sequence=self._said[talk],
            sent_at=at or clock.now(), mark=mark or KINDS[kind].mark, content=dict(content),
        )  # fmt: skip

    def seal(self, letter: writing.Letter) -> bytes:
        """Return the envelope that carries a message to the node under test."""
        return writing.write(letter, sender=self.own, to=[self.ours])

    def write(self, kind: str, content: Mapping[str, Any], **more: Any) -> bytes:
        """Write a message and seal it."""
        return self.seal(self.letter(kind, content, **more))

    def read(self, envelope: bytes, *, now: datetime | None = None) -> reading.Message:
        """Read an envelope of the node under test."""
        return reading.read(
            envelope, own=self.own, trust=Trust([self.ours]), now=now or clock.now(), kinds=KINDS,
            seen=lambda _node, _id: None,
        )  # fmt: skip


def keyring_in(folder: Path) -> Keyring:
    """Return a key ring in a folder of the test's own, with this node's first keys made."""
    from tutela.apps.exchange import actions as exchange
    from tutela.apps.exchange.keyring import Keyring

    ring = Keyring(folder)
    exchange.make_keys(ring, now=clock.now() - LONG_AGO)
    return ring


def our_key(key_id: str = "") -> KnownKey:
    """Return the node under test as its partners know it: by its newest keys, or by those that are named."""
    from django.conf import settings

    from tutela.apps.exchange import queries
    from tutela.core.envelope.node_keys import PublicKeys

    named = (one for one in queries.own_keys() if (one.key_id == key_id if key_id else not one.revoked_at))
    found = next(named)
    return KnownKey(settings.TUTELA.exchange.node, PublicKeys(found.public), found.valid_from)


def deliver(partner: PartnerInMemory, ring: Keyring, code: str = "taken") -> list[reading.Message]:
    """Seal and hand over everything that is due, as the worker does; returns what the partner read."""
    from tutela.apps.exchange import actions as exchange
    from tutela.apps.exchange import queries

    now = clock.now()
    read: list[reading.Message] = []
    while exchange.seal_due(queries.own_node(ring), now):
        pass
    while parcels := exchange.take_due(now):
        for parcel in parcels:
            assert parcel.partner == partner.name
            read += [partner.read(one) for one in parcel.envelopes]
            exchange.record_delivery(parcel, exchange.Answer(tuple(code for _ in parcel.rows)), now)
    return read


def hear(ring: Keyring, *envelopes: bytes) -> list[str]:
    """Take envelopes as the door does and open them as the worker does; returns the door's codes."""
    from tutela.apps.exchange import actions as exchange
    from tutela.apps.exchange import queries

    codes = [one.code for one in exchange.accept_envelopes(envelopes)]
    exchange.open_due(queries.own_node(ring), clock.now())
    return codes


def receipts(partner: PartnerInMemory, ring: Keyring) -> dict[str, str]:
    """Return what the partner is told: digest → step."""
    from tutela.apps.exchange import actions as exchange

    exchange.make_receipts(clock.now())
    said = [one.content for one in deliver(partner, ring) if one.header.kind == "receipt"]
    return {one["digest"]: one["step"] for content in said for one in content["receipts"]}
