"""What lies here for others, and announcements of new keys that wait to be believed."""

from __future__ import annotations

from django.db import models

from tutela.core.kernel import ids


class Boxed(models.Model):
    """One sealed envelope in the mailbox of ``node``; a relay sees its size, its time and its owner."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    node = models.CharField(max_length=64)
    put_by = models.CharField(max_length=64)
    digest = models.BinaryField(max_length=32)
    sealed = models.BinaryField()
    size = models.PositiveIntegerField()
    put_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["node", "digest"], name="boxed_once")]
        indexes = [models.Index(fields=["node", "id"], name="boxed_of")]


class RotationHeard(models.Model):
    """A partner's statement of new keys as it came. The door only keeps it; the worker believes it or not."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    node = models.CharField(max_length=64)
    digest = models.BinaryField(max_length=32, unique=True)
    signed = models.BinaryField()
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="rotation_waiting", condition=models.Q(settled_at__isnull=True))
        ]
