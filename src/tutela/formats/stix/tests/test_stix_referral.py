"""A referral survives the way through STIX, and no byte from outside breaks the reader."""

from __future__ import annotations

import dataclasses
import json
import uuid
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import stix2
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.core.record.addresses import parse_address
from tutela.core.record.listed import ListedFingerprint
from tutela.core.record.referral import (
    Evaluation,
    Ground,
    Hosting,
    LawFinding,
    Organisation,
    ReferralRecord,
    ReferredItem,
)
from tutela.core.terms import assessment as terms
from tutela.core.terms.exchange import HandlingCode, LawOutcome, SourceGrade
from tutela.core.terms.marks import HandlingMark
from tutela.core.terms.states import ItemKind
from tutela.formats.errors import CannotExpress, CannotRead
from tutela.formats.stix import names
from tutela.formats.stix.read import read
from tutela.formats.stix.write import write

ADDRESSES = [
    parse_address(text)
    for text in (
        "https://files.example.org/a?b=c#/d",
        "http://192.0.2.9:8080/x",
        "https://ბმული.example.net/ა",
    )
]
lines = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=20)
BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
times = st.integers(0, 4 * 10**15).map(lambda passed: BEGIN + timedelta(microseconds=passed))
countries = st.sampled_from(["", "GE", "NL"])
maybe = st.none() | st.booleans()


def _hex(size: int) -> st.SearchStrategy[str]:
    return st.binary(min_size=size, max_size=size).filter(lambda one: len(set(one)) > 2).map(bytes.hex)


prints = st.one_of(
    st.builds(ListedFingerprint, st.just("sha256"), _hex(32)),
    st.builds(ListedFingerprint, st.just("sha1"), _hex(20)),
    st.builds(ListedFingerprint, st.just("md5"), _hex(16)),
    st.builds(ListedFingerprint, st.just("pdq"), _hex(32), st.none() | st.integers(0, 100)),
)
assessments = st.builds(
    terms.Assessed, **{name: st.sampled_from(kind) for name, kind in terms.FIELDS.items()}
)
findings = st.builds(
    LawFinding,
    st.sampled_from(["GE", "NL"]),
    st.sampled_from(LawOutcome),
    st.lists(st.builds(Ground, lines, st.just("") | lines), max_size=2).map(tuple),
)
hosting = st.builds(
    Hosting, countries, st.sampled_from(["", "192.0.2.1", "2001:db8::7"]),
    st.none() | st.integers(1, 2**32 - 1), st.just("") | lines,
)  # fmt: skip


@st.composite
def items(draw: Any, ref: str = "1") -> ReferredItem:
    kind = draw(st.sampled_from([ItemKind.ADDRESS, ItemKind.ACCOUNT, ItemKind.FINGERPRINT]))
    account = draw(lines) if kind is ItemKind.ACCOUNT else ""
    least = 1 if kind is ItemKind.FINGERPRINT else 0
    return ReferredItem(
        ref=draw(st.uuids().map(str)),
        kind=kind,
        address=draw(st.sampled_from(ADDRESSES)) if kind is ItemKind.ADDRESS else None,
        service=draw(lines) if account else "",
        account=account,
        fingerprints=tuple(
            draw(st.lists(prints, min_size=least, max_size=3, unique_by=lambda one: one.value))
        ),
        received_at=draw(st.none() | times),
        seen_at=draw(st.none() | times),
        danger_now=draw(maybe),
        known=draw(maybe),
        hosting=draw(st.none() | hosting),
        assessment=draw(st.none() | assessments),
        findings=tuple(draw(st.lists(findings, max_size=2))),
    )


referrals = st.builds(
    ReferralRecord,
    reference=lines,
    made_at=times,
    organisation=st.builds(Organisation, lines, countries),
    to=st.builds(Organisation, lines, countries),
    items=st.lists(items(), min_size=1, max_size=3, unique_by=lambda one: one.ref).map(tuple),
    mark=st.sampled_from(HandlingMark),
    evaluation=st.none() | st.builds(Evaluation, st.sampled_from(SourceGrade), st.integers(1, 4)),
    handling=st.lists(st.sampled_from(HandlingCode), unique=True).map(tuple),
    danger_now=st.booleans(),
    note=st.text(st.characters(codec="utf-8"), max_size=40),
)


