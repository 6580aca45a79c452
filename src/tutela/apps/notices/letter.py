"""The letter of a notice: plain text for people, one XARF report an item for machines, and nothing else.

What an abuse desk needs to decide within a minute stands at the top: what it is, what to do, how to
answer; then exactly where. Texts lie in ``letters/<language>.toml``.
"""

from __future__ import annotations

import functools
import tomllib
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from django.conf import settings
from django.utils import formats, translation

from tutela.apps.notices import rules
from tutela.core.law import countries
from tutela.core.record import addresses
from tutela.core.record.notice import NoticeItemRecord, NoticeRecord
from tutela.core.terms import labels
from tutela.core.terms.states import ItemKind
from tutela.formats.xarf import write as xarf

_LETTERS = Path(__file__).parent / "letters"
_SEPARATOR = "\n" + "=" * 72 + "\n\n"


def compose(notice: rules.NoticeToSend) -> EmailMessage:
    """Return the letter. The same claimed notice always makes the same headers, so receivers see one letter.

    No part can hold a picture: the text is plain, every attachment is ``application/json``.
    """
    config = settings.TUTELA
    attachments = attachments_of(notice)
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = Address(display_name=config.organisation, addr_spec=config.mail.sender)
    message["To"] = Address(addr_spec=notice.email)
    message["Reply-To"] = Address(addr_spec=config.contact or config.mail.sender)
    message["Subject"] = _subject(notice)
    message["Date"] = format_datetime(notice.at)
    message["Message-ID"] = notice.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text(notice, len(attachments)), charset="utf-8", cte="quoted-printable")
    for number, body in attachments:
        name = f"{notice.reference}-{number}.xarf.json"
        message.add_attachment(body, maintype="application", subtype="json", filename=name)
    # Set last: what begins with Content- moves into the text when an attachment is added.
    message["Content-Language"] = ", ".join(notice.languages)
    return message


def link(token: str) -> str:
    """Return the address of a one-time link at the providers' door."""
    listen = settings.TUTELA.provider
    base = listen.url or f"http://{listen.host}:{listen.port}"
    return f"{base.rstrip('/')}/n/{token}/"


def text(notice: rules.NoticeToSend, attached: int) -> str:
    """Return the letter's text: English, then each further language, pointing to that list of items."""
    config = settings.TUTELA
    parts = []
    for language in notice.languages:
        words = _words(language)
        values = {
            "reference": notice.reference,
            "organisation": config.organisation,
            "contact": config.contact or config.mail.sender,
            "country": countries.name_of(config.country, language),
            "at": _time(notice.at, language),
            "expires": _time(notice.expires_at, language),
            "link": link(notice.token),
        }
        rule = config.desk.notice_rule or words["rule"].strip().format(**values)
        english = language == "en"
        items = _items(notice) if english else words["items_above"]
        note = _attachment_note(notice, attached) if english else ""
        parts.append(
            words["body"]
            .strip()
            .format(**values, rule=rule, items=items, attachments=note, law=_law(notice, language))
        )
    return _SEPARATOR.join(parts) + "\n"


def _law(notice: rules.NoticeToSend, language: str) -> str:
    """Return what the law of the countries where the items lie says about time; empty where nobody knows."""
    words = _words(language)
    lines = [
        words[f"law_{timer.kind}"]
        .strip("\n")
        .format(
            country=timer.country_name(language),
            amount=timer.amount,
            until=_time(timer.until, language),
            source=timer.source,
            year=timer.year,
        )
        for timer in rules.timers((item.country for item in notice.items), notice.at)
    ]
    return words["law"].rstrip("\n").format(lines="\n".join(lines)) + "\n" if lines else ""


@functools.cache
def _words(language: str) -> dict[str, str]:
    return tomllib.loads((_LETTERS / f"{language}.toml").read_text(encoding="utf-8"))


def _subject(notice: rules.NoticeToSend) -> str:
    words, count = _words("en"), len(notice.items)
    chosen = words["subject_one"] if count == 1 else words["subject_many"]
    return chosen.format(reference=notice.reference, count=count)


def _items(notice: rules.NoticeToSend) -> str:
    words = _words("en")
    listed = notice.items[: rules.LISTED_ITEMS]
    entries = [_item(number, item) for number, item in enumerate(listed, start=1)]
    if len(notice.items) > len(listed):
        entries.append(words["more"].format(count=len(notice.items), listed=len(listed)))
    return "\n\n".join(entries)


def _item(number: int, item: rules.ItemToSend) -> str:
    words = _words("en")
    shown = item.address if item.kind == ItemKind.ACCOUNT else addresses.defang(item.address)
    network = " ".join(
        part for part in (f"AS{item.asn}" if item.asn else "", item.network, item.network_name) if part
    )
    values = {
        "host": addresses.defang(item.host),
        "ip": item.ip,
        "network": network,
        "country": countries.name_of(item.country, "en"),
        "category": labels.label("category", item.category) if item.category else "",
        "seen_at": _time(item.seen_at, "en"),
        "assessed_at": _time(item.assessed_at, "en") if item.assessed_at else "",
        "resolved_at": _time(item.resolved_at, "en") if item.resolved_at and item.ip else "",
    }
    known = {name: value or words["unknown"] for name, value in values.items()}
    return words["item"].strip("\n").format(number=number, address=shown, **known)


def _attachment_note(notice: rules.NoticeToSend, attached: int) -> str:
    listed = min(len(notice.items), rules.LISTED_ITEMS)
    name = "all" if attached == listed else "some" if attached else "none"
    return _words("en")[f"attachments_{name}"].format(attached=attached)


def _time(moment: datetime, language: str) -> str:
    """Write a time for a person; machines have the attachments. Seconds, because logs are searched by it."""
    with translation.override(language):
        return f"{formats.date_format(moment, 'j F Y')}, {moment:%H:%M:%S}"


def attachments_of(notice: rules.NoticeToSend) -> list[tuple[int, bytes]]:
    """Return ``(number in the list, report)`` of the items that XARF has an honest way to express."""
    config = settings.TUTELA
    listed = enumerate(notice.items[: rules.LISTED_ITEMS], start=1)
    records = {number: made for number, item in listed if (made := _record(item)) is not None}
    record = NoticeRecord(
        reference=notice.reference,
        sent_at=notice.at,
        organisation=config.organisation,
        contact_mail=config.contact or config.mail.sender,
        items=tuple(records.values()),
    )
    written = zip(records, xarf.csam_reports(record), strict=True)
    return [(number, one.document) for number, one in written if one.document is not None]


def _record(item: rules.ItemToSend) -> NoticeItemRecord | None:
    """Return the record of an item, or ``None`` for an account and for what was forgotten since."""
    try:
        address = addresses.parse_address(item.address)
    except addresses.NotAnAddress:
        return None
    return NoticeItemRecord(
        address=address,
        host=item.host,
        ip=item.ip,
        asn=item.asn,
        network=item.network_name or item.network,
        country=item.country,
        category=item.category,
        seen_at=item.seen_at,
        resolved_at=item.resolved_at,
        assessed_at=item.assessed_at,
    )
