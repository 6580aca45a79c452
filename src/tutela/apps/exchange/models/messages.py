"""Conversations, what was said in them and what was heard; content is locked, each for its own row."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from tutela.apps.exchange.models.partners import Partner
from tutela.apps.exchange.rules import STEPS, IncomingState, OutgoingState
from tutela.core.envelope import at_rest, canonical
from tutela.core.kernel import ids

_STEPS = list(STEPS)


def lock_content(content: dict[str, Any], row: uuid.UUID) -> bytes:
    """Return ``content`` in its only spelling, locked for its row."""
    return at_rest.lock(
        canonical.to_bytes(content),
        key=settings.TUTELA_RECORD_KEY,
        context=f"exchange.content:{row}".encode(),
    )


def unlock_content(locked: bytes | memoryview | None, row: uuid.UUID) -> dict[str, Any]:
    """Return what was locked for this row; nothing when it was emptied."""
    if not locked:
        return {}
    context = f"exchange.content:{row}".encode()
    # What opens was written by lock_content: it is not judged again.
    opened: dict[str, Any] = json.loads(
        at_rest.unlock(bytes(locked), key=settings.TUTELA_RECORD_KEY, context=context)
    )
    return opened


class Conversation(models.Model):
    """What this node and one partner say to each other about one thing.

    ``id`` is this node's own; ``shared_id`` is what headers say and belongs to whoever began it, so
    that a second partner who uses it speaks of something else.
    """

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="conversations")
    shared_id = models.UUIDField()
    begun_here = models.BooleanField()
    kind = models.CharField(max_length=64)
    mark = models.CharField(max_length=16)
    # What the protocol's machine remembers: places, marks and codes (core.protocol.state).
    memory = models.JSONField(default=dict)
    about_kind = models.CharField(max_length=64, blank=True)
    about_id = models.UUIDField(null=True)
    begun_at = models.DateTimeField()
    last_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    # When everything that was said here until then was emptied.
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partner", "shared_id"], name="conversation_once")]
        indexes = [
            models.Index(
                fields=["about_id", "id"], name="conversation_about", condition=Q(about_id__isnull=False)
            ),
            models.Index(fields=["last_at", "id"], name="conversation_last"),
        ]


class Outgoing(models.Model):
    """One message to one partner. Receipts have no conversation; they are made by the worker."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    conversation = models.ForeignKey(
        Conversation, null=True, on_delete=models.PROTECT, related_name="outgoing"
    )
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="outgoing")
    kind = models.CharField(max_length=64)
    sequence = models.PositiveBigIntegerField()
    mark = models.CharField(max_length=16)
    content_locked = models.BinaryField()
    actor = models.CharField(max_length=80)
    said_at = models.DateTimeField()
    state = models.CharField(max_length=8, default=OutgoingState.WAITING.value)
    # Of the envelope that carries it, from its sealing on: a retry sends the same bytes.
    envelope_id = models.UUIDField(null=True, unique=True)
    digest = models.BinaryField(max_length=32, null=True)
    signed_with = models.CharField(max_length=32, blank=True)
    sealed_to = models.CharField(max_length=32, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField()
    handed_at = models.DateTimeField(null=True)
    # Why it is refused or tried again, and which member of its content the partner did not take.
    code = models.CharField(max_length=64, blank=True)
    member = models.CharField(max_length=200, blank=True)
    step = models.CharField(max_length=8, blank=True)
    step_at = models.DateTimeField(null=True)
    # Step → when the partner says that the message came there: every receipt that was news.
    receipts = models.JSONField(default=dict)
    settled_at = models.DateTimeField(null=True)
    # When people were mailed that it did not arrive, or was refused.
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # What an inbox refused has not taken its place; another message fills it.
            models.UniqueConstraint(
                fields=["conversation", "sequence"], name="outgoing_in_order", condition=~Q(state="refused")
            ),
            models.CheckConstraint(
                condition=Q(state__in=[one.value for one in OutgoingState]), name="outgoing_state_known"
            ),
            models.CheckConstraint(condition=Q(step__in=_STEPS), name="outgoing_step_known"),
        ]
        indexes = [
            models.Index(fields=["state", "id"], name="outgoing_state"),
            models.Index(fields=["partner", "state", "id"], name="outgoing_due"),
            models.Index(fields=["digest"], name="outgoing_digest", condition=Q(digest__isnull=False)),
        ]


class Incoming(models.Model):
    """One envelope of a partner: stored by the door after both signatures held, opened by the worker."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="incoming")
    envelope_id = models.UUIDField()
    digest = models.BinaryField(max_length=32)
    kind = models.CharField(max_length=64)
    shared_id = models.UUIDField()
    sequence = models.PositiveBigIntegerField()
    mark = models.CharField(max_length=16)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    received_at = models.DateTimeField()
    relayed = models.BooleanField(default=False)
    state = models.CharField(max_length=8, default=IncomingState.TAKEN.value)
    code = models.CharField(max_length=64, blank=True)
    member = models.CharField(max_length=200, blank=True)
    conversation = models.ForeignKey(
        Conversation, null=True, on_delete=models.PROTECT, related_name="incoming"
    )
    content_locked = models.BinaryField(null=True)
    opened_at = models.DateTimeField(null=True)
    opened_by = models.CharField(max_length=80, blank=True)
    read_at = models.DateTimeField(null=True)
    acted_at = models.DateTimeField(null=True)
    acted_by = models.CharField(max_length=80, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    step = models.CharField(max_length=8, blank=True)
    receipt_due = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "envelope_id"], name="incoming_once"),
            models.CheckConstraint(
                condition=Q(state__in=[one.value for one in IncomingState]), name="incoming_state_known"
            ),
            models.CheckConstraint(condition=Q(step__in=_STEPS), name="incoming_step_known"),
        ]
        indexes = [
            models.Index(fields=["id"], name="incoming_to_open", condition=Q(state="taken")),
            models.Index(
                fields=["conversation", "sequence"], name="incoming_held", condition=Q(state="held")
            ),
            models.Index(fields=["partner", "id"], name="incoming_receipt", condition=Q(receipt_due=True)),
            models.Index(fields=["conversation", "id"], name="incoming_conversation"),
        ]


class Envelope(models.Model):
    """The bytes of one envelope, of an ``Outgoing`` or an ``Incoming`` row with the same id.

    They stand apart, so that a row that goes on from step to step does not carry them along each time.
    """

    id = models.UUIDField(primary_key=True)
    sealed = models.BinaryField()
