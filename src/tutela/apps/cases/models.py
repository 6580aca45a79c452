"""Tables of the room. What the database itself can refuse, it refuses here.

An item's ``rank`` is worked out from its reasons (``rules.rank``) whenever one of them changes, so that
the queue is one walk along an index, however many items wait. Partial indexes carry the filters that
few rows pass.
"""

from __future__ import annotations

import uuid
from enum import StrEnum

from django.conf import settings
from django.db import models
from django.db.models import Q

from tutela.apps.cases import rules
from tutela.core.envelope import at_rest
from tutela.core.kernel import ids
from tutela.core.terms import assessment
from tutela.core.terms.states import CloseReason, ItemKind, ItemState, ReportState, Wish


def _values(codes: type[StrEnum]) -> list[str]:
    return [code.value for code in codes]


def _lock(text: str, column: str, row: uuid.UUID) -> bytes | None:
    if not text:
        return None
    return at_rest.lock(
        text.encode(), key=settings.TUTELA_RECORD_KEY, context=f"cases.{column}:{row}".encode()
    )


def _unlock(locked: bytes | memoryview | None, column: str, row: uuid.UUID) -> str:
    if not locked:
        return ""
    context = f"cases.{column}:{row}".encode()
    return at_rest.unlock(bytes(locked), key=settings.TUTELA_RECORD_KEY, context=context).decode()


class Report(models.Model):
    """What one person handed in. Words and e-mail are locked, each for its own row and column."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    receipt_id = models.UUIDField(db_index=True)
    submission_id = models.UUIDField(unique=True)
    received_at = models.DateTimeField()
    language = models.CharField(max_length=16, blank=True)
    worry = models.CharField(max_length=32, blank=True)
    danger_now = models.BooleanField(null=True)
    self_report = models.BooleanField(default=False)
    wish = models.CharField(max_length=16, default=Wish.CODE.value)
    words_locked = models.BinaryField(null=True)
    email_locked = models.BinaryField(null=True)
    # Codes of what could not be read in it (``private_address``, ``too_many``); the text is in the words.
    refused = models.JSONField(default=list)
    state = models.CharField(max_length=16, default=ReportState.OPEN.value)
    closed_at = models.DateTimeField(null=True)
    # What the reporter was last told; a mail wanted is a ``told_at`` later than ``mailed_at``.
    told = models.CharField(max_length=32, blank=True)
    told_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    # A report whose items were all settled before is answered later, so that the hour does not tell.
    answer_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["told_at", "id"], name="report_mail", condition=Q(wish=Wish.EMAIL.value)),
            models.Index(
                fields=["answer_at", "id"], name="report_answer", condition=Q(answer_at__isnull=False)
            ),
            models.Index(
                fields=["closed_at", "id"], name="report_closed", condition=Q(forgotten_at__isnull=True)
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=_values(ReportState)), name="report_state_known"),
            models.CheckConstraint(condition=Q(wish__in=_values(Wish)), name="report_wish_known"),
            models.CheckConstraint(
                condition=Q(state=ReportState.OPEN.value, closed_at__isnull=True)
                | Q(state=ReportState.CLOSED.value, closed_at__isnull=False),
                name="report_closed_has_time",
            ),
        ]

    @property
    def words(self) -> str:
        return _unlock(self.words_locked, "report.words", self.id)

    @words.setter
    def words(self, text: str) -> None:
        self.words_locked = _lock(text, "report.words", self.id)

    @property
    def email(self) -> str:
        return _unlock(self.email_locked, "report.email", self.id)

    @email.setter
    def email(self, text: str) -> None:
        self.email_locked = _lock(text, "report.email", self.id)


class Item(models.Model):
    """One thing reported, once per canonical key, however many people report it."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    kind = models.CharField(max_length=16)
    key = models.BinaryField(max_length=32, unique=True)
    canonical = models.TextField(blank=True)
    host = models.CharField(max_length=255, blank=True)
    registered_domain = models.CharField(max_length=255, blank=True)
    scheme = models.CharField(max_length=16, blank=True)
    is_onion = models.BooleanField(default=False)
    service = models.CharField(max_length=512, blank=True)
    account = models.CharField(max_length=512, blank=True)

    state = models.CharField(max_length=16, default=ItemState.WAITING.value)
    # Where an asked or held item goes back to.
    state_before = models.CharField(max_length=16, blank=True)
    # A decision that waits to be carried out (``notify`` until the mail has left).
    pending = models.CharField(max_length=32, blank=True)
    outcome = models.CharField(max_length=32, blank=True)
    look = models.CharField(max_length=16, blank=True)
    version = models.PositiveIntegerField(default=1)

    received_at = models.DateTimeField()
    sightings_count = models.PositiveIntegerField(default=1)
    known = models.BooleanField(default=False)
    danger_now = models.BooleanField(default=False)
    self_report = models.BooleanField(default=False)
    hosting_country = models.CharField(max_length=2, blank=True)
    hosted_here = models.BooleanField(default=False)
    returned = models.BooleanField(default=False)
    rank = models.BigIntegerField()

    # A new round of assessments begins when an item is to be assessed once more.
    round = models.PositiveSmallIntegerField(default=1)
    settled = models.ForeignKey("Assessment", null=True, on_delete=models.PROTECT, related_name="+")
    assessed_at = models.DateTimeField(null=True)
    claimed_by = models.UUIDField(null=True)
    claimed_until = models.DateTimeField(null=True)
    noticed_at = models.DateTimeField(null=True)
    seen_again_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "rank", "id"], name="item_queue"),
            models.Index(fields=["state", "host", "rank", "id"], name="item_queue_host"),
            models.Index(fields=["state", "registered_domain", "rank", "id"], name="item_queue_domain"),
            models.Index(fields=["state", "hosting_country", "rank", "id"], name="item_queue_country"),
            models.Index(fields=["host", "id"], name="item_host", condition=~Q(host="")),
            models.Index(
                fields=["registered_domain", "id"], name="item_domain", condition=~Q(registered_domain="")
            ),
            models.Index(fields=["service", "account"], name="item_account", condition=~Q(service="")),
            models.Index(
                fields=["state", "rank", "id"], name="item_queue_danger", condition=Q(danger_now=True)
            ),
            models.Index(
                fields=["state", "rank", "id"], name="item_queue_self", condition=Q(self_report=True)
            ),
            models.Index(
                fields=["state", "rank", "id"], name="item_queue_here", condition=Q(hosted_here=True)
            ),
            models.Index(fields=["state", "rank", "id"], name="item_queue_back", condition=Q(returned=True)),
            models.Index(
                fields=["state", "rank", "id"],
                name="item_queue_assessed",
                condition=Q(assessed_at__isnull=False),
            ),
            models.Index(
                fields=["state", "kind", "rank", "id"],
                name="item_queue_kind",
                condition=~Q(kind=ItemKind.ADDRESS.value),
            ),
            models.Index(
                fields=["claimed_by", "state", "rank", "id"],
                name="item_claimed",
                condition=Q(claimed_by__isnull=False),
            ),
            models.Index(
                fields=["closed_at", "id"], name="item_closed", condition=Q(forgotten_at__isnull=True)
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=_values(ItemKind)), name="item_kind_known"),
            models.CheckConstraint(condition=Q(state__in=_values(ItemState)), name="item_state_known"),
            models.CheckConstraint(
                condition=Q(outcome__in=["", *_values(CloseReason)]), name="item_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(state=ItemState.CLOSED.value, closed_at__isnull=False) & ~Q(outcome="")
                | ~Q(state=ItemState.CLOSED.value) & Q(closed_at__isnull=True, outcome=""),
                name="item_closed_has_outcome",
            ),
            models.CheckConstraint(
                condition=Q(claimed_by__isnull=True, claimed_until__isnull=True)
                | Q(claimed_by__isnull=False, claimed_until__isnull=False),
                name="item_claim_lapses",
            ),
        ]

    @property
    def rank_facts(self) -> rules.RankFacts:
        return rules.RankFacts(
            danger_now=self.danger_now,
            self_report=self.self_report,
            assessed_before=self.assessed_at is not None,
            hosted_here=self.hosted_here,
            returned=self.returned,
            received_at=self.received_at,
        )

    @property
    def category(self) -> str:
        """The category of the assessment that holds, empty when none does."""
        return self.settled.category if self.settled else ""


