"""What a process that only writes lines may do on this room's tables, for database roles on PostgreSQL.

Table → right → columns (none means the whole table). Such a process cannot read what happened.
"""

from __future__ import annotations

Rights = dict[str, dict[str, tuple[str, ...]]]

WRITER: Rights = {
    "ledger_line": {"INSERT": ()},
    "ledger_head": {"SELECT": (), "UPDATE": ("sequence", "digest")},
}
FOLLOWER: Rights = {
    "ledger_line": {"SELECT": (), "INSERT": ()},
    "ledger_head": {"SELECT": (), "UPDATE": ("sequence", "digest")},
    "ledger_cursor": {"SELECT": (), "INSERT": (), "UPDATE": ("sequence",)},
}
