"""The tree of commands: what each is called and where it stands.

A command is loaded and built when it is asked for. Whoever types one does not wait for the other seventy.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator, Mapping
from typing import Any

import typer
from typer.core import TyperGroup

OWN = ""
"""In a family: where the family itself stands, with the commands that it brings."""

TREE: dict[str, str | dict[str, str]] = {
    "init": "making:init",
    "part": "parting:part",
    "serve": "serving:serve",
    "doctor": "checkup:doctor",
    "backup": "backups:backup",
    "restore": "backups:restore",
    "demo": "playing:demo",
    "import": "importing:import_",
    "seal": "sealing:seal",
    "open": "sealing:open_",
    "hash": "hashing:hash_files",
    "scan": "scanning:scan",
    "version": "app:version",
    "keys": {
        OWN: "sealing:keys",
        "show": "own_keys:show",
        "rotate": "own_keys:rotate",
        "revoke": "own_keys:revoke",
    },
    "match": {OWN: "matching:app", "serve": "match_serving:serve", "key": "match_keys:app"},
    "index": {OWN: "indexing:app"},
    "lists": {
        OWN: "lists:app",
        "share": "list_sharing:share",
        "unshare": "list_sharing:unshare",
        "shared": "list_sharing:shared",
    },
    "law": {OWN: "laws:app"},
    "people": {OWN: "people:app"},
    "intake": {OWN: "intake:app"},
    "mail": {OWN: "mail:app"},
    "ledger": {OWN: "audit:app"},
    "node": {OWN: "joining:app"},
    "partner": {OWN: "partnering:app"},
    "exchange": {
        OWN: "exchanging:app",
        "accept": "carrying:accept",
        "write": "carrying:write",
        "repeat": "carrying:repeat",
    },
    "directory": {OWN: "directory:app"},
    "database": {OWN: "databases:app"},
}
"""By name a function, or a family of commands: its own and those that stand elsewhere."""


class Commands(Mapping[str, Any]):
    """The commands of the tree by name, each built when it is first asked for."""

    def __init__(self) -> None:
        self._built: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._built:
            self._built[name] = _built(name, TREE[name])
        return self._built[name]

    def __iter__(self) -> Iterator[str]:
        return iter(TREE)

    def __len__(self) -> int:
        return len(TREE)


def _built(name: str, where: str | dict[str, str]) -> Any:
    if isinstance(where, str):
        alone = typer.Typer(add_completion=False)
        alone.command(name)(_found(where))
        return typer.main.get_command(alone)
    family: typer.Typer = _found(where[OWN])
    for word, place in where.items():
        if word != OWN:
            _add(family, word, _found(place))
    group = typer.main.get_group(family)
    group.name = name
    return group


def _found(place: str) -> Any:
    return pkgutil.resolve_name(f"tutela.doors.cli.{place}")


def _add(family: typer.Typer, name: str, one: Any) -> None:
    if isinstance(one, typer.Typer):
        family.add_typer(one, name=name)
    else:
        family.command(name)(one)


_COMMANDS = Commands()


class Tree(TyperGroup):
    """The root: its commands are those of the table above."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.commands = _COMMANDS  # type: ignore[assignment]


app = typer.Typer(
    cls=Tree,
    name="tutela",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def tutela() -> None:
    """Tutela: a hotline node and its tools, against the sexual exploitation of children online."""


def version() -> None:
    """Print the version."""
    import importlib.metadata

    typer.echo(importlib.metadata.version("tutela"))
