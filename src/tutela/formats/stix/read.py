"""Read a bundle with one referral in it, whoever wrote it with our extension.

What the bundle holds beside the referral is passed over; what the referral needs is checked by the library
against STIX 2.1 and then taken member by member. A payload anywhere refuses the whole bundle.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import stix2

from tutela.core.record.referral import INFORMATION_GRADES, Evaluation, Organisation, ReferralRecord
from tutela.core.terms import marks
from tutela.core.terms.exchange import HandlingCode, SourceGrade
from tutela.core.terms.marks import HandlingMark
from tutela.formats import fields
from tutela.formats.errors import CannotRead
from tutela.formats.stix import names
from tutela.formats.stix.items import read_item

MOST_BYTES = 16 << 20
MOST_OBJECTS = 50_000
MOST_ITEMS = 5_000
_MOST_NOTE = 20_000
_LEVELS = {id: level for level, id in names.MARKS.items()}


def read(data: bytes) -> ReferralRecord:
    """Return the referral that a STIX 2.1 bundle holds.

    Raises:
        CannotRead: ``too_large``, ``not_json``, ``not_stix``, ``carries_media``, ``twice``, ``no_mark``,
            ``not_one_referral``, ``missing_object``, ``missing_field``, ``bad_field``, ``bad_address``,
            ``bad_moment``.
    """
    bundle = Bundle(fields.load(data, most_bytes=MOST_BYTES))
    report = bundle.referral()
    said = fields.part(fields.part(report, "extensions"), names.REFERRAL)
    refs = fields.many(report, "object_refs", most=MOST_ITEMS)
    items = tuple(read_item(bundle.get(ref, "observed-data"), bundle.get) for ref in refs)
    if not items:
        raise CannotRead("missing_field")
    return ReferralRecord(
        reference=fields.text(said, "reference"),
        made_at=fields.moment(report, "published"),
        organisation=bundle.organisation(report.get("created_by_ref")),
        to=bundle.organisation(said.get("to_ref")),
        items=items,
        mark=_mark(report),
        evaluation=_evaluation(said),
        handling=_handling(said),
        danger_now=fields.yes_no(said, "danger_now") or False,
        note=_note(report),
    )


class Bundle:
    """The objects of a bundle by their ids; each is checked when it is asked for."""

    def __init__(self, document: Any) -> None:
        if not isinstance(document, dict) or document.get("type") != "bundle":
            raise CannotRead("not_stix")
        self._objects: dict[str, dict[str, Any]] = {}
        self._located: dict[str, str] = {}
        for one in fields.many(document, "objects", most=MOST_OBJECTS):
            if not isinstance(one, dict) or not isinstance(one.get("id"), str):
                raise CannotRead("not_stix")
            if one.get("type") == "artifact":
                raise CannotRead("carries_media")
            if self._objects.setdefault(one["id"], one) != one:
                raise CannotRead("twice")
            if one.get("relationship_type") == "located-at":
                self._located[str(one.get("source_ref"))] = str(one.get("target_ref"))

    def referral(self) -> dict[str, Any]:
        """Return the only report that is a referral."""
        found = [one for one in self._objects.values() if one.get("type") == "report" and _extended(one)]
        if len(found) != 1:
            raise CannotRead("not_one_referral")
        return self.get(found[0]["id"], "report")

    def get(self, id: object, *kinds: str) -> dict[str, Any]:
        """Return the object with this id if it is of one of ``kinds`` (of any when there is none)."""
        found = self._objects.get(id) if isinstance(id, str) else None
        if found is None or (kinds and found.get("type") not in kinds):
            raise CannotRead("missing_object")
        if found.get("spec_version") != "2.1":
            raise CannotRead("not_stix")
        try:
            stix2.parse(found, version="2.1")
        except Exception:  # the library lets through whatever its many checks run into
            raise CannotRead("not_stix") from None
        return found

    def organisation(self, id: object) -> Organisation:
        """Return the identity with this id, and the country that it is located in."""
        name = fields.text(self.get(id, "identity"), "name")
        place = self._located.get(str(id))
        return Organisation(
            name, "" if place is None else fields.country(self.get(place, "location"), "country")
        )


def _extended(report: Mapping[str, Any]) -> bool:
    extensions = report.get("extensions")
    return isinstance(extensions, dict) and names.REFERRAL in extensions


def _mark(report: Mapping[str, Any]) -> HandlingMark:
    refs = [ref for ref in fields.many(report, "object_marking_refs", most=100) if isinstance(ref, str)]
    levels = [_LEVELS[ref] for ref in refs if ref in _LEVELS]
    if not levels:
        raise CannotRead("no_mark")
    return marks.tightest(*levels)


def _evaluation(said: Mapping[str, Any]) -> Evaluation | None:
    if "evaluation" not in said:
        return None
    part = fields.part(said, "evaluation")
    fields.one_of(part, "scheme", [names.SCHEME])
    source, information = fields.one_of(part, "source", [*SourceGrade]), part.get("information")
    if isinstance(information, bool) or information not in INFORMATION_GRADES:
        raise CannotRead("bad_field")
    return Evaluation(SourceGrade(source), int(information))


def _handling(said: Mapping[str, Any]) -> tuple[HandlingCode, ...]:
    codes = fields.many(said, "handling_codes", most=len(HandlingCode))
    if not all(isinstance(code, str) and code in [*HandlingCode] for code in codes):
        raise CannotRead("bad_field")
    return tuple(HandlingCode(code) for code in codes)


def _note(report: Mapping[str, Any]) -> str:
    note = report.get("description", "")
    if not isinstance(note, str) or len(note) > _MOST_NOTE:
        raise CannotRead("bad_field")
    return note
