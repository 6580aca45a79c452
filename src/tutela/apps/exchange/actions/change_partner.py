"""A partner moved, or has a new name for people: change what was written down of it by hand.

Its keys are another matter: new ones are written down beside the old and wait until words were compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from tutela.apps.accounts.rules import Actor
from tutela.apps.exchange.actions._trusting import label_of, lock_partner, put_keys, trust_changed
from tutela.apps.exchange.errors import (
    DirectorySays,
    KeysDiffer,
    NotAPartner,
    PartnerNotActive,
    PartnerUnknown,
)
from tutela.apps.exchange.models import Outgoing, Partner
from tutela.apps.exchange.rules import (
    Description,
    DirectoryKey,
    KeySource,
    OutgoingState,
    PartnerState,
    check_partner,
    key_words,
)
from tutela.apps.ledger import actions as ledger
from tutela.core.kernel import clock

_FACTS = ("organisation", "country", "url", "relay")
_WAY = frozenset({"url", "relay"})


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be different; ``None`` leaves it. An empty ``url`` or ``relay`` takes it away.

    ``keys`` are those of the partner's description of itself, if the change comes from there.
    """

    organisation: str | None = None
    country: str | None = None
    url: str | None = None
    relay: str | None = None
    role: str | None = None
    keys: tuple[DirectoryKey, ...] = ()


@dataclass(frozen=True, slots=True)
class Changed:
    """Which facts are different now, and the words of keys that are new and wait for a pin."""

    facts: tuple[str, ...]
    words: tuple[str, ...] = ()


def change_partner(
    *, by: Actor | None = None, partner: str, changes: Changes, now: datetime | None = None
) -> Changed:
    """Change a partner. What lies in a mailbox that it does not use any more is handed over again.

    Raises:
        NotPermitted, PartnerUnknown: not for this person; the partner, or its new relay, is not known.
        PartnerNotActive: the partner is revoked.
        DirectorySays: the signed directory says these facts, and people here pinned nothing.
        KeysDiffer: the description has none of the keys that are believed: it may be somebody else's.
        NotAPartner: ``role`` is another one, or a fact cannot be a partner's.
    """
    actor, at = label_of(by, "manage_partners"), now or clock.now()
    with transaction.atomic():
        row = lock_partner(partner)
        _check(row, changes)
        facts = _write(row, changes)
        fresh = put_keys(row, changes.keys, KeySource.HAND, trusted=False, now=at)
        if not facts and not fresh:
            return Changed(())
        if _WAY & set(facts):
            _go_the_new_way(row, at)
        row.save()
        trust_changed()
        ledger.write_line(
            "partner_changed", actor=actor, about=("partner", row.id),
            facts={"changed": list(facts), "keys": len(fresh)}, at=at,
        )  # fmt: skip
    return Changed(facts, tuple(key_words(bytes(key.public_key)) for key in fresh))


def _check(row: Partner, changes: Changes) -> None:
    if row.state == PartnerState.REVOKED:
        raise PartnerNotActive(row.name)
    if row.source == KeySource.DIRECTORY and row.pinned_at is None:
        raise DirectorySays(row.name)
    if changes.role not in (None, row.role):
        # What it may say and hear hangs on it: that is another partner, to be believed anew.
        raise NotAPartner("role")
    good = row.keys.filter(trusted_at__isnull=False, revoked_at__isnull=True)
    believed = {bytes(one) for one in good.values_list("public_key", flat=True)}
    described = {public for public, *_ in changes.keys}
    if described and believed and not described & believed:
        raise KeysDiffer(row.name)
    if changes.relay and changes.relay != settings.TUTELA.exchange.node:
        others = Partner.objects.exclude(pk=row.pk).filter(name=changes.relay)
        if not others.exists():
            raise PartnerUnknown(changes.relay)
    facts = {name: getattr(row, name) for name in _FACTS} | _wanted(changes)
    check_partner(Description(node=row.name, role=row.role, keys=changes.keys, **facts))


def _wanted(changes: Changes) -> dict[str, str]:
    said = {name: getattr(changes, name) for name in _FACTS}
    return {name: value.rstrip("/") for name, value in said.items() if value is not None}


def _write(row: Partner, changes: Changes) -> tuple[str, ...]:
    differing = {name: value for name, value in _wanted(changes).items() if getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    return tuple(differing)


def _go_the_new_way(row: Partner, now: datetime) -> None:
    """Try at once; what nobody fetched at the old relay is in the outbox still."""
    row.failures, row.next_try_at, row.error = 0, None, ""
    waiting = Outgoing.objects.filter(partner=row, state=OutgoingState.SEALED.value)
    waiting.update(next_try_at=now)
    boxed = Outgoing.objects.filter(partner=row, state=OutgoingState.RELAYED.value, step="")
    boxed.update(state=OutgoingState.SEALED.value, next_try_at=now)
