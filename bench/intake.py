"""Reports a second through the real HTTP door of the public site, on SQLite and on PostgreSQL.

A node is made, `tutela serve site` starts with two workers of two threads (more threads only wait for each
other), and reports are sent to it from many networks: first at a steady rate (open loop: a slow answer does
not slow the next report down), which gives the latency that a reporter feels, then as fast as it takes them.
Each report is a form of its own with its own code: two Argon2id derivations, sealing with X-Wing, one
transaction with its ledger line, one page with the code. Site, database and sender share the processors; how
much of them each took for a report is said as well, because that hardly changes when the machine is busy.

Beside it runs GlobaLeaks, the whistleblowing software closest to this part, where a checkout of it is named:
``bench/intake_peer.py`` says how, and measures it alone too. The ratio is ours to what its server takes, and
ours to what it takes with the work that its page does on the same processors.

    python bench/intake.py [--seconds 10] [--rate 100] [--database sqlite|postgresql|both] [--peer PATH]
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import intake_peer
from intake_sender import Sender, processor_seconds
from tutela.doors.cli import making, serving
from tutela.doors.cli.stage import free_port
from tutela.testing.postgres import Cluster

SENDERS = 24


@dataclass(frozen=True)
class Site:
    """A running site: its port, and the processes whose work counts as its own."""

    port: int
    processes: dict[str, int]

    def processor_seconds(self) -> dict[str, float]:
        """What each part took of the processors so far; the sender is this process."""
        taken = {name: processor_seconds(pid) for name, pid in self.processes.items()}
        return taken | {"sender": time.process_time()}


@contextmanager
def site(database: str, processes: dict[str, int]) -> Iterator[Site]:
    """Run a node's public site on this database."""
    with tempfile.TemporaryDirectory(prefix="tutela-bench-") as folder:
        home, port = Path(folder) / "node", free_port(random.randrange(20_000, 32_000))
        making.write_node(home, {"organisation": "Bench", "country": "GE", "languages": "en",
                                 "site_port": port, "database": database})  # fmt: skip
        text = (home / "node.toml").read_text()
        text = text.replace("trusted_proxies = []", 'trusted_proxies = ["127.0.0.1"]')

        text = text.replace("[site]\n", "[site]\nworkers = 2\nthreads = 2\n")
        (home / "node.toml").write_text(text)
        environment = serving.environment_of("owner", home)
        subprocess.run(
            [sys.executable, "-m", "django", "migrate", "--verbosity", "0"], env=environment, check=True
        )
        command = [
            sys.executable,
            "-c",
            "from tutela.doors.cli import run; run()",
            "serve",
            "site",
            "--home",
            str(home),
        ]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        try:
            _wait(port)
            yield Site(port, {"site": process.pid} | processes)
        finally:
            process.terminate()
            process.wait(30)


def _wait(port: int) -> None:
    for _ in range(600):
        try:
            Sender(port).form()
        except (OSError, RuntimeError):
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the site did not start")


def forms(port: int, number: int) -> queue.SimpleQueue[bytes]:
    """Fetch forms beforehand: reading the page is not part of the time that sending takes."""
    found: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def fetch(some: range) -> None:
        sender = Sender(port)
        for _ in some:
            found.put(sender.form())

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(fetch, [range(n, number, 4) for n in range(4)]))
    return found


def at_rate(site: Site, rate: float, seconds: float) -> dict[str, object]:
    """Send at a steady rate; a report's time counts from the moment when it was due."""
    number = int(rate * seconds)
    waiting, taken, late = forms(site.port, number), [], threading.Lock()
    due: queue.SimpleQueue[float] = queue.SimpleQueue()
    before = site.processor_seconds()
    began = time.perf_counter() + 0.5
    for n in range(number):
        due.put(began + n / rate)

    def work() -> None:
        sender = Sender(site.port)
        while True:
            try:
                moment = due.get_nowait()
            except queue.Empty:
                return
            time.sleep(max(0.0, moment - time.perf_counter()))
            sender.report(waiting.get())
            with late:
                taken.append(time.perf_counter() - moment)

    _all(work)
    after = site.processor_seconds()
    taken.sort()
    return {
        "rate": rate,
        "reports": number,
        "p50_ms": round(statistics.median(taken) * 1000, 1),
        "p95_ms": round(taken[int(len(taken) * 0.95)] * 1000, 1),
        "p99_ms": round(taken[int(len(taken) * 0.99)] * 1000, 1),
        "processor_ms_a_report": {
            name: round((after[name] - before[name]) / number * 1000, 2) for name in before
        },
    }


def at_once(port: int, seconds: float) -> float:
    """Send as fast as the site takes them; return reports a second."""
    waiting = forms(port, int(250 * seconds))
    done, end = [0] * 8, time.perf_counter() + seconds

    def work(number: int) -> None:
        sender = Sender(port)
        while time.perf_counter() < end and not waiting.empty():
            sender.report(waiting.get())
            done[number] += 1

    began = time.perf_counter()
    with ThreadPoolExecutor(len(done)) as pool:
        list(pool.map(work, range(len(done))))
    return sum(done) / (time.perf_counter() - began)


def _all(work: object) -> None:
    with ThreadPoolExecutor(SENDERS) as pool:
        for future in [pool.submit(work) for _ in range(SENDERS)]:  # type: ignore[arg-type]
            future.result()


def measure(name: str, url: str, rate: float, seconds: float, **processes: int) -> dict[str, object]:
    """Measure one database, whose own processes are named too."""
    with site(url, processes) as running:
        at_rate(running, 20, 2)
        steady = at_rate(running, rate, seconds)
        most = at_once(running.port, seconds)
        return {"database": name, "most_a_second": round(most, 1), "steady": steady}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rate", type=float, default=100)
    parser.add_argument("--peer", type=Path)
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    given = parser.parse_args()
    found = []
    if given.database != "postgresql":
        found.append(measure("sqlite", "", given.rate, given.seconds))
    if given.database != "sqlite":
        cluster = Cluster().start(durable=True)
        try:
            pid = int((cluster.folder / "data" / "postmaster.pid").read_text().split()[0])
            found.append(measure("postgresql", cluster.url(), given.rate, given.seconds, database=pid))
        finally:
            cluster.stop()
    theirs = intake_peer.measure(given.peer, rate=given.rate, seconds=given.seconds)
    ours = {str(one["database"]): float(str(one["most_a_second"])) for one in found}
    said = {"bench": "intake", "ours": found} | theirs | intake_peer.ratio(ours, theirs)
    print(json.dumps(said | {"cores": os.cpu_count()}, indent=1))


if __name__ == "__main__":
    main()
