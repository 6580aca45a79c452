"""Give a referral to somebody as a file: a bundle for a machine, a sheet for a person or another system."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import transaction

from tutela.apps.accounts.rules import Actor, require
from tutela.apps.exchange.errors import MarkForbids
from tutela.apps.ledger import actions as ledger
from tutela.apps.referrals import queries
from tutela.core.protocol import marks
from tutela.core.record.referral import ReferralRecord
from tutela.formats.registry import format_named
from tutela.formats.sheet.write import write as write_sheet

SHEET = "sheet"


@dataclass(frozen=True, slots=True)
class Exported:
    """A file: its bytes, what they are, and a name that says nothing of what is in it."""

    data: bytes
    media_type: str
    name: str


def export_referral(*, by: Actor, referral_id: uuid.UUID, form: str, language: str = "en") -> Exported:
    """Return the referral in a format; ``form`` is ``stix`` or ``sheet``.

    Raises:
        MarkForbids: it came under TLP:RED, which goes nowhere.
        CannotExpress: the format has no place for what the sender wrote.
        ReferralUnknown, NotPermitted.
    """
    require(by, "see_referrals")
    record = queries.record(referral_id)
    if not marks.may_pass_on(record.mark, within_node=True, to_partner=False):
        raise MarkForbids(record.mark.value)
    made = format_named(form)
    data = write_sheet(record, language=language) if form == SHEET else made.write(record)
    with transaction.atomic():
        ledger.write_line(
            "referral_exported", actor=by.label, about=("referral", referral_id), facts={"form": form}
        )
    return Exported(data, made.manifest.media_type, _name(record, made.manifest.extensions[0]))


def _name(record: ReferralRecord, extension: str) -> str:
    kept = "".join(sign for sign in record.reference if sign.isascii() and (sign.isalnum() or sign in "-_"))
    return f"referral-{kept[:40]}.{extension}"
