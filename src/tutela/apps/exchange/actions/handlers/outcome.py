"""The police say what became of a referral: kept at each of its items, for people to read."""

from __future__ import annotations

from tutela.apps.exchange.actions.handlers._heard import HeardMessage
from tutela.apps.exchange.models import HandedItem
from tutela.apps.ledger import actions as ledger
from tutela.core.protocol.contents.police import Outcome


def hear_outcome(heard: HeardMessage) -> None:
    """Note the outcome of the named items, or of all. What follows from it for an item, a person decides."""
    said = Outcome.from_json(heard.content)
    rows = HandedItem.objects.filter(conversation_id=heard.conversation_id)
    if said.items:
        rows = rows.filter(ref__in=said.items)
    item_ids = sorted(rows.values_list("item_id", flat=True))
    rows.update(heard=said.outcome.value, heard_at=said.at)
    facts = {"police": said.outcome.value}
    lines = [ledger.NewLine("outcome_heard", heard.actor, ("item", one), facts) for one in item_ids]
    ledger.write_lines(lines, at=heard.now)
