"""Partners, the keys that are believed to be theirs, and the public half of this node's own."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tutela.apps.exchange.rules import KeySource, PartnerState
from tutela.core.kernel import ids


class Partner(models.Model):
    """Another organisation's node, and how it was last reached."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    name = models.CharField(max_length=64, unique=True)
    organisation = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=16)
    country = models.CharField(max_length=2, blank=True)
    url = models.CharField(max_length=300, blank=True)
    # The partner at which its mailbox is, when it has no address of its own.
    relay = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=8, default=PartnerState.ACTIVE.value)
    source = models.CharField(max_length=16, default=KeySource.HAND.value)
    added_at = models.DateTimeField()
    pinned_at = models.DateTimeField(null=True)
    # Which of our keys it is known to have; what it cannot verify is not signed with.
    knows_key = models.CharField(max_length=32, blank=True)
    failures = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    reached_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=64, blank=True)
    # Their clock minus ours, as the last envelope that came without a detour showed it.
    skew_seconds = models.IntegerField(null=True)
    # Since when both agreed to ask each other which cases both have; none: neither asks nor answers.
    overlap_agreed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[one.value for one in PartnerState]), name="partner_state_known"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="partner_has_name"),
        ]


class PartnerKey(models.Model):
    """One public set of a partner, believed once ``trusted_at`` is set and never after a revocation."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="keys")
    key_id = models.CharField(max_length=32)
    public_key = models.BinaryField(max_length=3200)
    source = models.CharField(max_length=16)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    trusted_at = models.DateTimeField(null=True)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "key_id"], name="partnerkey_once"),
            models.CheckConstraint(
                condition=Q(source__in=[one.value for one in KeySource]), name="partnerkey_source_known"
            ),
        ]


class OwnKey(models.Model):
    """The public half of one of this node's key sets; the private half is a file that two processes read."""

    key_id = models.CharField(max_length=32, primary_key=True)
    public_key = models.BinaryField(max_length=3200)
    made_at = models.DateTimeField()
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    destroyed_at = models.DateTimeField(null=True)
    # The statement by which the keys before announced these; empty for the first ones.
    signed = models.BinaryField(default=bytes)


class Revision(models.Model):
    """Another ``stamp`` after each change of whom this node believes: what was read before is read again.

    ``directory`` is the version of the directory that was taken last.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    stamp = models.UUIDField(default=ids.new_id)
    directory = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="exchange_one_revision")]
