"""``tutela part``: what one public process needs and nothing else, for another user or another machine."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path
from typing import Annotated

import typer

from tutela.doors.cli.node_setup import DEFAULT_HOME, Home, fail, told

PUBLIC = ("site", "provider", "partner")


_DATABASES = ("database", "site_database", "provider_database", "partner_database")


def without_other_databases(text: str, process: str) -> str:
    """Return ``node.toml`` with the process's own database alone: the owner's address may hold a password.

    Raises:
        BadConfiguration: another address is still in it, because it is written in a way of its own.
    """
    from tutela.config.node import BadConfiguration

    mine, others = f"{process}_database", {}
    given = tomllib.loads(text)
    for name in _DATABASES:
        if name != mine:
            others[name] = given.get(name, "")
            text = re.sub(rf"^[ \t]*{name}[ \t]*=.*$", f'{name} = ""', text, flags=re.MULTILINE)
    try:
        left = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        left = dict.fromkeys(others, "cannot be told")
    for name, url in others.items():
        if left.get(name) or (url and url != given[mine] and url in text):
            raise BadConfiguration(f'write {name} = "…" in node.toml once and on a line of its own')
    return text


@told
def part(
    process: Annotated[str, typer.Argument(help="site, provider or partner.")],
    folder: Annotated[Path, typer.Argument(help="New folder for this process alone.")],
    home: Home = DEFAULT_HOME,
) -> None:
    """Copy node.toml and one public process's keys into a folder of its own; nothing of the desk's."""
    from tutela.config import node

    if process not in PUBLIC:
        raise fail(f"only {', '.join(PUBLIC)} can stand alone, not {process!r}")
    config = node.load(home.resolve())
    if not getattr(config, f"{process}_database"):
        raise fail(
            f"set {process}_database in node.toml first: a SQLite file cannot be shared by users or machines "
            "(deploy/README.md, step 4)"
        )
    if folder.exists():
        raise fail(f"{folder} exists; choose a new folder, nothing was changed")
    text = without_other_databases((home / "node.toml").read_text(encoding="utf-8"), process)
    folder.mkdir(mode=0o700, parents=True)
    (folder / "node.toml").write_text(text, encoding="utf-8")
    # The partners' door has no keys at all.
    if (home / "keys" / process).is_dir():
        shutil.copytree(home / "keys" / process, folder / "keys" / process)
    for path in (folder / "keys", folder / "keys" / process, folder / "static"):
        path.mkdir(mode=0o700, exist_ok=True)
    typer.echo(f"{folder} holds what {process} needs. Start it with: tutela serve {process} --home {folder}")
