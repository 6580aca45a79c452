"""Whom to call in a country: emergency number, help lines, hotline; each with where it was read and when.

A wrong number shown to a child in danger is worse than none. So nothing is guessed from a neighbour or a
region. A source is a page of somebody who answers for the fact, and is shown with its publisher; a
collection in which the fact was found (``read_in``) is kept beside it and shown to nobody. A row that has
only the collection may not claim to be ``high``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from tutela.core.kernel.tables import BadTable, read_table

PATH = Path(__file__).parent / "data" / "contacts.csv"
WORLDWIDE = "ZZ"
CONFIDENCES = ("high", "medium", "low")
KINDS = (
    "emergency",
    "helpline",
    "hotline",
    "police",
    "government",
    "regulator",
    "ngo",
    "awareness",
    "directory",
)

_COLUMNS = (
    "country_code",
    "kind",
    "name",
    "website",
    "phone",
    "languages",
    "network",
    "note",
    "source_title",
    "source_year",
    "source_url",
    "read_in",
    "confidence",
)
_COUNTRY = re.compile(r"[A-Z]{2}")
_YEAR = re.compile(r"20\d\d")
_DAY = re.compile(r"\b(\d{1,2}) ([A-Z][a-z]+) (20\d\d)\b")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_READ = re.compile(r" \(page read [^()]*\)$")
_PHONE = re.compile(r"[+0-9][0-9 /()-]*")
_WEB = re.compile(r"https?://[^\s]+")


@dataclass(frozen=True, slots=True)
class Contact:
    """One public contact point; ``phone`` and ``website`` may be empty."""

    country: str
    kind: str
    name: str
    website: str
    phone: str
    languages: tuple[str, ...]
    network: str
    note: str
    source_title: str
    source_year: int
    source_url: str
    read_in: str
    confidence: str

    @property
    def source_can_be_opened(self) -> bool:
        """Whether there is a page of a publisher that a person can check, not only a collection."""
        return bool(self.source_url)

    @property
    def worldwide(self) -> bool:
        """Whether it serves every country and belongs to none."""
        return self.country == WORLDWIDE

    @property
    def publisher(self) -> str:
        """Who published the source, without the day on which it was read; empty when nobody is known."""
        return _READ.sub("", self.source_title)

    @property
    def verified_on(self) -> date:
        """When it was last checked: the day that the source names, otherwise the first of its year.

        The first of the year, because a number that may be older has to count as older.
        """
        found = _DAY.search(self.source_title)
        if found and found[2] in _MONTHS:
            return date(int(found[3]), _MONTHS.index(found[2]) + 1, int(found[1]))
        return date(self.source_year, 1, 1)

    def is_older_than_a_year(self, today: date) -> bool:
        """Whether it should be checked again."""
        return today - self.verified_on > timedelta(days=365)


def load(path: Path = PATH) -> tuple[Contact, ...]:
    """Return every contact in ``path``.

    Raises:
        BadTable: names file, line and fault.
    """
    found: list[Contact] = []
    for line, row in read_table(path, _COLUMNS):
        if fault := _fault(row):
            raise BadTable(path, line, fault)
        contact = _contact(row)
        if contact in found:
            raise BadTable(path, line, "this contact stands twice")
        found.append(contact)
    return tuple(found)


def _contact(row: dict[str, str]) -> Contact:
    return Contact(
        country=row["country_code"],
        kind=row["kind"],
        name=row["name"],
        website=row["website"],
        phone=row["phone"],
        languages=tuple(part.strip() for part in row["languages"].split(",") if part.strip()),
        network=row["network"],
        note=row["note"],
        source_title=row["source_title"],
        source_year=int(row["source_year"]),
        source_url=row["source_url"],
        read_in=row["read_in"],
        confidence=row["confidence"],
    )


def _fault(row: dict[str, str]) -> str:
    checks = (
        (_COUNTRY.fullmatch(row["country_code"]), "country_code must be two capitals"),
        (row["kind"] in KINDS, f"kind must be one of {', '.join(KINDS)}"),
        (row["name"], "a contact needs a name"),
        (not row["website"] or _WEB.fullmatch(row["website"]), "website must start with http:// or https://"),
        (not row["phone"] or _PHONE.fullmatch(row["phone"]), "phone must be digits"),
        (row["kind"] != "emergency" or row["phone"], "an emergency number needs its number"),
        (row["source_url"] or row["read_in"], "a fact needs its source"),
        (bool(row["source_title"]) == bool(row["source_url"]), "a source needs its title and its address"),
        (_YEAR.fullmatch(row["source_year"]), "source_year must be a year"),
        (not row["source_url"] or _WEB.fullmatch(row["source_url"]), "source_url must be a web address"),
        (row["confidence"] in CONFIDENCES, f"confidence must be one of {', '.join(CONFIDENCES)}"),
        (
            row["source_url"] or row["confidence"] != "high",
            "what was only read in a collection is not high",
        ),
    )
    return next((fault for good, fault in checks if not good), "")


@cache
def _loaded() -> tuple[Contact, ...]:
    return load()


def emergency_contact(country: str) -> Contact | None:
    """Return the emergency number of ``country`` (ISO 3166-1 alpha-2) with its source, or None when unknown.

    Only rows of confidence ``high`` count: with this number there is no second try.
    """
    rows = _of(country, "emergency")
    return next((row for row in rows if row.confidence == "high"), None)


def emergency_number(country: str) -> str | None:
    """Return the number alone, as people read it (``112 / 110``), or None when it is unknown."""
    contact = emergency_contact(country)
    return contact.phone if contact else None


def helplines(country: str) -> tuple[Contact, ...]:
    """Return the help lines for children and young people of ``country``, the best sourced first."""
    return _of(country, "helpline")


def hotlines(country: str) -> tuple[Contact, ...]:
    """Return every hotline of ``country``, the best sourced first."""
    return _of(country, "hotline")


def hotline(country: str) -> Contact | None:
    """Return the hotline of ``country`` with the best source, or None when none is known."""
    return next(iter(hotlines(country)), None)


def contacts_of(country: str) -> tuple[Contact, ...]:
    """Return everything known about ``country``; :data:`WORLDWIDE` for what serves every country."""
    return tuple(row for row in _loaded() if row.country == country.upper())


def countries_with_contacts() -> frozenset[str]:
    """Return the countries of which at least one contact is known, without :data:`WORLDWIDE`."""
    return frozenset(row.country for row in _loaded()) - {WORLDWIDE}


def _of(country: str, kind: str) -> tuple[Contact, ...]:
    rows = [row for row in contacts_of(country) if row.kind == kind]
    return tuple(sorted(rows, key=lambda row: (CONFIDENCES.index(row.confidence), -row.source_year)))
