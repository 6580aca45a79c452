"""Believe a partner's key, because two people compared its words."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tutela.apps.accounts.rules import Actor
from tutela.apps.exchange.actions._trusting import label_of, lock_partner, trust_changed
from tutela.apps.exchange.errors import WordsDiffer
from tutela.apps.exchange.models import PartnerKey
from tutela.apps.exchange.rules import key_words
from tutela.apps.ledger import actions as ledger
from tutela.core.envelope.words import are_same
from tutela.core.kernel import clock


def pin_partner(*, by: Actor | None = None, partner: str, words: str, now: datetime | None = None) -> str:
    """Believe the key of ``partner`` that has these words; returns its id. Pinning twice changes nothing.

    Raises:
        PartnerUnknown: nobody has this name.
        WordsDiffer: no key of the partner has these words, or it was revoked; nothing is believed.
    """
    actor, at = label_of(by, "manage_partners"), now or clock.now()
    with transaction.atomic():
        row = lock_partner(partner)
        key = _with_words(list(row.keys.filter(revoked_at__isnull=True)), words)
        if key.trusted_at is None:
            key.trusted_at = at
            key.save(update_fields=["trusted_at"])
            row.pinned_at = at
            row.save(update_fields=["pinned_at"])
            trust_changed()
            ledger.write_line(
                "partner_pinned", actor=actor, about=("partner", row.id), facts={"key": key.key_id}, at=at
            )
    return key.key_id


def _with_words(keys: list[PartnerKey], words: str) -> PartnerKey:
    for key in keys:
        if are_same(words, key_words(bytes(key.public_key))):
            return key
    raise WordsDiffer("no key of this partner has these words")
