"""Say what became of a referral; it goes back to who referred in the same transaction."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from tutela.apps.accounts.rules import Actor, require
from tutela.apps.exchange import actions as exchange
from tutela.apps.ledger import actions as ledger
from tutela.apps.referrals import rules
from tutela.apps.referrals.actions._rows import lock_referral
from tutela.apps.referrals.errors import NotAnOutcome, NoteMissing, TooLong
from tutela.core.kernel import clock
from tutela.core.protocol.contents.handing import MOST_NOTE
from tutela.core.terms.exchange import PoliceOutcome


@dataclass(frozen=True, slots=True)
class OutcomeSaid:
    """The message that carries it, and whether the referral is settled now."""

    message_id: uuid.UUID
    settled: bool


def say_outcome(
    *, by: Actor, referral_id: uuid.UUID, outcome: str, note: str = "", items: Sequence[uuid.UUID] = ()
) -> OutcomeSaid:
    """Say an outcome for the named items, for the whole referral when none is named.

    A later outcome replaces an earlier one; the conversation keeps both. Only one for the whole settles it.

    Raises:
        NotAnOutcome, NoteMissing, TooLong: it cannot be said so.
        ReferralUnknown, NotPermitted, PartnerNotActive, NotToBeSaid.
    """
    require(by, "answer_referrals")
    chosen, words, now = _read(outcome, note), note.strip(), clock.now()
    with transaction.atomic():
        row = lock_referral(referral_id)
        content: dict[str, Any] = {"outcome": chosen.value, "at": clock.to_text(now)}
        content |= {"note": words} if words else {}
        content |= {"items": [str(one) for one in sorted(set(items))]} if items else {}
        said = exchange.say(
            partner=row.partner, kind="outcome", content=content, conversation=row.conversation_id,
            actor=by.label, now=now,
        )  # fmt: skip
        row.outcome, row.outcome_by, row.outcome_at = chosen.value, by.id, now
        row.settled = chosen in rules.SETTLED and not items
        row.save(update_fields=["outcome", "outcome_by", "outcome_at", "settled"])
        if chosen in rules.ACTED:
            exchange.record_acted(by=by, message_id=row.message_id, now=now)
        ledger.write_line(
            "outcome_said", actor=by.label, about=("referral", row.id),
            facts={"outcome": chosen.value, "items": len(items) or row.items}, at=now,
        )  # fmt: skip
    return OutcomeSaid(said.message_id, row.settled)


def _read(outcome: str, note: str) -> PoliceOutcome:
    try:
        chosen = PoliceOutcome(outcome)
    except ValueError:
        raise NotAnOutcome(outcome[:40]) from None
    if chosen in rules.NEEDS_NOTE and not note.strip():
        raise NoteMissing
    if len(note.strip()) > MOST_NOTE:
        raise TooLong
    return chosen
