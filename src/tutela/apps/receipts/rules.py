"""What other rooms and doors may use of this room without a database: codes, keys, payloads.

Each is written in a file of its own; this one is the door to them.
"""

from __future__ import annotations

from tutela.apps.receipts.codes import Code, new_code, parse_code, word_list
from tutela.apps.receipts.deriving import Derived, derive
from tutela.apps.receipts.payloads import (
    DECOY_RECEIPT,
    MESSAGE_KINDS,
    SEALED_MOST_BYTES,
    STATES,
    SUBMISSION_KINDS,
    SUBMISSION_MOST_BYTES,
    check_message,
    decoy_messages,
    open_message,
    open_submission,
    seal_message,
    seal_submission,
)

MOST_ATTEMPTS = 5
"""How often a submission is tried before a person has to look."""

__all__ = [
    "DECOY_RECEIPT",
    "MESSAGE_KINDS",
    "MOST_ATTEMPTS",
    "SEALED_MOST_BYTES",
    "STATES",
    "SUBMISSION_KINDS",
    "SUBMISSION_MOST_BYTES",
    "Code",
    "Derived",
    "check_message",
    "decoy_messages",
    "derive",
    "new_code",
    "open_message",
    "open_submission",
    "parse_code",
    "seal_message",
    "seal_submission",
    "word_list",
]
