"""Promises of the contacts: every fact has its source, nothing is guessed, a wrong row is named."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from tutela.core.kernel.tables import BadTable
from tutela.core.law import contacts

HEADER = (
    "country_code,kind,name,website,phone,languages,network,note,"
    "source_title,source_year,source_url,read_in,confidence\n"
)
GOOD = (
    'GE,helpline,A line,https://a.example.org/,116 111,"Georgian, English",,,'
    "A page,2026,https://b.example.org/,,high"
)


def loaded(tmp_path: Path, *rows: str) -> tuple[contacts.Contact, ...]:
    table = tmp_path / "contacts.csv"
    table.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    return contacts.load(table)


def test_the_shipped_contacts_are_whole() -> None:
    assert len(contacts.load()) > 80
    for contact in contacts.load():
        assert contact.publisher or contact.read_in
        shown = f"{contact.publisher} {contact.source_url}"
        assert not re.search(r"humanity|workbook|repository|data file|github", shown, re.IGNORECASE)
        assert contact.source_year >= 2010
        assert contact.source_can_be_opened or contact.confidence != "high"


@pytest.mark.parametrize(
    ("country", "number"),
    [("GE", "112"), ("ge", "112"), ("ES", "112"), ("NL", "112"), ("GB", "999"), ("US", "911")],
)
def test_the_emergency_number_of_a_country(country: str, number: str) -> None:
    assert contacts.emergency_number(country) == number
    emergency = contacts.emergency_contact(country)
    assert emergency is not None
    assert emergency.source_can_be_opened


@pytest.mark.parametrize("country", ["BG", "XX", "ZZ", "", "nowhere"])
def test_an_unknown_emergency_number_is_not_guessed(country: str) -> None:
    assert contacts.emergency_number(country) is None
    assert contacts.emergency_contact(country) is None


def test_the_publisher_is_named_without_the_day_on_which_the_page_was_read() -> None:
    emergency = contacts.emergency_contact("NZ")
    assert emergency is not None
    assert emergency.publisher == "New Zealand Police: emergency 111"
    assert emergency.verified_on == date(2026, 10, 9)


def test_helplines_and_hotlines_stand_in_the_order_of_their_sources() -> None:
    assert [line.source_year for line in contacts.helplines("EE")] == [2025, 2016]
    assert contacts.helplines("XX") == ()
    assert [line.confidence for line in contacts.hotlines("IN")] == ["high", "medium"]
    hotline = contacts.hotline("GB")
    assert hotline is not None
    assert hotline.name == "Internet Watch Foundation"
    assert contacts.hotline("GE") is None


def test_a_worldwide_contact_belongs_to_no_country() -> None:
    worldwide = contacts.contacts_of(contacts.WORLDWIDE)
    assert {contact.kind for contact in worldwide} == {"directory"}


def test_a_row_is_read_whole(tmp_path: Path) -> None:
    (contact,) = loaded(tmp_path, GOOD)
    assert contact.languages == ("Georgian", "English")
    assert (contact.source_year, contact.confidence) == (2026, "high")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("GE,", "Georgia,", "country_code"),
        ("helpline", "friend", "kind must be"),
        ("A line", "", "needs a name"),
        ("https://a.example.org/", "a.example.org", "website"),
        ("116 111", "call us", "phone"),
        ("helpline,A line,https://a.example.org/,116 111", "emergency,A line,,", "needs its number"),
        ("A page", "", "title and its address"),
        ("A page,2026,https://b.example.org/,", "A page,2026,,A list", "title and its address"),
        ("https://b.example.org/", "", "needs its source"),
        ("2026", "soon", "source_year"),
        ("https://b.example.org/", "somewhere", "source_url"),
        ("A page,2026,https://b.example.org/,,", ",2026,,A list: urn:a:1,", "is not high"),
        (",high", ",certain", "confidence"),
        (",high", ",high,more", "14 values for 13 columns"),
    ],
)
def test_a_wrong_row_is_named_by_its_line(tmp_path: Path, old: str, new: str, fault: str) -> None:
    assert old in GOOD
    with pytest.raises(BadTable, match=rf"contacts\.csv, line 3: .*{fault}"):
        loaded(tmp_path, GOOD, GOOD.replace(old, new, 1))


def test_a_contact_that_stands_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadTable, match="line 3: this contact stands twice"):
        loaded(tmp_path, GOOD, GOOD)


def test_an_emergency_number_of_weak_source_is_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weak = "BG,emergency,Emergency number,,112,,,,,2026,,A list: urn:a:1,medium"
    table = loaded(tmp_path, weak)
    monkeypatch.setattr(contacts, "_loaded", lambda: table)
    assert contacts.emergency_number("BG") is None
