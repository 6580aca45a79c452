"""What keepers read on the screen before they sign, and what ``tutela directory verify`` says."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import typer

from tutela.core.directory import entries, metadata, standing
from tutela.core.directory.entries import Entry
from tutela.core.directory.errors import DirectoryRefusal
from tutela.core.directory.metadata import Part
from tutela.core.directory.standing import Published
from tutela.doors.cli.directory_folder import Folder
from tutela.doors.cli.node_setup import EXIT_REFUSED, fail


def show_changes(place: Folder) -> None:
    """Print who will be in the directory, so that nobody signs what they have not read."""
    for data in place.entries().values():
        _show_entry(entries.from_bytes(data))
    root = place.waiting_root()
    if root:
        threshold = root.signed.roles[Part.ROOT].threshold
        typer.echo(f"keepers, {threshold} of whom must sign:")
        for one in metadata.keepers_of(root.signed).values():
            typer.echo(f"  {one.key_id}  {one.words}")


def show_waiting(place: Folder) -> None:
    """Print what waits, its words and whose signatures are missing."""
    for stands, words in place.standings():
        lack = f"lacks {stands.missing} signatures" if stands.missing else "is signed"
        typer.echo(
            f"pending {stands.part}.json version {stands.version} {lack}, until {stands.expires:%Y-%m-%d}"
        )
        typer.echo(f"  words: {words}")
        for one in stands.signed:
            typer.echo(f"  signed  {one}")
        for one in stands.unsigned:
            typer.echo(f"  not yet {one}")


def show_published(place: Folder, now: datetime, *, as_json: bool) -> None:
    """Print what the published directory says and what waits; exit 1 when it says nothing good."""
    said, refusal = _read(place, now)
    if as_json:
        typer.echo(json.dumps(_fields(place, said, refusal)))
    else:
        if said:
            _show_said(place, said)
        show_waiting(place)
    if refusal:
        raise typer.Exit(EXIT_REFUSED) if as_json else fail(f"{refusal.code}: {refusal}")


def _read(place: Folder, now: datetime) -> tuple[Published | None, DirectoryRefusal | None]:
    try:
        return standing.read_published(place.file, now=now), None
    except DirectoryRefusal as refused:
        return None, refused


def _fields(place: Folder, said: Published | None, refusal: DirectoryRefusal | None) -> dict[str, Any]:
    waiting = [
        {"file": one.part, "version": one.version, "missing": one.missing, "signed": one.signed}
        for one, _ in place.standings()
    ]
    listed = [
        {"node": one.node, "role": one.role, "country": one.country, "status": one.status}
        for one in (said.entries if said else ())
    ]
    return {
        "refusal": refusal.code if refusal else "",
        "version": said.targets.version if said else 0,
        "good_until": said.good_until.isoformat() if said else "",
        "organisations": listed,
        "pending": waiting,
    }


def _show_said(place: Folder, said: Published) -> None:
    typer.echo(f"published version {said.targets.version}, good until {said.good_until:%Y-%m-%d %H:%M} UTC")
    for file in (said.root, said.targets, said.snapshot, said.timestamp):
        typer.echo(f"  {file.type}.json version {file.version} until {file.expires:%Y-%m-%d %H:%M} UTC")
    root = place.root()
    if root:
        typer.echo(f"root words: {metadata.words(root)}")
    for one in said.entries:
        _show_entry(one)


def _show_entry(entry: Entry) -> None:
    typer.echo(f"{entry.node}  {entry.organisation}  {entry.role}  {entry.country}  {entry.status}")
    for one in entry.keys:
        until = f"until {one.valid_until:%Y-%m-%d}" if one.valid_until else "no end"
        state = f"revoked {one.revoked_at:%Y-%m-%d}" if one.revoked_at else until
        typer.echo(f"  key {one.public.key_id}  {one.public.words}  {state}")
