"""``tutela exchange accept``, ``write`` and ``repeat``: envelopes that people carry, or that go again."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tutela.doors.cli.exchanging import keyring_of, refusals_told
from tutela.doors.cli.node_setup import DEFAULT_HOME, Home, fail, load_node, told
from tutela.doors.cli.sealing import ENDING

if TYPE_CHECKING:
    from tutela.apps.exchange.actions import Carried

MOST_BYTES = 8 << 20
"""Longer than an envelope may be (spec/envelope.md): not even read."""

WORDS = {
    "replayed": "exactly this was taken before",
    "id_reused": "its sender used this id before, for something else",
    "not_for_us": "it is addressed to somebody else",
    "unknown_own_key": "it is sealed to a key that this node does not have any more",
    "unknown_sender": "nobody whom this node believes has this name; see: tutela partner add, and pin",
    "unknown_sender_key": "it is signed with a key that nobody here believed yet; see: tutela partner pin",
    "revoked_key": "it is signed with a key that was revoked",
    "key_not_valid": "it was sent before its key was valid, or after",
    "bad_signature_ed25519": "it was changed on the way, or somebody else wrote it",
    "bad_signature_mldsa65": "it was changed on the way, or somebody else wrote it",
    "from_the_future": "it was sent later than this clock says that it is now",
    "expired": "its time is over; ask for a new one",
    "unknown_kind": "it is of a kind that this node takes no part in",
    "broken_frame": "it is no sealed file, or was cut short",
    "busy": "its sender is paused; see: tutela partner resume",
}
"""What the commonest codes of spec/envelope.md mean to who stands there with a file."""


@told
def accept(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Sealed files from partners.")],
    home: Home = DEFAULT_HOME,
) -> None:
    """Take sealed files that came by mail or on a stick, as if they had been delivered to the inbox."""
    load_node(home)
    from tutela.apps.exchange import actions

    envelopes = [_read(file) for file in files]
    with refusals_told():
        outcomes = actions.accept_envelopes(envelopes, relayed=True)
    refused = False
    for file, outcome in zip(files, outcomes, strict=True):
        if outcome.code == "taken":
            typer.echo(f"{file}: taken from {outcome.partner}; the worker opens it")
            continue
        refused = refused or outcome.code != "replayed"
        why = f": {WORDS[outcome.code]}" if outcome.code in WORDS else ""
        typer.echo(f"{file}: {outcome.code}{why}", err=outcome.code != "replayed")
    if refused:
        raise typer.Exit(1)


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise fail(f"{file} cannot be read: {error.strerror}; nothing was taken") from error


@told
def write(
    partner: Annotated[str, typer.Argument(help="The partner to whom somebody carries them.")],
    folder: Annotated[Path, typer.Argument(help="Folder for the files; it is made.")],
    home: Home = DEFAULT_HOME,
) -> None:
    """Write what waits for a partner as sealed files, for a person to carry; it counts as handed over."""
    load_node(home, "worker")
    from tutela.apps.exchange import actions, queries
    from tutela.core.kernel import clock

    with refusals_told():
        own, now = queries.own_node(keyring_of(home)), clock.now()
        while actions.make_receipts(now) or actions.seal_due(own, now):
            pass
        count = 0
        while found := actions.messages_to_carry(partner=partner):
            for one in found:
                _write(folder, one)
            ids = [one.message_id for one in found]
            count += actions.record_carried(partner=partner, message_ids=ids, now=now)
    typer.echo(f"{count} files for {partner} in {folder}." if count else f"Nothing waits for {partner}.")


def _write(folder: Path, one: Carried) -> None:
    path = folder / f"{one.said_at:%Y%m%dT%H%M%S}-{one.kind}-{one.message_id.hex[-8:]}{ENDING}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
            opened.write(one.envelope)
            opened.flush()
            os.fsync(opened.fileno())
    except OSError as error:
        raise fail(f"{path} cannot be written: {error.strerror}; it waits as before") from error


@told
def repeat(
    partner: Annotated[str, typer.Argument(help="The partner, which was restored from a backup.")],
    since: Annotated[datetime, typer.Option(help="Since when (UTC), such as 2026-03-04T10:00.")],
    home: Home = DEFAULT_HOME,
) -> None:
    """Hand over once more what a partner got since then: it takes what it lacks, and nothing twice."""
    load_node(home)
    from tutela.apps.exchange import actions

    with refusals_told():
        count = actions.repeat_messages(partner=partner, since=since.replace(tzinfo=UTC))
    typer.echo(f"{count} go to {partner} once more.")
