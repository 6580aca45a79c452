"""Open a receipt with its code, doing the same work whether or not there is one.

A wrong code is derived and its messages are opened too, only that both are decoys: how long the answer takes
and how long it is tell nobody who watches the line, or who tries codes, whether a code exists.
"""

from __future__ import annotations

import hmac
import logging
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from tutela.apps.receipts import errors, rules
from tutela.apps.receipts import queries as receipt_queries
from tutela.core.envelope.errors import EnvelopeRefusal
from tutela.doors.site import story

OPENED_AT_LEAST = 6
"""How many messages are opened for every code, right or wrong; more only where there are more."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Opened:
    """A receipt, open: when it began and what the desk told since."""

    receipt_id: uuid.UUID
    created_at: datetime
    messages: tuple[story.Message, ...]


def open_receipt(code: rules.Code | None) -> Opened | None:
    """Return the receipt that ``code`` opens, or nothing. ``None`` stands for a mistyped code."""
    tried = code or rules.new_code()
    derived = rules.derive(tried, settings.TUTELA_PEPPER_LOOKUP, settings.TUTELA_PEPPER_KEY)
    receipt = receipt_queries.receipt_by_lookup(derived.lookup)
    receipt_id = receipt.id if receipt else rules.DECOY_RECEIPT
    sealed = receipt_queries.messages(receipt_id)
    messages = list(_opened(sealed, derived.private_key))
    _open_decoys(OPENED_AT_LEAST - len(sealed), derived.private_key)
    right = hmac.compare_digest(receipt.lookup if receipt else bytes(len(derived.lookup)), derived.lookup)
    if receipt is None or not right or code is None:
        return None
    return Opened(receipt.id, receipt.created_at, tuple(messages))


def _opened(sealed: Iterable[receipt_queries.MessageSealed], private_key: bytes) -> Iterable[story.Message]:
    for message in sealed:
        try:
            payload = rules.open_message(message.sealed, private_key, message.receipt_id)
        except (EnvelopeRefusal, errors.NotAMessage) as refusal:
            # The rest of the receipt is still worth reading; which one it was stays out of the log.
            _log.error("a message to a reporter does not open: %s", refusal.code)
            continue
        yield story.read(message.id, payload)


def _open_decoys(number: int, private_key: bytes) -> None:
    decoys = rules.decoy_messages()
    for position in range(max(number, 0)):
        try:
            rules.open_message(decoys[position % len(decoys)], private_key, rules.DECOY_RECEIPT)
        except EnvelopeRefusal:
            continue
