"""A partner asks this provider something. The exchange calls this, once a message."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from tutela.apps.exchange.actions.handlers import HeardMessage
from tutela.apps.exchange.actions.keep_mark import keep_mark
from tutela.apps.ledger import actions as ledger
from tutela.apps.requests import rules
from tutela.apps.requests.actions._rows import make_request
from tutela.apps.requests.models import Request
from tutela.core.kernel import ids
from tutela.core.protocol.contents.asking import Notice, Preservation


def hear_notice(heard: HeardMessage) -> None:
    """Keep a notice for a person to answer."""
    said = Notice.from_json(heard.content)
    asks = [one.value for one in said.asks]
    _keep(heard, rules.NOTICE, said.reference, [one.ref for one in said.items], asks, said.respond_by)


def hear_preservation(heard: HeardMessage) -> None:
    """Keep a request to preserve for a person to answer."""
    said = Preservation.from_json(heard.content)
    _keep(heard, rules.PRESERVATION, said.reference, [one.ref for one in said.items], ["preserve"], None)


def _keep(
    heard: HeardMessage,
    kind: str,
    reference: str,
    refs: Sequence[uuid.UUID],
    asks: list[str],
    due_at: datetime | None,
) -> None:
    row = Request(
        id=ids.new_id(), ours=False, kind=kind, conversation_id=heard.conversation_id,
        message_id=heard.message_id, partner=heard.partner, reference=reference, mark=heard.mark.value,
        asks=asks, due_at=due_at, begun_at=heard.now,
    )  # fmt: skip
    make_request(row, refs)
    for ref in refs:
        keep_mark(about=("item", ref), partner_id=heard.partner_id, mark=heard.mark, now=heard.now)
    ledger.write_line(
        "request_received", actor=heard.actor, about=("request", row.id),
        facts={"kind": kind, "items": len(refs)}, at=heard.now,
    )  # fmt: skip
