"""Reports a second that GlobaLeaks takes on these processors, as ``bench/intake.py`` measures ours.

GlobaLeaks is the whistleblowing software closest to our public door. ``--peer PATH``, or the variable
``TUTELA_BENCH_PEER``, names a checkout of it; ``bench/peers/globaleaks.py`` says which and how it is run.
Without one the answer says that no peer was run.

As our forms are fetched beforehand, so are its sessions: a token, its proof of work, the empty receipt. Its
page derives the key of a receipt where our server does it (ours works without script), so both are measured:

- ``server_only``: the one request that hands the report in, random bytes in the place of the derived key;
- ``with_the_clients_work``: from the press of the button to the answer, with the second token, its proof of
  work (Argon2id, 1 MiB, until a byte is zero) and the key of the receipt (Argon2id, 128 MiB, 16 passes), both
  by the reference implementation on the same processors: as a browser would, only faster.

Of reports that reach it at once some read the same running number, and all but one of those are answered
with 500. Such a report counts as failed and is not sent again; what is said a second are the reports that
were taken. It is measured with one sender, where none fails, and with eight; the better of both is its
figure. Its steady rate is half of that where the rate that was asked for is more.

    python bench/intake_peer.py [--peer PATH] [--seconds 10] [--rate 100]
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from peers.globaleaks import Channel, Running, Sender, any_key, running, set_up, version

VARIABLE = "TUTELA_BENCH_PEER"
CORES = os.cpu_count() or 1
STEADY_SENDERS = 24
OPENING_SECONDS = 80
"""Its sessions end after 120 seconds: what is opened beforehand must still be open when it is used."""


def processor_seconds(process: int) -> float:
    """Return what a process and its children have worked: other work on the machine does not change it."""
    ticks, parents = dict[int, int](), dict[int, int]()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(folder.name)], ticks[int(folder.name)] = int(fields[1]), int(fields[11]) + int(fields[12])
    family = {process}
    while more := {one for one, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(ticks.get(one, 0) for one in family) / os.sysconf("SC_CLK_TCK")


def sessions(peer: Running, number: int) -> queue.SimpleQueue[str]:
    """Open forms beforehand, as many as asked or as can be opened before the first of them ends."""
    found: queue.SimpleQueue[str] = queue.SimpleQueue()
    until, asked = time.monotonic() + OPENING_SECONDS, iter(range(number))

    def work(_: int) -> None:
        sender = Sender(peer.port)
        while time.monotonic() < until and next(asked, None) is not None:
            found.put(sender.session())

    _all(work, CORES)
    return found


def at_rate(peer: Running, to: Channel, rate: float, seconds: float) -> dict[str, float]:
    """Send at a steady rate; a report's time counts from the moment when it was due."""
    waiting = sessions(peer, int(rate * seconds))
    due: queue.SimpleQueue[float] = queue.SimpleQueue()
    number, began, taken = waiting.qsize(), time.perf_counter() + 0.5, list[float]()
    for n in range(number):
        due.put(began + n / rate)

    def work(_: int) -> None:
        sender = Sender(peer.port)
        while True:
            try:
                moment = due.get_nowait()
            except queue.Empty:
                return
            time.sleep(max(0.0, moment - time.perf_counter()))
            if sender.report(waiting.get(), any_key(), to):
                taken.append(time.perf_counter() - moment)

    _all(work, STEADY_SENDERS)
    return {"rate": round(rate, 1)} | _said(taken, number)


def at_once(
    peer: Running, to: Channel, seconds: float, senders: int, *, most: int, clients_work: bool = False
) -> dict[str, float]:
    """Send as fast as the peer takes them, with or without the work of its page."""
    waiting, taken = sessions(peer, most), list[float]()
    opened, began, worked = waiting.qsize(), time.perf_counter(), processor_seconds(peer.process)

    def work(_: int) -> None:
        sender = Sender(peer.port)
        while time.perf_counter() < began + seconds:
            try:
                session = waiting.get_nowait()
            except queue.Empty:
                return
            pressed = time.perf_counter()
            if sender.report(session, sender.receipt() if clients_work else any_key(), to):
                taken.append(time.perf_counter() - pressed)

    _all(work, senders)
    a_second = len(taken) / (time.perf_counter() - began)
    worked = processor_seconds(peer.process) - worked
    said = _said(taken, opened - waiting.qsize())
    by_server = {"server_processor_ms": round(worked / len(taken) * 1000, 1)}
    return {"senders": senders, "most_a_second": round(a_second, 2)} | said | by_server


def _said(taken: list[float], sent: int) -> dict[str, float]:
    if not taken:
        raise RuntimeError("the peer took no report")
    taken.sort()
    return {
        "taken": len(taken),
        "failed": sent - len(taken),
        "p50_ms": round(statistics.median(taken) * 1000, 1),
        "p95_ms": round(taken[int(len(taken) * 0.95)] * 1000, 1),
    }


def _all(work: Callable[[int], None], number: int) -> None:
    with ThreadPoolExecutor(number) as pool:
        list(pool.map(work, range(number)))


def measure(named: Path | None, *, rate: float, seconds: float) -> dict[str, Any]:
    """Measure the peer whose checkout is named; say so where none is."""
    checkout = named or (Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)
    if checkout is None:
        return {"peer": f"not run: no checkout of GlobaLeaks is named (--peer or {VARIABLE})"}
    with running(checkout.resolve()) as peer:
        to = set_up(peer.port)
        first = at_once(peer, to, 3, 1, most=100)["most_a_second"]
        flat_out = [at_once(peer, to, seconds, number, most=int(first * seconds * 2)) for number in (1, 8)]
        best = max(flat_out, key=lambda one: one["most_a_second"])["most_a_second"]
        steady = at_rate(peer, to, min(rate, best / 2), seconds)
        whole = at_once(peer, to, max(seconds, 20), CORES, most=100, clients_work=True)
    return {
        "peer": f"GlobaLeaks {version(checkout)}",
        "database": "sqlite",
        "server_only": {"most_a_second": best, "at_once": flat_out, "steady": steady},
        "with_the_clients_work": whole,
        "load_average": [round(one, 1) for one in os.getloadavg()],
    }


def ratio(ours: dict[str, float], theirs: dict[str, Any]) -> dict[str, object]:
    """Say how many times the peer's reports a second ours are, for each of our databases."""
    return {
        f"ratio_{part}": {name: round(most / theirs[part]["most_a_second"], 1) for name, most in ours.items()}
        for part in ("server_only", "with_the_clients_work")
        if part in theirs
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--peer", type=Path)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rate", type=float, default=100)
    given = parser.parse_args()
    found = measure(given.peer, rate=given.rate, seconds=given.seconds)
    print(json.dumps({"bench": "intake_peer"} | found | {"cores": CORES}, indent=1))


if __name__ == "__main__":
    main()
