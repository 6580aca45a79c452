"""Read XARF: v4 ``content/csam`` and v3 ``ChildAbuse``, which carries no classification and gets none.

Nothing of the bytes outlives the reading but the record. ``_internal`` is dropped before anything is
looked at, evidence is checked by its media type and never decoded, and media refuses the whole document.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NoReturn

from tutela.core.kernel import clock
from tutela.core.record.addresses import Address, NotAnAddress, parse_address
from tutela.core.record.received import ReceivedNotice
from tutela.core.terms.mappings import Scheme, category_of
from tutela.formats.errors import CannotRead

MOST_BYTES = 2_000_000
MOST_EVIDENCE = 50
_READABLE_EVIDENCE = ("text/plain", "application/json")
_CLASSIFICATIONS = ("baseline", "A1", "A2", "B1", "B2")
_DETECTIONS = ("hash_match", "ai_detection", "manual_review", "user_report", "automated_scan")
_V3_TYPES = ("childabuse", "childsexualabusematerial")
_V4 = re.compile(r"4\.\d{1,4}\.\d{1,4}")
_HEX = {"md5": 32, "sha1": 40, "sha256": 64}
_COUNTRY = re.compile(r"[A-Z]{2}")
_PICTURES = ("screenshot_url",)
_LONGEST = 8192


def read(data: bytes) -> ReceivedNotice:
    """Return what one XARF document (v4 or v3 JSON) says.

    Raises:
        CannotRead: ``too_large``, ``not_json``, ``not_xarf``, ``other_type``, ``evidence_with_media``,
            ``missing_field``, ``bad_field``, ``bad_address``, ``bad_moment``.
    """
    document = _loaded(data)
    document.pop("_internal", None)
    if document.get("Version") == "3":
        return _read_v3(document)
    if not _V4.fullmatch(_text(document, "xarf_version", required=False)):
        raise CannotRead("not_xarf")
    return _read_v4(document)


def _loaded(data: bytes) -> dict[str, Any]:
    if len(data) > MOST_BYTES:
        raise CannotRead("too_large")
    try:
        document = json.loads(data.decode(), object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise CannotRead("not_json") from None
    if not isinstance(document, dict):
        raise CannotRead("not_xarf")
    return document


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a name that stands twice: two readers would see two different reports."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _read_v4(document: dict[str, Any]) -> ReceivedNotice:
    if (document.get("category"), document.get("type")) != ("content", "csam"):
        raise CannotRead("other_type")
    _refuse_media(document.get("evidence", []), "content_type")
    reporter = _part(document, "reporter")
    classification = _one_of(document, "classification", _CLASSIFICATIONS)
    _one_of(document, "detection_method", _DETECTIONS)
    return ReceivedNotice(
        format_version=_text(document, "xarf_version"),
        reference=_text(document, "report_id"),
        organisation=_text(reporter, "org"),
        contact_mail=_text(reporter, "contact"),
        address=_address(document, "url"),
        ip=_ip(_text(document, "source_identifier")),
        asn=_asn(document.get("asn")),
        country=_country(_text(document, "country_code", required=False)),
        classification=classification,
        category=category_of(classification, Scheme.XARF),
        seen_at=_moment(_text(document, "timestamp")),
        assessed_at=_moment(_text(document, "verified_at")) if "verified_at" in document else None,
        fingerprints=tuple(_fingerprints(document.get("hash_values", {}))),
        missing=(),
        left_out=_left_out(document, "evidence"),
    )


def _read_v3(document: dict[str, Any]) -> ReceivedNotice:
    report = _part(document, "Report")
    if _text(report, "ReportType").lower() not in _V3_TYPES:
        raise CannotRead("other_type")
    for holder in (document, report):
        _refuse_media(holder.get("Samples", []), "ContentType")
    reporter = _part(document, "ReporterInfo")
    return ReceivedNotice(
        format_version="3",
        reference=_text(report, "ReporterCaseID", required=False),
        organisation=_text(reporter, "ReporterOrg"),
        contact_mail=_text(reporter, "ReporterOrgEmail"),
        address=_address(report, "SourceUrl"),
        ip=_ip(_text(report, "SourceIp", required=False)),
        asn=_asn(report.get("ASN")),
        country="",
        classification="",
        category=None,
        seen_at=_moment(_text(report, "Date")),
        assessed_at=None,
        fingerprints=(),
        missing=("classification",),
        left_out=_left_out(document | report, "Samples"),
    )


def _refuse_media(evidence: Any, name: str) -> None:
    if not isinstance(evidence, list) or len(evidence) > MOST_EVIDENCE:
        raise CannotRead("bad_field")
    for piece in evidence:
        kind = piece.get(name) if isinstance(piece, dict) else None
        if not isinstance(kind, str):
            raise CannotRead("bad_field")
        if kind.partition(";")[0].strip().lower() not in _READABLE_EVIDENCE:
            raise CannotRead("evidence_with_media")


def _left_out(document: dict[str, Any], evidence: str) -> tuple[str, ...]:
    return tuple(name for name in (*_PICTURES, evidence) if document.get(name))


def _part(document: dict[str, Any], name: str) -> dict[str, Any]:
    part = document.get(name)
    if not isinstance(part, dict):
        raise CannotRead("missing_field")
    return part


def _text(document: dict[str, Any], name: str, *, required: bool = True) -> str:
    value = document.get(name)
    if value is None and not required:
        return ""
    if value is None or value == "":
        raise CannotRead("missing_field")
    if not isinstance(value, str) or len(value) > _LONGEST or not value.isprintable():
        raise CannotRead("bad_field")
    return value


def _one_of(document: dict[str, Any], name: str, values: Iterable[str]) -> str:
    value = _text(document, name)
    if value not in values:
        raise CannotRead("bad_field")
    return value


def _address(document: dict[str, Any], name: str) -> Address:
    try:
        return parse_address(_text(document, name))
    except NotAnAddress:
        raise CannotRead("bad_address") from None


def _ip(text: str) -> str:
    """Return the IP address in ``text``, or nothing: a source may also be named by its domain."""
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return ""


def _asn(value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 4294967295:
        raise CannotRead("bad_field")
    return value


def _country(text: str) -> str:
    if text and not _COUNTRY.fullmatch(text):
        raise CannotRead("bad_field")
    return text


def _moment(text: str) -> datetime:
    try:
        return clock.from_text(text)
    except (ValueError, OverflowError):
        raise CannotRead("bad_moment") from None


def _fingerprints(values: Any) -> Iterable[tuple[str, str]]:
    """Yield the fingerprints whose kind is public; a kind that we cannot check is not taken on trust."""
    if not isinstance(values, dict):
        raise CannotRead("bad_field")
    for kind, length in _HEX.items():
        value = values.get(kind)
        if value is None:
            continue
        if not isinstance(value, str) or not re.fullmatch(rf"[0-9A-Fa-f]{{{length}}}", value):
            raise CannotRead("bad_field")
        yield kind, value.lower()
