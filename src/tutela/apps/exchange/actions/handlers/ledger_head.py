"""Keep what a partner's ledger came to: a rewritten or a cut ledger shows, and a person is told."""

from __future__ import annotations

from datetime import timedelta

from tutela.apps.exchange.actions.handlers._heard import HeardMessage
from tutela.apps.exchange.models import PartnerHead
from tutela.apps.ledger import actions as ledger
from tutela.core.kernel import ids
from tutela.core.protocol.contents.plain import LedgerHead

CLOCK_MAY_STEP = timedelta(hours=1)
"""So far the times of a ledger's lines may run back, because somebody set its clock."""


def hear_ledger_head(heard: HeardMessage) -> None:
    """Store the head; when it does not fit what the partner said before, both stay and a person is told."""
    said = LedgerHead.from_json(heard.content)
    digest, heads = bytes.fromhex(said.hash), PartnerHead.objects.filter(partner_id=heard.partner_id)
    before = {bytes(one) for one in heads.filter(number=said.number).values_list("digest", flat=True)}
    if digest in before:
        return
    # A line that was written later has a higher number, unless lines before it were taken away.
    longer = heads.filter(number__gt=said.number, at__lt=said.at - CLOCK_MAY_STEP)
    reason = "rewritten" if before else "cut_off" if longer.exists() else ""
    PartnerHead(
        id=ids.new_id(), partner_id=heard.partner_id, number=said.number, digest=digest, at=said.at,
        heard_at=heard.now, differs=bool(reason),
    ).save(force_insert=True)  # fmt: skip
    if reason:
        ledger.write_line(
            "partner_ledger_differs", actor=heard.actor, about=("partner", heard.partner_id),
            facts={"number": said.number, "reason": reason}, at=heard.now,
        )  # fmt: skip
