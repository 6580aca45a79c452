"""The examinations behind ``tutela doctor``: each looks at one thing and returns one finding."""

from __future__ import annotations

import json
import shutil
import smtplib
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tutela.config.node import NodeConfig


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found: ``state`` is green, amber or red; ``mend`` says what to do."""

    name: str
    state: str
    text: str
    mend: str = ""

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Node:
    """What an examination may look at."""

    home: Path
    config: NodeConfig


Examination = Callable[[Node], Iterator[Finding]]


def examine(home: Path) -> list[Finding]:
    """Run every examination; one that fails itself is a red finding, not the end."""
    from django.conf import settings

    found: list[Finding] = []
    for examination in EXAMINATIONS:
        try:
            found += examination(Node(home, settings.TUTELA))
        except Exception as error:
            name = examination.__name__.lstrip("_")
            found.append(
                Finding(name, "red", f"could not be examined: {type(error).__name__}", "see the line above")
            )
    return found


def _folder(node: Node) -> Iterator[Finding]:
    open_to_others = [path for path in [node.home, *(node.home / "keys").rglob("*")] if _is_open(path)]
    if open_to_others:
        yield Finding("folder", "red", "others on this machine can read it", f"chmod -R go-rwx {node.home}")
    else:
        yield Finding("folder", "green", "only this user can read the data folder and its keys")
    free = shutil.disk_usage(node.home).free
    state = "green" if free > 2e9 else "amber" if free > 2e8 else "red"
    yield Finding(
        "disk", state, f"{free / 1e9:.1f} GB free", "" if state == "green" else "make room on the disk"
    )


def _is_open(path: Path) -> bool:
    return path.suffix != ".public" and bool(path.stat().st_mode & 0o077)


def _keys(node: Node) -> Iterator[Finding]:
    from tutela.config import keys
    from tutela.config.node import BadConfiguration

    try:
        for path in (node.home / "keys").rglob("*.key"):
            keys.read_secret(path)
        keys.read_key(node.home / "keys" / "desk" / "desk.private", 96)
    except BadConfiguration as error:
        yield Finding("keys", "red", str(error), "restore the keys from a backup: tutela restore")
    else:
        yield Finding("keys", "green", "present, unique, none a known example")


def _database(node: Node) -> Iterator[Finding]:
    from django.core.management import call_command
    from django.db import connection

    try:
        call_command("migrate", check_unapplied=True, verbosity=0)
    except SystemExit:
        yield Finding("database", "red", "of another release", f"tutela database upgrade --home {node.home}")
    else:
        yield Finding("database", "green", f"{connection.vendor}, of this release")


def _ledger(_: Node) -> Iterator[Finding]:
    from tutela.apps.ledger import queries as ledger

    verdict = ledger.verify()
    if verdict.holds:
        yield Finding("ledger", "green", f"holds, {verdict.lines} lines")
    else:
        yield Finding(
            "ledger",
            "red",
            f"broken at line {verdict.broken_at}",
            "tutela ledger verify; keep a copy, ask why",
        )


def _https(node: Node) -> Iterator[Finding]:
    public = node.config.site.url.startswith("https://")
    if node.config.https and public:
        yield Finding("https", "green", node.config.site.url)
    elif node.config.demo:
        yield Finding("https", "amber", "none: this is a demonstration on this machine only")
    else:
        yield Finding(
            "https",
            "red",
            "the public site has no HTTPS address yet, so it answers on this machine only",
            "put a reverse proxy in front (deploy/), then set https, trusted_proxies and [site] url",
        )


def _mail(node: Node) -> Iterator[Finding]:
    mail = node.config.mail
    if not mail.host or not mail.sender:
        yield Finding(
            "mail", "red", "no mail server: no notice can leave", "set [mail] host and sender in node.toml"
        )
        return
    kind = smtplib.SMTP_SSL if mail.security == "tls" else smtplib.SMTP
    try:
        with kind(mail.host, mail.port, timeout=10) as server:
            server.ehlo()
            starttls = server.has_extn("starttls")
    except (OSError, smtplib.SMTPException) as error:
        yield Finding(
            "mail",
            "red",
            f"the mail server does not answer ({type(error).__name__})",
            "check [mail] in node.toml",
        )
        return
    if mail.security == "starttls" and not starttls:
        yield Finding(
            "mail", "red", "the mail server offers no encryption", 'choose another, or security = "tls"'
        )
    elif not mail.dkim_key_file:
        yield Finding(
            "mail",
            "amber",
            "works, but letters are not signed",
            "set dkim_domain, dkim_selector, dkim_key_file",
        )
    else:
        yield Finding("mail", "green", "works, letters are signed (DKIM)")


def _backups(node: Node) -> Iterator[Finding]:
    stamp = node.home / "run" / "last-backup.json"
    if not stamp.exists():
        yield Finding(
            "backup",
            "red" if not node.config.demo else "amber",
            "never made",
            f"tutela backup --home {node.home}",
        )
        return
    made_at = datetime.fromisoformat(json.loads(stamp.read_text(encoding="utf-8"))["made_at"])
    age = datetime.now(UTC) - made_at
    state = "green" if age < timedelta(days=2) else "amber" if age < timedelta(days=8) else "red"
    yield Finding(
        "backup",
        state,
        f"{age.days} days old",
        "" if state == "green" else f"tutela backup --home {node.home}",
    )


def _clock(_: Node) -> Iterator[Finding]:
    from tutela.apps.ledger import queries as ledger

    last = ledger.latest_lines(most=1)
    if last and last[0].at > datetime.now(UTC) + timedelta(minutes=1):
        yield Finding(
            "clock",
            "red",
            "runs behind the last ledger line",
            "set the clock; install systemd-timesyncd or chrony",
        )
    elif Path("/run/systemd/timesync/synchronized").exists() or shutil.which("chronyd"):
        yield Finding("clock", "green", "kept right by a time service")
    else:
        yield Finding("clock", "amber", "no time service was found", "sudo apt-get install systemd-timesyncd")


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
    from tutela.core.law import contacts

    if not node.config.contact:
        yield Finding("contact", "amber", "the public sees no address of yours", "set contact in node.toml")
    if contacts.emergency_number(node.config.country) is None:
        yield Finding(
            "emergency",
            "red",
            f"no emergency number is known for {node.config.country}",
            "correct core/law/data",
        )
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


EXAMINATIONS: list[Examination] = [
    _folder, _keys, _database, _ledger, _clock, _https, _mail, _backups, _worker, _retention,
    _people, _contacts,
]  # fmt: skip
