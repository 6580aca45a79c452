"""Tell partners once a day what our ledger came to, so that nobody can rewrite it unseen.

With the newest head goes the one that was told before, as the ledger has it today: only a digest for a line
that the partner knows already shows that something before it was written anew.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from tutela.apps.exchange.actions.say import own_role, say
from tutela.apps.exchange.models import Outgoing
from tutela.apps.exchange.models.messages import unlock_content
from tutela.apps.exchange.queries.believing import PartnerFacts, believed
from tutela.apps.exchange.rules import PartnerState
from tutela.apps.ledger import queries as ledger_queries
from tutela.apps.ledger.queries import LedgerLine
from tutela.core.kernel import clock
from tutela.core.protocol.kinds import KINDS, may_say

KIND = "ledger_head"
EVERY = timedelta(days=1)


def tell_heads(now: datetime) -> int:
    """Tell every partner that was not told for a day; returns to how many."""
    head = _line(ledger_queries.head()[0])
    return sum(_tell(one, head, now) for one in believed().partners.values()) if head else 0


def _tell(partner: PartnerFacts, head: LedgerLine, now: datetime) -> bool:
    if partner.state != PartnerState.ACTIVE or believed().key_to_seal_to(partner.name, now) is None:
        return False
    if not may_say(KINDS[KIND], sender=own_role(), to=partner.role):
        return False
    told = Outgoing.objects.filter(partner_id=partner.id, kind=KIND).order_by("-said_at", "-id").first()
    if told is not None and told.said_at > now - EVERY:
        return False
    before = _line(int(unlock_content(told.content_locked, told.id).get("number", 0))) if told else None
    for line in (before, head):
        if line is not None and (line is head or line.sequence < head.sequence):
            content = {"number": line.sequence, "hash": line.digest, "at": clock.to_text(line.at)}
            say(partner=partner.name, kind=KIND, content=content, actor="worker", now=now)
    return True


def _line(number: int) -> LedgerLine | None:
    """Return the line as the ledger has it now; none when it is not there, or not any more."""
    found = ledger_queries.lines_after(number - 1, most=1) if number > 0 else []
    return found[0] if found and found[0].sequence == number else None
