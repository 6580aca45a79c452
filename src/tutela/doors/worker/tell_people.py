"""Mail the coordinators when messages to partners did not arrive, or were refused there for good.

Others may read a mailbox: the mail names partner, kind and age, and nothing that was said. What is to be done
is done at the desk, where the same messages stand under Partners.
"""

from __future__ import annotations

import hmac
import uuid
from collections.abc import Sequence
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

from tutela.apps.accounts import queries as account_queries
from tutela.apps.accounts.queries import PersonSeen
from tutela.apps.exchange import actions as exchange
from tutela.apps.exchange import queries as exchange_queries
from tutela.apps.exchange.queries import Problem
from tutela.apps.notices.rules import Outcome
from tutela.core.terms.labels import label
from tutela.core.terms.states import Role
from tutela.doors.worker.equipment import Equipment
from tutela.doors.worker.legs import mail

MOST_LINES = 100
AGAIN_AFTER = timedelta(hours=1)
"""No more than one mail an hour to each, however much goes wrong."""
TRY_AGAIN_AFTER = timedelta(minutes=15)

_TELL = "people_told"

log = structlog.get_logger("tutela.worker")


def tell_people(now: datetime, equipment: Equipment) -> int:
    """Mail every coordinator what needs a person and was not told yet; returns how many were mailed.

    A worker killed between mail and note sends the same mail again, with the same Message-ID.
    """
    if not equipment.config.exchange.node or equipment.not_before.get(_TELL, now) > now:
        return 0
    problems = exchange_queries.untold(most=MOST_LINES)
    coordinators = _coordinators() if problems else []
    relay = equipment.relay() if coordinators else None
    if relay is None:
        return 0
    results = [_send(problems, person, now, relay) for person in coordinators]
    sent = results.count(Outcome.SENT)
    if not sent:
        # Nobody has it: the desk shows it meanwhile, and so does doctor.
        equipment.not_before[_TELL] = now + TRY_AGAIN_AFTER
        log.warning("people_not_told", count=len(problems))
        return 0
    equipment.not_before[_TELL] = now + AGAIN_AFTER
    exchange.record_people_told(message_ids=[one.message_id for one in problems], people=sent, now=now)
    return sent


def _coordinators() -> list[PersonSeen]:
    return [one for one in account_queries.people() if one.active and one.role is Role.COORDINATOR]


def _send(problems: Sequence[Problem], person: PersonSeen, now: datetime, relay: mail.Relay) -> Outcome:
    try:
        to = Address(addr_spec=person.email)
    except (ValueError, IndexError, HeaderParseError):
        return Outcome.FAILED
    return mail.send(compose(problems, person, to, now), to=person.email, relay=relay).outcome


def compose(problems: Sequence[Problem], person: PersonSeen, to: Address, now: datetime) -> EmailMessage:
    """Return the mail in the person's language: a line for each message."""
    config = settings.TUTELA
    language = person.language if person.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = Address(addr_spec=config.mail.sender)
    message["To"] = to
    message["Date"] = format_datetime(now)
    message["Message-ID"] = _message_id(problems, person.id)
    message["Auto-Submitted"] = "auto-generated"
    with translation.override(language):
        message["Subject"] = _("Messages to partners need a person")
        paragraphs = (
            _("These messages did not arrive, or were refused for good. Nothing goes on by itself:"),
            "\n".join(_line(one, language, now) for one in problems),
            _("At the desk, under Partners, each can be read, tried again or settled."),
            _("Nobody reads answers to this mail."),
        )
    message.set_content("\n\n".join(paragraphs) + "\n", charset="utf-8", cte="quoted-printable")
    # Setting the content takes headers about it away.
    message["Content-Language"] = language
    return message


def _line(one: Problem, language: str, now: datetime) -> str:
    facts = {
        "partner": one.partner,
        "kind": label("message_kind", one.kind, language),
        "days": (now - one.said_at).days,
    }
    if one.state == "given_up":
        return "- " + _("%(partner)s: %(kind)s, not delivered, %(days)d days old") % facts
    return "- " + _("%(partner)s: %(kind)s, refused there, %(days)d days old") % facts


def _message_id(problems: Sequence[Problem], person_id: uuid.UUID) -> str:
    about = b"".join(one.message_id.bytes for one in problems) + person_id.bytes
    name = hmac.digest(settings.TUTELA_RECORD_KEY, b"tutela trouble mail 1 " + about, "sha256").hex()[:32]
    return f"<{name}@{settings.TUTELA.mail.sender.rpartition('@')[2]}>"
