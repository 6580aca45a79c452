"""A partner refers something: it gets its place in the order. The exchange calls this, once a message."""

from __future__ import annotations

from tutela.apps.exchange.actions.handlers import HeardMessage
from tutela.apps.exchange.actions.keep_mark import keep_mark
from tutela.apps.ledger import actions as ledger
from tutela.apps.referrals import rules
from tutela.apps.referrals.models import Referral
from tutela.core.kernel import ids
from tutela.core.protocol.contents.police import Referral as Said


def hear_referral(heard: HeardMessage) -> None:
    """Keep the referral's place, and its mark on each of its items."""
    said = Said.from_json(heard.content)
    facts = rules.facts_of(said, received_at=heard.now)
    row = Referral(
        id=ids.new_id(), conversation_id=heard.conversation_id, message_id=heard.message_id,
        partner=heard.partner, reference=said.reference, mark=heard.mark.value, items=len(said.items),
        rank=rules.rank(facts), received_at=heard.now,
    )  # fmt: skip
    row.save(force_insert=True)
    for item in said.items:
        keep_mark(about=("item", item.ref), partner_id=heard.partner_id, mark=heard.mark, now=heard.now)
    ledger.write_line(
        "referral_received", actor=heard.actor, about=("referral", row.id),
        facts={"items": len(said.items), "danger_now": facts.danger_now}, at=heard.now,
    )  # fmt: skip
