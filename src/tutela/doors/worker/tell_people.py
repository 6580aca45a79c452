"""Mail the coordinators when messages to partners, or from them, need a person.

That is: what did not arrive, or was refused for good; a place of theirs that stays empty; another ledger.

Others may read a mailbox: the mail names partner, kind and age, and nothing that was said. What is to be done
is done at the desk, where the same messages stand under Partners.
"""

from __future__ import annotations

import hmac
import uuid
from dataclasses import dataclass
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
from tutela.apps.exchange.queries import Alarm, Problem
from tutela.apps.exchange.queries.alarms import MISSING
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


@dataclass(frozen=True, slots=True)
class News:
    """What nobody was told yet."""

    problems: tuple[Problem, ...]
    alarms: tuple[Alarm, ...]

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.problems or self.alarms)


def tell_people(now: datetime, equipment: Equipment) -> int:
    """Mail every coordinator what needs a person and was not told yet; returns how many were mailed.

    A worker killed between mail and note sends the same mail again, with the same Message-ID.
    """
    if not equipment.config.exchange.node or equipment.not_before.get(_TELL, now) > now:
        return 0
    news = News(tuple(exchange_queries.untold(most=MOST_LINES)), tuple(exchange_queries.alarms()))
    coordinators = _coordinators() if news else []
    relay = equipment.relay() if coordinators else None
    if relay is None:
        return 0
    results = [_send(news, person, now, relay) for person in coordinators]
    sent = results.count(Outcome.SENT)
    if not sent:
        # Nobody has it: the desk shows it meanwhile, and so does doctor.
        equipment.not_before[_TELL] = now + TRY_AGAIN_AFTER
        log.warning("people_not_told", count=len(news.problems) + len(news.alarms))
        return 0
    equipment.not_before[_TELL] = now + AGAIN_AFTER
    messages = [one.message_id for one in news.problems]
    exchange.record_people_told(message_ids=messages, alarms=news.alarms, people=sent, now=now)
    return sent


def _coordinators() -> list[PersonSeen]:
    return [one for one in account_queries.people() if one.active and one.role is Role.COORDINATOR]


def _send(news: News, person: PersonSeen, now: datetime, relay: mail.Relay) -> Outcome:
    try:
        to = Address(addr_spec=person.email)
    except (ValueError, IndexError, HeaderParseError):
        return Outcome.FAILED
    return mail.send(compose(news, person, to, now), to=person.email, relay=relay).outcome


def compose(news: News, person: PersonSeen, to: Address, now: datetime) -> EmailMessage:
    """Return the mail in the person's language: a line for each message."""
    config = settings.TUTELA
    language = person.language if person.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = Address(addr_spec=config.mail.sender)
    message["To"] = to
    message["Date"] = format_datetime(now)
    message["Message-ID"] = _message_id(news, person.id)
    message["Auto-Submitted"] = "auto-generated"
    with translation.override(language):
        message["Subject"] = _("The exchange with partners needs a person")
        paragraphs = (
            _("This does not go on by itself:"),
            "\n".join(
                [
                    *(_line(one, language, now) for one in news.problems),
                    *(_alarm(one, now) for one in news.alarms),
                ]
            ),
            _("At the desk, under Partners, you see more, and can try a message again or settle it."),
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


def _alarm(one: Alarm, now: datetime) -> str:
    facts = {"partner": one.partner, "days": (now - one.at).days}
    if one.kind == MISSING:
        text = _(
            "%(partner)s: a message from there is missing, others wait behind it; seen %(days)d days ago"
        )
    else:
        text = _("%(partner)s: its ledger was rewritten or cut; seen %(days)d days ago")
    return "- " + text % facts


def _message_id(news: News, person_id: uuid.UUID) -> str:
    upto = news.alarms[-1].sequence if news.alarms else 0
    about = b"".join(one.message_id.bytes for one in news.problems) + person_id.bytes + upto.to_bytes(8)
    name = hmac.digest(settings.TUTELA_RECORD_KEY, b"tutela trouble mail 1 " + about, "sha256").hex()[:32]
    return f"<{name}@{settings.TUTELA.mail.sender.rpartition('@')[2]}>"
