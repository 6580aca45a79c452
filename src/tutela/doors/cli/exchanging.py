"""``tutela exchange``: how messages to and from partners stand, and one of them in full."""

from __future__ import annotations

import contextlib
import json
import uuid
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tutela.doors.cli.node_setup import DEFAULT_HOME, Home, fail, load_node, told

if TYPE_CHECKING:
    from tutela.apps.exchange.keyring import Keyring
    from tutela.apps.exchange.queries import ConversationRow, MessageSeen, PartnerHealth

app = typer.Typer(help="Messages to and from partners.", no_args_is_help=True)

REASONS = {
    "no_exchange": "this node takes no part in the exchange; first: tutela node init",
    "partner_unknown": "there is no such partner; see: tutela partner list",
    "partner_known": "there is a partner with this name already; if it moved: tutela partner change",
    "directory_says": "the signed directory says where it is; its keepers change that, or pin it first",
    "keys_differ": "none of its keys is there: somebody else? If its keys were stolen, revoke them first",
    "partner_not_active": "the partner is paused or revoked",
    "words_differ": "these are not the words of any key of this partner; nothing is believed",
    "key_unknown": "there is no such key",
    "no_usable_key": "there are no keys that can be used",
    "message_unknown": "there is no such message",
    "passphrase_needed": "the private keys are under a passphrase: name its file as passphrase_file",
    "wrong_passphrase": "the private keys do not open with this passphrase",
}


@contextlib.contextmanager
def refusals_told() -> Iterator[None]:
    """Turn a named refusal into one line."""
    from tutela.core.kernel.errors import Refusal

    try:
        yield
    except Refusal as refusal:
        raise fail(REASONS.get(refusal.code, f"refused: {refusal.code} {refusal}".rstrip())) from refusal


def keyring_of(home: Path) -> Keyring:
    """Return the private keys of the node in ``home``, which is loaded."""
    from django.conf import settings

    from tutela.apps.exchange.keyring import Keyring

    return Keyring(home.resolve(), settings.TUTELA.exchange.passphrase_file)


@app.command()
@told
def status(home: Home = DEFAULT_HOME) -> None:
    """Print how each partner is reached, what waits, what was refused and what needs a person."""
    load_node(home)
    from tutela.apps.exchange import queries

    found = queries.health()
    outbox = found.outbox
    typer.echo(
        f"waiting {outbox.waiting + outbox.sealed}   in mailboxes {outbox.relayed}   "
        f"delivered {outbox.delivered}   acted on {outbox.acted}   "
        f"to open {found.to_open}   held {found.held}"
    )
    for one in found.partners:
        typer.echo(_partner_line(one))
    for problem in queries.for_a_person():
        why = f" ({problem.code})" if problem.code else ""
        typer.echo(
            f"needs a person: {problem.kind} to {problem.partner} {problem.state}{why}  {problem.message_id}"
        )
    for refused in queries.refusals():
        sender = refused.sender or "a stranger"
        typer.echo(f"refused on {refused.day}: {refused.code}, {refused.count} from {sender}")


def _partner_line(one: PartnerHealth) -> str:
    heard = f"heard {one.heard_at:%Y-%m-%d %H:%M} UTC" if one.heard_at else "never heard"
    parts = [one.name, one.state if one.believed else f"{one.state}, not believed yet", heard]
    if one.queue:
        parts.append(f"{one.queue} wait")
    if one.unreceipted:
        parts.append(f"{one.unreceipted} without a receipt")
    if one.failures and one.next_try_at:
        parts.append(f"not reached {one.failures} times ({one.error}), again {one.next_try_at:%H:%M} UTC")
    if one.clock_off:
        parts.append(f"its clock is {one.skew_seconds} s off")
    if one.ledger_differs:
        parts.append("its ledger was rewritten")
    return "  ".join(parts)


@app.command()
@told
def count(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON lines.")] = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Print how many messages went to and came from each partner, and how many of them took effect."""
    load_node(home)
    from tutela.apps.exchange.queries import tally

    for one in tally.tally():
        if as_json:
            typer.echo(json.dumps(asdict(one)))
            continue
        typer.echo(
            f"{one.partner}  {one.kind}  said {one.said}, acted on there {one.acted_there}   "
            f"heard {one.heard}, acted on here {one.acted_here}"
        )


@app.command()
@told
def retry(
    partner: Annotated[str, typer.Argument(help="One partner; all of them when left out.")] = "",
    home: Home = DEFAULT_HOME,
) -> None:
    """Try everything that waits at once, also what was given up."""
    load_node(home)
    from tutela.apps.exchange import actions, queries
    from tutela.core.kernel import clock

    with refusals_told():
        if partner:
            queries.partner(partner)
        count = actions.retry(partner=partner, now=clock.now())
    typer.echo(f"{count} are tried again now.")


@app.command()
@told
def show(
    message: Annotated[
        str, typer.Argument(metavar="ID", help="Id of a message, a conversation or an envelope.")
    ],
    content: Annotated[
        bool, typer.Option("--content", help="Unlock and print what it says as well.")
    ] = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Print one message or a whole conversation with its receipts."""
    try:
        wanted = uuid.UUID(message)
    except ValueError:
        raise fail(f"{message!r} is not an id") from None
    load_node(home, "worker" if content else "owner")
    from tutela.apps.exchange import queries
    from tutela.apps.exchange.errors import ConversationUnknown

    try:
        seen = queries.conversation(wanted, contents=content)
    except ConversationUnknown:
        with refusals_told():
            row, one = queries.message(wanted, contents=content)
        _print(row, [one], content)
        return
    _print(seen.row, list(seen.messages), content)


def _print(row: ConversationRow | None, messages: list[MessageSeen], content: bool) -> None:
    if row is not None:
        state = "closed" if row.closed else "open"
        begun = f"begun {row.begun_at:%Y-%m-%d %H:%M} UTC"
        typer.echo(f"{row.kind} with {row.partner}, {row.mark}, {state}, {begun}  {row.id}")
    for one in messages:
        way = "→" if one.ours else "←"
        step = f", receipt: {one.step}" if one.step else ""
        why = f" ({one.code}{' at ' + one.member if one.member else ''})" if one.code else ""
        at = f"{one.at:%Y-%m-%d %H:%M:%S} UTC"
        typer.echo(f"{way} {one.sequence} {one.kind}  {at}  {one.state}{step}{why}  {one.id}")
        if content:
            typer.echo(json.dumps(dict(one.content), ensure_ascii=False, indent=1))
