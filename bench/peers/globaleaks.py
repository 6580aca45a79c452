"""GlobaLeaks as a server that can be started, set up and sent reports to, by what its own page does.

GlobaLeaks is whistleblowing software: somebody who gives no name sends a report over HTTP and keeps a code.
It is no part of this tree: a checkout is named that its own documentation has made ready, with ``backend``,
beside it ``client/build/`` with its index and data, and in ``venv`` the versions that its list for bookworm
pins. Written for, and measured with, 5.0.95 on Python 3.11.

One process of it is started on loopback with an SQLite file of its own, set up through its own wizard with
one channel and one recipient, and sent reports with the requests, proofs of work and key derivation of its
own page. What differs from a fresh installation is in its favour, or keeps the network out:

- its rate limits are off, by its own switch: they would end a run after ten reports;
- plain HTTP under an onion name, as its Tor daemon would hand it over, so no TLS;
- no mail, no Tor, no look for updates or exit nodes;
- one report is sent alone before the others: of several first ones at once, all but one fail.
"""

from __future__ import annotations

import base64
import http.client
import json
import re
import secrets
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from argon2.low_level import Type, hash_secret_raw

from tutela.doors.cli.stage import free_port

VERSION = re.compile(r"__version__ = '([^']+)'")
HOST = "bench.onion"

START = """
import sys
backend, home, port = sys.argv[1:]
sys.path.insert(0, backend)
import globaleaks.mocks.twisted_mocks
import txtorcon
from globaleaks import jobs
from globaleaks.settings import Settings
from globaleaks.state import State
from twisted.application.app import startApplication
from twisted.internet import defer, reactor
txtorcon.launch = lambda *a, **k: defer.Deferred()
jobs.jobs_list[:] = [j for j in jobs.jobs_list if j.__name__ not in ("ExitNodesRefresh", "UpdateCheck")]
Settings.nodaemon = Settings.disable_notifications = True
Settings.working_path, Settings.ramdisk_path = home, home + "/ram"
Settings.bind_remote_ports, Settings.bind_local_ports = [], [int(port)]
State.RateLimit.enabled = False
State.bind_tcp_ports()
State.init_environment()
from globaleaks.backend import application
startApplication(application, False)
reactor.run()
"""
"""Starts one process of the peer; what it sets is said above."""


class PeerError(RuntimeError):
    """The peer answered with an error of its own."""


@dataclass(frozen=True)
class Running:
    """A peer that answers."""

    port: int
    process: int


def version(checkout: Path) -> str:
    """Return the version that the checkout says it has."""
    found = VERSION.search((checkout / "backend" / "globaleaks" / "__init__.py").read_text())
    return found.group(1) if found else "of an unknown version"


def any_key() -> str:
    """Return what looks like a derived key: the server cannot tell."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def argon2id(text: str, salt: str, *, passes: int, memory_kib: int) -> bytes:
    """Derive as the peer's page does: the salt is the first 16 bytes of what its base64 says."""
    return hash_secret_raw(text.encode(), base64.b64decode(salt)[:16], passes, memory_kib, 1, 32, Type.ID)


@dataclass(frozen=True)
class Channel:
    """Where a report goes, and the questions that it answers."""

    id: str
    recipients: list[str]
    questions: list[str]


class Sender:
    """One connection that acts as the peer's page does."""

    def __init__(self, port: int) -> None:
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        """Ask as the page asks; what is not answered with a success ends the run."""
        named = {"Host": HOST, "Content-Type": "application/json"}
        named.update({name.replace("_", "-"): value for name, value in headers.items()})
        self._http.request(method, path, None if body is None else json.dumps(body), named)
        response = self._http.getresponse()
        text = response.read()
        if response.status not in (200, 201, 202):
            wrong = PeerError if response.status == 500 else RuntimeError
            raise wrong(f"{path} was answered with {response.status}: {text[:200]!r}")
        return json.loads(text) if text else None

    def proof(self) -> str:
        """Take a token and work for it."""
        token = self.ask("POST", "/api/auth/token", {})
        answer = 0
        while argon2id(f"{token['id']}{answer}", token["salt"], passes=1, memory_kib=1024)[31]:
            answer += 1
        return f"{token['id']}:{answer}"

    def session(self) -> str:
        """Open the form."""
        opened = self.ask("POST", "/api/auth/receiptauth", {"receipt": ""}, x_token=self.proof())
        return str(opened["id"])

    def receipt(self) -> str:
        """Make a code and derive its key, as the page does when the button is pressed."""
        salt = self.ask("POST", "/api/auth/type", {"username": ""}, x_token=self.proof())["salt"]
        code = "".join(secrets.choice("0123456789") for _ in range(16))
        return base64.b64encode(argon2id(code, salt, passes=16, memory_kib=128 * 1024)).decode()

    def report(self, session: str, receipt: str, to: Channel) -> bool:
        """Hand a report in; say whether it was taken."""
        places = f"https://files.example.org/{secrets.token_hex(8)} and https://www.example.net/{secrets.token_hex(4)}"
        body = {
            "context_id": to.id,
            "receivers": to.recipients,
            "identity_provided": False,
            "answers": {one: [{"required_status": False, "value": places}] for one in to.questions},
            "score": 0,
            "receipt": receipt,
        }
        try:
            self.ask("POST", "/api/whistleblower/submission", body, x_session=session)
        except PeerError:
            return False
        return True


@contextmanager
def running(checkout: Path) -> Iterator[Running]:
    """Run the peer."""
    python, backend = checkout / "venv" / "bin" / "python", checkout / "backend"
    with tempfile.TemporaryDirectory(prefix="tutela-bench-peer-") as home:
        port = free_port(20_000 + secrets.randbelow(12_000))
        log = Path(home, "started")
        command = [str(python), "-B", "-c", START, str(backend), home, str(port)]
        with log.open("wb") as out:
            process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, cwd=home)
        try:
            _wait(port, process, log)
            yield Running(port, process.pid)
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(1200):
        if process.poll() is not None:
            break
        try:
            Sender(port).ask("GET", "/api/public")
        except (OSError, RuntimeError, http.client.HTTPException):
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"the peer did not start: {log.read_text()[-2000:]}")


def set_up(port: int) -> Channel:
    """Go through the wizard of the peer; return its channel."""
    sender = Sender(port)

    wizard = {
        "node_language": "en", "node_name": "Bench", "profile": "default", "admin_escrow": True,
        "admin_username": "admin", "admin_name": "Admin", "admin_password": any_key(),
        "admin_mail_address": "admin@example.org",
        "receiver_username": "recipient", "receiver_name": "Recipient", "receiver_password": any_key(),
        "receiver_mail_address": "recipient@example.org",
        "skip_admin_account_creation": False, "skip_recipient_account_creation": False,
        "enable_developers_exception_notification": False,
    }  # fmt: skip
    sender.ask("POST", "/api/wizard", wizard, x_token=sender.proof())
    for _ in range(100):
        public = sender.ask("GET", "/api/public")
        if public["contexts"]:
            break
        time.sleep(0.1)
    (channel,) = public["contexts"]
    (form,) = [one for one in public["questionnaires"] if one["id"] == channel["questionnaire_id"]]
    fields = [field for step in form["steps"] for field in step["children"]]
    must = [one["id"] for one in fields if one["required"] and one["type"] in ("inputbox", "textarea")]
    to = Channel(channel["id"], channel["receivers"], must)
    if not sender.report(sender.session(), any_key(), to):
        raise RuntimeError("the peer does not take the first report")
    return to
