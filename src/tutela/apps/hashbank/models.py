"""Tables of the room. What a source delivered stands in its own words; fingerprints are derived from it.

``change`` is a number that grows with each transaction that touches an entry or a list, in the order of their
commits (``Numbering`` is locked until then): whoever keeps an index follows it and misses nothing.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tutela.apps.hashbank.rules import EntryState, ListState, SourceState
from tutela.core.kernel import ids
from tutela.core.matching.fingerprints import MINIMUM_QUALITY, RADIUS, Kind
from tutela.core.matching.sources import Opinion as OpinionKind


def _one_of(field: str, values: type, name: str) -> models.CheckConstraint:
    codes = [str(value.value) for value in values]  # type: ignore[attr-defined]
    return models.CheckConstraint(condition=Q(**{f"{field}__in": codes}), name=name)


class Numbering(models.Model):
    """The last ``change`` that was given: one row, locked until the change is committed."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    last = models.BigIntegerField(default=0)


class HashList(models.Model):
    """A hash list: where it comes from, by what right it is kept, and how near counts as known."""

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    name = models.CharField(max_length=64, unique=True)
    title = models.CharField(max_length=300)
    origin = models.CharField(max_length=300)
    legal_basis = models.CharField(max_length=300)
    handling = models.CharField(max_length=32)
    scheme = models.CharField(max_length=64, blank=True)
    country = models.CharField(max_length=2, blank=True)
    radius = models.PositiveSmallIntegerField(default=RADIUS)
    minimum_quality = models.PositiveSmallIntegerField(default=MINIMUM_QUALITY)
    negative = models.BooleanField(default=False)
    state = models.CharField(max_length=8, default=ListState.ACTIVE.value)
    made_at = models.DateTimeField()
    change = models.BigIntegerField(db_index=True)

    class Meta:
        constraints = [
            _one_of("state", ListState, "hashlist_state"),
            models.CheckConstraint(condition=Q(radius__lte=64), name="hashlist_radius"),
            models.CheckConstraint(condition=Q(minimum_quality__lte=100), name="hashlist_quality"),
        ]


class Source(models.Model):
    """Somebody who delivers one list; its secret lies in a file, never here."""

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    name = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=32)
    list = models.ForeignKey(HashList, on_delete=models.PROTECT, related_name="sources")
    settings = models.JSONField(default=dict)
    every_minutes = models.PositiveIntegerField(default=60)
    state = models.CharField(max_length=8, default=SourceState.ACTIVE.value)
    next_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    checkpoint = models.JSONField(null=True)
    # Counts up with each fetch of everything; ``refetching`` while one is under way, ``unread`` when a page
    # or row of it could not be read, so that nothing is withdrawn for not having come.
    generation = models.PositiveIntegerField(default=0)
    refetching = models.BooleanField(default=True)
    unread = models.BooleanField(default=False)
    usual_volume = models.PositiveIntegerField(null=True)
    volume = models.PositiveIntegerField(default=0)
    held_reason = models.CharField(max_length=16, blank=True)
    held_found = models.PositiveIntegerField(null=True)
    held_usual = models.PositiveIntegerField(null=True)
    # A person saw the numbers and let this fetch go on.
    released_by = models.UUIDField(null=True)
    fetched_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=32, blank=True)
    failures = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [_one_of("state", SourceState, "source_state")]
        indexes = [models.Index(fields=["state", "next_at"], name="source_due")]


class Entry(models.Model):
    """One entry of a list: the source's own row, and where it stands here."""

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    list = models.ForeignKey(HashList, on_delete=models.PROTECT, related_name="entries")
    source = models.ForeignKey(Source, null=True, on_delete=models.PROTECT, related_name="entries")
    source_name = models.CharField(max_length=64)
    entry_id = models.CharField(max_length=255)
    row = models.JSONField(default=dict)
    scheme = models.CharField(max_length=64, blank=True)
    classification = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=16)
    disputed = models.BooleanField(default=False)
    generation = models.PositiveIntegerField(default=0)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdraw_reason = models.CharField(max_length=16, blank=True)
    # Withdrawn by a person here: what the source sends later does not bring it back.
    barred = models.BooleanField(default=False)
    item_id = models.UUIDField(null=True)
    proposed_by = models.UUIDField(null=True)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    change = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["list", "source_name", "entry_id"], name="entry_key"),
            _one_of("state", EntryState, "entry_state"),
            models.CheckConstraint(
                condition=Q(proposed_by__isnull=True)
                | Q(decided_by__isnull=True)
                | ~Q(proposed_by=models.F("decided_by"))
                | Q(state__in=[EntryState.REFUSED.value, EntryState.WITHDRAWN.value]),
                name="entry_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(state=EntryState.WITHDRAWN.value) | Q(withdrawn_at__isnull=False),
                name="entry_withdrawn_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=EntryState.ACTIVE.value, source_name="desk") | Q(decided_by__isnull=False),
                name="entry_approved_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["change", "id"], name="entry_change"),
            models.Index(fields=["list", "state", "id"], name="entry_by_state"),
            models.Index(fields=["source", "state", "generation"], name="entry_sweep"),
            models.Index(fields=["item_id"], name="entry_item", condition=Q(item_id__isnull=False)),
        ]


class Print(models.Model):
    """One fingerprint of one entry, in lower-case hex."""

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="prints")
    kind = models.CharField(max_length=8)
    value = models.CharField(max_length=64)
    quality = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "kind", "value"], name="print_once"),
            _one_of("kind", Kind, "print_kind"),
        ]
        indexes = [models.Index(fields=["kind", "value"], name="print_value")]


class Feedback(models.Model):
    """What a partner who has this entry from us says of it; of each partner its last word counts."""

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="feedback")
    partner = models.CharField(max_length=64)
    opinion = models.CharField(max_length=16)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "partner"], name="feedback_once"),
            _one_of("opinion", OpinionKind, "feedback_opinion"),
        ]


class QuarantinedPage(models.Model):
    """A page that could not be read: why, and the digest of its bytes. Nothing of it is kept."""

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="quarantined")
    at = models.DateTimeField()
    reason = models.CharField(max_length=32)
    page_digest = models.CharField(max_length=64)
    settled_by = models.UUIDField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["source", "settled_at"], name="quarantined_source")]


class Opinion(models.Model):
    """What this desk says of an entry, on its way to the source."""

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="opinions")
    opinion = models.CharField(max_length=16)
    reason = models.CharField(max_length=32)
    by = models.UUIDField()
    at = models.DateTimeField()
    state = models.CharField(max_length=16, default="waiting")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints = [
            _one_of("opinion", OpinionKind, "opinion_kind"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "told", "failed", "not_supported"]), name="opinion_state"
            ),
        ]
        indexes = [models.Index(fields=["state", "next_at"], name="opinion_waiting")]
