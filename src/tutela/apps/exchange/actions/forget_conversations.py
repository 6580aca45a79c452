"""Empty conversations that are over: what was said goes, and the envelopes that carried it.

Who said which kind to whom, when, how far it came and the digest of its envelope stay, so that it can be
shown later that something was told. A conversation goes on where it was when somebody speaks in it again.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from tutela.apps.exchange.models import Conversation, Envelope, Incoming, Outgoing, OverlapItem
from tutela.apps.exchange.rules import FOR_A_PERSON, IncomingState, OutgoingState
from tutela.apps.ledger import actions as ledger
from tutela.core.protocol.kinds import KINDS

_AT_ONCE = 200
_WITH_LAST_WORD = ("handover", "overlap_query")
"""Kinds of conversations that end by being closed; the others are over when nothing was said for long."""
_TO_READ = [kind.name for kind in KINDS.values() if kind.by_person and kind.name != "handover"]


@dataclass(frozen=True, slots=True)
class Emptied:
    """How many conversations were emptied, and how many old receipts and refused envelopes removed."""

    conversations: int
    loose: int


def forget_conversations(*, before: datetime, keep: Collection[uuid.UUID] = (), now: datetime) -> Emptied:
    """Empty what ended, or fell silent, before ``before``; nothing that waits for anybody.

    Args:
        keep: conversations that a higher room still works with.
    """
    count, loose = 0, _remove_loose(before)
    while True:
        with transaction.atomic():
            rows = _over(before).exclude(pk__in=keep).select_for_update(no_key=True).order_by("last_at", "id")
            found = list(rows.values_list("pk", flat=True)[:_AT_ONCE])
            if not found:
                return Emptied(count, loose)
            facts = {"conversations": len(found), "messages": _empty(found)}
            Conversation.objects.filter(pk__in=found).update(forgotten_at=now)
            ledger.write_line("conversations_forgotten", actor="worker", facts=facts, at=now)
        count += len(found)


def _over(before: datetime) -> QuerySet[Conversation]:
    waits_there = Outgoing.objects.filter(conversation=OuterRef("pk")).filter(
        Q(state__in=[OutgoingState.WAITING.value, OutgoingState.SEALED.value])
        | Q(state=OutgoingState.RELAYED.value, step="")
        | Q(state__in=[one.value for one in FOR_A_PERSON], settled_at__isnull=True)
    )
    waits_here = Incoming.objects.filter(conversation=OuterRef("pk")).filter(
        Q(state__in=[IncomingState.TAKEN.value, IncomingState.HELD.value])
        | Q(state=IncomingState.OPENED.value, kind__in=_TO_READ, read_at__isnull=True)
    )
    return Conversation.objects.filter(
        ~Exists(waits_there),
        ~Exists(waits_here),
        Q(closed_at__isnull=False) | ~Q(kind__in=_WITH_LAST_WORD),
        Q(forgotten_at__isnull=True) | Q(forgotten_at__lt=F("last_at")),
        last_at__lt=before,
    )


def _empty(conversations: list[uuid.UUID]) -> int:
    """Empty the messages of these conversations; returns how many messages there are."""
    said = Outgoing.objects.filter(conversation__in=conversations)
    heard = Incoming.objects.filter(conversation__in=conversations)
    ids = [*said.values_list("pk", flat=True), *heard.values_list("pk", flat=True)]
    Envelope.objects.filter(pk__in=ids).delete()
    said.update(content_locked=b"")
    heard.update(content_locked=None)
    # By it a thing could be recognised that its case has forgotten.
    OverlapItem.objects.filter(asked__conversation__in=conversations).update(identifier=b"")
    return len(ids)


def _remove_loose(before: datetime) -> int:
    """Remove receipts and what was never believed, once a replay of it would be refused as expired anyway."""
    settled = [IncomingState.ACTED.value, IncomingState.REFUSED.value]
    loose = Incoming.objects.filter(conversation__isnull=True, state__in=settled, expires_at__lt=before)
    count = 0
    while found := list(loose.order_by("id").values_list("pk", flat=True)[:_AT_ONCE]):
        with transaction.atomic():
            Envelope.objects.filter(pk__in=found).delete()
            count += Incoming.objects.filter(pk__in=found).delete()[0]
    return count
