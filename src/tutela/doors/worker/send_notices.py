"""Send the notices that are due, after one last look at where each item is hosted now."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import structlog
from django.db import Error as DatabaseError

from tutela.apps.notices import actions as notices
from tutela.apps.notices import letter
from tutela.apps.notices.rules import (
    DeliveryResult,
    HostingFound,
    ItemToSend,
    NoticeToSend,
    Outcome,
    has_moved,
)
from tutela.core.kernel import clock
from tutela.doors.worker.equipment import Equipment
from tutela.doors.worker.legs import mail

AT_MOST = 50
SHOW_AGAIN_AFTER = timedelta(hours=1)
"""Facts older than this are written down again although nothing changed: the letter states their time."""
OUR_OWN_TROUBLE = frozenset({"connect_failed", "login_failed", "not_supported", "timeout", "tls"})
"""Results that say nothing about the contact: the next letter would fare the same."""

log = structlog.get_logger("tutela.worker")


def send_notices(now: datetime, equipment: Equipment) -> int:
    """Send what may leave now; returns how many the relay accepted."""
    notices.ready_notices(now)
    sent = 0
    relay = equipment.relay()
    for _ in range(AT_MOST):
        if equipment.stopping.is_set():
            break
        taken = notices.take_due_notice(now, by_mail=relay is not None)
        if taken is None:
            break
        equipment.beat()
        result = _send(taken, equipment, relay)
        if result is None:
            continue
        outcome = notices.record_delivery(notice_id=taken.notice_id, result=result)
        sent += outcome is Outcome.SENT
        if result.detail in OUR_OWN_TROUBLE:
            log.warning("mail_deferred", code=result.detail, smtp_code=result.smtp_code)
            break
    return sent


def _send(taken: NoticeToSend, equipment: Equipment, relay: mail.Relay | None) -> DeliveryResult | None:
    """Return what became of the notice; ``None`` when every item of it has moved.

    To a provider's own node it is said; where that cannot be done it goes by mail as before.
    """
    try:
        ready = _checked_again(taken, equipment)
        if ready is None:
            return None
        if ready.partner and (said := notices.say_notice(ready)):
            return said
        if relay is None:
            return DeliveryResult(Outcome.RETRY, None, "no_relay")
        return mail.send(letter.compose(ready), to=ready.email, relay=relay)
    except DatabaseError:
        raise
    except Exception as error:  # one letter that cannot be written must not hold up the others
        log.error("letter_failed", notice=str(taken.notice_id), error=type(error).__name__)
        return DeliveryResult(Outcome.RETRY, None, "letter_failed")


def _checked_again(taken: NoticeToSend, equipment: Equipment) -> NoticeToSend | None:
    found = equipment.look_up(item.host for item in taken.items if item.host)
    moved: list[uuid.UUID] = []
    for item in taken.items:
        now_at = found.get(item.host)
        if now_at is None or now_at.error:
            continue
        if has_moved(item, now_at):
            moved.append(item.item_id)
        if item.item_id in moved or _is_news(item, now_at):
            notices.record_hosting(item_id=item.item_id, found=now_at)
    return notices.drop_moved(notice_id=taken.notice_id, item_ids=moved)


def _is_news(item: ItemToSend, found: HostingFound) -> bool:
    if (item.ip, item.asn, item.network) != (found.ip, found.asn, found.network):
        return True
    return item.resolved_at is None or clock.now() - item.resolved_at > SHOW_AGAIN_AFTER
