"""Questions which cases both have: ours with what they are about; the partners' until they are answered."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tutela.apps.exchange.models.messages import Conversation
from tutela.apps.exchange.models.partners import Partner
from tutela.apps.exchange.rules import OverlapState
from tutela.core.kernel import ids

_STATES = [one.value for one in OverlapState]


class OverlapAsked(models.Model):
    """One question of ours. Its secret lies locked until the answer came, and is emptied then."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    conversation = models.OneToOneField(Conversation, on_delete=models.PROTECT, related_name="overlap")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    scope = models.CharField(max_length=16)
    secret_locked = models.BinaryField(default=bytes)
    asked_by = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    count = models.PositiveIntegerField()
    state = models.CharField(max_length=8, default=OverlapState.WAITING.value)
    found = models.PositiveIntegerField(default=0)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=_STATES), name="overlap_asked_state_known")
        ]


class OverlapItem(models.Model):
    """One thing of an item that was asked about, and whether the partner has it too."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    asked = models.ForeignKey(OverlapAsked, on_delete=models.CASCADE, related_name="items")
    item_id = models.UUIDField()
    identifier = models.BinaryField(max_length=32)
    found = models.BooleanField(null=True)

    class Meta:
        indexes = [models.Index(fields=["item_id"], name="overlapitem_item")]


class OverlapHeard(models.Model):
    """One question of a partner. What it asks with lies locked until it is answered, and is emptied then."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    conversation = models.OneToOneField(Conversation, on_delete=models.PROTECT, related_name="+")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    scope = models.CharField(max_length=16)
    count = models.PositiveIntegerField()
    request_locked = models.BinaryField(default=bytes)
    heard_at = models.DateTimeField()
    state = models.CharField(max_length=8, default=OverlapState.WAITING.value)
    code = models.CharField(max_length=64, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=_STATES), name="overlap_heard_state_known")
        ]
        indexes = [
            models.Index(fields=["id"], name="overlap_to_answer", condition=Q(state="waiting")),
            models.Index(fields=["partner", "heard_at"], name="overlap_rate"),
        ]
