"""What the partners' process may do on PostgreSQL; ``tutela database roles`` makes GRANTs of it.

Table → right → columns (none means the whole table). It stores what partners hand in and cannot read it
back; it says nothing in this node's name, and whom the node believes is not its to change.
"""

from __future__ import annotations

from tutela.apps.ledger import rights as ledger
from tutela.apps.ledger.rights import Rights

PARTNER: Rights = {
    **ledger.WRITER,
    "exchange_revision": {"SELECT": ()},
    "exchange_partner": {"SELECT": ()},
    "exchange_partnerkey": {"SELECT": ()},
    "exchange_ownkey": {"SELECT": ()},
    "exchange_incoming": {
        "SELECT": ("id", "partner_id", "envelope_id", "digest", "step"),
        "INSERT": (),
        "UPDATE": ("receipt_due",),
    },
    "exchange_envelope": {"INSERT": ()},
    "exchange_boxed": {"SELECT": (), "INSERT": (), "DELETE": ()},
    "exchange_rotationheard": {"SELECT": ("digest",), "INSERT": ()},
    "exchange_refused": {"SELECT": (), "INSERT": (), "UPDATE": ("count", "last_at", "last_digest")},
}
