"""The table of the room. What was referred is not in it: that stands, locked, with its message."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tutela.core.kernel import ids
from tutela.core.terms.exchange import PoliceOutcome


class Referral(models.Model):
    """One referral that came. ``outcome`` is the last that was said, empty when none was."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    conversation_id = models.UUIDField(unique=True)
    message_id = models.UUIDField(unique=True)
    partner = models.CharField(max_length=64)
    reference = models.CharField(max_length=200)
    mark = models.CharField(max_length=16)
    items = models.PositiveIntegerField()
    rank = models.BigIntegerField()
    received_at = models.DateTimeField()
    opened_by = models.UUIDField(null=True)
    opened_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=24, blank=True)
    outcome_by = models.UUIDField(null=True)
    outcome_at = models.DateTimeField(null=True)
    settled = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["", *(one.value for one in PoliceOutcome)]),
                name="referral_outcome_known",
            ),
        ]
        indexes = [models.Index(fields=["settled", "rank", "id"], name="referral_order")]
