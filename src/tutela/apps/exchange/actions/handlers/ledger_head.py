"""Keep what a partner's ledger came to: another digest for the same line later is a rewritten ledger."""

from __future__ import annotations

from tutela.apps.exchange.actions.handlers._heard import HeardMessage
from tutela.apps.exchange.models import PartnerHead
from tutela.apps.ledger import actions as ledger
from tutela.core.kernel import ids
from tutela.core.protocol.contents.plain import LedgerHead


def hear_ledger_head(heard: HeardMessage) -> None:
    """Store the head; when the partner said otherwise before, both stay and a person is told."""
    said = LedgerHead.from_json(heard.content)
    digest = bytes.fromhex(said.hash)
    before = [
        bytes(one)
        for one in PartnerHead.objects.filter(partner_id=heard.partner_id, number=said.number).values_list(
            "digest", flat=True
        )
    ]
    if digest in before:
        return
    PartnerHead(
        id=ids.new_id(), partner_id=heard.partner_id, number=said.number, digest=digest, at=said.at,
        heard_at=heard.now, differs=bool(before),
    ).save(force_insert=True)  # fmt: skip
    if before:
        ledger.write_line(
            "partner_ledger_differs", actor=heard.actor, about=("partner", heard.partner_id),
            facts={"number": said.number}, at=heard.now,
        )  # fmt: skip
