"""``tutela partner``: who the partners are, and whom of them this node believes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tutela.doors.cli.exchanging import refusals_told
from tutela.doors.cli.node_setup import DEFAULT_HOME, Home, fail, load_node, told

if TYPE_CHECKING:
    from tutela.apps.exchange.rules import Description, DirectoryKey
    from tutela.core.protocol.descriptions import NodeDescription

app = typer.Typer(help="Partners of this node.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="The partner's name, such as hotline.example.")]


@app.command()
@told
def add(
    source: Annotated[
        str, typer.Argument(help="Address of the partner's node, or file with its description.")
    ],
    name: Annotated[str, typer.Option(help="The name that it must have.")] = "",
    home: Home = DEFAULT_HOME,
) -> None:
    """Write a partner down from its own description. It is believed once its words were compared (pin)."""
    load_node(home)
    from tutela.apps.exchange import actions as exchange

    description = _described(source)
    if name and description.node != name:
        raise fail(f"{source} says that it is {description.node}, not {name}; nothing was added")
    with refusals_told():
        added = exchange.add_partner(description=description)
    typer.echo(f"{description.node} is a {description.role}: {description.organisation}")
    for words in added.words:
        typer.echo(f"Words of its key: {words}")
    typer.echo("Read them to each other over the telephone, then: "
               f"tutela partner pin {description.node} WORDS")  # fmt: skip


@app.command()
@told
def change(
    name: Name,
    source: Annotated[
        str,
        typer.Argument(help="Address of its node, or file with its description: it is as said there."),
    ] = "",
    url: Annotated[str | None, typer.Option(help="Where it is reached now; empty: nowhere.")] = None,
    relay: Annotated[str | None, typer.Option(help="The partner with its mailbox; empty: none.")] = None,
    organisation: Annotated[str | None, typer.Option(help="The name that people read.")] = None,
    country: Annotated[str | None, typer.Option(help="Country, two capitals.")] = None,
    home: Home = DEFAULT_HOME,
) -> None:
    """Change where a partner that was added by hand is reached; new keys of it wait for their words."""
    load_node(home)
    from tutela.apps.exchange import actions as exchange

    options = {"url": url, "relay": relay, "organisation": organisation, "country": country}
    given = {key: value for key, value in options.items() if value is not None}
    if not given and not source:
        raise fail("say what is different: its address or description, or --url, --relay, --organisation")
    changes = exchange.Changes(**(_said_there(source, name) | given))
    with refusals_told():
        changed = exchange.change_partner(partner=name, changes=changes)
    done = ", ".join(changed.facts)
    typer.echo(f"{name}: {done} changed." if done else f"{name}: is as it was.")
    for words in changed.words:
        typer.echo(f"Words of a new key, not believed yet: {words}")


def _said_there(source: str, name: str) -> dict[str, Any]:
    if not source:
        return {}
    said = _described(source)
    if said.node != name:
        raise fail(f"{source} says that it is {said.node}, not {name}; nothing was changed")
    facts = ("organisation", "country", "url", "relay", "role", "keys")
    return {fact: getattr(said, fact) for fact in facts}


@app.command()
@told
def pin(
    name: Name,
    words: Annotated[list[str], typer.Argument(help="The eight words, as the partner read them to you.")],
    home: Home = DEFAULT_HOME,
) -> None:
    """Believe the key whose words a person of the partner read to you."""
    load_node(home)
    from tutela.apps.exchange import actions as exchange

    with refusals_told():
        key = exchange.pin_partner(partner=name, words=" ".join(words))
    typer.echo(f"{name} is believed with key {key}.")


@app.command("list")
@told
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON lines.")] = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Print the partners, their keys, and whether they are believed."""
    load_node(home)
    from tutela.apps.exchange import queries

    for one in queries.partners():
        if as_json:
            fields = {
                "name": one.name, "role": one.role, "country": one.country, "state": one.state,
                "believed": one.believed, "url": one.url, "relay": one.relay, "source": one.source,
                "compares": one.overlap_agreed_at is not None,
                "keys": [key.key_id for key in one.keys if key.trusted and key.revoked_at is None],
            }  # fmt: skip
            typer.echo(json.dumps(fields, ensure_ascii=False))
            continue
        believed = "believed" if one.believed else "not pinned yet"
        way = one.url or (f"mailbox at {one.relay}" if one.relay else "no address")
        typer.echo(f"{one.name}  {one.role}  {one.country}  {one.state}, {believed}  {way}")
        for key in one.keys:
            until = f", until {key.valid_until:%Y-%m-%d}" if key.valid_until else ""
            state = "revoked" if key.revoked_at else "believed" if key.trusted else "waits for its words"
            typer.echo(f"  {key.words}  {key.source}, {state}{until}")


