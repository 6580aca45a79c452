"""What partners have to do with one item: where it went or came from, what was asked, what came back."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from tutela.apps.accounts import rules as accounts
from tutela.apps.accounts.rules import Actor
from tutela.apps.cases import queries as case_queries
from tutela.apps.cases import rules as case_rules
from tutela.apps.exchange import queries as exchange_queries
from tutela.doors.desk import labels, partner_labels
from tutela.doors.desk.shown.words import Chip
from tutela.look import refused


@dataclass(frozen=True, slots=True)
class With:
    """One conversation in which the item is."""

    id: uuid.UUID
    partner: str
    kind: str
    chips: tuple[Chip, ...]
    at: datetime | None


def of_item(by: Actor, seen: case_queries.ItemSeen) -> dict[str, Any]:
    """Return what the item's page shows and offers about partners."""
    talks = accounts.may(by.role, "talk_to_partners") and bool(settings.TUTELA.exchange.node)
    asked = [_asked(one) for one in exchange_queries.overlaps_of_item(seen.id)] if talks else []
    handed = [_handed(one) for one in exchange_queries.handed_of_item(seen.id)] if talks else []
    return {
        "with_partners": handed + asked,
        "talks": talks,
        "compares_with": compares_with() if talks and seen.kind != "no_address" else [],
    }


def may_send(by: Actor, seen: case_queries.ItemSeen) -> dict[str, bool]:
    """Return whether the item can be handed over or referred by this person."""
    able = accounts.may(by.role, "decide") and bool(settings.TUTELA.exchange.node)
    return {
        "may_hand_over": able and case_rules.may_hand_over(state=seen.state, kind=seen.kind),
        "may_refer": able and case_rules.may_refer(state=seen.state, kind=seen.kind),
    }


def compares_with() -> list[exchange_queries.PartnerSeen]:
    """Return the partners with whom cases may be compared."""
    return [
        one
        for one in exchange_queries.partners()
        if one.overlap_agreed_at is not None and one.state == "active" and one.believed
    ]


def _handed(one: exchange_queries.HandedSeen) -> With:
    kind = labels.term("message_kind", one.kind)
    return With(one.conversation_id, one.partner, kind, chips_of(one), one.heard_at)


def chips_of(one: exchange_queries.HandedSeen) -> tuple[Chip, ...]:
    """Return where an item stands with its partner."""
    chips = [] if one.begun_here else [Chip(_("Came from this partner"))]
    if one.heard:
        police = one.kind == "referral"
        tone = partner_labels.OUTCOME_TONES.get(one.heard, "plain") if police else "calm"
        chips.append(Chip(labels.term("police_outcome" if police else "handover_state", one.heard), tone))
    if one.heard_reason:
        chips.append(Chip(labels.term("close_reason", one.heard_reason)))
    if one.begun_here and not one.heard:
        chips.append(Chip(_("No answer yet")))
    return tuple(chips)


def _asked(one: exchange_queries.OverlapOfItem) -> With:
    kind = _("Same case? %(scope)s") % {"scope": labels.term("overlap_scope", one.asked.scope)}
    return With(
        one.asked.conversation_id, one.asked.partner, kind, (overlap_chip(one.has_it, one.asked.code),),
        one.asked.answered_at or one.asked.asked_at,
    )  # fmt: skip


def overlap_chip(has_it: bool | None, code: str) -> Chip:
    """Return what came of a question about one item."""
    if has_it is not None:
        return Chip(_("Has it too"), "warn") if has_it else Chip(_("Does not have it"), "plain")
    return Chip(refused.why(code), "bad") if code else Chip(_("No answer yet"))
