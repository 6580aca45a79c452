"""Two real nodes between which messages go end to end, for ``bench/exchange.py``.

Each has its own data folder, database, partners' door over HTTP and worker in its usual loop. A third process
says the messages, while the workers are already at it: as the desk does, each in a transaction of its own
and the first of its conversation, or many in one transaction. The clock runs from the first of them until the
last receipt stands at the sender. Everything shares the processors; how much of them each part took for a
message is said as well.
"""

from __future__ import annotations

import json
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from intake_sender import processor_seconds
from tutela.testing.exchange_nodes import ExchangeNode
from tutela.testing.postgres import Cluster

SECONDS = 120.0
"""How long a round may take before it is called lost."""
_UNANSWERED = "SELECT count(*) FROM exchange_outgoing WHERE kind = 'question' AND step = ''"
SAYING = {"each in a transaction of its own": 1, "fifty in a transaction": 50}

_SAY = """
import json, sys
import django
django.setup()
from django.db import transaction
from tutela.apps.exchange import actions as exchange
print("ready", flush=True)
for line in sys.stdin:
    order = json.loads(line)
    for begun in range(0, order["number"], order["together"]):
        with transaction.atomic():
            for _ in range(begun, min(begun + order["together"], order["number"])):
                exchange.say(partner=order["to"], kind="question", content=order["content"], actor="worker")
    print("said", flush=True)
"""

QUESTION = {
    "text": "Of the seven addresses that came from you on Tuesday one answers again from another network. "
    "Did your provider take it down before, and under which number do you keep it? We would like to ask "
    "them again in their language. If its account is known to you from another case, a word is enough."
}
"""What one analyst asks another: three sentences."""


@dataclass
class Pair:
    """Two nodes that are partners, and the process that speaks for the first one."""

    here: ExchangeNode
    there: ExchangeNode
    sayer: subprocess.Popen[str]
    asked: Any
    database: int = 0

    def seconds(self) -> dict[str, float]:
        """Return what each part took of the processors so far."""
        parts = {
            f"{name} {side}": processor_seconds(node.processes[name].pid)
            for side, node in (("here", self.here), ("there", self.there))
            for name in ("partner", "worker")
        }
        parts["saying"] = processor_seconds(self.sayer.pid)
        return parts | ({"database": processor_seconds(self.database)} if self.database else {})

    def order(self, number: int, together: int) -> None:
        """Let messages be said, so many in a transaction, without waiting for it."""
        assert self.sayer.stdin is not None
        said = {"to": self.there.name, "content": QUESTION, "number": number, "together": together}
        self.sayer.stdin.write(json.dumps(said) + "\n")
        self.sayer.stdin.flush()

    def await_said(self) -> None:
        assert self.sayer.stdout is not None
        if self.sayer.stdout.readline() != "said\n":
            raise SystemExit("not everything could be said")

    def unanswered(self) -> int:
        """Return for how many messages no receipt came yet, over one connection: opening one costs more."""
        return int(self.asked.execute(_UNANSWERED).fetchone()[0])


@contextmanager
def pair(cluster: Cluster | None = None) -> Iterator[Pair]:
    """Run two nodes, on SQLite or on databases of this server."""
    with tempfile.TemporaryDirectory(prefix="tutela-bench-") as folder:
        nodes = [
            ExchangeNode(Path(folder) / name, f"{name}.example.org", database=_database(cluster))
            for name in ("here", "there")
        ]
        with nodes[0] as here, nodes[1] as there:
            for node in nodes:
                node.join()
                node.start("partner")
            here.meet(there)
            there.meet(here)
            for node in nodes:
                node.start("worker")
            with _sayer(here) as sayer:
                asked = _asked(here)
                yield Pair(here, there, sayer, asked, _postmaster(cluster))
                asked.close()


def _database(cluster: Cluster | None) -> str:
    if cluster is None:
        return ""
    name = f"bench_{uuid4().hex}"
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return cluster.url(name)


def _asked(node: ExchangeNode) -> Any:
    if node.database:
        return psycopg.connect(node.database, autocommit=True)
    return sqlite3.connect(f"file:{node.home}/tutela.sqlite3?mode=ro", uri=True, timeout=20)


def _postmaster(cluster: Cluster | None) -> int:
    if cluster is None:
        return 0
    return int((cluster.folder / "data" / "postmaster.pid").read_text().split()[0])


@contextmanager
def _sayer(node: ExchangeNode) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", _SAY]
    process = subprocess.Popen(
        command, env=node.environment("worker"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.terminate()
        process.wait(30)


def bring(running: Pair, number: int, together: int) -> dict[str, Any]:
    """Bring ``number`` messages across; returns how many a second, and what they took."""
    before = running.seconds()
    began = time.perf_counter()
    running.order(number, together)
    running.await_said()
    while left := running.unanswered():
        if time.perf_counter() - began > SECONDS:
            raise SystemExit(f"{left} of {number} messages found no answer")
        time.sleep(0.05)
    taken = time.perf_counter() - began
    after = running.seconds()
    parts = {name: round((after[name] - before[name]) / number * 1000, 2) for name in before}
    return {
        "a_second": round(number / taken, 1),
        "processor_ms_a_message": parts | {"all": round(sum(parts.values()), 2)},
    }


def measure(running: Pair, number: int, rounds: int, together: int) -> dict[str, Any]:
    """Return the medians of the rounds, and what each of them was."""
    found = [bring(running, number, together) for _ in range(rounds)]
    parts = found[0]["processor_ms_a_message"]
    return {
        "a_second": round(statistics.median(one["a_second"] for one in found), 1),
        "rounds": [one["a_second"] for one in found],
        "processor_ms_a_message": {
            name: round(statistics.median(one["processor_ms_a_message"][name] for one in found), 2)
            for name in parts
        },
    }


def compare(databases: Sequence[str], *, messages: int, rounds: int) -> dict[str, Any]:
    """Measure two nodes on each of these databases, a server of our own that keeps what it is told."""
    found = {}
    for name in databases:
        cluster = Cluster().start(durable=True) if name == "postgresql" else None
        try:
            with pair(cluster) as running:
                bring(running, 50, 1)
                found[name] = {
                    shown: measure(running, messages, rounds, together) for shown, together in SAYING.items()
                }
        finally:
            if cluster is not None:
                cluster.stop()
    return found
