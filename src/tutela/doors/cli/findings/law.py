"""Examinations of the law: whether its files can be used, and whether this country's contacts still hold."""

from __future__ import annotations

from collections.abc import Iterator

from tutela.core.kernel import clock
from tutela.core.law import checking, contacts
from tutela.doors.cli.findings.finding import Examination, Finding, Node

_NAMED = 3


def _law(_: Node) -> Iterator[Finding]:
    faults = checking.check_data()
    if faults:
        text = f"{len(faults)} faults, the first: {faults[0]}"
        yield Finding("law", "red", text, "correct the file, or install this release again")
    else:
        yield Finding("law", "green", "every file can be used")


def _contacts(node: Node) -> Iterator[Finding]:
    """A number that nobody answers any more is worse than none."""
    country = node.config.country
    if contacts.emergency_number(country) is None:
        text = f"no emergency number is known for {country}"
        yield Finding("emergency", "red", text, "correct core/law/data/contacts.csv")
    rows = contacts.contacts_of(country)
    if not rows:
        yield Finding(
            "helplines", "amber", f"none known for {country}", "add them: core/law/data/contacts.csv"
        )
        return
    today = clock.now().date()
    old = sorted((row for row in rows if row.is_older_than_a_year(today)), key=lambda row: row.verified_on)
    if old:
        names = ", ".join(f"{row.name} ({row.verified_on.year})" for row in old[:_NAMED])
        more = f" and {len(old) - _NAMED} more" if len(old) > _NAMED else ""
        text = f"{len(old)} of {len(rows)} contacts were last checked more than a year ago: {names}{more}"
        yield Finding("helplines", "amber", text, "check them and correct core/law/data/contacts.csv")
    else:
        yield Finding("helplines", "green", f"all {len(rows)} checked within a year")


EXAMINATIONS: list[Examination] = [_law, _contacts]
