"""Tell a reporter who chose e-mail that there is news, in a mail that says nothing to anybody else.

Others may read this mailbox: the mail names no subject, no address and not who we are beyond the sender's
address. The news itself is behind the code.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from email import policy
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

import structlog
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from tutela.apps.cases import actions as cases
from tutela.apps.cases import queries as case_queries
from tutela.apps.notices.rules import DeliveryResult, Outcome
from tutela.doors.worker.equipment import Equipment
from tutela.doors.worker.legs import mail
from tutela.doors.worker.send_notices import OUR_OWN_TROUBLE

AT_MOST = 50
TRY_AGAIN_AFTER = timedelta(minutes=15)
GIVE_UP_AFTER = timedelta(days=3)

log = structlog.get_logger("tutela.worker")


def tell_by_mail(now: datetime, equipment: Equipment) -> int:
    """Mail those who wait for news; returns how many mails the relay accepted.

    A worker killed between mail and note sends the same mail again, with the same Message-ID.
    """
    sent = 0
    for wanted in case_queries.mails_wanted(most=AT_MOST):
        if equipment.stopping.is_set() or (relay := equipment.relay()) is None:
            break
        if equipment.not_before.get(wanted.report_id, now) > now:
            continue
        result = _send(wanted, now, relay)
        done = result.outcome is not Outcome.RETRY or now - wanted.told_at > GIVE_UP_AFTER
        if done:
            cases.mark_mailed(report_id=wanted.report_id, told_at=wanted.told_at)
            equipment.not_before.pop(wanted.report_id, None)
            sent += result.outcome is Outcome.SENT
            continue
        equipment.not_before[wanted.report_id] = now + TRY_AGAIN_AFTER
        if result.detail in OUR_OWN_TROUBLE:
            log.warning("mail_deferred", code=result.detail, smtp_code=result.smtp_code)
            break
    return sent


def _send(wanted: case_queries.MailWanted, now: datetime, relay: mail.Relay) -> DeliveryResult:
    """Send one mail. An address that fits no header is a slip of the pen, no reason to stop."""
    try:
        to = Address(addr_spec=wanted.email)
    except (ValueError, IndexError, HeaderParseError):
        return DeliveryResult(Outcome.FAILED, None, "bad_address")
    return mail.send(compose(wanted, to, now), to=wanted.email, relay=relay)


def compose(wanted: case_queries.MailWanted, to: Address, now: datetime) -> EmailMessage:
    """Return the mail. It is the same for every kind of news."""
    config = settings.TUTELA
    language = wanted.language if wanted.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = Address(addr_spec=config.mail.sender)
    message["To"] = to
    message["Date"] = format_datetime(now)
    message["Message-ID"] = _message_id(wanted)
    message["Auto-Submitted"] = "auto-generated"
    with translation.override(language):
        message["Subject"] = _("There is news for you")
        paragraphs = (
            _("You asked us to write when there is news. There is."),
            _("To read it, open this page and enter your code:"),
            _page(language),
            _("We write no more here, because others may be able to read your mail."),
            _("Nobody reads answers to this mail."),
        )
    message.set_content("\n\n".join(paragraphs) + "\n", charset="utf-8", cte="quoted-printable")
    # Setting the content takes headers about it away.
    message["Content-Language"] = language
    return message


def _page(language: str) -> str:
    site = settings.TUTELA.site
    base = site.url or f"http://{site.host}:{site.port}"
    return f"{base.rstrip('/')}/{language}/code/"


def _message_id(wanted: case_queries.MailWanted) -> str:
    about = f"{wanted.report_id} {wanted.told_at.isoformat()}".encode()
    name = hmac.digest(settings.TUTELA_RECORD_KEY, b"tutela news mail 1 " + about, "sha256").hex()[:32]
    return f"<{name}@{settings.TUTELA.mail.sender.rpartition('@')[2]}>"
