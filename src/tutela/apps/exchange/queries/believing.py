"""Whom this node believes at this moment, read once and again only after a change.

Parsing public sets and building the trust of some hundred partners takes longer than verifying an envelope,
so it is kept in the process for as long as the revision's stamp stays the same.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.db import connection

from tutela.apps.exchange.models import OwnKey, Partner, PartnerKey, Revision
from tutela.apps.exchange.rules import PartnerState
from tutela.apps.ledger.rows import fetch_one
from tutela.core.envelope.node_keys import PublicKeys
from tutela.core.envelope.trust import KnownKey, Trust
from tutela.core.terms.nodes import NodeRole


@dataclass(frozen=True, slots=True)
class PartnerFacts:
    """What delivery and reading need of a partner."""

    id: uuid.UUID
    name: str
    role: NodeRole
    state: str
    url: str
    relay: str
    knows_key: str


@dataclass(frozen=True, slots=True)
class OwnKeyFacts:
    """The public half of one of our key sets."""

    key_id: str
    public: PublicKeys
    valid_from: datetime
    valid_until: datetime | None
    revoked: bool
    signed: bytes

    def signs_at(self, now: datetime) -> bool:
        """Whether something may be signed with it."""
        return (
            not self.revoked and self.valid_from <= now and (not self.valid_until or now < self.valid_until)
        )


@dataclass(frozen=True, slots=True)
class Believed:
    """Partners by name, what is believed of their keys, and our own keys, the newest first."""

    stamp: object
    partners: Mapping[str, PartnerFacts]
    trust: Trust
    own: tuple[OwnKeyFacts, ...]

    @property
    def own_key_ids(self) -> frozenset[str]:
        return frozenset(one.key_id for one in self.own)

    def key_to_seal_to(self, partner: str, now: datetime) -> KnownKey | None:
        """Return the partner's newest keys that are good now."""
        good = [
            key
            for key in self.trust.keys_of(partner).values()
            if key.revoked_at is None
            and key.valid_from <= now
            and (key.valid_until is None or now < key.valid_until)
        ]
        return max(good, key=lambda key: key.valid_from, default=None)

    def key_to_sign_with(self, partner: str, now: datetime) -> str:
        """Return our keys that the partner can verify: the newest, or those before while it lacks them."""
        good = [one.key_id for one in self.own if one.signs_at(now)]
        known = self.partners[partner].knows_key if partner in self.partners else ""
        if known in good:
            return known
        return good[0] if good else ""


_kept: Believed | None = None
_public: dict[str, PublicKeys] = {}


def believed() -> Believed:
    """Return what holds now."""
    global _kept
    stamp = _stamp()
    if _kept is None or stamp is None or _kept.stamp != stamp:
        _kept = _read(stamp)
    return _kept


def _stamp() -> object:
    """Return the stamp as the database has it; asked for every message, so the statement is made once."""
    found = fetch_one(_select_stamp(connection.vendor))
    return found[0] if found else None


@cache
def _select_stamp(_vendor: str) -> str:
    rows = Revision.objects.order_by().values_list("stamp")
    return str(rows.query.get_compiler(connection=connection).as_sql()[0])


def _read(stamp: object) -> Believed:
    partners = {
        row.name: PartnerFacts(
            row.id, row.name, NodeRole(row.role), row.state, row.url, row.relay, row.knows_key
        )
        for row in Partner.objects.all()
    }
    keys = PartnerKey.objects.select_related("partner").filter(trusted_at__isnull=False)
    known = [
        KnownKey(
            row.partner.name,
            _parsed(row.key_id, row.public_key),
            row.valid_from,
            row.valid_until,
            row.revoked_at,
        )
        for row in keys.exclude(partner__state=PartnerState.REVOKED)
    ]
    own = OwnKey.objects.filter(destroyed_at__isnull=True).order_by("-valid_from", "-made_at")
    return Believed(
        stamp,
        partners,
        Trust(known),
        tuple(
            OwnKeyFacts(
                row.key_id, _parsed(row.key_id, row.public_key), row.valid_from, row.valid_until,
                row.revoked_at is not None, bytes(row.signed),
            )
            for row in own
        ),
    )  # fmt: skip


def _parsed(key_id: str, public: bytes | memoryview) -> PublicKeys:
    if key_id not in _public:
        _public[key_id] = PublicKeys(bytes(public))
    return _public[key_id]
