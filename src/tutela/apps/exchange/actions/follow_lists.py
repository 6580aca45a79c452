"""Follow the lists that partners share with us the other way round: say what changed in ours, page by page.

A page, what the partner has after it and how far the changes were looked at are written in one transaction.
When a page was lost on the way (refused, or not delivered for 30 days), the list begins again in a new
conversation; when that happens twice in a day it is stopped, and a person must look.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from tutela.apps.exchange.actions._shared_pages import next_page, remember
from tutela.apps.exchange.actions.say import say
from tutela.apps.exchange.actions.share_list import begin_again
from tutela.apps.exchange.errors import ExchangeRefusal
from tutela.apps.exchange.models import Envelope, Outgoing, Share
from tutela.apps.exchange.rules import FOR_A_PERSON, LIVE, PartnerState, ShareState, mark_of
from tutela.apps.hashbank import queries as bank_queries
from tutela.apps.hashbank.queries import ListForSharing
from tutela.apps.ledger import actions as ledger
from tutela.apps.ledger.rules import Fact
from tutela.core.terms.exchange import ReceiptStep
from tutela.core.terms.marks import HandlingMark, tightest

KIND = "hash_delta"
MOST_ON_THE_WAY = 32
"""Pages of one list that a partner has not receipted yet; the protocol bears 256."""
STOP_WITHIN = timedelta(days=1)


def follow_lists(now: datetime) -> int:
    """Say the next page of every list that has one; returns how many there were. Call again until none is."""
    head = bank_queries.head_change()
    due = Share.objects.filter(state__in=LIVE, partner__state=PartnerState.ACTIVE.value)
    due = due.exclude(head=head, state=ShareState.ACTIVE.value)
    return sum(_guarded(share, head, now) for share in list(due.order_by("id").values_list("pk", flat=True)))


def _guarded(share_id: uuid.UUID, head: int, now: datetime) -> int:
    """Follow one share; what its partner may not have, by now, stops it and no other."""
    try:
        return _follow(share_id, head, now)
    except ExchangeRefusal as refusal:
        with transaction.atomic():
            share = Share.objects.select_for_update().get(pk=share_id)
            share.state, share.code = ShareState.STOPPED.value, refusal.code
            share.save(update_fields=["state", "code"])
            _line("hash_list_share_stopped", share, refusal.code, now)
        return 0


def _follow(share_id: uuid.UUID, head: int, now: datetime) -> int:
    with transaction.atomic():
        share = Share.objects.select_for_update(of=("self",)).select_related("partner").get(pk=share_id)
        kept = bank_queries.list_for_sharing(list_id=share.list_id)
        if share.state not in LIVE or kept is None or _on_the_way(share) >= MOST_ON_THE_WAY:
            return 0
        if share.head > head:
            begin_again(share)  # the tables were brought back from a copy: nothing is known of what was said
        if share.list_change != kept.change:
            # What is said of the list decides about all of its entries, so each is looked at again.
            share.list_change, share.change, share.last, share.unfinished = kept.change, 0, None, True
        page = next_page(share, kept)
        says = page.count > 0 or (share.unfinished and not page.more)
        if says:
            _say(share, kept, page.content(share, kept), now)
            remember(share, page)
            share.number, share.unfinished = share.number + page.count, page.more
        share.head = share.head if page.more else head
        if share.state == ShareState.ENDING and not page.more:
            share.state = ShareState.ENDED.value
        share.save()
    return int(says or page.more)


def _say(share: Share, kept: ListForSharing, content: dict[str, object], now: datetime) -> None:
    before = HandlingMark(share.mark) if share.mark else None
    # Taking back tells nothing of what is taken: it goes whatever the list is marked with by now.
    bound = bool(content.get("upserts")) or before is None
    mark = (mark_of(kept.handling) if bound else before) or HandlingMark.AMBER
    chosen = tightest(mark, before) if before else mark
    said = say(
        partner=share.partner.name, kind=KIND, content=content, conversation=share.conversation_id,
        mark=chosen, about=("hash_list", share.list_id) if bound else None, actor="worker", now=now,
    )  # fmt: skip
    share.conversation_id, share.mark = said.conversation_id, chosen.value


def _on_the_way(share: Share) -> int:
    if share.conversation_id is None:
        return 0
    rows = Outgoing.objects.filter(conversation_id=share.conversation_id, kind=KIND, step="")
    return rows.exclude(state__in=FOR_A_PERSON).count()


def mend_shares(now: datetime) -> int:
    """Begin lists again of which a page was lost; returns how many."""
    talks = Share.objects.exclude(state=ShareState.STOPPED.value).exclude(conversation=None)
    lost = Outgoing.objects.filter(
        Q(state__in=FOR_A_PERSON), kind=KIND, conversation_id__in=talks.values("conversation_id")
    )
    found = dict(lost.order_by("id").values_list("conversation_id", "code"))
    return sum(_mend(conversation, code, now) for conversation, code in found.items())


def _mend(conversation: uuid.UUID, code: str, now: datetime) -> int:
    with transaction.atomic():
        share = Share.objects.select_for_update().filter(conversation_id=conversation).first()
        if share is None or share.state == ShareState.STOPPED:
            return 0
        stops = share.begun_again_at is not None and share.begun_again_at > now - STOP_WITHIN
        # What was given up there must not come later and tell of an older state.
        Outgoing.objects.filter(conversation_id=conversation, state="given_up").update(settled_at=now)
        if stops:
            share.state, share.code = ShareState.STOPPED.value, code[:64]
        else:
            begin_again(share)
            if share.state == ShareState.ENDED:
                share.state = ShareState.ENDING.value
        share.save()
        _line("hash_list_share_stopped" if stops else "hash_list_share_begun_again", share, code[:64], now)
    return 1


def _line(kind: str, share: Share, code: str, now: datetime) -> None:
    facts: dict[str, Fact] = {"partner": str(share.partner_id), "code": code}
    ledger.write_line(kind, actor="worker", about=("hash_list", share.list_id), facts=facts, at=now)


def forget_pages(*, most: int = 500) -> int:
    """Remove the fingerprints of pages that partners took: what is withdrawn must not lie in the outbox."""
    taken = Outgoing.objects.filter(kind=KIND, step=ReceiptStep.ACTED.value).exclude(content_locked=b"")
    with transaction.atomic():
        rows = list(taken.order_by("id").values_list("pk", flat=True)[:most])
        Envelope.objects.filter(pk__in=rows).delete()
        Outgoing.objects.filter(pk__in=rows).update(content_locked=b"")
    return len(rows)
