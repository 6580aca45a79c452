"""Write XARF v4 ``content/csam``, one document an item.

After the schemas ``xarf-core``, ``content-base`` and ``content-csam`` of the XARF specification, v4.

Strict receivers refuse a whole report for one field that does not fit, so a field that is only recommended
is left out when its value is unknown or does not fit. Evidence is never written: the schema would allow it.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tutela.core.record.notice import NoticeItemRecord, NoticeRecord
from tutela.core.terms.mappings import Scheme, may_send_as
from tutela.formats.errors import CannotExpress

VERSION = "4.2.0"
# The schema has had two rules for host names. This is the narrower: no double hyphen, hence no A-label.
_DOMAIN = re.compile(r"(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,}")
_HOST_NAME = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,}")
_MAIL = re.compile(r"[^@\s]+@(?P<domain>[^@\s]+)")
_COUNTRY = re.compile(r"[A-Z]{2}")
_REQUEST = (
    "Please remove or disable access to this address and keep the account data for police. Reference {}."
)


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one item: its document, or the code why XARF cannot say it."""

    item: NoticeItemRecord
    document: bytes | None
    reason: str = ""


def csam_report(notice: NoticeRecord, *, item: NoticeItemRecord | None = None) -> bytes:
    """Return the XARF v4 document (UTF-8 JSON) for ``item``, or for the only item of ``notice``.

    Raises:
        CannotExpress: ``category_has_no_value`` (a national category: send the notice without XARF),
            ``not_one_item``, ``contact_is_no_mail``, ``no_organisation``, ``moment_without_offset``.
    """
    if item is None:
        if len(notice.items) != 1:
            raise CannotExpress("not_one_item")
        item = notice.items[0]
    classification = may_send_as(item.category, Scheme.XARF)
    if classification is None:
        raise CannotExpress("category_has_no_value")
    contact = _contact(notice)
    document: dict[str, Any] = {
        "xarf_version": VERSION,
        "report_id": str(_report_id(notice, item)),
        "timestamp": _moment(item.seen_at),
        "reporter": contact,
        "sender": contact,
        "source_identifier": item.ip or item.host.strip("[]"),
        "category": "content",
        "type": "csam",
        "evidence_source": "user_report",
        "url": item.address.canonical,
        "verification_method": "manual",
        "classification": classification,
        "detection_method": "manual_review",
        "description": _REQUEST.format(notice.reference[:100]),
    }
    return _bytes(document | _known(item))


def csam_reports(notice: NoticeRecord) -> tuple[Written, ...]:
    """Return, for each item of ``notice`` in order, its document or the code why it has none."""
    return tuple(_written(notice, item) for item in notice.items)


def write(record: NoticeRecord) -> bytes:
    """Return the document for a notice with one item; the name every format has. See :func:`csam_report`."""
    return csam_report(record)


def _written(notice: NoticeRecord, item: NoticeItemRecord) -> Written:
    try:
        return Written(item, csam_report(notice, item=item))
    except CannotExpress as refusal:
        return Written(item, None, refusal.reason)


def _report_id(notice: NoticeRecord, item: NoticeItemRecord) -> uuid.UUID:
    """Return the same version 4 id each time an item of a notice is sent: a receiver then sees a repeat."""
    seed = hashlib.sha256(b"xarf\x00" + notice.reference.encode() + b"\x00" + item.address.key).digest()
    return uuid.UUID(bytes=seed[:16], version=4)


def _contact(notice: NoticeRecord) -> dict[str, str]:
    organisation = " ".join(notice.organisation.split())[:200]
    if not organisation:
        raise CannotExpress("no_organisation")
    mail = _MAIL.fullmatch(notice.contact_mail)
    if not mail or not _HOST_NAME.fullmatch(mail["domain"].lower()):
        raise CannotExpress("contact_is_no_mail")
    return {"org": organisation, "contact": notice.contact_mail, "domain": mail["domain"].lower()}


def _known(item: NoticeItemRecord) -> dict[str, Any]:
    """Return the recommended and optional fields whose values are known and fit."""
    known: dict[str, Any] = {}
    if _DOMAIN.fullmatch(item.host) and len(item.host) <= 253:
        known["domain"] = item.host
    if item.assessed_at is not None:
        known["verified_at"] = _moment(item.assessed_at)
    if item.asn is not None and 1 <= item.asn <= 4294967295:
        known["asn"] = item.asn
    if item.network:
        known["hosting_provider"] = item.network
    if _COUNTRY.fullmatch(item.country):
        known["country_code"] = item.country
    return known


def _moment(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise CannotExpress("moment_without_offset")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _bytes(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
