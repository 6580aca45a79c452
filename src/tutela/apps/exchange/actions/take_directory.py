"""Take what the signed directory says: partners come, change, and are revoked.

Whoever signs the directory is believed about everybody but those whom people here pinned by hand: for these
a new key waits for its words, while revocations and earlier ends hold at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import transaction

from tutela.apps.exchange.actions._trusting import put_keys, trust_changed
from tutela.apps.exchange.actions.add_partner import newest_own_key
from tutela.apps.exchange.errors import StaleDirectory
from tutela.apps.exchange.models import Partner, Revision
from tutela.apps.exchange.rules import DirectoryEntry, KeySource, PartnerState, Taken, check_partner
from tutela.apps.ledger import actions as ledger
from tutela.core.kernel import clock

_FACTS = ("organisation", "role", "country", "url", "relay")


@dataclass(slots=True)
class _Changes:
    now: datetime
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    revoked: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    lines: list[ledger.NewLine] = field(default_factory=list)

    def line(self, kind: str, partner: Partner, **facts: str | int) -> None:
        self.lines.append(ledger.NewLine(kind, "worker", ("partner", partner.id), facts))


def take_directory(*, entries: Sequence[DirectoryEntry], version: int, now: datetime | None = None) -> Taken:
    """Take one version whole. The same version again changes nothing.

    Raises:
        StaleDirectory: a newer version was taken before.
        NotAPartner, BadKey: an entry cannot be one; nothing was changed.
    """
    for entry in entries:
        check_partner(entry)
    changes = _Changes(now or clock.now())
    with transaction.atomic():
        before = _lock_revision()
        if version < before.directory:
            raise StaleDirectory(str(version))
        if version == before.directory:
            return Taken(version, already=True)
        Revision.objects.filter(pk=1).update(directory=version)
        known = {row.name: row for row in Partner.objects.select_for_update(no_key=True).order_by("name")}
        for entry in entries:
            if entry.node != settings.TUTELA.exchange.node:
                _take(entry, known.get(entry.node), changes)
        _drop_missing({entry.node for entry in entries}, known, changes)
        trust_changed()
        changes.lines.append(ledger.NewLine("directory_taken", "worker", None, {"version": version}))
        ledger.write_lines(changes.lines, at=changes.now)
    return Taken(
        version,
        tuple(changes.added),
        tuple(changes.changed),
        tuple(changes.revoked),
        tuple(changes.differing),
    )


def _lock_revision() -> Revision:
    Revision.objects.bulk_create([Revision(pk=1)], ignore_conflicts=True)
    return Revision.objects.select_for_update().get(pk=1)


def _take(entry: DirectoryEntry, partner: Partner | None, changes: _Changes) -> None:
    if partner is None:
        partner = Partner(
            name=entry.node, source=KeySource.DIRECTORY.value, added_at=changes.now,
            knows_key=newest_own_key(changes.now),
        )  # fmt: skip
        _write_facts(partner, entry)
        partner.save(force_insert=True)
        changes.added.append(entry.node)
        changes.line("partner_added", partner, role=entry.role, country=entry.country, keys=len(entry.keys))
    elif partner.pinned_at is None and _write_facts(partner, entry):
        partner.save(update_fields=list(_FACTS))
        changes.changed.append(entry.node)
        changes.line("partner_changed", partner)
    _take_keys(entry, partner, changes)
    if entry.status == PartnerState.REVOKED:
        _revoke(partner, changes)


def _write_facts(partner: Partner, entry: DirectoryEntry) -> bool:
    said = {name: getattr(entry, name) for name in _FACTS}
    said["url"] = entry.url.rstrip("/")
    differs = any(getattr(partner, name) != value for name, value in said.items())
    for name, value in said.items():
        setattr(partner, name, value)
    return differs


def _take_keys(entry: DirectoryEntry, partner: Partner, changes: _Changes) -> None:
    before = {row.key_id: row.revoked_at for row in partner.keys.all()}
    pinned = partner.pinned_at is not None
    fresh = put_keys(partner, entry.keys, KeySource.DIRECTORY, trusted=not pinned, now=changes.now)
    for row in fresh:
        changes.line("partner_key_added", partner, key=row.key_id, source=row.source)
    if fresh and pinned:
        changes.differing.append(entry.node)
    for row in partner.keys.filter(revoked_at__isnull=False):
        if row.key_id in before and before[row.key_id] is None:
            changes.line("partner_key_revoked", partner, key=row.key_id, reason="directory")


def _revoke(partner: Partner, changes: _Changes) -> None:
    if partner.state == PartnerState.REVOKED:
        return
    partner.state = PartnerState.REVOKED.value
    partner.save(update_fields=["state"])
    changes.revoked.append(partner.name)
    changes.line("partner_revoked", partner, reason="directory")


def _drop_missing(named: set[str], known: dict[str, Partner], changes: _Changes) -> None:
    """Whom the directory brought and does not name any more is no partner; pins by hand stay."""
    for name, partner in known.items():
        if name not in named and partner.source == KeySource.DIRECTORY and partner.pinned_at is None:
            _revoke(partner, changes)
