"""``tutela demo``: five nodes on this machine, one report at home and one across a border, to the end."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from tutela.doors.cli.node_setup import EXIT_REFUSED, fail, told


@told
def demo(
    once: Annotated[bool, typer.Option("--once", help="Play, check every step, end.")] = False,
    home: Annotated[Path, typer.Option(help="Folder of the demonstration; made anew each time.")] = Path(
        "demo-home"
    ),
) -> None:
    """Play a report at one node and one across five, from beginning to end; then stay up to look around."""
    try:
        from tutela.doors.cli import stage, story
    except ModuleNotFoundError as error:
        raise fail(
            f"the demonstration needs {error.name}; install it with: pip install 'tutela[demo]'"
        ) from error
    from tutela.doors.cli.visitor import StoryBroken

    # Whoever ends the demonstration, its nodes go with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0 if staying else EXIT_REFUSED))
    staying = False
    try:
        with stage.Stage(stage.folder_for(home.resolve())) as world:
            links = story.play(world)
            if once:
                typer.echo("demo: ok")
                return
            typer.echo("")
            widest = max(map(len, links))
            for name, address in links.items():
                typer.echo(f"  {name:<{widest}}  {address}")
            typer.echo("\nIt stays up until Ctrl-C.")
            staying = True
            signal.pause()
    except KeyboardInterrupt:
        typer.echo("")
    except (StoryBroken, OSError, RuntimeError) as error:
        typer.secho(f"demo: failed: {error}", err=True)
        raise typer.Exit(EXIT_REFUSED) from error
