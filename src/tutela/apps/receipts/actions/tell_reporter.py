"""Tell a reporter something that only the code opens."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from tutela.apps.ledger import actions as ledger
from tutela.apps.receipts import rules
from tutela.apps.receipts.errors import NotAMessage
from tutela.apps.receipts.models import Message, Receipt
from tutela.core.kernel import clock


def tell_reporter(
    *, receipt_id: uuid.UUID, kind: str, payload: Mapping[str, Any], actor: str
) -> uuid.UUID | None:
    """Seal ``payload`` to the reporter of this receipt and return the message's id.

    ``None`` when the receipt was forgotten: nobody is left to tell, and what the desk does goes on. A status
    ``closed`` starts the time until the receipt is forgotten; any other status stops it.

    Raises:
        NotAMessage: the payload is not of version 1, or not of this ``kind``.
    """
    checked = rules.check_message({**payload, "kind": payload.get("kind", kind)})
    if checked["kind"] != kind:
        raise NotAMessage("kind differs from the payload's")
    with transaction.atomic():
        receipt = Receipt.objects.filter(pk=receipt_id).first()
        if receipt is None:
            return None
        message = Message.objects.create(
            receipt=receipt,
            kind=kind,
            sealed=rules.seal_message(checked, bytes(receipt.public_key), receipt_id),
            sent_at=clock.now(),
        )
        if kind == "status":
            closed_at = message.sent_at if checked["state"] == "closed" else None
            Receipt.objects.filter(pk=receipt_id).update(closed_at=closed_at)
        facts = {"kind": kind, "state": checked.get("state", "")}
        ledger.write_line("reporter_told", actor=actor, about=("receipt", receipt_id), facts=facts)
    return message.id