@app.command()
@told
def pause(name: Name, home: Home = DEFAULT_HOME) -> None:
    """Say nothing to a partner and take nothing from it; what waits is kept."""
    load_node(home)
    from tutela.apps.exchange import actions as exchange

    with refusals_told():
        changed = exchange.pause_partner(partner=name)
    typer.echo(f"{name} is paused." if changed else f"{name} was paused before.")


@app.command()
@told
def resume(name: Name, home: Home = DEFAULT_HOME) -> None:
    """Go on with a paused partner."""
    load_node(home)
    from tutela.apps.exchange import actions as exchange

    with refusals_told():
        changed = exchange.resume_partner(partner=name)
    typer.echo(f"{name} goes on." if changed else f"{name} was not paused.")


@app.command()
@told
def compare(
    name: Name,
    end: Annotated[bool, typer.Option("--end", help="End the agreement.")] = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Note that both organisations agreed to ask each other which cases both have; neither shows any."""
    load_node(home)
    from tutela.apps.exchange import actions as exchange

    with refusals_told():
        changed = exchange.end_overlap(partner=name) if end else exchange.agree_overlap(partner=name)
    said = "is neither asked nor answered any more" if end else "may be asked and is answered"
    typer.echo(f"{name} {said}." if changed else f"{name}: nothing changed.")


@app.command()
@told
def revoke(
    name: Name,
    key: Annotated[str, typer.Argument(help="Id of the key that is no longer to be believed.")],
    home: Home = DEFAULT_HOME,
) -> None:
    """Stop believing a key of a partner, whatever it signed and whenever."""
    load_node(home)
    from tutela.apps.exchange import actions as exchange

    with refusals_told():
        exchange.revoke_key(partner=name, key_id=key)
    typer.echo(f"{key} of {name} is revoked.")


def _described(source: str) -> Description:
    from tutela.apps.exchange.rules import Description
    from tutela.core.kernel.errors import Refusal
    from tutela.core.protocol import descriptions

    fetched = source.startswith(("https://", "http://"))
    try:
        said = descriptions.from_bytes(_fetch(source) if fetched else Path(source).read_bytes())
    except OSError as error:
        raise fail(f"{source} cannot be read: {error.strerror}") from error
    except Refusal as refusal:
        raise fail(f"{source} does not describe a node: {refusal}") from refusal
    return Description(
        node=said.node, organisation=said.organisation, role=str(said.role), country=said.country,
        url=said.url or (source if fetched else ""), relay=said.relay, keys=_keys(said),
    )  # fmt: skip


def _keys(said: NodeDescription) -> tuple[DirectoryKey, ...]:
    return tuple((key.public, key.valid_from, key.valid_until, None) for key in said.keys)


def _fetch(url: str) -> bytes:
    import httpx

    from tutela.core.protocol import descriptions

    address = f"{url.rstrip('/')}{descriptions.PATH}"
    try:
        with httpx.stream("GET", address, timeout=20, trust_env=False) as answer:
            answer.raise_for_status()
            found = b""
            for piece in answer.iter_bytes():
                found += piece
                if len(found) > descriptions.MOST_BYTES:
                    raise fail(f"{address} answers more than a description may have")
            return found
    except httpx.HTTPError as error:
        raise fail(f"{address} does not answer ({type(error).__name__})") from error
