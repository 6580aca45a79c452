"""Write the envelopes of what waits in the outbox: sealed and signed once, so that a retry is the same."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from itertools import starmap
from typing import NamedTuple

from django.db import transaction

from tutela.apps.exchange.models import Envelope, Outgoing
from tutela.apps.exchange.models.messages import unlock_content
from tutela.apps.exchange.queries.believing import Believed, believed
from tutela.apps.exchange.queries.own import own_node_for
from tutela.apps.exchange.rows import change_rows, insert_rows
from tutela.apps.exchange.rules import OutgoingState, PartnerState
from tutela.core.envelope import reading, writing
from tutela.core.envelope.trust import KnownKey, OwnNode
from tutela.core.kernel import ids
from tutela.core.terms.marks import HandlingMark


@dataclass(frozen=True, slots=True)
class _Written:
    row: uuid.UUID
    envelope: bytes
    envelope_id: uuid.UUID
    signed_with: str
    sealed_to: str


class _Waiting(NamedTuple):
    """What an envelope is written of."""

    id: uuid.UUID
    partner: uuid.UUID
    conversation: uuid.UUID | None
    kind: str
    sequence: int
    mark: str
    content_locked: bytes


_COLUMNS = ("id", "partner_id", "conversation__shared_id", "kind", "sequence", "mark", "content_locked")


@dataclass(frozen=True, slots=True)
class _Keys:
    """With which keys something goes to one partner at this moment."""

    own: OwnNode
    to: KnownKey


MOST_SEALED = 100
"""As many as one request carries."""


def seal_due(own: OwnNode, now: datetime, *, most: int = MOST_SEALED) -> int:
    """Write up to ``most`` envelopes, the oldest messages first; returns how many.

    What goes to a partner without believed keys, or while we have none to sign with, keeps waiting.
    """
    known = believed()
    keys = {facts.id: one for facts in known.partners.values() if (one := _keys(own, known, facts.name, now))}
    rows = Outgoing.objects.filter(
        state=OutgoingState.WAITING.value, partner_id__in=keys, next_try_at__lte=now
    )
    waiting = rows.order_by("id").values_list(*_COLUMNS)[:most]
    written = [_write(row, keys[row.partner], now) for row in starmap(_Waiting, waiting)]
    if not written:
        return 0
    with transaction.atomic():
        return _store(written)


def _keys(own: OwnNode, known: Believed, partner: str, now: datetime) -> _Keys | None:
    if known.partners[partner].state != PartnerState.ACTIVE:
        return None
    to, signer = known.key_to_seal_to(partner, now), own_node_for(own, partner, now)
    return None if to is None or signer is None else _Keys(signer, to)


def _write(row: _Waiting, keys: _Keys, now: datetime) -> _Written:
    letter = writing.Letter(
        id=ids.new_id(),
        kind=row.kind,
        # Receipts stand in no conversation; each is a short one of its own.
        conversation=row.conversation or row.id,
        sequence=row.sequence,
        sent_at=now,
        mark=HandlingMark(row.mark),
        content=unlock_content(row.content_locked, row.id),
    )
    envelope = writing.write(letter, sender=keys.own, to=[keys.to])
    return _Written(row.id, envelope, letter.id, keys.own.keys[0].public.key_id, keys.to.public.key_id)


def _store(written: list[_Written]) -> int:
    """Keep what was written of messages that still wait: another worker may have been faster."""
    mine = Outgoing.objects.select_for_update().filter(
        pk__in=[one.row for one in written], state=OutgoingState.WAITING.value
    )
    waiting = set(mine.order_by("id").values_list("pk", flat=True))
    kept = [one for one in written if one.row in waiting]
    insert_rows([Envelope(id=one.row, sealed=one.envelope) for one in kept])
    change_rows(
        Outgoing,
        [
            (
                one.row,
                {
                    "state": OutgoingState.SEALED.value,
                    "envelope_id": one.envelope_id,
                    "digest": reading.digest_of(one.envelope),
                    "signed_with": one.signed_with,
                    "sealed_to": one.sealed_to,
                },
            )
            for one in kept
        ],
    )
    return len(kept)
