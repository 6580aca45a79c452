"""What the providers' process may do on PostgreSQL; ``tutela database roles`` makes GRANTs of it.

Table → right → columns (none means the whole table). What is not named is refused: no case, no receipt, no
person, no contact. Letters and their items are read; of an item only the answer is written.
"""

from __future__ import annotations

from tutela.apps.ledger import rights as ledger
from tutela.apps.ledger.rights import Rights

PROVIDER: Rights = {
    **ledger.WRITER,
    "notices_notice": {"SELECT": ()},
    "notices_hosting": {"SELECT": ()},
    "notices_noticeitem": {"SELECT": (), "UPDATE": ("state", "answer", "answered_at")},
    "notices_answer": {"SELECT": (), "INSERT": ()},
}
