"""Write a referral as one STIX 2.1 bundle: a report, observed data for each item, what was observed.

Who loads the bundle without knowing our extensions still has addresses, accounts, hashes, hosts and marks;
who knows them has the whole referral back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from stix2 import v21
from stix2.exceptions import STIXError

from tutela.core.record.referral import INFORMATION_GRADES, Organisation, ReferralRecord
from tutela.core.terms import labels
from tutela.formats.errors import CannotExpress
from tutela.formats.stix import names, observed
from tutela.formats.stix.names import made_id

_FIXED = {"created": names.FIXED_SINCE, "modified": names.FIXED_SINCE}


def write(record: ReferralRecord) -> bytes:
    """Return the bundle (UTF-8 JSON), the same bytes each time.

    Raises:
        CannotExpress: ``no_items``, ``item_without_place``, ``no_organisation``, ``no_reference``,
            ``bad_country``, ``bad_ip``, ``bad_evaluation``, ``bad_text``, ``moment_without_offset``.
    """
    if not record.items:
        raise CannotExpress("no_items")
    if not record.reference.strip():
        raise CannotExpress("no_reference")
    try:
        bundle = v21.Bundle(
            id=made_id("bundle", record.organisation.name, record.reference), objects=_objects(record)
        )
        document = json.loads(bundle.serialize())
        return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
    except (STIXError, UnicodeEncodeError):
        raise CannotExpress("bad_text") from None


def _objects(record: ReferralRecord) -> list[Any]:
    made_at = observed.moment(record.made_at)
    marks = [names.mark(record.mark), *_statement(record)]
    common = {
        "created_by_ref": _identity_id(record.organisation),
        "created": made_at,
        "modified": made_at,
        "object_marking_refs": [mark.id for mark in marks],
    }
    found: dict[str, Any] = {}
    for one in (record.organisation, record.to):
        _add(found, _organisation(one))
    refs = []
    for item in record.items:
        made = observed.objects(item, common, record.reference)
        _add(found, made)
        refs.append(made[-1].id)
    return [*marks, *names.definitions(), *found.values(), _report(record, common, refs)]


def _add(found: dict[str, Any], objects: Iterable[Any]) -> None:
    for one in objects:
        found.setdefault(one.id, one)


def _statement(record: ReferralRecord) -> list[Any]:
    """Return the handling codes as a statement too, which every tool shows beside the mark."""
    if not record.handling:
        return []
    said = "; ".join(f"{code}: {labels.label('handling_code', code)}" for code in record.handling)
    text = f"Handling codes. {said}."
    made = v21.MarkingDefinition(
        id=made_id("marking-definition", text),
        created=names.FIXED_SINCE,
        definition_type="statement",
        definition=v21.StatementMarking(statement=text),
    )
    return [made]


def _identity_id(one: Organisation) -> str:
    return made_id("identity", one.name, one.country)


def _organisation(one: Organisation) -> list[Any]:
    """Return an identity, and the country in which it is located."""
    if not one.name.strip():
        raise CannotExpress("no_organisation")
    identity = v21.Identity(
        id=_identity_id(one), name=observed.line(one.name), identity_class="organization", **_FIXED
    )
    if not one.country:
        return [identity]
    place = v21.Location(id=made_id("location", one.country), country=observed.country(one.country), **_FIXED)
    located = v21.Relationship(
        id=made_id("relationship", identity.id, place.id), relationship_type="located-at",
        source_ref=identity.id, target_ref=place.id, **_FIXED,
    )  # fmt: skip
    return [identity, place, located]


def _report(record: ReferralRecord, common: dict[str, Any], refs: list[str]) -> Any:
    extension: dict[str, Any] = {
        "extension_type": "property-extension",
        "reference": observed.line(record.reference),
        "to_ref": _identity_id(record.to),
        "danger_now": record.danger_now,
    }
    if record.evaluation is not None:
        if record.evaluation.information not in INFORMATION_GRADES:
            raise CannotExpress("bad_evaluation")
        extension["evaluation"] = {
            "scheme": names.SCHEME,
            "source": str(record.evaluation.source),
            "information": record.evaluation.information,
        }
    if record.handling:
        extension["handling_codes"] = [str(code) for code in record.handling]
    return v21.Report(
        id=made_id("report", common["created_by_ref"], record.reference),
        name=f"Referral {record.reference}", published=common["created"], report_types=["observed-data"],
        object_refs=refs, extensions={names.REFERRAL: extension},
        **({"description": record.note} if record.note else {}), **common,
    )  # fmt: skip
