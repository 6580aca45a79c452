"""``tutela scan``: hold every file of a folder or an object store against hash lists."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from tutela.doors.cli import exits
from tutela.doors.cli.choosing import Choosing, Terms
from tutela.doors.cli.looking import Index, Kind, Lists, MinimumQuality, Negative, Radius, told
from tutela.doors.cli.node_setup import fail


@told
def scan(
    paths: Annotated[
        list[str], typer.Argument(help="Folders, files, or addresses such as s3://bucket/folder.")
    ],
    lists: Lists = None,
    index: Index = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON lines.")] = False,
    everything: Annotated[
        bool,
        typer.Option("--all", help="A line for every file, with its fingerprints."),
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(help="Write JSON lines to this new file; a resumed scan goes on where it was counted."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes; as many as there are processors.")
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option(help="State file: made when it is not there, gone on with when it is."),
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option(help="Shell pattern of a name, or of a path below the folder; repeatable."),
    ] = None,
    exact: Annotated[
        bool, typer.Option("--exact", help="Decode pictures in full before their PDQ is taken.")
    ] = False,
    one_file_system: Annotated[
        bool, typer.Option("--one-file-system", help="Stay on the file system of the folder.")
    ] = False,
    ray: Annotated[
        str, typer.Option(help="Address of a Ray cluster that does the reading; local starts one here.")
    ] = "",
    endpoint_url: Annotated[
        str, typer.Option(envvar="AWS_ENDPOINT_URL", help="Address of an S3 store that is not Amazon's.")
    ] = "",
    kind: Kind = "",
    radius: Radius = None,
    minimum_quality: MinimumQuality = None,
    negative: Negative = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress and no counts at the end.")] = False,
) -> None:
    """Look every file up in hash lists. Exit 0 nothing found, 10 found, 3 not all readable, 130 stopped."""
    from tutela.doors.cli.scan import crew, session
    from tutela.doors.cli.scan import output as outputs
    from tutela.doors.cli.scan import state as states
    from tutela.doors.cli.scan.reading import Orders

    roots = tuple(_root(path, endpoint_url) for path in paths)
    with Choosing() as choosing:
        terms = Terms(kind, radius, minimum_quality, tuple(negative or ()))
        chosen = choosing.choose(lists or [], index, terms)
        asked = session.Asked(
            orders=Orders(roots, chosen.known, exact, everything),
            about={
                "paths": [os.fsencode(root.path or root.text).hex() for root in roots],
                "lists": chosen.said,
                "exclude": sorted(exclude or []),
                "output": str(output.resolve()) if output else "",
                "options": [everything, exact, one_file_system, as_json, radius, minimum_quality],
            },
            resume=resume,
            output=output,
            as_json=as_json,
            exclude=exclude or (),
            one_file_system=one_file_system,
            workers=workers,
            ray=ray,
            quiet=quiet,
        )
        try:
            ended = session.run(asked)
        except (states.StateRefused, crew.Broken) as error:
            raise fail(str(error)) from error
        except outputs.OutputExists as error:
            raise fail(f"{output} exists and belongs to no scan that is resumed") from error
    if not quiet:
        typer.echo(_words(ended), err=True)
    raise typer.Exit(_code(ended))


def _root(text: str, endpoint_url: str) -> Any:
    from tutela.doors.cli.scan import stores
    from tutela.doors.cli.scan.reading import Root

    if "://" not in text:
        if not os.path.lexists(text):
            raise typer.BadParameter(f"there is no {text!r}", param_hint="PATHS")
        return Root(text, os.path.realpath(text))
    options: dict[str, Any] = {"use_listings_cache": False, "skip_instance_cache": True}
    if text.startswith(("s3://", "s3a://")) and endpoint_url:
        options["endpoint_url"] = endpoint_url
    root = Root(text, options=options)
    try:
        stores.Store(text, options).probe()
    except stores.CannotList as error:
        raise typer.BadParameter(f"{text}: {error}", param_hint="PATHS") from error
    return root


def _words(ended: Any) -> str:
    totals, passed = ended.totals, asdict(ended.passed)
    details = {
        "known good": totals.known_good,
        "unreadable": totals.unreadable,
        "read in part": totals.partly,
        "in formats whose looks are not taken": totals.not_supported,
    } | {f"{name.replace('_', ' ')} passed by": number for name, number in passed.items()}
    words = f"{totals.files:,} files, {totals.bytes / 1e6:,.1f} MB, {totals.matches:,} found"
    words += "".join(f", {number:,} {name}" for name, number in details.items() if number)
    if ended.before:
        return f"tutela: this scan was finished before. {words}"
    if ended.finished:
        return f"tutela: {words}"
    return f"tutela: stopped. So far {words}.\nGo on with the same arguments and: --resume {ended.state}"


def _code(ended: Any) -> int:
    if not ended.finished:
        return exits.INTERRUPTED
    return exits.of_counts(matches=ended.totals.matches, unread=ended.totals.unreadable + ended.totals.partly)
