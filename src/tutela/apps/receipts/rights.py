"""What each process may do on the tables of receipts and ledger, for database roles on PostgreSQL.

Table → right → columns (none means the whole table). ``tutela database roles`` makes GRANTs of it. The
site hands in and cannot read what was handed in: no right of it names ``sealed`` of a submission.
"""

from __future__ import annotations

from tutela.apps.ledger import rights as ledger
from tutela.apps.ledger.rights import Rights

_SUBMISSION_WITHOUT_SEALED = (
    "id",
    "receipt_id",
    "kind",
    "form_digest",
    "received_at",
    "state",
    "attempts",
    "claimed_until",
    "opened_at",
    "reason",
)

SITE: Rights = {
    **ledger.WRITER,
    "receipts_receipt": {"SELECT": (), "INSERT": ()},
    "receipts_submission": {"SELECT": ("id", "form_digest"), "INSERT": ()},
    "receipts_message": {"SELECT": ()},
}
DESK: Rights = {
    **ledger.FOLLOWER,
    "receipts_receipt": {"SELECT": (), "UPDATE": ("closed_at",)},
    "receipts_submission": {"SELECT": _SUBMISSION_WITHOUT_SEALED},
    "receipts_message": {"SELECT": ("id", "receipt_id", "kind", "sent_at"), "INSERT": ()},
}
WORKER: Rights = {
    **ledger.FOLLOWER,
    "receipts_receipt": {"SELECT": (), "UPDATE": ("closed_at",), "DELETE": ()},
    "receipts_submission": {
        "SELECT": (),
        "UPDATE": ("state", "attempts", "claimed_until", "opened_at", "reason"),
        "DELETE": (),
    },
    "receipts_message": {"SELECT": ("id", "receipt_id", "kind", "sent_at"), "INSERT": (), "DELETE": ()},
}
