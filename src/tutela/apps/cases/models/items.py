"""Items.

An item's ``rank`` is worked out from its reasons (``rules.rank``) whenever one of them changes, so that
the queue is one walk along an index, however many items wait. Partial indexes carry the filters that
few rows pass.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tutela.apps.cases import rules
from tutela.apps.cases.models.columns import values
from tutela.core.kernel import ids
from tutela.core.terms.states import CheckOutcome, CloseReason, ItemKind, ItemState


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
    # The hash list that knew what its address served before anybody looked: the one with the nearest entry.
    recognised_by = models.CharField(max_length=64, blank=True)
    hashed_at = models.DateTimeField(null=True)
    hash_tries = models.PositiveSmallIntegerField(default=0)
    hash_after = models.DateTimeField(null=True)
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
            models.Index(fields=["account", "service"], name="item_account", condition=~Q(service="")),
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
                fields=["state", "rank", "id"], name="item_queue_recog", condition=~Q(recognised_by="")
            ),
            models.Index(
                fields=["state", "rank", "id"],
                name="item_to_hash",
                condition=Q(hashed_at__isnull=True, kind=ItemKind.ADDRESS.value, hash_tries__lt=3),
            ),
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
                fields=["state", "rank", "id"],
                name="item_queue_unclear",
                condition=Q(look=CheckOutcome.UNCLEAR.value),
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
            models.CheckConstraint(condition=Q(kind__in=values(ItemKind)), name="item_kind_known"),
            models.CheckConstraint(condition=Q(state__in=values(ItemState)), name="item_state_known"),
            models.CheckConstraint(
                condition=Q(outcome__in=["", *values(CloseReason)]), name="item_outcome_known"
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
            recognised=self.recognised_by != "",
        )

    @property
    def category(self) -> str:
        """The category of the assessment that holds, empty when none does."""
        return self.settled.category if self.settled else ""
