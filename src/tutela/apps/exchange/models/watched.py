"""What binds or is watched: marks of what came from partners, items of handovers, ledger heads, refusals."""

from __future__ import annotations

from django.db import models

from tutela.apps.exchange.models.messages import Conversation
from tutela.apps.exchange.models.partners import Partner
from tutela.core.kernel import ids


class Marked(models.Model):
    """Under which mark a thing came from which partner; the tightest of all of them binds."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    about_kind = models.CharField(max_length=64)
    about_id = models.UUIDField()
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    mark = models.CharField(max_length=16)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["about_id", "about_kind", "partner"], name="marked_once")
        ]


class HandedItem(models.Model):
    """An item of a handover or a referral: ours under ``item_id``, in the conversation under ``ref``.

    ``said`` and ``heard`` are the last states that went each way; ``facts`` is what the partner found, codes.
    """

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="items")
    item_id = models.UUIDField()
    ref = models.UUIDField()
    facts = models.JSONField(default=dict)
    said = models.CharField(max_length=16, blank=True)
    said_at = models.DateTimeField(null=True)
    heard = models.CharField(max_length=32, blank=True)
    heard_reason = models.CharField(max_length=64, blank=True)
    heard_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "ref"], name="handeditem_once")]
        indexes = [models.Index(fields=["item_id"], name="handeditem_item")]


class PartnerHead(models.Model):
    """What a partner's ledger came to at some line. Another digest for a known line is a rewritten ledger."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="heads")
    number = models.PositiveBigIntegerField()
    digest = models.BinaryField(max_length=32)
    at = models.DateTimeField()
    heard_at = models.DateTimeField()
    differs = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "number", "digest"], name="partnerhead_once")
        ]


class Refused(models.Model):
    """How often something was refused on a day, by reason. A stranger's name is not believed and not kept."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    day = models.DateField()
    sender = models.CharField(max_length=64, blank=True)
    code = models.CharField(max_length=64)
    count = models.PositiveBigIntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    last_digest = models.BinaryField(max_length=32, default=bytes)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "sender", "code"], name="refused_once")]
