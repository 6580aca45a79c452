"""``tutela part``: what one public process needs and nothing else, for another user or another machine."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Annotated

import typer

from tutela.doors.cli.node_setup import DEFAULT_HOME, Home, fail, told

PUBLIC = ("site", "provider")


def without_other_databases(text: str, process: str, url: str) -> str:
    """Return ``node.toml`` with ``url`` as the only database: the owner's address may hold a password."""
    for name in ("database", "site_database", "provider_database"):
        value = f'"{url}"' if name == f"{process}_database" else '""'
        text = re.sub(rf"^{name} = .*$", f"{name} = {value}", text, flags=re.MULTILINE)
    return text


@told
def part(
    process: Annotated[str, typer.Argument(help="site or provider.")],
    folder: Annotated[Path, typer.Argument(help="New folder for this process alone.")],
    home: Home = DEFAULT_HOME,
) -> None:
    """Copy node.toml and one public process's keys into a folder of its own; nothing of the desk's."""
    from tutela.config import node

    if process not in PUBLIC:
        raise fail(f"only {' and '.join(PUBLIC)} can stand alone, not {process!r}")
    config = node.load(home.resolve())
    url = {"site": config.site_database, "provider": config.provider_database}[process]
    if not url:
        raise fail(
            f"set {process}_database in node.toml first: a SQLite file cannot be shared by users or machines "
            "(deploy/README.md, step 4)"
        )
    if folder.exists():
        raise fail(f"{folder} exists; choose a new folder, nothing was changed")
    folder.mkdir(mode=0o700, parents=True)
    text = (home / "node.toml").read_text(encoding="utf-8")
    (folder / "node.toml").write_text(without_other_databases(text, process, url), encoding="utf-8")
    shutil.copytree(home / "keys" / process, folder / "keys" / process)
    for path in (folder / "keys", folder / "keys" / process, folder / "static"):
        path.mkdir(mode=0o700, exist_ok=True)
    typer.echo(f"{folder} holds what {process} needs. Start it with: tutela serve {process} --home {folder}")
