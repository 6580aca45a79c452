"""``tutela match``: look fingerprints or single files up in hash lists, at once and without a node.

``match`` is also the family of commands around the match service; what follows ``match`` and is none of their
names is what to look up.
"""

from __future__ import annotations

import itertools
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from tutela.core.matching.errors import BadFingerprint
from tutela.core.matching.fingerprints import Fingerprint, read_fingerprint
from tutela.core.matching.fingerprints import Kind as Kinds
from tutela.doors.cli import exits
from tutela.doors.cli.choosing import Choosing, Terms
from tutela.doors.cli.looking import Index, Kind, Lists, MinimumQuality, Negative, Radius, told
from tutela.doors.cli.scan import lines
from tutela.doors.cli.scan.known import Known, Look

THESE = "these"
AT_ONCE = 1000
"""Fingerprints from standard input that are looked up together."""


class Family(TyperGroup):
    """Takes everything that does not begin with the name of a command as what to look up."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the default command before arguments that name none."""
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help"):
            args = [THESE, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=Family,
    no_args_is_help=True,
    help="Look up HASH… or FILE… in hash lists (tutela match HASH… --list FILE), or serve lookups to others.",
    subcommand_metavar="HASH…|FILE…|COMMAND [ARGS]…",
)


@app.callback()
def family() -> None:
    """Look up HASH… or FILE… in hash lists (tutela match HASH… --list FILE), or serve lookups to others."""


@app.command(THESE)
@told
def these(
    things: Annotated[
        list[str],
        typer.Argument(
            metavar="HASH…|FILE…",
            help="Fingerprints as KIND:VALUE (pdq:VALUE:QUALITY), files, or - for lines of kind and value.",
        ),
    ],
    lists: Lists = None,
    index: Index = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON lines.")] = False,
    exact: Annotated[
        bool, typer.Option("--exact", help="Decode pictures in full before their PDQ is taken.")
    ] = False,
    kind: Kind = "",
    radius: Radius = None,
    minimum_quality: MinimumQuality = None,
    negative: Negative = None,
) -> None:
    """Look up fingerprints and files (the word "these" may be left out). Exit 0 nothing found, 10 found."""
    asked = [_asked(text, kind) for text in things]
    matches = unread = 0
    with Choosing() as choosing:
        terms = Terms(kind, radius, minimum_quality, tuple(negative or ()))
        lookups = None if "-" in asked else len(asked)
        known = choosing.choose(lists or [], index, terms, lookups=lookups).known
        look = known.open()
        for fields in _answers(asked, known, look, kind, exact):
            matches += fields["outcome"] == "match"
            unread += bool(fields.get("reason")) and fields.get("reason") != "pdq:format_not_supported"
            typer.echo(lines.as_json(fields) if as_json else lines.as_words(fields))
        look.close()
    raise typer.Exit(exits.of_counts(matches=matches, unread=unread))


def _asked(text: str, kind: str) -> Fingerprint | str:
    """Return the fingerprint that ``text`` spells, or the path of a file; ``-`` stays what it is."""
    named, _, value = text.partition(":")
    if named.lower() in set(Kinds) and value:
        return _fingerprint(named.lower(), *value.split(":"))
    if text == "-" or Path(text).is_file():
        return text
    if Path(text).is_dir():
        raise typer.BadParameter(f"{text!r} is a folder; use: tutela scan")
    if os.path.lexists(text):
        raise typer.BadParameter(f"{text!r} is no regular file")
    if kind:
        return _fingerprint(kind, text)
    raise typer.BadParameter(f"{text!r} is no file; write a fingerprint as KIND:VALUE, such as sha256:…")


def _fingerprint(kind: str, value: str, quality: str = "") -> Fingerprint:
    try:
        return read_fingerprint(kind, value, int(quality) if quality.isdecimal() else None)
    except BadFingerprint as error:
        raise typer.BadParameter(f"{value!r} is no fingerprint of kind {kind} ({error.reason})") from None


def _answers(
    asked: Sequence[Fingerprint | str], known: Known, look: Look, kind: str, exact: bool
) -> Iterator[dict[str, Any]]:
    """Yield a line for everything asked, in its order."""
    for is_hash, group in itertools.groupby(asked, key=lambda one: isinstance(one, Fingerprint)):
        if is_hash:
            yield from _of_hashes((one for one in group if isinstance(one, Fingerprint)), look)
            continue
        for path in map(str, group):
            if path == "-":
                yield from _of_hashes(_typed(sys.stdin, kind), look)
            else:
                yield _of_file(path, known, exact)


def _of_hashes(fingerprints: Iterable[Fingerprint], look: Look) -> Iterator[dict[str, Any]]:
    every = iter(fingerprints)
    while batch := list(itertools.islice(every, AT_ONCE)):
        yield from map(lines.hash_fields, look.up(batch))


def _typed(handle: Iterable[str], kind: str) -> Iterator[Fingerprint]:
    """Yield what lines of ``kind value [quality]`` spell, or of bare values when ``kind`` is said."""
    for line in handle:
        words = re.split(r"[\s:]+", line.strip())
        if words == [""] or words[0].startswith("#"):
            continue
        if kind and words[0].lower() not in set(Kinds):
            words.insert(0, kind)
        yield _fingerprint(words[0].lower(), *words[1:3])


def _of_file(path: str, known: Known, exact: bool) -> dict[str, Any]:
    from tutela.doors.cli.scan.places import Chunk, Place
    from tutela.doors.cli.scan.reading import UNREADABLE, Orders, Reader, Root

    real = Path(path).resolve()
    reader = Reader(Orders((Root(path, str(real)),), known, exact, keep_all=True))
    (looked,) = reader.read(Chunk((Place(0, real.name, 0, ""),))).looked
    return lines.file_fields(
        path,
        looked.outcome,
        size=None if looked.outcome == UNREADABLE else looked.place.size,
        reason=looked.reason,
        verdicts=looked.verdicts,
        fingerprints=looked.fingerprints,
        notes=looked.notes,
    )
