"""Files a second through `tutela scan`, its memory over the number of files, and the time to a first answer.

Three measurements, each beside a peer in the same run:

* **small files**: N texts of 200 bytes, held against a list of 1,000 SHA-256, two workers. The peer is
  `find | xargs -P2 sha256sum` (GNU coreutils), which is the hashing alone, in C, with no list.
  Memory of the command and of its largest worker at N/10 and at N files: flat means the ratio is near 1.
* **pictures**: copies of the photographs that scikit-image ships (ordinary things), each with other bytes at
  its end, so that none is the same file, held against PDQ and SHA-256. The peer is the command
  `threatexchange match photo` (of the library behind HMA) over the same files, with its own sample data.
* **a first answer**: one fingerprint against a small list, from the shell's prompt to the answer.

The load of the machine before each is printed with it.

    python bench/scan.py [--files 50000] [--pictures 280]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from importlib import resources
from pathlib import Path
from typing import Any

ORDINARY = ("coffee.png", "rocket.jpg", "brick.png", "grass.png", "moon.png", "coins.png", "chelsea.png")
TUTELA = Path(sys.executable).with_name("tutela")
PEER = Path(sys.executable).with_name("threatexchange")


def timed(command: list[str], *, codes: tuple[int, ...] = (0,), **more: Any) -> dict[str, float]:
    """Run a command; return its seconds, processor seconds and the largest memory of it and its children."""
    load, began = os.getloadavg()[0], time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **more)
    peak = worker_peak = 0
    while process.poll() is None:
        peak = max(peak, _memory(process.pid))
        worker_peak = max([worker_peak, *(_memory(pid) for pid in _children(process.pid))])
        time.sleep(0.05)
    assert process.stderr is not None
    if process.returncode not in codes:
        raise SystemExit(f"{command[0]} ended with {process.returncode}: {process.stderr.read().decode()}")
    return {
        "seconds": round(time.perf_counter() - began, 2),
        "load_before": round(load, 1),
        "command_mb": round(peak / 1e6, 1),
        "worker_mb": round(worker_peak / 1e6, 1),
    }


def _memory(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def _children(pid: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def small_files(work: Path, count: int) -> dict[str, Any]:
    """Measure many small files, and how memory grows with them."""
    listed = work / "digests.txt"
    digests = (hashlib.sha256(b"other %d" % number).hexdigest() for number in range(1000))
    listed.write_text("".join(f"sha256 {one}\n" for one in digests))
    runs: dict[str, Any] = {}
    for number in (count // 10, count):
        tree = work / f"texts-{number}"
        _texts(tree, number)
        runs[str(number)] = timed([str(TUTELA), "scan", str(tree), "--list", str(listed), "--workers", "2"])
    peer = timed(["sh", "-c", f"find {work}/texts-{count} -type f -print0 | xargs -0 -P2 -n256 sha256sum"])
    ours, before = runs[str(count)], runs[str(count // 10)]
    return {
        "files": count,
        "runs": runs,
        "files_per_second": round(count / ours["seconds"]),
        "memory_growth": round(ours["command_mb"] / before["command_mb"], 2),
        "peer": "find | xargs -P2 sha256sum",
        "peer_files_per_second": round(count / peer["seconds"]),
        "peer_run": peer,
        "ratio": round(peer["seconds"] / ours["seconds"], 2),
    }


def _texts(tree: Path, count: int) -> None:
    for number in range(count):
        folder = tree / f"{number // 1000:04d}"
        if number % 1000 == 0:
            folder.mkdir(parents=True)
        (folder / str(number)).write_bytes(b"ordinary text %d " % number * 10)


def pictures(work: Path, count: int) -> dict[str, Any]:
    """Measure photographs, beside the peer's command."""
    tree = work / "pictures"
    tree.mkdir()
    data = [(resources.files("skimage") / "data" / name).read_bytes() for name in ORDINARY]
    for number in range(count):
        name = ORDINARY[number % len(ORDINARY)]
        (tree / f"{number}{Path(name).suffix}").write_bytes(data[number % len(ORDINARY)] + b"%d" % number)
    listed = work / "looks.txt"
    random = (hashlib.sha256(b"look %d" % number).hexdigest() for number in range(1000))
    listed.write_text("".join(f"pdq {one} 100\nsha256 {one}\n" for one in random))
    timed([str(TUTELA), "scan", str(tree), "--list", str(listed), "--exclude", "?*[0-9].*"])  # compiled once
    ours = timed([str(TUTELA), "scan", str(tree), "--list", str(listed), "--workers", "2"])
    home = dict(os.environ, HOME=str(work))
    files = [str(path) for path in sorted(tree.iterdir())]
    timed([str(PEER), "match", "photo", files[0]], env=home)  # it makes its sample index once
    peer = timed([str(PEER), "match", "--only-signal", "pdq", "photo", *files], env=home)
    return {
        "pictures": count,
        "run": ours,
        "per_second": round(count / ours["seconds"], 1),
        "peer": "threatexchange match photo",
        "peer_run": peer,
        "peer_per_second": round(count / peer["seconds"], 1),
        "ratio": round(peer["seconds"] / ours["seconds"], 1),
        "note": "ours: PDQ and SHA-256 in two processes; theirs: PDQ in one, as it comes",
    }


def first_answer(work: Path) -> dict[str, Any]:
    """Measure one fingerprint against a small list; the best of three, for both."""
    digest = hashlib.sha256(b"look 1").hexdigest()
    ours = [str(TUTELA), "match", f"pdq:{digest}:100", "--list", str(work / "looks.txt")]
    home = dict(os.environ, HOME=str(work))
    (work / "hash.txt").write_text(digest)
    peer = [str(PEER), "match", "--only-signal", "pdq", "--hashes", "photo", str(work / "hash.txt")]
    best = min((timed(ours, codes=(10,)) for _ in range(3)), key=lambda run: run["seconds"])
    best_peer = min((timed(peer, env=home) for _ in range(3)), key=lambda run: run["seconds"])
    return {
        "entries": 2000,
        "run": best,
        "peer": "threatexchange match --hashes photo, its own sample data",
        "peer_run": best_peer,
        "ratio": round(best_peer["seconds"] / best["seconds"], 1),
    }


def main() -> None:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=50_000)
    parser.add_argument("--pictures", type=int, default=280)
    given = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="bench-scan-"))
    try:
        found = {
            "small_files": small_files(work, given.files),
            "pictures": pictures(work, given.pictures),
            "first_answer": first_answer(work),
        }
    finally:
        shutil.rmtree(work)
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
