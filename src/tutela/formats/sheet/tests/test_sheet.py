"""The sheet says everything, on every page how it may be handled, and nothing in it becomes markup."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime
from typing import Any

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.core.record.addresses import parse_address
from tutela.core.record.referral import (
    Evaluation,
    Ground,
    LawFinding,
    Organisation,
    ReferralRecord,
    ReferredItem,
)
from tutela.core.terms.exchange import HandlingCode, LawOutcome, SourceGrade
from tutela.core.terms.marks import HandlingMark
from tutela.core.terms.states import ItemKind
from tutela.formats.sheet.said import words
from tutela.formats.sheet.write import TEMPLATE, typeset_from, write

PLACE = parse_address("https://files.example.org/item/42?page=1")
REFERRAL = ReferralRecord(
    reference="TUT-1",
    made_at=datetime(2026, 3, 4, tzinfo=UTC),
    organisation=Organisation("Example Hotline", "GE"),
    to=Organisation("Example Police", "NL"),
    items=tuple(ReferredItem(ref=str(number), kind=ItemKind.ADDRESS, address=PLACE) for number in range(40)),
    mark=HandlingMark.AMBER_STRICT,
    evaluation=Evaluation(SourceGrade.B, 2),
    handling=(HandlingCode.H1, HandlingCode.H2),
)


def _said(record: ReferralRecord, language: str = "en") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(typeset_from(record, language=language))
    return found


def _headers(record: ReferralRecord) -> list[list[str]]:
    found = typst.query(
        TEMPLATE.read_bytes(),
        "<handling>",
        field="value",
        sys_inputs={"sheet": typeset_from(record).decode()},
    )
    headers: list[list[str]] = json.loads(found)
    return headers


def test_mark_codes_and_evaluation_stand_on_every_page() -> None:
    headers = _headers(REFERRAL)
    assert len(headers) > 5
    assert all(header == ["TLP:AMBER+STRICT", "H1 H2", "B2"] for header in headers)


@pytest.mark.parametrize("language", ["en", "ka"])
def test_the_sheet_is_a_tagged_pdf_and_the_same_each_time(language: str) -> None:
    one = dataclasses.replace(REFERRAL, items=REFERRAL.items[:1])
    made = write(one, language=language)
    assert made.startswith(b"%PDF-") and b"/StructTreeRoot" in made and b"/MarkInfo" in made
    assert write(one, language=language) == made


def test_an_address_stands_there_safe_and_exact() -> None:
    texts = [row["text"] for row in _said(REFERRAL)["items"][0]["rows"]]
    assert texts[:2] == ["hxxps://files[.]example[.]org/item/42?page=1", PLACE.canonical]


def test_codes_that_the_sender_did_not_set_are_a_proposal() -> None:
    said = _said(dataclasses.replace(REFERRAL, handling=(), evaluation=None))
    assert (said["codes"], said["evaluation"]) == ([], "")
    assert "Proposal from the mark: H2" in said["handling"][1][2]


def test_every_word_is_there_in_both_languages() -> None:
    english, georgian = words("en"), words("ka")
    assert english.keys() == georgian.keys()
    assert all(georgian[key] and georgian[key] != english[key] for key in english)
    assert words("fr") == english


def test_what_looks_like_markup_is_text() -> None:
    """Nothing is evaluated: a file that is named is not read, and no function runs."""
    hostile = '#panic("x") #read("/etc/passwd") $x$ *a* _b_ `c` @d <handling> \\ //e "'
    item = dataclasses.replace(
        REFERRAL.items[0], ref=hostile, service=hostile,
        findings=(LawFinding("GE", LawOutcome.DEPENDS, (Ground(hostile, hostile),)),),
    )  # fmt: skip
    record = dataclasses.replace(
        REFERRAL, reference=hostile, note=hostile, organisation=Organisation(hostile), items=(item,)
    )
    assert write(record).startswith(b"%PDF-")
    assert all(header[0] == "TLP:AMBER+STRICT" for header in _headers(record))


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60))
def test_any_text_can_be_set(text: str) -> None:
    item = dataclasses.replace(REFERRAL.items[0], account=text)
    assert write(dataclasses.replace(REFERRAL, note=text, items=(item,))).startswith(b"%PDF-")
