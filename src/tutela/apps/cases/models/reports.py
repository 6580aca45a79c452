"""Reports and what came with them. Words and e-mail are locked, each for its own row and column."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tutela.apps.cases.models.columns import lock, unlock, values
from tutela.core.kernel import ids
from tutela.core.terms.states import ReportState, Wish


class Report(models.Model):
    """What one person handed in. Words and e-mail are locked, each for its own row and column."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    receipt_id = models.UUIDField(db_index=True)
    submission_id = models.UUIDField(unique=True)
    received_at = models.DateTimeField()
    language = models.CharField(max_length=16, blank=True)
    # Where the reporter says to be (ISO 3166-1), so that its law is asked too.
    country = models.CharField(max_length=2, blank=True)
    # The partner that handed it over; empty for what a reporter handed in here or a file brought.
    origin = models.CharField(max_length=64, blank=True)
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
    # Items went on and this report was not told yet: there were too many to tell at once.
    behind = models.BooleanField(default=False)
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="report_behind", condition=Q(behind=True)),
            models.Index(fields=["told_at", "id"], name="report_mail", condition=Q(wish=Wish.EMAIL.value)),
            models.Index(
                fields=["answer_at", "id"], name="report_answer", condition=Q(answer_at__isnull=False)
            ),
            models.Index(
                fields=["closed_at", "id"], name="report_closed", condition=Q(forgotten_at__isnull=True)
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=values(ReportState)), name="report_state_known"),
            models.CheckConstraint(condition=Q(wish__in=values(Wish)), name="report_wish_known"),
            models.CheckConstraint(
                condition=Q(state=ReportState.OPEN.value, closed_at__isnull=True)
                | Q(state=ReportState.CLOSED.value, closed_at__isnull=False),
                name="report_closed_has_time",
            ),
        ]

    @property
    def words(self) -> str:
        return unlock(self.words_locked, "report.words", self.id)

    @words.setter
    def words(self, text: str) -> None:
        self.words_locked = lock(text, "report.words", self.id)

    @property
    def email(self) -> str:
        return unlock(self.email_locked, "report.email", self.id)

    @email.setter
    def email(self, text: str) -> None:
        self.email_locked = lock(text, "report.email", self.id)


class Sighting(models.Model):
    """One report of one item, in the spelling in which it was handed in."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="sightings")
    item = models.ForeignKey("Item", on_delete=models.PROTECT, related_name="sightings")
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


class Question(models.Model):
    """A question to one reporter and the answer; ``message_id`` is how the receipt names it."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="questions")
    item = models.ForeignKey("Item", on_delete=models.PROTECT, related_name="questions")
    message_id = models.UUIDField(unique=True)
    text_locked = models.BinaryField(null=True)
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    answer_locked = models.BinaryField(null=True)
    answered_at = models.DateTimeField(null=True)

    @property
    def text(self) -> str:
        return unlock(self.text_locked, "question.text", self.id)

    @text.setter
    def text(self, text: str) -> None:
        self.text_locked = lock(text, "question.text", self.id)

    @property
    def answer(self) -> str:
        return unlock(self.answer_locked, "question.answer", self.id)

    @answer.setter
    def answer(self, text: str) -> None:
        self.answer_locked = lock(text, "question.answer", self.id)
