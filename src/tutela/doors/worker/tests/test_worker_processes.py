"""Promises about the process itself: killed at any moment it loses nothing and does nothing twice."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tutela.config import keys
from tutela.testing import loaded
from tutela.testing.processes import Process

pytestmark = pytest.mark.processes

SUBMISSIONS = 20
PATIENCE_SECONDS = 90

NODE = """
organisation = "Example Hotline"
languages = ["en", "ka"]
[mail]
host = ""
[checks]
nameservers = ["127.0.0.1:9"]
rdap = ""
"""

HAND_IN = """
import hashlib, sys
import django
django.setup()
from django.conf import settings
from tutela.apps.receipts import actions as receipts
from tutela.apps.receipts import rules
from tutela.core.kernel import ids

for number in range(int(sys.argv[1])):
    receipt, submission = ids.new_id(), ids.new_id()
    places = " ".join(f"https://files.example.org/{number}/{page}" for page in range(2))
    payload = {"v": 1, "kind": "report", "places": places, "more": "Words that stay sealed."}
    receipts.hand_in(
        receipt_id=receipt,
        lookup=hashlib.sha256(receipt.bytes).digest(),
        public_key=settings.TUTELA_DESK_PUBLIC_KEY,
        submission_id=submission,
        sealed=rules.seal_submission(payload, settings.TUTELA_DESK_PUBLIC_KEY, receipt, submission),
        form_digest=hashlib.sha256(submission.bytes).digest(),
    )
"""

# What a dead worker had claimed is free again after a minute, which need not be waited for here.
FINISH = """
import json
from datetime import UTC, datetime, timedelta
import django, time_machine
django.setup()
from tutela.apps.ledger import queries as ledger
from tutela.apps.receipts import queries as receipts
from tutela.doors.worker import loop

with time_machine.travel(datetime.now(UTC) + timedelta(minutes=2)):
    done = loop.run_once()
    counts = receipts.submission_counts()
verdict = ledger.verify()
opened = [line.about_id for line in ledger.lines_after(0, kinds=("report_opened",), most=1000)]
print(json.dumps({
    "done": done,
    "waiting": counts.waiting, "opened": counts.opened, "broken": counts.broken,
    "reports": len(opened), "different": len(set(opened)), "holds": verdict.holds,
}))
"""


def _environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    return kept | {"TUTELA_HOME": str(home), "DJANGO_SETTINGS_MODULE": "tutela.config.worker"}


def _run(home: Path, code: str, *arguments: str) -> str:
    environment = _environment(home)
    done = loaded.run(arguments, code=code, environment=environment, seconds=PATIENCE_SECONDS)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def _start(home: Path) -> Process:
    command = [sys.executable, "-m", "tutela.doors.worker"]
    return Process("worker", command, _environment(home), home / "worker.out", from_nothing=False)


def _count(home: Path, question: str) -> int:
    with sqlite3.connect(f"file:{home}/tutela.sqlite3?mode=ro", uri=True, timeout=5) as connection:
        found: int = connection.execute(question).fetchone()[0]
    connection.close()
    return found


def _wait(until: Callable[[], Any], worker: Process) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not until():
        assert worker.runs, "the worker ended by itself"
        assert time.monotonic() < deadline, "the worker did not get there"
        time.sleep(0.005)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, tables: Path) -> Path:
    folder = tmp_path_factory.mktemp("node")
    (folder / "node.toml").write_text(NODE)
    keys.make_all(folder)
    shutil.copy2(tables, folder / "tutela.sqlite3")
    return folder


def test_a_worker_killed_in_the_middle_opens_each_submission_once(home: Path) -> None:
    _run(home, HAND_IN, str(SUBMISSIONS))
    opened = "SELECT count(*) FROM receipts_submission WHERE state = 'opened'"
    worker = _start(home)
    _wait(lambda: _count(home, opened) >= 5, worker)
    worker.kill()
    assert 5 <= _count(home, opened) < SUBMISSIONS, "it was killed in the middle"
    found = json.loads(_run(home, FINISH).splitlines()[-1])
    assert (found["waiting"], found["opened"], found["broken"]) == (0, SUBMISSIONS, 0)
    assert (found["reports"], found["different"]) == (SUBMISSIONS, SUBMISSIONS)
    assert _count(home, "SELECT count(*) FROM cases_item") == SUBMISSIONS * 2
    assert found["holds"]


def test_a_worker_told_to_stop_finishes_and_says_nothing_of_what_it_read(home: Path) -> None:
    _run(home, HAND_IN, "3")
    waiting = "SELECT count(*) FROM receipts_submission WHERE state = 'waiting'"
    worker = _start(home)
    _wait(lambda: _count(home, waiting) == 0, worker)
    assert (home / "run" / "worker.heartbeat").exists()
    assert worker.end() == 0
    written = worker.said()
    events = [json.loads(line) for line in written.splitlines()]
    assert (events[0]["event"], events[-1]["event"]) == ("worker_started", "worker_stopped")
    for word in ("example.org", "Words", "files"):
        assert word not in written
