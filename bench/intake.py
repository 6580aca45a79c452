"""Reports a second through the real HTTP door of the public site, on SQLite and on PostgreSQL.

A node is made, `tutela serve site` starts with two workers of two threads (more threads only wait for each
other), and reports are sent to it from many networks: first at a steady rate (open loop: a slow answer does
not slow the next report down), which gives the latency that a reporter feels, then as fast as it takes them.
Each report is a form of its own with its own code: two Argon2id
derivations, sealing with X-Wing, one transaction with its ledger line, one page with the code.

Beside it runs GlobaLeaks, the whistleblowing software closest to this part, where a checkout of it is named:
``bench/intake_peer.py`` says how, and measures it alone too. The ratio is ours to what its server takes, and
ours to what it takes with the work that its page does on the same processors.

    python bench/intake.py [--seconds 10] [--rate 100] [--database sqlite|postgresql|both] [--peer PATH]
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import queue
import random
import re
import secrets
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import intake_peer
from tutela.doors.cli import making, serving
from tutela.doors.cli.stage import free_port
from tutela.testing.postgres import Cluster

SENDERS = 24
FIELD = re.compile(rb'name="token" value="([^"]+)"')


def _network() -> str:
    return f"198.{secrets.randbelow(200) + 18}.{secrets.randbelow(250)}.7"


class Sender:
    """One connection that fetches forms and sends them."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._connect()

    def _connect(self) -> None:
        self._http = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)

    def _ask(self, method: str, path: str, body: str = "") -> tuple[int, bytes]:
        headers = {"X-Forwarded-For": _network()}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._http.request(method, path, body or None, headers)
        response = self._http.getresponse()
        return response.status, response.read()

    def form(self) -> str:
        """Fetch a fresh form and return its token."""
        found = FIELD.search(self._ask("GET", "/en/")[1])
        if found is None:
            raise RuntimeError("the page has no form")
        return found.group(1).decode()

    def report(self, token: str) -> float:
        """Send a report and return the seconds until its page with the code was read."""
        places = f"https://files.example.org/{secrets.token_hex(8)} and https://www.example.net/{secrets.token_hex(4)}"
        body = urllib.parse.urlencode({"step": "report", "token": token, "places": places})
        began = time.perf_counter()
        status, page = self._ask("POST", "/en/", body)
        took = time.perf_counter() - began
        if status != 200 or b'id="code-digits"' not in page:
            raise RuntimeError(f"a report was answered with {status}")
        return took


@contextmanager
def site(database: str) -> Iterator[int]:
    """Run a node's public site and yield its port."""
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
            yield port
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


def forms(port: int, number: int) -> queue.SimpleQueue[str]:
    """Fetch forms beforehand: reading the page is not part of the time that sending takes."""
    senders = [Sender(port) for _ in range(4)]
    found: queue.SimpleQueue[str] = queue.SimpleQueue()
    with ThreadPoolExecutor(len(senders)) as pool:
        shares = [range(n, number, 4) for n in range(4)]
        for tokens in pool.map(
            lambda pair: [pair[0].form() for _ in pair[1]], zip(senders, shares, strict=True)
        ):
            for token in tokens:
                found.put(token)
    return found


def at_rate(port: int, rate: float, seconds: float) -> dict[str, float]:
    """Send at a steady rate; a report's time counts from the moment when it was due."""
    number = int(rate * seconds)
    waiting, taken, late = forms(port, number), [], threading.Lock()
    due: queue.SimpleQueue[float] = queue.SimpleQueue()
    began = time.perf_counter() + 0.5
    for n in range(number):
        due.put(began + n / rate)

    def work() -> None:
        sender = Sender(port)
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
    taken.sort()
    return {
        "rate": rate,
        "reports": number,
        "p50_ms": round(statistics.median(taken) * 1000, 1),
        "p95_ms": round(taken[int(len(taken) * 0.95)] * 1000, 1),
        "p99_ms": round(taken[int(len(taken) * 0.99)] * 1000, 1),
    }


def at_once(port: int, seconds: float) -> float:
    """Send as fast as the site takes them; return reports a second."""
    waiting = forms(port, int(250 * seconds))
    done, end = [0] * SENDERS, time.perf_counter() + seconds

    def work(number: int) -> None:
        sender = Sender(port)
        while time.perf_counter() < end and not waiting.empty():
            sender.report(waiting.get())
            done[number] += 1

    began = time.perf_counter()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    return sum(done) / (time.perf_counter() - began)


def _all(work: object) -> None:
    with ThreadPoolExecutor(SENDERS) as pool:
        for future in [pool.submit(work) for _ in range(SENDERS)]:  # type: ignore[arg-type]
            future.result()


def measure(name: str, url: str, rate: float, seconds: float) -> dict[str, object]:
    """Measure one database."""
    with site(url) as port:
        at_rate(port, 20, 2)
        steady = at_rate(port, rate, seconds)
        return {"database": name, "most_a_second": round(at_once(port, seconds), 1), "steady": steady}


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
            found.append(measure("postgresql", cluster.url(), given.rate, given.seconds))
        finally:
            cluster.stop()
    theirs = intake_peer.measure(given.peer, rate=given.rate, seconds=given.seconds)
    ours = {str(one["database"]): float(str(one["most_a_second"])) for one in found}
    said = {"bench": "intake", "ours": found} | theirs | intake_peer.ratio(ours, theirs)
    print(json.dumps(said | {"cores": os.cpu_count()}, indent=1))


if __name__ == "__main__":
    main()
