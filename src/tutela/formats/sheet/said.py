"""What the sheet says, in one language: labels beside codes, addresses made safe and exact, times in UTC."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from tutela.core.kernel.tables import read_table
from tutela.core.record.addresses import defang
from tutela.core.record.referral import (
    INFORMATION_GRADES,
    Hosting,
    LawFinding,
    Organisation,
    ReferralRecord,
    ReferredItem,
)
from tutela.core.terms import assessment, labels
from tutela.core.terms.exchange import HandlingCode, SourceGrade
from tutela.core.terms.marks import HandlingMark
from tutela.formats.errors import CannotExpress

LANGUAGES = ("en", "ka")
_WORDS = Path(__file__).parent / "data" / "words.csv"
PROPOSED = {
    HandlingMark.RED: (HandlingCode.H3,),
    HandlingMark.AMBER_STRICT: (HandlingCode.H2,),
    HandlingMark.AMBER: (HandlingCode.H1, HandlingCode.H2),
    HandlingMark.GREEN: (HandlingCode.H0,),
    HandlingMark.CLEAR: (HandlingCode.H0,),
}
"""Codes that go with a mark when the sender set none: printed as a proposal, never set."""


@cache
def words(language: str) -> dict[str, str]:
    """Return the sheet's own words; English for a language that it has not."""
    column = language if language in LANGUAGES else "en"
    return {row["key"]: row[column] for _, row in read_table(_WORDS, ("key", *LANGUAGES))}


class Said:
    """One referral in one language."""

    def __init__(self, record: ReferralRecord, language: str) -> None:
        self._record, self._language = record, language
        self._words = words(language)

    def sheet(self) -> dict[str, Any]:
        """Return everything that the template prints, as texts."""
        record = self._record
        return {
            "language": self._language if self._language in LANGUAGES else "en",
            "words": self._words,
            "title": f"{self._words['title']} {plain(record.reference)}",
            "dated": time(record.made_at),
            "organisation": _organisation(record.organisation),
            "to": _organisation(record.to),
            "danger_now": record.danger_now,
            "mark": str(record.mark),
            "codes": [str(code) for code in record.handling],
            "evaluation": self._grade(),
            "handling": list(self._handling()),
            "note": plain(record.note),
            "items": [self._item(item) for item in record.items],
            "legend": list(self._legend()),
        }

    def _label(self, group: str, code: str) -> str:
        return labels.label(group, code, self._language)

    def _grade(self) -> str:
        found = self._record.evaluation
        return "" if found is None else f"{found.source}{found.information}"

    def _handling(self) -> Iterator[list[str]]:
        """Yield rows: what it is, the code, what that means."""
        record, said = self._record, self._words
        yield [said["mark"], str(record.mark), self._label("handling_mark", record.mark)]
        for code in record.handling:
            yield [said["codes"], str(code), self._label("handling_code", code)]
        if not record.handling:
            proposed = ", ".join(PROPOSED[record.mark])
            yield [said["codes"], "–", said["no_codes"].format(codes=proposed)]
        found = record.evaluation
        if found is None:
            yield [said["evaluation"], "–", said["no_evaluation"]]
            return
        if found.information not in INFORMATION_GRADES:
            raise CannotExpress("bad_evaluation")
        yield [
            f"{said['evaluation']}: {said['source']}",
            str(found.source),
            self._label("source_grade", found.source),
        ]
        grade = str(found.information)
        yield [f"{said['evaluation']}: {said['information']}", grade, self._label("information_grade", grade)]

    def _legend(self) -> Iterator[dict[str, Any]]:
        said = self._words
        for title, group, codes in (
            (said["mark"], "handling_mark", [*HandlingMark]),
            (said["codes"], "handling_code", [*HandlingCode]),
            (f"{said['evaluation']}: {said['source']}", "source_grade", [*SourceGrade]),
            (
                f"{said['evaluation']}: {said['information']}",
                "information_grade",
                [*map(str, INFORMATION_GRADES)],
            ),
        ):
            yield {"title": title, "rows": [[str(code), self._label(group, code)] for code in codes]}

    def _item(self, item: ReferredItem) -> dict[str, Any]:
        """Return the item's rows: a name, a text, and whether the text may be broken anywhere."""
        rows = [(name, text, exact) for name, text, exact in self._rows(item) if text]
        return {
            "kind": self._label("item_kind", item.kind),
            "danger_now": item.danger_now is True,
            "rows": [{"name": name, "text": text, "exact": exact} for name, text, exact in rows],
        }

    def _rows(self, item: ReferredItem) -> Iterator[tuple[str, str, bool]]:
        said = self._words
        if item.address is not None:
            yield said["address"], defang(item.address.canonical), True
            yield said["exact"], item.address.canonical, True
            if item.address.host_display != item.address.host:
                yield said["host"], plain(item.address.host_display), False
        yield said["service"], plain(item.service), True
        yield said["account"], plain(item.account), True
        for one in item.fingerprints:
            quality = "" if one.quality is None else f" ({said['quality']} {one.quality})"
            yield said["fingerprints"], f"{one.kind} {one.value}{quality}", True
        yield said["hosting"], _hosting(item.hosting), False
        yield said["received_at"], time(item.received_at), False
        yield said["seen_at"], time(item.seen_at), False
        yield said["known"], {True: said["yes"], False: said["no"], None: ""}[item.known], False
        yield from self._assessment(item)
        for finding in item.findings:
            yield said["findings"], self._finding(finding), False
        yield said["ref"], plain(item.ref), True

    def _assessment(self, item: ReferredItem) -> Iterator[tuple[str, str, bool]]:
        if item.assessment is None:
            return
        for name, code in item.assessment.as_codes().items():
            yield self._label("field", name), self._label(assessment.GROUPS[name], code), False

    def _finding(self, finding: LawFinding) -> str:
        grounds = "; ".join(
            plain(f"{one.criterion} ({one.source})" if one.source else one.criterion)
            for one in finding.grounds
        )
        said = f"{plain(finding.country)}: {self._label('law_outcome', finding.outcome)}"
        return f"{said}. {grounds}" if grounds else said


def plain(text: str) -> str:
    """Return ``text`` with what does not print, or turns the direction of writing, spelled out."""
    return "".join(sign if sign.isprintable() or sign == "\n" else f"[U+{ord(sign):04X}]" for sign in text)


def time(at: datetime | None) -> str:
    """Return a moment in UTC, empty for none."""
    if at is None:
        return ""
    if at.tzinfo is None:
        raise CannotExpress("moment_without_offset")
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _organisation(one: Organisation) -> str:
    if not one.name.strip():
        raise CannotExpress("no_organisation")
    return plain(f"{one.name}, {one.country}" if one.country else one.name)


def _hosting(hosting: Hosting | None) -> str:
    if hosting is None:
        return ""
    asn = "" if hosting.asn is None else f"AS{hosting.asn}"
    return plain(" · ".join(part for part in (hosting.country, hosting.ip, asn, hosting.network) if part))
