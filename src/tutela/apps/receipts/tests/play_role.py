"""Play one process against a PostgreSQL under that process's own role: ``play_role.py URL PART``.

Prints one JSON object; started by ``test_receipts_rights``, each part as a process of its own.
"""

from __future__ import annotations

import json
import secrets
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django
from django.conf import settings

from tutela.config import base

PEPPERS = (bytes(range(32)), bytes(range(32, 64)))
DESK_SEED = b"d" * 32
CODE = "1234 5678 9012 3456 7891"
REPORT = {"v": 1, "kind": "report", "places": "https://example.org/page"}
FORBIDDEN = {
    "read what was handed in": "SELECT sealed FROM receipts_submission",
    "read whole submissions": "SELECT * FROM receipts_submission",
    "read who waits": "SELECT receipt_id, received_at FROM receipts_submission",
    "read the ledger": "SELECT kind FROM ledger_line",
    "change a line": "UPDATE ledger_line SET kind = 'nothing'",
    "delete a line": "DELETE FROM ledger_line",
    "empty the ledger": "TRUNCATE ledger_line",
    "delete the head": "DELETE FROM ledger_head",
    "drop the trigger": "DROP TRIGGER ledger_line_no_update ON ledger_line",
    "move a cursor": "UPDATE ledger_cursor SET sequence = 9",
    "change a submission": "UPDATE receipts_submission SET state = 'opened'",
    "delete a submission": "DELETE FROM receipts_submission",
    "change whom a receipt answers": "UPDATE receipts_receipt SET closed_at = NULL",
    "delete a receipt": "DELETE FROM receipts_receipt",
    "speak for the desk": "INSERT INTO receipts_message SELECT * FROM receipts_message",
    "become the owner": "SET ROLE postgres",
}


def set_up(url: str) -> None:
    database = base.database_of(url, Path())
    database["OPTIONS"].pop("pool")
    settings.configure(INSTALLED_APPS=base.APPS_BELOW_SITE, DATABASES={"default": database}, USE_TZ=True)
    django.setup()


def owner() -> dict[str, Any]:
    """Make the tables, then try what not even the owner may do."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    return {}


def site() -> dict[str, Any]:
    """Hand in, add, answer, read the receipt; then try everything that is forbidden."""
    from tutela.apps.receipts import actions as receipts
    from tutela.apps.receipts import queries, rules
    from tutela.core.envelope import sealing

    desk = sealing.public_key(sealing.private_key_from_seed(DESK_SEED))
    derived = rules.derive(rules.parse_code(CODE), *PEPPERS)
    receipt_id, submission_id = uuid.uuid4(), uuid.uuid4()
    report = {
        "receipt_id": receipt_id,
        "lookup": derived.lookup,
        "public_key": derived.public_key,
        "submission_id": submission_id,
        "sealed": rules.seal_submission(REPORT, desk, receipt_id, submission_id),
        "form_digest": secrets.token_bytes(32),
    }
    first, again = receipts.hand_in(**report), receipts.hand_in(**report)
    for kind in ("addition", "answer"):
        more = {"submission_id": uuid.uuid4(), "kind": kind, "sealed": b"sealed"}
        form = secrets.token_bytes(32)
        for _ in range(2):
            receipts.hand_in_more(receipt_id=first.receipt_id, form_digest=form, **more)
    found = queries.receipt_by_lookup(derived.lookup)
    return {
        "already": [first.already, again.already],
        "found": found is not None and found.id == first.receipt_id,
        "messages": len(queries.messages(first.receipt_id)),
        "forbidden": {name: refused(statement) for name, statement in FORBIDDEN.items()},
    }


def worker() -> dict[str, Any]:
    """Open what the site took in, tell the reporter, forget."""
    from django.db import transaction

    from tutela.apps.ledger import actions as ledger
    from tutela.apps.ledger import queries as ledger_queries
    from tutela.apps.receipts import actions as receipts
    from tutela.apps.receipts import queries, rules
    from tutela.core.envelope import sealing

    report, *rest = queries.submissions_waiting()
    later = datetime(2100, 1, 1, tzinfo=UTC)
    claimed = receipts.claim_submission(report.id, later)
    private_key = sealing.private_key_from_seed(DESK_SEED)
    opened = rules.open_submission(report.sealed, private_key, report.receipt_id, report.id)
    receipts.mark_opened(report.id)
    for submission in rest:
        receipts.mark_broken(submission.id, "seal_broken")
        receipts.retry_submission(submission.id, actor="worker")
        receipts.mark_opened(submission.id)
    tell(report.receipt_id, "closed")
    with transaction.atomic():
        moved = ledger.advance_cursor(follower="cases", expected=0, sequence=1)
    return {
        "claimed": claimed,
        "opened": opened,
        "rest": len(rest),
        "moved": moved,
        "holds": ledger_queries.verify().holds,
        "forgotten": receipts.forget_receipts(later),
        "forbidden": {
            name: refused(FORBIDDEN[name]) for name in ("change a line", "delete a line", "empty the ledger")
        },
    }


def desk() -> dict[str, Any]:
    """Tell the reporter and read the counts, but not what was handed in."""
    from tutela.apps.ledger import queries as ledger_queries
    from tutela.apps.receipts import queries

    receipt_id = next(line.about_id for line in ledger_queries.lines_after(0) if line.about_kind == "receipt")
    assert receipt_id is not None
    names = (
        "read what was handed in",
        "change a line",
        "delete a line",
        "delete a receipt",
        "become the owner",
    )
    return {
        "told": tell(receipt_id, "being_looked_at"),
        "broken": len(queries.broken_submissions()),
        "waiting": queries.submission_counts().waiting,
        "forbidden": {name: refused(FORBIDDEN[name]) for name in names},
    }


def tell(receipt_id: uuid.UUID, state: str) -> bool:
    from tutela.apps.receipts import actions as receipts

    payload = {"kind": "status", "state": state, "reason": "", "at": "2026-03-04T10:15:00Z"}
    told = receipts.tell_reporter(receipt_id=receipt_id, kind="status", payload=payload, actor="worker")
    return told is not None


def refused(statement: str) -> str:
    """Return the SQLSTATE with which PostgreSQL refuses, empty when it does not."""
    from django.db import DatabaseError, connection

    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        return str(getattr(error.__cause__, "sqlstate", None))
    return ""


if __name__ == "__main__":
    set_up(sys.argv[1])
    print(json.dumps({"owner": owner, "site": site, "desk": desk, "worker": worker}[sys.argv[2]]()))