def _canonical(record: ReferralRecord) -> ReferralRecord:
    """What is written of an address is its canonical form; what somebody pasted stays at home."""
    return dataclasses.replace(
        record,
        items=tuple(
            dataclasses.replace(one, address=one.address and parse_address(one.address.canonical))
            for one in record.items
        ),
    )


def one_referral(**changes: Any) -> ReferralRecord:
    item = ReferredItem(
        ref="1", kind=ItemKind.ADDRESS, address=ADDRESSES[0], hosting=Hosting("NL", "192.0.2.1", 64500)
    )
    fields: dict[str, Any] = {
        "reference": "TUT-1", "made_at": datetime(2026, 3, 4, tzinfo=UTC),
        "organisation": Organisation("Hotline", "GE"), "to": Organisation("Police", "NL"),
        "items": (item,), "mark": HandlingMark.AMBER_STRICT,
    }  # fmt: skip
    return ReferralRecord(**fields | changes)


@settings(max_examples=40, deadline=None)
@given(referrals)
def test_a_referral_comes_back_as_it_was_written(record: ReferralRecord) -> None:
    written = write(record)
    assert read(written) == _canonical(record)
    assert write(record) == written


def test_the_moment_of_another_zone_is_the_same_moment() -> None:
    east = datetime(2026, 3, 4, 14, tzinfo=timezone(timedelta(hours=4)))
    assert read(write(one_referral(made_at=east))).made_at == east


def test_every_object_is_stix_to_the_library_without_custom_content() -> None:
    bundle = stix2.parse(write(one_referral(handling=(HandlingCode.H1,))).decode(), allow_custom=False)
    assert {one["type"] for one in bundle.objects} >= {
        "report",
        "observed-data",
        "url",
        "domain-name",
        "ipv4-addr",
    }


def test_every_object_of_the_referral_carries_the_mark() -> None:
    document = json.loads(write(one_referral()))
    about = [
        one for one in document["objects"] if one["type"] in ("report", "observed-data", "url", "domain-name")
    ]
    assert about and all(
        names.MARKS[HandlingMark.AMBER_STRICT] in one["object_marking_refs"] for one in about
    )


def test_an_observable_has_the_id_that_stix_prescribes() -> None:
    """STIX 2.1 section 2.9: UUIDv5 of the contributing properties in canonical JSON."""
    document = json.loads(write(one_referral()))
    url = next(one for one in document["objects"] if one["type"] == "url")
    space = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
    expected = uuid.uuid5(space, json.dumps({"value": url["value"]}, separators=(",", ":")))
    assert url["id"] == f"url--{expected}"


def test_no_two_objects_share_an_id_and_every_reference_is_in_the_bundle() -> None:
    document = json.loads(write(one_referral(handling=(HandlingCode.H2,))))
    ids = [one["id"] for one in document["objects"]]
    assert len(ids) == len(set(ids))
    for one in document["objects"]:
        for name, value in one.items():
            for ref in value if name.endswith("_refs") else [value] if name.endswith("_ref") else []:
                assert ref in ids, f"{one['id']} names {ref}"


def test_credentials_in_a_pasted_address_are_not_written() -> None:
    item = ReferredItem(
        ref="1", kind=ItemKind.ADDRESS, address=parse_address("https://me:secret@files.example.org/a")
    )
    assert b"secret" not in write(one_referral(items=(item,)))


def test_what_stix_cannot_spell_is_refused_by_name() -> None:
    with pytest.raises(CannotExpress, match="bad_text"):
        write(one_referral(note="half of a pair \ud800"))


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_bundle_with_any_member_replaced_is_read_or_refused_by_name(data: Any) -> None:
    document = json.loads(write(one_referral()))
    holder: Any = data.draw(st.sampled_from(document["objects"]))
    while True:
        name = data.draw(st.sampled_from(sorted(holder)))
        if not isinstance(holder[name], dict) or data.draw(st.booleans()):
            break
        holder = holder[name]
    holder[name] = data.draw(_json)
    try:
        read(json.dumps(document).encode())
    except CannotRead as refusal:
        assert refusal.reason


@given(st.binary(max_size=200) | _json.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_refused_by_name(data: bytes) -> None:
    with pytest.raises(CannotRead):
        read(data)
