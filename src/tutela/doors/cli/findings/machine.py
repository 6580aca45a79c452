"""Examinations of what the node stands on: folder, keys, database, ledger, clock, HTTPS, mail, backups."""

from __future__ import annotations

import json
import shutil
import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tutela.doors.cli.findings.finding import Examination, Finding, Node


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
    from tutela.core.envelope import sealing

    try:
        for path in (node.home / "keys").rglob("*.key"):
            # Among partners a node has keys of another form, examined with the exchange.
            if path.parent.name != "exchange":
                keys.read_secret(path)
        private = keys.read_key(node.home / "keys" / "desk" / "desk.private", 96)
    except BadConfiguration as error:
        yield Finding("keys", "red", str(error), "restore the keys from a backup: tutela restore")
    else:
        if sealing.public_key(private) != keys.read_key(node.home / "keys" / "site" / "desk.public", 1216):
            mend = "restore the keys from a backup: tutela restore"
            yield Finding("keys", "red", "the site seals to another key than the desk has", mend)
            return
        yield Finding("keys", "green", "present, unique, none a known example; site and desk fit")


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


EXAMINATIONS: list[Examination] = [_folder, _keys, _database, _ledger, _clock, _https, _mail, _backups]
