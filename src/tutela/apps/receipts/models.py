"""Tables of the receipts. What people wrote is in them only sealed; who they are is not in them at all.

A receipt with something in it cannot be deleted: the database's own foreign keys refuse it. Django is told to
do nothing about it, because looking first would make it read sealed bytes, which most roles may not.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from tutela.apps.receipts.payloads import MESSAGE_KINDS, SUBMISSION_KINDS
from tutela.core.kernel import clock, ids

_STATES = ("waiting", "opened", "broken")


def _length(field: str, length: int, name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Exact(Length(field), length), name=name)


class Receipt(models.Model):
    """What a code opens."""

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    lookup = models.BinaryField(max_length=32, unique=True)
    public_key = models.BinaryField(max_length=1216)
    created_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            _length("lookup", 32, "receipts_lookup_length"),
            _length("public_key", 1216, "receipts_public_key_length"),
        ]
        indexes = [models.Index(fields=["closed_at"], name="receipts_closed")]


class Submission(models.Model):
    """Something handed in, sealed to the desk."""

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    receipt = models.ForeignKey(Receipt, on_delete=models.DO_NOTHING, related_name="submissions")
    kind = models.CharField(max_length=16)
    sealed = models.BinaryField()
    form_digest = models.BinaryField(max_length=32, unique=True)
    received_at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=16, default="waiting")
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = [
            _length("form_digest", 32, "receipts_form_digest_length"),
            models.CheckConstraint(
                condition=models.Q(kind__in=SUBMISSION_KINDS), name="receipts_submission_kind"
            ),
            models.CheckConstraint(condition=models.Q(state__in=_STATES), name="receipts_submission_state"),
        ]
        indexes = [
            models.Index(
                fields=["received_at", "id"],
                condition=models.Q(state="waiting"),
                name="receipts_waiting",
            ),
        ]


class Message(models.Model):
    """Something the desk tells, sealed to the reporter."""

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    receipt = models.ForeignKey(Receipt, on_delete=models.DO_NOTHING, related_name="messages")
    kind = models.CharField(max_length=16)
    sealed = models.BinaryField()
    sent_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=MESSAGE_KINDS), name="receipts_message_kind")
        ]
        indexes = [models.Index(fields=["receipt", "sent_at", "id"], name="receipts_told")]
