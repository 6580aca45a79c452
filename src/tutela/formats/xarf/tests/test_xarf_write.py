"""Promises of the XARF writer: only what the schema allows, only what was found, never evidence."""

from __future__ import annotations

import dataclasses
import json
import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.core.record.addresses import parse_address
from tutela.core.record.notice import NoticeItemRecord, NoticeRecord
from tutela.formats.errors import CannotExpress
from tutela.formats.xarf import read, write

SEEN = datetime(2026, 3, 4, 14, 15, tzinfo=timezone(timedelta(hours=4)))
ITEM = NoticeItemRecord(
    address=parse_address("https://files.example.net/item/42"),
    host="files.example.net",
    ip="203.0.113.20",
    asn=64500,
    network="Example Hosting",
    country="NL",
    category="baseline",
    seen_at=SEEN,
    resolved_at=SEEN,
)
NOTICE = NoticeRecord("TUT-2026-000123", SEEN, "Example Hotline", "desk@hotline.example.org", (ITEM,))

CONTACT = {"org": r".{1,200}", "contact": r"[^@\s]+@[^@\s]+", "domain": r"[a-z0-9.-]+"}
MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
# The fields of xarf-core, content-base and content-csam that a hotline may fill, with what must fit.
SCHEMA = {
    "xarf_version": r"4\.[0-9]+\.[0-9]+",
    "report_id": r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
    "timestamp": MOMENT,
    "source_identifier": r".+",
    "category": "content",
    "type": "csam",
    "evidence_source": "user_report",
    "url": r"(https?|ftp)://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+",
    "domain": r"[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*\.[a-z]{2,}",
    "verified_at": MOMENT,
    "verification_method": "manual",
    "hosting_provider": r".+",
    "country_code": r"[A-Z]{2}",
    "classification": "baseline",
    "detection_method": "manual_review",
    "description": r".{1,1000}",
}
REQUIRED = {
    "xarf_version",
    "report_id",
    "timestamp",
    "reporter",
    "sender",
    "source_identifier",
    "category",
    "type",
}
REQUIRED |= {"url", "classification", "detection_method"}


def written(**changes: object) -> dict[str, object]:
    item = dataclasses.replace(ITEM, **changes)  # type: ignore[arg-type]
    return json.loads(write.csam_report(dataclasses.replace(NOTICE, items=(item,))))  # type: ignore[no-any-return]


def fits(document: dict[str, object]) -> None:
    assert set(document) >= REQUIRED
    for name, value in document.items():
        if name in ("reporter", "sender"):
            assert isinstance(value, dict)
            assert all(re.fullmatch(pattern, value[part]) for part, pattern in CONTACT.items())
            assert set(value) == set(CONTACT)
        elif name == "asn":
            assert isinstance(value, int)
            assert 1 <= value <= 4294967295
        else:
            assert re.fullmatch(SCHEMA[name], str(value)), (name, value)


@given(
    path=st.text(
        alphabet=st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029"),
        max_size=30,
    ),
    host=st.sampled_from(
        [
            "a.example.org",
            "მაგალითი.example.org",
            "a--b.example.org",
            "a_b.example.org",
            "192.0.2.1",
            "[2001:db8::1]",
        ]
    ),
    asn=st.none() | st.integers(-5, 2**33),
    country=st.sampled_from(["", "NL", "nl", "Netherlands"]),
    network=st.sampled_from(["", "Example Hosting"]),
    assessed_at=st.none()
    | st.datetimes(timezones=st.just(UTC), min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)),  # noqa: DTZ001
)
def test_whatever_is_known_the_document_fits_the_schema(
    path: str, host: str, asn: int | None, country: str, network: str, assessed_at: datetime | None
) -> None:
    address = parse_address(f"https://{host}/{path}")
    document = written(
        address=address,
        host=address.host,
        ip="",
        asn=asn,
        country=country,
        network=network,
        assessed_at=assessed_at,
    )
    fits(document)
    assert document["url"] == address.canonical
    assert read.read(json.dumps(document).encode()).address.key == address.key


@pytest.mark.parametrize(
    "host",
    [
        "xn--lodafveble.example.org",
        "a--b.example.org",
        "a_b.example.org",
        "192.0.2.1",
        "[2001:db8::1]",
        "x.xn--p1ai",
    ],
)
def test_a_domain_that_does_not_fit_is_left_out_and_the_url_stays(host: str) -> None:
    document = written(address=parse_address(f"https://{host}/a"), host=host)
    assert "domain" not in document
    assert document["url"] == f"https://{host}/a"


def test_neither_internal_fields_nor_evidence_are_ever_written() -> None:
    document = written()
    assert not {"_internal", "evidence", "screenshot_url", "confidence"} & set(document)


def test_moments_are_in_utc_with_their_offset() -> None:
    assert written()["timestamp"] == "2026-03-04T10:15:00Z"


@pytest.mark.parametrize(
    "category", ["national", "not_illegal", "outside_scope", "not_reachable", "A1", "unclear", ""]
)
def test_only_baseline_is_ever_said(category: str) -> None:
    with pytest.raises(CannotExpress) as refused:
        written(category=category)
    assert refused.value.reason == "category_has_no_value"


def test_of_a_mixed_notice_each_item_says_what_became_of_it() -> None:
    national = dataclasses.replace(ITEM, category="national")
    other = dataclasses.replace(ITEM, address=parse_address("https://files.example.net/item/43"))
    first, second, third = write.csam_reports(dataclasses.replace(NOTICE, items=(ITEM, national, other)))
    assert (second.document, second.reason) == (None, "category_has_no_value")
    assert first.document is not None
    assert third.document is not None
    ids = {json.loads(document)["report_id"] for document in (first.document, third.document)}
    assert len(ids) == 2


def test_sending_a_notice_again_gives_the_same_bytes_and_another_notice_another_id() -> None:
    assert write.csam_report(NOTICE) == write.csam_report(NOTICE)
    again = dataclasses.replace(NOTICE, reference="TUT-2026-000124")
    assert json.loads(write.csam_report(again))["report_id"] != written()["report_id"]


def test_credentials_and_tracking_do_not_leave_the_house() -> None:
    document = written(address=parse_address("https://user:word@files.example.net/a?utm_source=mail&x=1"))
    assert document["url"] == "https://files.example.net/a?x=1"
