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


_VIEWING = {
    "law_forbids": "the law of {country} does not let a hotline view: items are passed on unopened",
    "switched_off": "[desk] view is off: items are passed on unopened",
    "law_allows": "the law of {country} lets a hotline view",
    "person_confirmed": "confirmed in [desk] view_confirmed",
    "nobody_confirmed": "no law of {country} was read that says so: items are passed on unopened",
}


def _viewing(node: Node) -> Iterator[Finding]:
    """Whether analysts may open what was reported follows from law, and where law is unread from a person."""
    from tutela.apps.cases import rules

    desk = node.config.desk
    found = rules.viewing(
        country=node.config.country, view=desk.view, confirmed=desk.view_confirmed, on_date=clock.now().date()
    )
    text = _VIEWING[found.why].format(country=node.config.country)
    if found.why == "nobody_confirmed":
        mend = "have it examined; then write who answers for it into [desk] view_confirmed of node.toml"
        yield Finding("viewing", "amber", text, mend)
    else:
        yield Finding("viewing", "green", text)


EXAMINATIONS: list[Examination] = [_law, _contacts, _viewing]
