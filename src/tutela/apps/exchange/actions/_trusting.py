"""What every change of whom we believe has in common: who asks, and that what was read is read again."""

from __future__ import annotations

from datetime import datetime

from tutela.apps.accounts.rules import Actor, require
from tutela.apps.exchange.errors import PartnerUnknown
from tutela.apps.exchange.models import Partner, PartnerKey, Revision
from tutela.apps.exchange.rules import DirectoryKey, KeySource
from tutela.core.envelope.node_keys import PublicKeys
from tutela.core.kernel import ids

COMMAND = "command"


def label_of(by: Actor | None, ability: str) -> str:
    """Return who acts, for the ledger; without a person it is the node's keeper at the command line.

    Raises:
        NotPermitted: the person's role does not allow it.
    """
    if by is None:
        return COMMAND
    require(by, ability)
    return by.label


def lock_partner(name: str) -> Partner:
    """Return the partner, locked until the transaction ends.

    Raises:
        PartnerUnknown: there is none.
    """
    row = Partner.objects.select_for_update(no_key=True).filter(name=name).first()
    if row is None:
        raise PartnerUnknown(name)
    return row


def trust_changed() -> None:
    """Stamp a change: whoever keeps trust in memory reads it again. Call it just before the ledger line."""
    if not Revision.objects.filter(pk=1).update(stamp=ids.new_id()):
        Revision.objects.bulk_create([Revision(pk=1)], ignore_conflicts=True)


def put_keys(
    partner: Partner, keys: tuple[DirectoryKey, ...], source: KeySource, *, trusted: bool, now: datetime
) -> list[PartnerKey]:
    """Store the keys that are not here yet and return these; known ones only get tighter (a revocation, an
    earlier end), because whoever may add keys must not be able to bring a revoked one back."""
    had = {row.key_id: row for row in partner.keys.all()}
    fresh = []
    for public, valid_from, valid_until, revoked_at in keys:
        key_id = PublicKeys(public).key_id
        if key_id in had:
            tighten(had[key_id], valid_until, revoked_at)
            continue
        row = PartnerKey(
            partner=partner, key_id=key_id, public_key=public, source=source.value, valid_from=valid_from,
            valid_until=valid_until, revoked_at=revoked_at, trusted_at=now if trusted else None, added_at=now,
        )  # fmt: skip
        row.save(force_insert=True)
        fresh.append(row)
    return fresh


def tighten(row: PartnerKey, valid_until: datetime | None, revoked_at: datetime | None) -> bool:
    """Bring a known key to an earlier end; returns whether anything changed."""
    ends = [one for one in (row.valid_until, valid_until) if one is not None]
    until = min(ends) if ends else None
    revoked = row.revoked_at or revoked_at
    if (until, revoked) == (row.valid_until, row.revoked_at):
        return False
    row.valid_until, row.revoked_at = until, revoked
    row.save(update_fields=["valid_until", "revoked_at"])
    return True
