"""Examinations of the work: worker, intake, retention, people, contacts."""

from __future__ import annotations

import time
from collections.abc import Iterator

from tutela.doors.cli.findings.finding import Examination, Finding, Node


def _worker(node: Node) -> Iterator[Finding]:
    beat = node.home / "run" / "worker.heartbeat"
    if not beat.exists():
        yield Finding("worker", "red", "has never run", f"tutela serve --home {node.home}")
        return
    age = time.time() - beat.stat().st_mtime
    state = "green" if age < 120 else "red"
    yield Finding(
        "worker",
        state,
        f"last seen {age:.0f} s ago",
        "" if state == "green" else f"tutela serve --home {node.home}",
    )


def _intake(node: Node) -> Iterator[Finding]:
    from tutela.apps.receipts import queries as receipts

    counted = receipts.submission_counts()
    if counted.broken:
        text = f"{counted.broken} could not be opened; they are kept"
        yield Finding("intake", "red", text, f"find out why, then: tutela intake retry --home {node.home}")
    else:
        yield Finding("intake", "green", f"{counted.opened} opened, {counted.waiting} wait")


def _retention(node: Node) -> Iterator[Finding]:
    if 0 < node.config.retention_days <= 730:
        yield Finding(
            "retention", "green", f"closed reports are emptied after {node.config.retention_days} days"
        )
    else:
        yield Finding(
            "retention",
            "amber",
            f"set to {node.config.retention_days} days",
            "a closed report is rarely needed longer than two years: retention_days in node.toml",
        )
    yield from _retention_of_talks(node)


def _retention_of_talks(node: Node) -> Iterator[Finding]:
    if not node.config.exchange.node:
        return
    days = node.config.exchange.retention_days
    if days > 0:
        yield Finding(
            "retention", "green", f"what was said with partners is emptied {days} days after its end"
        )
        return
    mend = "say how long it is needed: retention_days in [exchange] of node.toml"
    yield Finding("retention", "amber", "what was said with partners is kept for ever", mend)


def _people(node: Node) -> Iterator[Finding]:
    from tutela.apps.accounts import queries as accounts

    people = [person for person in accounts.people() if person.active]
    if not any(person.role == "coordinator" for person in people):
        yield Finding(
            "people", "red", "no coordinator yet", f"tutela people first-coordinator --home {node.home}"
        )
        return
    bare = sum(not person.has_second_factor for person in people)
    if bare:
        yield Finding(
            "people",
            "amber",
            f"{bare} of {len(people)} without a second factor",
            "they set one at next sign-in",
        )
    else:
        yield Finding("people", "green", f"{len(people)}, all with a second factor")


def _contacts(node: Node) -> Iterator[Finding]:
    from tutela.apps.notices import queries as notices

    if not node.config.contact:
        yield Finding("contact", "amber", "the public sees no address of yours", "set contact in node.toml")
    waiting = len(notices.contacts_waiting())
    if waiting:
        yield Finding(
            "providers",
            "amber",
            f"{waiting} contacts wait for approval",
            "a coordinator approves them at the desk",
        )
    elif not notices.providers():
        yield Finding(
            "providers",
            "amber",
            "no provider on record yet",
            "add those you know at the desk, under Providers",
        )
    else:
        yield Finding("providers", "green", "on record, none waits")


EXAMINATIONS: list[Examination] = [_worker, _intake, _retention, _people, _contacts]
