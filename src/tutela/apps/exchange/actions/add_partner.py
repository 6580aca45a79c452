"""Write a partner down. Nothing is believed yet: its keys wait until their words were compared."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tutela.apps.accounts.rules import Actor
from tutela.apps.exchange.actions._trusting import label_of, put_keys, trust_changed
from tutela.apps.exchange.errors import PartnerKnown
from tutela.apps.exchange.models import OwnKey, Partner
from tutela.apps.exchange.rules import Description, KeySource, check_partner, key_words
from tutela.apps.ledger import actions as ledger
from tutela.core.kernel import clock


@dataclass(frozen=True, slots=True)
class Added:
    """The partner and the words of its keys, which somebody now reads over the telephone."""

    partner_id: uuid.UUID
    words: tuple[str, ...]


def add_partner(*, by: Actor | None = None, description: Description, now: datetime | None = None) -> Added:
    """Add a partner with the keys that it is said to have. ``by`` none: the node's keeper.

    Raises:
        PartnerKnown: the name is taken; nothing was changed.
        NotAPartner, BadKey: the description cannot be one.
    """
    actor, at = label_of(by, "manage_partners"), now or clock.now()
    check_partner(description)
    with transaction.atomic():
        if Partner.objects.filter(name=description.node).exists():
            raise PartnerKnown(description.node)
        partner = Partner(
            name=description.node, organisation=description.organisation, role=description.role,
            country=description.country, url=description.url.rstrip("/"), relay=description.relay,
            added_at=at, knows_key=newest_own_key(at),
        )  # fmt: skip
        partner.save(force_insert=True)
        put_keys(partner, description.keys, KeySource.HAND, trusted=False, now=at)
        trust_changed()
        ledger.write_line(
            "partner_added",
            actor=actor,
            about=("partner", partner.id),
            facts={"role": partner.role, "country": partner.country, "keys": len(description.keys)},
            at=at,
        )
    return Added(partner.id, tuple(key_words(public) for public, *_ in description.keys))


def newest_own_key(now: datetime) -> str:
    """Return the id of the keys that a partner who is added now is shown; empty when there are none."""
    rows = OwnKey.objects.filter(revoked_at__isnull=True, valid_from__lte=now).order_by("-valid_from")
    return rows.values_list("key_id", flat=True).first() or ""
