"""Claim the next notice that may leave, so that one worker sends it."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from tutela.apps.cases import queries as case_queries
from tutela.apps.notices import rules
from tutela.apps.notices.actions import place_items
from tutela.apps.notices.actions._lines import Lines
from tutela.apps.notices.actions.follow_decisions import withdraw
from tutela.apps.notices.models import Notice, NoticeItem, NoticeItemState, NoticeState
from tutela.apps.notices.queries.contacts import contact_seen, hours_of
from tutela.apps.notices.queries.letters import languages_of
from tutela.apps.notices.queries.notices import item_seen
from tutela.apps.notices.rules.delivery import CLAIM_LASTS

_MOST_TRIES = 20


def take_due_notice(now: datetime, *, by_mail: bool = True) -> rules.NoticeToSend | None:
    """Return a claimed notice, or ``None`` when none may leave now.

    Without ``by_mail`` only one that goes to a provider's own node: there is no mail server.

    A claim lapses after ten minutes: a worker that was killed has sent the letter or has not, nobody
    knows, so it is sent again with the same Message-ID and the same link. At least once, never lost.
    """
    may_go = Q(state=NoticeState.READY, due_at__lte=now) | Q(
        state=NoticeState.SENDING, claimed_until__lte=now
    )
    due = Notice.objects.filter(may_go)
    due = due if by_mail else due.filter(contact__provider__partner__gt="")
    for notice in due.order_by("due_at", "id")[:_MOST_TRIES]:
        allowed = rules.next_allowed(now, hours_of(notice.contact_id))
        if allowed > now:
            _postpone(notice, allowed)
        elif taken := _claim(notice, now):
            return taken
    return None


def _postpone(notice: Notice, until: datetime) -> None:
    Notice.objects.filter(pk=notice.pk, state=notice.state, due_at=notice.due_at).update(
        state=NoticeState.READY, due_at=until, claimed_until=None
    )


def _claim(notice: Notice, now: datetime) -> rules.NoticeToSend | None:
    with transaction.atomic():
        lines = Lines()
        place_items.lock(now)
        mine = Notice.objects.filter(
            pk=notice.pk, state=notice.state, attempts=notice.attempts, claimed_until=notice.claimed_until
        ).update(
            state=NoticeState.SENDING,
            attempts=notice.attempts + 1,
            claimed_until=now + CLAIM_LASTS,
            first_try_at=notice.first_try_at or now,
            message_id=notice.message_id or rules.message_id(notice.id, settings.TUTELA.mail.sender),
            token_digest=rules.token_digest(_token(notice.id)),
            expires_at=now + rules.LINK_LASTS,
        )
        if not mine:
            return None
        _drop_undecided(notice.id, now, lines)
        empty = place_items.close_if_empty(notice.id, lines)
        lines.write()
        return None if empty else notice_to_send(notice.id, now)


def _token(notice_id: uuid.UUID) -> str:
    return rules.link_token(settings.TUTELA_RECORD_KEY, notice_id)


def _drop_undecided(notice_id: uuid.UUID, now: datetime, lines: Lines) -> None:
    """Leave out what was decided otherwise since, even if the ledger has not been followed up to there."""
    rows = NoticeItem.objects.filter(notice_id=notice_id, state=NoticeItemState.INCLUDED)
    for row in rows:
        if not case_queries.item_for_notice(row.item_id).notify:
            withdraw(row, "decided_otherwise", now, lines)


def notice_to_send(notice_id: uuid.UUID, now: datetime) -> rules.NoticeToSend:
    """Return what a claimed notice consists of at this moment."""
    notice = Notice.objects.select_related("contact__provider").get(pk=notice_id)
    rows = notice.items.select_related("notice", "hosting").filter(state=NoticeItemState.INCLUDED)
    items = tuple(item_seen(row) for row in rows.order_by("created_at", "id"))
    if notice.expires_at is None:
        raise ValueError("a notice is claimed before it is written")
    return rules.NoticeToSend(
        notice_id=notice.id,
        reference=notice.reference,
        attempt=notice.attempts,
        email=notice.contact.email,
        languages=languages_of(contact_seen(notice.contact), items),
        message_id=notice.message_id,
        token=_token(notice.id),
        expires_at=notice.expires_at,
        at=now,
        items=items,
        partner=notice.contact.provider.partner if notice.contact.provider else "",
    )
