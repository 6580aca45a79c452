"""Write what ``bench/exchange.py`` measured as tables in Markdown, for docs/performance.md.

python bench/exchange.py > docs/measured/exchange.json
python bench/exchange_table.py docs/measured/exchange.json
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

MEASURED = Path(__file__).resolve().parent.parent / "docs" / "measured"
Json = dict[str, Any]


def table(heads: list[str], rows: list[list[str]]) -> str:
    lines = [f"| {' | '.join(cells)} |" for cells in (heads, *rows)]
    return "\n".join([lines[0], "|---" * len(heads) + "|", *lines[1:]])


def shown(name: str) -> str:
    """Return a name as it is written in a text."""
    for code, written in (("openpgp", "OpenPGP"), ("sqlite", "SQLite"), ("postgresql", "PostgreSQL")):
        name = name.replace(code, written)
    return name


def envelopes(found: Json) -> str:
    """Return a row for each way that was there: pace in both directions, the ratio to ours, bytes added."""
    here = {name: sizes for name, sizes in found.items() if "left_out" not in sizes}
    sizes = list(next(iter(here.values())))
    rows = []
    for name, of in here.items():
        paces = [f"{of[size]['written_a_second']:,.0f} · {of[size]['read_a_second']:,.0f}" for size in sizes]
        rows.append([shown(name), *paces, f"{of[sizes[1]]['overhead']:,}"])
        if "ours_times_read_a_second" in of[sizes[0]]:
            ratios = [
                f"{of[size]['ours_times_written_a_second']} · {of[size]['ours_times_read_a_second']}"
                for size in sizes
            ]
            rows.append(["its ratio", *ratios, ""])
    heads = ["", f"{sizes[0]}: written · read", *sizes[1:], f"bytes added to {sizes[1].split()[0]}"]
    return table(heads, rows)


def nodes(found: Json) -> str:
    """Return a row for each database and way of saying: median, rounds, and who took what."""
    measured = [
        (shown(f"{database}, {saying}"), of)
        for database in ("sqlite", "postgresql")
        for saying, of in found.get(database, {}).items()
    ]
    parts = max((list(of["processor_ms_a_message"]) for _, of in measured), key=len)
    rows = [
        [
            name,
            f"{of['a_second']}",
            " · ".join(map(str, of["rounds"])),
            *(f"{of['processor_ms_a_message'].get(part, '')}" for part in parts),
        ]
        for name, of in measured
    ]
    return table(["", "a second", "each round", *(f"{name}, ms" for name in parts)], rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("files", nargs="*", type=Path, help="what bench/exchange.py printed")
    for path in parser.parse_args().files or sorted(MEASURED.glob("exchange-*.json")):
        said = json.loads(path.read_text(encoding="utf-8"))
        print(f"{path.name}: {said['machine']}, load average before {said['load_before']}", end="\n\n")
        if "envelopes" in said:
            print(envelopes(said["envelopes"]), end="\n\n")
        if "node_to_node" in said:
            print(nodes(said["node_to_node"]), end="\n\n")


if __name__ == "__main__":
    main()
