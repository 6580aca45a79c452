"""Tables of the room. Hosting facts, deliveries, answers and checks are only added, never changed."""

from __future__ import annotations

from django.db import models

from tutela.core.kernel import ids
from tutela.core.terms.states import AnswerKind, CheckOutcome, ItemKind


class ContactState(models.TextChoices):
    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"


class NoticeState(models.TextChoices):
    DRAFT = "draft"
    WAITING_CONTACT = "waiting_contact"
    READY = "ready"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


class NoticeItemState(models.TextChoices):
    WAITING_HOST = "waiting_host"
    WAITING_CONTACT = "waiting_contact"
    INCLUDED = "included"
    SENT = "sent"
    ANSWERED = "answered"
    MOVED = "moved"
    WITHDRAWN = "withdrawn"


OPEN_NOTICE = [NoticeState.DRAFT, NoticeState.WAITING_CONTACT]
"""States in which a notice still takes more items."""
LIVE_ITEM = [NoticeItemState.WAITING_HOST, NoticeItemState.WAITING_CONTACT, NoticeItemState.INCLUDED]
"""States in which an item is on its way to a provider."""


def _one_of(field: str, values: type, name: str) -> models.CheckConstraint:
    codes = [str(getattr(value, "value", value)) for value in values]  # type: ignore[attr-defined]
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": codes}), name=name)


class Provider(models.Model):
    """The node's own, verified record of a provider: which names and networks are its, when it reads mail."""

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    name = models.CharField(max_length=200, unique=True)
    country = models.CharField(max_length=2, blank=True)
    language = models.CharField(max_length=8, blank=True)
    domains = models.JSONField(default=list)
    networks = models.JSONField(default=list)
    time_zone = models.CharField(max_length=64, default="UTC")
    quiet_from = models.TimeField(null=True)
    quiet_to = models.TimeField(null=True)
    working_days_only = models.BooleanField(default=False)
    # The provider's own node, when it is a partner: its notices go there instead of by mail.
    partner = models.CharField(max_length=64, blank=True)
    saved_by = models.UUIDField()
    saved_at = models.DateTimeField()


class Contact(models.Model):
    """An address that notices go to. Nothing leaves before a person approved it."""

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    provider = models.ForeignKey(Provider, null=True, on_delete=models.PROTECT, related_name="contacts")
    email = models.CharField(max_length=254, unique=True)
    source = models.CharField(max_length=8)
    state = models.CharField(max_length=8, choices=ContactState, default=ContactState.PROPOSED)
    proof = models.JSONField(default=list)
    proposed_at = models.DateTimeField()
    approved_by = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            _one_of("state", ContactState, "contact_state"),
            models.CheckConstraint(
                condition=models.Q(source__in=["own", "rdap", "manual"]), name="contact_source"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="approved") | models.Q(approved_by__isnull=False),
                name="contact_approved_by_somebody",
            ),
        ]


class Hosting(models.Model):
    """What one lookup found about the host of an item; the newest row counts, the older ones are its past."""

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    item_id = models.UUIDField()
    host = models.CharField(max_length=255)
    ip = models.GenericIPAddressField(null=True)
    asn = models.PositiveBigIntegerField(null=True)
    network = models.CharField(max_length=49, blank=True)
    network_name = models.CharField(max_length=255, blank=True)
    country = models.CharField(max_length=2, blank=True)
    provider = models.ForeignKey(Provider, null=True, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="+")
    source = models.JSONField(default=list)
    looked_at = models.DateTimeField()
    error = models.CharField(max_length=32, blank=True)

    class Meta:
        indexes = [models.Index(fields=["item_id", "looked_at"], name="hosting_item")]


