"""``tutela import``: reports that another system holds, taken over as reports of this node.

What cannot be taken is named by its line and kept in a file of its own, to be mended and handed in again.
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import tzinfo
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table

from tutela.doors.cli.node_setup import DEFAULT_HOME, Home, fail, load_node, told

if TYPE_CHECKING:
    from tutela.core.record.imported import ImportedReports


class Origin(StrEnum):
    """What a file may be; the second is told by its columns."""

    SCART = "scart"
    CSV = "csv"


_SHOWN = 20


@told
def import_(
    file: Annotated[Path, typer.Argument(help="The file with the reports.")],
    format: Annotated[Origin, typer.Option(help="scart: SCARt's export or list; csv: named columns.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would happen; change nothing.")
    ] = False,
    time_zone: Annotated[
        str, typer.Option(help="Zone of times that name none; the node's if left out.")
    ] = "",
    refused: Annotated[
        Path | None, typer.Option(help="Where refused lines go; beside FILE if left out. Never overwritten.")
    ] = None,
    home: Home = DEFAULT_HOME,
) -> None:
    """Take reports over. The same file twice makes nothing twice; what is no report is named and kept."""
    load_node(home, "worker")
    from tutela.apps.cases import actions as cases

    found = _read(file, format, _zone(time_zone))
    there = refused or file.with_name(f"{file.stem}.refused.csv")
    if found.refused and not dry_run:
        _keep(there, found)
    if dry_run:
        already = sum(cases.is_imported(row=row, origin=format.value) for row in found.reports)
        counts = {"would be made": len(found.reports) - already, "here before": already}
    else:
        done = cases.import_reports(found=found, origin=format.value)
        counts = {
            "reports made": done.made,
            "here before": done.already,
            "items": done.items,
            "of them known before": done.known,
        }
    _show(counts, found)
    if found.refused and not dry_run:
        typer.echo(f"The refused lines are in {there}; mend them and import that file.")


def _zone(name: str) -> tzinfo:
    from django.conf import settings

    try:
        return ZoneInfo(name or settings.TUTELA.time_zone)
    except (ValueError, OSError, KeyError):
        raise fail(f"there is no time zone {name!r}; a zone is called like Europe/Amsterdam") from None


def _read(file: Path, origin: Origin, zone: tzinfo) -> ImportedReports:
    from tutela.formats.errors import CannotRead
    from tutela.formats.reports.read import read as read_reports
    from tutela.formats.scart.read import read as read_scart

    read = read_scart if origin is Origin.SCART else read_reports
    try:
        return read(file.read_bytes(), zone=zone)
    except OSError as error:
        raise fail(f"{file} cannot be read: {error.strerror}") from error
    except CannotRead as refusal:
        raise fail(f"{file} was not taken, nothing of it was kept: {refusal.reason}") from refusal


def _keep(there: Path, found: ImportedReports) -> None:
    """Write the refused lines as they stood, each under a remark, for this node's keeper alone."""
    lines = [found.header] if found.header else []
    for one in found.refused:
        lines += [f"# line {one.line}: {one.reason}", one.text]
    content = ("\r\n".join(lines) + "\r\n").encode("utf-8-sig")
    try:
        handle = os.open(there, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        if there.read_bytes() == content:
            return
        raise fail(f"{there} is there already; move it away first. Nothing was imported.") from None
    except OSError as error:
        raise fail(f"{there} cannot be written: {error.strerror}. Nothing was imported.") from error
    with os.fdopen(handle, "wb") as opened:
        opened.write(content)


def _show(counts: dict[str, int], found: ImportedReports) -> None:
    table = Table(box=None, show_header=False)
    for name, count in counts.items():
        table.add_row(name, str(count))
    for one in found.left_out:
        table.add_row(f"left out: {one.reason}", str(one.count))
    for reason, count in sorted(Counter(one.reason for one in found.refused).items()):
        lines = [str(one.line) for one in found.refused if one.reason == reason]
        more = " …" if len(lines) > _SHOWN else ""
        table.add_row(f"refused: {reason}", str(count), f"line {', '.join(lines[:_SHOWN])}{more}")
    Console().print(table)
