"""``tutela node init``: make a node that takes part in the exchange, or let one that is here join."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tutela.doors.cli.node_setup import DEFAULT_HOME, Home, fail, load_node, told

app = typer.Typer(help="This node among its partners.", no_args_is_help=True)

ROLES = ("hotline", "police", "provider", "relay")


@app.callback()
def group() -> None:
    """This node among its partners."""


@app.command()
@told
def init(
    role: Annotated[str, typer.Option(help="hotline, police, provider or relay.")],
    country: Annotated[str, typer.Option(help="ISO 3166-1 code of the country.")] = "GE",
    name: Annotated[str, typer.Option(help="Name among partners, such as hotline.ge.")] = "",
    organisation: Annotated[str, typer.Option(help="Name of the organisation.")] = "",
    url: Annotated[str, typer.Option(help="Address under which partners reach it; empty: none does.")] = "",
    relay: Annotated[str, typer.Option(help="The partner that keeps a mailbox for it.")] = "",
    port: Annotated[int, typer.Option(help="Port of the partners' door.")] = 8004,
    passphrase_file: Annotated[
        str, typer.Option(help="File with the passphrase of its private keys; none if left out.")
    ] = "",
    contact: Annotated[str, typer.Option(help="E-mail address for the public and for providers.")] = "",
    database: Annotated[str, typer.Option(help="postgresql://… ; empty for SQLite in the folder.")] = "",
    home: Home = DEFAULT_HOME,
) -> None:
    """Make a node that takes part in the exchange, with its keys; a node that is here already joins."""
    if role not in ROLES:
        raise fail(f"{role!r} is no role; there are: {', '.join(ROLES)}")
    if len(country) != 2 or not country.isalpha():
        raise fail(f"{country!r} is not a country code of two letters (ISO 3166-1), such as GE")
    node = name or f"{role}.{country.lower()}"
    fresh = not (home / "node.toml").exists()
    if fresh:
        _make(home, organisation or node, country.upper(), contact, database)
    take_part(
        home,
        {"node": node, "role": role, "url": url, "relay": relay, "passphrase_file": passphrase_file},
        port,
    )
    load_node(home)
    if fresh:
        _tables()
    made = first_keys(home)
    typer.echo(f"{node} is a {role} in {home} (only you can read it).")
    typer.echo(f"Its key: {made[0]}")
    typer.echo(f"Words to read to partners over the telephone: {made[1]}")
    if fresh and role != "relay":
        typer.echo(f"First coordinator, one use, 7 days: {_link()}")
    typer.echo(f"Next: tutela partner add …   and: tutela serve --home {home}")


def _make(home: Path, organisation: str, country: str, contact: str, database: str) -> None:
    from tutela.doors.cli import making

    if home.exists() and any(home.iterdir()):
        raise fail(f"{home} is not empty and holds no node; nothing was changed")
    if home.exists():
        home.rmdir()
    making.write_node(
        home,
        {
            "organisation": organisation,
            "country": country,
            "languages": "en,ka",
            "contact": contact,
            "database": database,
        },
    )


def _tables() -> None:
    from tutela.doors.cli import making

    making.make_tables()


def _link() -> str:
    from django.conf import settings

    from tutela.doors.cli import making

    return making.coordinator_link(settings.TUTELA.desk_listen.url)


def take_part(home: Path, exchange: dict[str, str], port: int) -> None:
    """Let the node in ``home`` take part in the exchange: add the sections to ``node.toml``.

    The file is left as it was when it cannot be used afterwards.

    Args:
        exchange: the settings of ``[exchange]``; empty ones are left out.
    """
    import json

    from tutela.config import node

    path = home / "node.toml"
    before = path.read_text(encoding="utf-8")
    if node.load(home).exchange.node:
        raise fail(f"this node takes part already, as {node.load(home).exchange.node}; nothing was changed")
    lines = ["", "[exchange]", *(f"{key} = {json.dumps(text)}" for key, text in exchange.items() if text)]
    lines += ["", "[partner_listen]", f"port = {port}"]
    if exchange["url"]:
        lines.append(f"url = {json.dumps(exchange['url'])}")
    path.write_text(before + "\n".join(lines) + "\n", encoding="utf-8")
    try:
        node.load(home)
    except node.BadConfiguration:
        path.write_text(before, encoding="utf-8")
        raise


def first_keys(home: Path) -> tuple[str, str]:
    """Make the first keys, or take those that are here from before; returns id and words."""
    from tutela.apps.exchange import actions, queries
    from tutela.doors.cli.exchanging import keyring_of, refusals_told

    with refusals_told():
        for one in queries.own_keys():
            if one.revoked_at is None:
                return one.key_id, one.words
        made = actions.make_keys(keyring_of(home))
    return made.key_id, made.words
