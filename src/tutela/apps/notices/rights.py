"""What the providers' process may do on PostgreSQL; ``tutela database roles`` makes GRANTs of it.

``()`` means every column of the table. What is not named here is refused: no case, no reporter, no
receipt, no person, no contact; letters and items are read, and of an item only its answer is written.
"""

from __future__ import annotations

PROVIDER: dict[str, dict[str, tuple[str, ...]]] = {
    "notices_notice": {"SELECT": ()},
    "notices_hosting": {"SELECT": ()},
    "notices_noticeitem": {"SELECT": (), "UPDATE": ("state", "answer", "answered_at")},
    "notices_answer": {"SELECT": (), "INSERT": ()},
    "ledger_line": {"INSERT": ()},
    "ledger_head": {"SELECT": (), "UPDATE": ()},
}
