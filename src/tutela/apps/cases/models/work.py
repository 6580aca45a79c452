"""What people did with items: assessments, decisions, and how long they had them open."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tutela.core.kernel import ids
from tutela.core.terms import assessment


class Assessment(models.Model):
    """What one person found, in codes. Only ever added; the database refuses to change one."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    item = models.ForeignKey("Item", on_delete=models.PROTECT, related_name="assessments")
    round = models.PositiveSmallIntegerField()
    place = models.PositiveSmallIntegerField()
    by = models.UUIDField()
    at = models.DateTimeField()
    reality = models.CharField(max_length=16)
    age_band = models.CharField(max_length=16)
    category = models.CharField(max_length=16)
    series_known = models.CharField(max_length=16)
    self_generated = models.CharField(max_length=16)
    livestream = models.CharField(max_length=16)
    commercial = models.CharField(max_length=16)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "round", "place"], name="assessment_one_a_place"),
            models.UniqueConstraint(fields=["item", "round", "by"], name="assessment_another_person"),
            models.CheckConstraint(condition=Q(place__gte=1, place__lte=3), name="assessment_three_at_most"),
        ]

    @property
    def assessed(self) -> assessment.Assessed:
        return assessment.from_codes({name: getattr(self, name) for name in assessment.FIELDS})


class Decision(models.Model):
    """What is to be done about an item, who said so and from which state it came."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    item = models.ForeignKey("Item", on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=32)
    reason = models.CharField(max_length=32, blank=True)
    by = models.UUIDField()
    at = models.DateTimeField()
    # The item's version after the decision: who comes with an older one is told what happened.
    version = models.PositiveIntegerField()
    state_from = models.CharField(max_length=16)
    state_before = models.CharField(max_length=16, blank=True)
    pending_before = models.CharField(max_length=32, blank=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["item", "at"], name="decision_item")]


class Exposure(models.Model):
    """One span in which a person had an item open."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    person_id = models.UUIDField()
    item = models.ForeignKey("Item", on_delete=models.PROTECT, related_name="exposures")
    # The person's day at the desk's own clock, in which the span began.
    day = models.DateField()
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["person_id", "day"], name="exposure_day"),
            models.Index(fields=["day", "person_id"], name="exposure_day_all"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(seen_at__gte=models.F("opened_at")), name="exposure_runs_forward"
            ),
        ]


class ExposureStopped(models.Model):
    """That a person reached the limit on a day: the ledger hears of it once."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    person_id = models.UUIDField()
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person_id", "day"], name="exposure_stopped_once")]
