"""Read XARF: v4 ``content/csam`` and v3 ``ChildAbuse``, which carries no classification and gets none.

Nothing of the bytes outlives the reading but the record. ``_internal`` is dropped before anything is
looked at, evidence is checked by its media type and never decoded, and media refuses the whole document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from tutela.core.record.received import ReceivedNotice
from tutela.core.terms.mappings import Scheme, category_of
from tutela.formats import fields
from tutela.formats.errors import CannotRead

MOST_BYTES = 2_000_000
MOST_EVIDENCE = 50
_READABLE_EVIDENCE = ("text/plain", "application/json")
_CLASSIFICATIONS = ("baseline", "A1", "A2", "B1", "B2")
_DETECTIONS = ("hash_match", "ai_detection", "manual_review", "user_report", "automated_scan")
_V3_TYPES = ("childabuse", "childsexualabusematerial")
_V4 = re.compile(r"4\.\d{1,4}\.\d{1,4}")
_HEX = {"md5": 32, "sha1": 40, "sha256": 64}
_PICTURES = ("screenshot_url",)


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
    if not _V4.fullmatch(fields.text(document, "xarf_version", required=False)):
        raise CannotRead("not_xarf")
    return _read_v4(document)


def _loaded(data: bytes) -> dict[str, Any]:
    document = fields.load(data, most_bytes=MOST_BYTES)
    if not isinstance(document, dict):
        raise CannotRead("not_xarf")
    return document


def _read_v4(document: dict[str, Any]) -> ReceivedNotice:
    if (document.get("category"), document.get("type")) != ("content", "csam"):
        raise CannotRead("other_type")
    _refuse_media(document.get("evidence", []), "content_type")
    reporter = fields.part(document, "reporter")
    classification = fields.one_of(document, "classification", _CLASSIFICATIONS)
    fields.one_of(document, "detection_method", _DETECTIONS)
    return ReceivedNotice(
        format_version=fields.text(document, "xarf_version"),
        reference=fields.text(document, "report_id"),
        organisation=fields.text(reporter, "org"),
        contact_mail=fields.text(reporter, "contact"),
        address=fields.address(document, "url"),
        ip=fields.ip_in(fields.text(document, "source_identifier")),
        asn=fields.asn(document, "asn"),
        country=fields.country(document, "country_code"),
        classification=classification,
        category=category_of(classification, Scheme.XARF),
        seen_at=fields.moment(document, "timestamp"),
        assessed_at=fields.moment(document, "verified_at") if "verified_at" in document else None,
        fingerprints=tuple(_fingerprints(document.get("hash_values", {}))),
        missing=(),
        left_out=_left_out(document, "evidence"),
    )


def _read_v3(document: dict[str, Any]) -> ReceivedNotice:
    report = fields.part(document, "Report")
    if fields.text(report, "ReportType").lower() not in _V3_TYPES:
        raise CannotRead("other_type")
    for holder in (document, report):
        _refuse_media(holder.get("Samples", []), "ContentType")
    reporter = fields.part(document, "ReporterInfo")
    return ReceivedNotice(
        format_version="3",
        reference=fields.text(report, "ReporterCaseID", required=False),
        organisation=fields.text(reporter, "ReporterOrg"),
        contact_mail=fields.text(reporter, "ReporterOrgEmail"),
        address=fields.address(report, "SourceUrl"),
        ip=fields.ip_in(fields.text(report, "SourceIp", required=False)),
        asn=fields.asn(report, "ASN"),
        country="",
        classification="",
        category=None,
        seen_at=fields.moment(report, "Date"),
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
