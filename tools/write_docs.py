"""Write the pages of ``docs/`` that can be made from the source: rooms, commands, settings.

``python tools/write_docs.py`` writes them; ``--check`` says which differ and exits 1 (a test does the same).
"""

from __future__ import annotations

import ast
import dataclasses
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "tutela"
NOTE = "<!-- made by tools/write_docs.py; change the source, then run: make docs -->\n\n"

ORDER = [
    "config", "doors", "doors/site", "doors/provider", "doors/partner", "doors/desk", "doors/police",
    "doors/worker", "doors/cli", "entry", "look",
    "apps", "apps/requests", "apps/referrals", "apps/notices", "apps/exchange", "apps/hashbank", "apps/cases",
    "apps/receipts", "apps/accounts", "apps/ledger",
    "formats", "formats/hashlist", "formats/reports", "formats/scart", "formats/sheet",
    "formats/stix", "formats/vics", "formats/xarf",
    "core", "core/protocol", "core/directory", "core/law", "core/envelope", "core/record", "core/terms",
    "core/kernel",
    "testing",
]  # fmt: skip


def _docstring(folder: Path) -> str:
    tree = ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))
    return ast.get_docstring(tree) or ""


def rooms() -> str:
    """The rooms, from high to low, each in its own words."""
    parts = [
        "# Rooms\n",
        NOTE.strip(),
        "",
        "From high to low: each may call what stands below it, never what stands above.\n",
    ]
    for name in ORDER:
        folder = PACKAGE / name
        text = _docstring(folder)
        level = "##" if "/" not in name else "###"
        parts.append(f"{level} {name}\n\n{text}\n")
    return "\n".join(parts)


def settings() -> str:
    """Every setting of ``node.toml`` with its default and what its class says."""
    from tutela.config import node

    parts = [
        "# Settings\n",
        NOTE.strip(),
        "",
        "`node.toml` in the node's data folder. Unknown names are refused at start.\n",
    ]
    classes = [("", node.NodeConfig), *((name, kind) for name, kind in node._SECTIONS.items())]
    for section, kind in classes:
        parts.append(f"## {f'[{section}]' if section else 'At the top'}\n\n{_clean(kind.__doc__)}\n")
        parts += ["| name | default | what it decides |", "|---|---|---|"]
        for field in dataclasses.fields(kind):
            if field.name in node._SECTIONS and not section:
                continue
            default = getattr(_default_of(section, kind), field.name)
            shown = list(default) if isinstance(default, tuple) else default
            text = node.MEANINGS[f"{section}.{field.name}" if section else field.name]
            parts.append(f"| `{field.name}` | `{shown!r}` | {text} |".replace("''", '""'))
        parts.append("")
    return "\n".join(parts)


def _default_of(section: str, kind: type) -> object:
    from tutela.config import node

    return getattr(node.NodeConfig(), section) if section else kind()


def _clean(text: str | None) -> str:
    return re.sub(r"``([^`]+)``", r"`\1`", " ".join((text or "").split()))


def commands() -> str:
    """Every command with its help, as the program prints it."""
    import typer.main

    from tutela.doors.cli.app import app

    parts = ["# Commands\n", NOTE.strip(), ""]
    root = typer.main.get_command(app)
    parts += _command(root, "tutela")
    return "\n".join(parts)


def _command(command: object, path: str) -> list[str]:
    import click

    parts: list[str] = []
    if isinstance(command, click.Group) or hasattr(command, "commands"):
        for name, child in sorted(command.commands.items()):  # type: ignore[attr-defined]
            parts += _command(child, f"{path} {name}")
        return parts
    parts.append(f"## `{path}`\n\n{_clean(command.help)}\n")  # type: ignore[attr-defined]
    rows = []
    for parameter in command.params:  # type: ignore[attr-defined]
        names = ", ".join(f"`{name}`" for name in parameter.opts if name not in ("-h", "--help"))
        if not names:
            continue
        text = getattr(parameter, "help", "") or ""
        rows.append(f"| {names} | {_clean(text)} |")
    if rows:
        parts += ["| argument | meaning |", "|---|---|", *rows, ""]
    return parts


PAGES = {"rooms.md": rooms, "settings.md": settings, "commands.md": commands}


def main() -> int:
    differing = []
    for name, make in PAGES.items():
        path, text = ROOT / "docs" / name, make().rstrip() + "\n"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            differing.append(name)
            if "--check" not in sys.argv:
                path.write_text(text, encoding="utf-8")
    if "--check" in sys.argv and differing:
        print(f"docs differ from the source: {', '.join(differing)}; run: make docs")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
