"""Draw what ``bench/match.py`` measured over many sizes: speed and memory, in one picture.

Reads the files that ``bench/match.py`` printed, one a size, and writes ``docs/matching.svg`` and a table in
Markdown to the standard output. Nothing is drawn that is not in a file.

    python bench/match.py --size 1e6 > docs/measured/match-1e6.json
    python bench/plot.py docs/measured/match-*.json
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

DRAWN = Path(__file__).resolve().parent.parent / "docs" / "matching.svg"


def read(path: Path) -> dict[str, Any]:
    """Return what one run printed; the speeds it has are by name."""
    said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    speeds = {
        "in batches, 2 cores": said["tutela"]["batched"]["per_second"],
        "one at a time, 1 core": said["tutela"]["one_at_a_time_one_core"]["per_second"],
    }
    for name, shown in (("faiss_flat", "FAISS Flat"), ("faiss_multihash", "FAISS MultiHash")):
        if name in said:
            speeds[f"{shown}, in batches"] = said[name]["batched"]["per_second"]
    return {
        "size": said["fingerprints"],
        "speeds": speeds,
        "memory": said["tutela"]["memory_gb"],
        "files": said["files_gb"],
        "open": said["tutela"]["open_ms"],
        "recall": said.get("recall", {}).get("recall"),
        "changes": said["living"]["median_ms"],
        "load": said["load_before"],
    }


def draw(runs: list[dict[str, Any]], to: Path) -> None:
    """Draw speed and memory over the number of fingerprints, both on logarithmic scales."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "tutela"
    from matplotlib import pyplot

    figure, (speed, memory) = pyplot.subplots(1, 2, figsize=(10, 4), layout="constrained")
    for marker, name in zip("osD^", {name: None for run in runs for name in run["speeds"]}, strict=False):
        points = [(run["size"], run["speeds"][name]) for run in runs if name in run["speeds"]]
        speed.plot(*zip(*points, strict=True), marker=marker, label=name)
    speed.set(xscale="log", yscale="log", xlabel="fingerprints", ylabel="lookups a second, radius 31")
    speed.legend()
    memory.plot([run["size"] for run in runs], [max(run["memory"], 0.001) for run in runs], marker="o")
    memory.set(xscale="log", yscale="log", xlabel="fingerprints", ylabel="memory of the process, GB")
    for part in (speed, memory):
        part.grid(visible=True, alpha=0.3)
    figure.savefig(to, metadata={"Date": None})


def table(runs: list[dict[str, Any]]) -> str:
    """Return the figures as Markdown."""
    names = list({name: None for run in runs for name in run["speeds"]})
    heads = ["fingerprints", *names, "memory, GB", "opened in, ms", "a change counts after, ms", "recall"]
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for run in runs:
        cells = [
            f"{run['size']:,}",
            *(f"{run['speeds'][name]:,}" if name in run["speeds"] else "–" for name in names),
            f"{run['memory']:.2f}", f"{run['open']}", f"{run['changes']}",
            "–" if run["recall"] is None else f"{run['recall']}",
        ]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path, help="what bench/match.py printed")
    parser.add_argument("--to", type=Path, default=DRAWN)
    chosen = parser.parse_args()
    files = chosen.files or sorted(DRAWN.parent.glob("measured/match-*.json"))
    if not files:
        print("no file of bench/match.py is there", file=sys.stderr)
        return 1
    runs = sorted(map(read, files), key=lambda run: int(run["size"]))
    draw(runs, chosen.to)
    print(table(runs))
    return 0


if __name__ == "__main__":
    sys.exit(main())
