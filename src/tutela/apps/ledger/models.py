"""Tables of the ledger. Lines are only ever inserted; the database refuses the rest (migration 0001)."""

from __future__ import annotations

from django.db import models

from tutela.core.kernel import ids


class Line(models.Model):
    """One thing that happened."""

    sequence = models.PositiveBigIntegerField(primary_key=True)
    id = models.UUIDField(unique=True, default=ids.new_id)
    at = models.DateTimeField()
    kind = models.CharField(max_length=64)
    actor = models.CharField(max_length=80)
    about_kind = models.CharField(max_length=64, blank=True)
    about_id = models.UUIDField(null=True)
    facts = models.JSONField(default=dict)
    previous = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)

    class Meta:
        indexes = [
            models.Index(fields=["about_id", "sequence"], name="ledger_about"),
            models.Index(fields=["kind", "sequence"], name="ledger_kind"),
        ]


class Head(models.Model):
    """The last line's number and digest: one row, locked while a line is appended."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sequence = models.PositiveBigIntegerField(default=0)
    digest = models.BinaryField(max_length=32, default=bytes(32))

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="ledger_one_head")]


class Cursor(models.Model):
    """How far a follower has read."""

    follower = models.CharField(max_length=64, primary_key=True)
    sequence = models.PositiveBigIntegerField(default=0)
