"""Write a referral as a sheet in English or Georgian."""

from __future__ import annotations

import json
from pathlib import Path

from tutela.core.record.referral import ReferralRecord
from tutela.formats import press
from tutela.formats.errors import CannotExpress
from tutela.formats.sheet.said import Said

TEMPLATE = Path(__file__).parent / "data" / "referral.typ"


def write(record: ReferralRecord, *, language: str = "en") -> bytes:
    """Return the sheet as PDF; the same referral gives the same sheet on machines with the same fonts.

    Raises:
        CannotExpress: ``no_items``, ``no_reference``, ``no_organisation``, ``bad_evaluation``,
            ``moment_without_offset``.
    """
    data = typeset_from(record, language=language).decode()
    return press.set_in_type(TEMPLATE, "sheet", data, at=record.made_at)


def typeset_from(record: ReferralRecord, *, language: str = "en") -> bytes:
    """Return everything that the sheet says, as JSON for the template. Raises like :func:`write`."""
    if not record.items:
        raise CannotExpress("no_items")
    if not record.reference.strip():
        raise CannotExpress("no_reference")
    said = Said(record, language).sheet()
    return (json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
