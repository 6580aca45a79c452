"""Tables of the room. What was asked is not in them: it stands, locked, with its message."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tutela.apps.requests.rules import KINDS
from tutela.core.kernel import ids
from tutela.core.terms.exchange import ProviderAnswer


class Request(models.Model):
    """A notice or a request to preserve: heard from a partner, or asked here (``ours``)."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    ours = models.BooleanField()
    kind = models.CharField(max_length=16)
    conversation_id = models.UUIDField(unique=True)
    message_id = models.UUIDField(unique=True)
    partner = models.CharField(max_length=64)
    reference = models.CharField(max_length=64)
    mark = models.CharField(max_length=16)
    # What it asks about, when it was asked here.
    referral_id = models.UUIDField(null=True)
    asked_by = models.UUIDField(null=True)
    asks = models.JSONField(default=list)
    due_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField()
    opened_by = models.UUIDField(null=True)
    opened_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    # Whether every item has an answer.
    answered = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=KINDS), name="request_kind_known")]
        indexes = [
            models.Index(fields=["ours", "answered", "due_at", "id"], name="request_order"),
            models.Index(fields=["referral_id"], name="request_referral"),
        ]


class RequestItem(models.Model):
    """One item of a request by its name in the conversation, and the last answer about it."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="items")
    ref = models.UUIDField()
    place = models.PositiveIntegerField()
    answer = models.CharField(max_length=16, blank=True)
    answered_by = models.CharField(max_length=80, blank=True)
    answered_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "ref"], name="requestitem_once"),
            models.CheckConstraint(
                condition=Q(answer__in=["", *(one.value for one in ProviderAnswer)]),
                name="requestitem_answer_known",
            ),
        ]
