"""Examinations of the exchange: our own keys, partners that are not reached, what needs a person."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from tutela.core.envelope.header import LONGEST_LIFE
from tutela.doors.cli.backups import RESTORED
from tutela.doors.cli.findings.finding import Examination, Finding, Node

SILENT_FOR = timedelta(days=1)


def _node_keys(node: Node) -> Iterator[Finding]:
    if not node.config.exchange.node:
        return
    from tutela.apps.exchange import queries
    from tutela.apps.exchange.errors import NoUsableKey
    from tutela.core.envelope.errors import EnvelopeRefusal
    from tutela.doors.cli.exchanging import keyring_of

    try:
        own = queries.own_node(keyring_of(node.home))
    except NoUsableKey:
        yield Finding(
            "exchange", "red", "no private keys are here", "tutela restore, or: tutela keys revoke ID"
        )
        return
    except EnvelopeRefusal as refusal:
        mend = "check [exchange] passphrase_file, or restore the keys: tutela restore"
        yield Finding("exchange", "red", f"the private keys do not open ({refusal.code})", mend)
        return
    if queries.newest_signing_keys(own, datetime.now(UTC)) is None:
        yield Finding(
            "exchange", "red", "no keys may sign now", "tutela keys rotate, or: tutela keys revoke ID"
        )
        return
    yield Finding("exchange", "green", f"{own.node}, {len(own.keys)} key sets")


def _partners(node: Node) -> Iterator[Finding]:
    if not node.config.exchange.node:
        return
    from tutela.apps.exchange import queries

    found = queries.health()
    late = datetime.now(UTC) - SILENT_FOR
    waiting = [one.name for one in found.partners if one.oldest_at is not None and one.oldest_at < late]
    rewritten = [one.name for one in found.partners if one.ledger_differs]
    if rewritten:
        yield Finding(
            "partners", "red", f"their ledger was rewritten: {', '.join(rewritten)}", "ask them why"
        )
    if found.problems:
        mend = "tutela exchange status"
        yield Finding("partners", "red", f"{found.problems} messages did not arrive or were refused", mend)
    if waiting:
        text = f"messages wait for more than a day: {', '.join(waiting)}"
        yield Finding("partners", "amber", text, "tutela exchange status; call them")
    if off := [one.name for one in found.partners if one.clock_off]:
        yield Finding(
            "partners", "amber", f"clocks differ: {', '.join(off)}", "check this clock, then call them"
        )
    if not (rewritten or found.problems or waiting or off):
        yield Finding("partners", "green", f"{len(found.partners)}, nothing waits for long")


def _restored(node: Node) -> Iterator[Finding]:
    stamp = node.home / RESTORED
    if not node.config.exchange.node or not stamp.exists():
        return
    said = json.loads(stamp.read_text(encoding="utf-8"))
    made_at, at = (datetime.fromisoformat(said[name]) for name in ("made_at", "restored_at"))
    if datetime.now(UTC) - at > LONGEST_LIFE:
        return
    text = (
        f"on {at:%Y-%m-%d} from a backup of {made_at:%Y-%m-%d %H:%M} UTC: what was said, heard and revoked "
        "in between is not here"
    )
    mend = "call the partners: docs/guides/exchange.md, After a restore"
    yield Finding("restored", "amber", text, mend)


EXAMINATIONS: list[Examination] = [_node_keys, _partners, _restored]
