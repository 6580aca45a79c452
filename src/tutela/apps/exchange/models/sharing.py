"""Lists of ours that partners have, what each of them has of it, and lists of partners that stand here."""

from __future__ import annotations

from django.db import models

from tutela.apps.exchange.models.messages import Conversation
from tutela.apps.exchange.models.partners import Partner
from tutela.apps.exchange.rules import ShareState
from tutela.core.kernel import ids


class Share(models.Model):
    """One list of ours and one partner that gets it.

    ``change`` and ``last`` say how far its changes were looked at, ``list_change`` which form of the list
    was, ``head`` which change of all lists. ``number`` counts what was said of the list in the conversation:
    it is ``upto`` of the last page. ``unfinished``: that page was not the last one, or nothing was said yet.
    """

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    list_id = models.UUIDField()
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="shares")
    state = models.CharField(max_length=8, default=ShareState.ACTIVE.value)
    actor = models.CharField(max_length=80)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    conversation = models.ForeignKey(Conversation, null=True, on_delete=models.PROTECT, related_name="+")
    mark = models.CharField(max_length=16, blank=True)
    number = models.PositiveBigIntegerField(default=0)
    change = models.BigIntegerField(default=0)
    last = models.UUIDField(null=True)
    list_change = models.BigIntegerField(default=-1)
    head = models.BigIntegerField(default=-1)
    unfinished = models.BooleanField(default=True)
    begun_again_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["list_id", "partner"], name="share_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=[one.value for one in ShareState]), name="share_state_known"
            ),
        ]


class SharedEntry(models.Model):
    """An entry that a partner has from us, as it was after its own ``change``."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    share = models.ForeignKey(Share, on_delete=models.CASCADE, related_name="entries")
    entry_id = models.UUIDField()
    change = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["share", "entry_id"], name="sharedentry_once")]


class HeardList(models.Model):
    """A partner's list: ``remote`` is its name there, ``upto`` how much of it was taken."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="heard_lists")
    remote = models.CharField(max_length=64)
    list_id = models.UUIDField(unique=True)
    source_id = models.UUIDField(unique=True)
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="+")
    upto = models.PositiveBigIntegerField()
    # When the first page since its last beginning was sent: an older one does not begin it again.
    begun_at = models.DateTimeField()
    heard_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partner", "remote"], name="heardlist_once")]