class Numbering(models.Model):
    """The last number given to a notice in a year: one row a year, locked while a notice is opened."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)


class Notice(models.Model):
    """One letter to one contact about many items."""

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    reference = models.CharField(max_length=20, unique=True)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="notices")
    state = models.CharField(max_length=16, choices=NoticeState, default=NoticeState.DRAFT)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    first_try_at = models.DateTimeField(null=True)
    claimed_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    message_id = models.CharField(max_length=320, blank=True)
    token_digest = models.BinaryField(max_length=32, null=True, unique=True)
    expires_at = models.DateTimeField(null=True)
    # Where it was said, when it went to the provider's node: the answer comes back there.
    conversation_id = models.UUIDField(null=True, unique=True)

    class Meta:
        constraints = [
            _one_of("state", NoticeState, "notice_state"),
            models.UniqueConstraint(
                fields=["contact"],
                condition=models.Q(state__in=[state.value for state in OPEN_NOTICE]),
                name="notice_one_open_a_contact",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="sent") | models.Q(sent_at__isnull=False),
                name="notice_sent_has_time",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="notice_due")]


class NoticeItem(models.Model):
    """One item on its way to a provider, with what the letter states. ``notice`` is null while it waits."""

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    notice = models.ForeignKey(Notice, null=True, on_delete=models.PROTECT, related_name="items")
    item_id = models.UUIDField()
    state = models.CharField(max_length=16, choices=NoticeItemState)
    reason = models.CharField(max_length=32, blank=True)
    kind = models.CharField(max_length=16, default=ItemKind.ADDRESS.value)
    address = models.TextField()
    host = models.CharField(max_length=255, blank=True)
    category = models.CharField(max_length=16)
    seen_at = models.DateTimeField()
    assessed_at = models.DateTimeField(null=True)
    hosting = models.ForeignKey(Hosting, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    case_told = models.BooleanField(default=False)
    answer = models.CharField(max_length=16, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            _one_of("state", NoticeItemState, "noticeitem_state"),
            models.UniqueConstraint(
                fields=["item_id"],
                condition=models.Q(state__in=[state.value for state in LIVE_ITEM]),
                name="noticeitem_one_live",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["included", "sent", "answered", "moved"])
                | models.Q(notice__isnull=False),
                name="noticeitem_has_notice",
            ),
        ]
        indexes = [
            models.Index(fields=["item_id"], name="noticeitem_item"),
            models.Index(fields=["state"], name="noticeitem_waiting"),
        ]


class Delivery(models.Model):
    """One try to hand a notice to a mail server."""

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="deliveries")
    at = models.DateTimeField()
    attempt = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=16)
    smtp_code = models.PositiveSmallIntegerField(null=True)
    detail = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["notice", "at"], name="delivery_notice")]


class Answer(models.Model):
    """What a provider answered. Its words are sealed to the desk; a later answer is a correction."""

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="answers")
    kind = models.CharField(max_length=16)
    item_ids = models.JSONField(default=list)
    text_sealed = models.BinaryField(null=True)
    correction = models.BooleanField(default=False)
    at = models.DateTimeField()
    settled_by = models.UUIDField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [_one_of("kind", AnswerKind, "answer_kind")]
        indexes = [models.Index(fields=["notice", "at"], name="answer_notice")]


class Watch(models.Model):
    """The watch over one item after its notice left. ``by_hand``: nothing a machine may look at."""

    item_id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=16, default=ItemKind.ADDRESS.value)
    address = models.TextField()
    host = models.CharField(max_length=255, blank=True)
    by_hand = models.BooleanField(default=False)
    resolved_before = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    next_look_at = models.DateTimeField(null=True)
    claimed_until = models.DateTimeField(null=True)
    step = models.PositiveSmallIntegerField(default=0)
    misses = models.PositiveSmallIntegerField(default=0)
    gone = models.BooleanField(default=False)
    unclear = models.BooleanField(default=False)
    said_gone = models.BooleanField(default=False)
    asked = models.BooleanField(default=False)
    digest = models.BinaryField(max_length=32, null=True)
    mode = models.CharField(max_length=8, blank=True)
    state = models.CharField(max_length=8, default="active")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=["active", "ended"]), name="watch_state"),
            models.CheckConstraint(
                condition=~models.Q(state="active") | models.Q(next_look_at__isnull=False),
                name="watch_has_next",
            ),
        ]
        indexes = [models.Index(fields=["state", "next_look_at"], name="watch_due")]


class Check(models.Model):
    """One look whether an item is still there. ``digest``: SHA-256 of what streamed past; no more is kept."""

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    item_id = models.UUIDField()
    at = models.DateTimeField()
    outcome = models.CharField(max_length=16)
    detail = models.CharField(max_length=32)
    status = models.PositiveSmallIntegerField(null=True)
    digest = models.BinaryField(max_length=32, null=True)
    mode = models.CharField(max_length=8)
    by = models.CharField(max_length=80)

    class Meta:
        constraints = [_one_of("outcome", CheckOutcome, "check_outcome")]
        indexes = [models.Index(fields=["item_id", "at"], name="check_item")]
