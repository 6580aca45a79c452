"""What a machine found out before anybody looked: an item's fingerprints, and which lists know them."""

from __future__ import annotations

from django.db import models

from tutela.core.kernel import ids


class ItemPrint(models.Model):
    """One fingerprint of what an item's address served, in lower-case hex. What was served is not kept."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    item = models.ForeignKey("Item", on_delete=models.CASCADE, related_name="prints")
    kind = models.CharField(max_length=8)
    value = models.CharField(max_length=64)
    quality = models.PositiveSmallIntegerField(null=True)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "kind", "value"], name="itemprint_once")]
        indexes = [models.Index(fields=["value", "kind"], name="itemprint_value")]


class Recognition(models.Model):
    """An entry of a hash list that an item was recognised by; the entry is named by its digest only."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    item = models.ForeignKey("Item", on_delete=models.CASCADE, related_name="recognitions")
    list_name = models.CharField(max_length=64)
    entry_digest = models.CharField(max_length=64)
    classification = models.CharField(max_length=64, blank=True)
    kind = models.CharField(max_length=8)
    distance = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "list_name", "entry_digest", "kind"], name="recognition_once"
            )
        ]