class Sighting(models.Model):
    """One report of one item, in the spelling in which it was handed in."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="sightings")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="sightings")
    original = models.TextField(blank=True)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "item"], name="sighting_once")]


class Intake(models.Model):
    """A submission that became part of a report: handed over twice, it counts once."""

    submission_id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=16)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="intakes")
    at = models.DateTimeField()


class Assessment(models.Model):
    """What one person found, in codes. Only ever added; the database refuses to change one."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="assessments")
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
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="decisions")
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


class Question(models.Model):
    """A question to one reporter and the answer; ``message_id`` is how the receipt names it."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="questions")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="questions")
    message_id = models.UUIDField(unique=True)
    text_locked = models.BinaryField(null=True)
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    answer_locked = models.BinaryField(null=True)
    answered_at = models.DateTimeField(null=True)

    @property
    def text(self) -> str:
        return _unlock(self.text_locked, "question.text", self.id)

    @text.setter
    def text(self, text: str) -> None:
        self.text_locked = _lock(text, "question.text", self.id)

    @property
    def answer(self) -> str:
        return _unlock(self.answer_locked, "question.answer", self.id)

    @answer.setter
    def answer(self, text: str) -> None:
        self.answer_locked = _lock(text, "question.answer", self.id)


class Exposure(models.Model):
    """One span in which a person had an item open."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    person_id = models.UUIDField()
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="exposures")
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
