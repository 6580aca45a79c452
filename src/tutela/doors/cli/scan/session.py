"""One scan from its arguments to its end: opens what it needs, stops when it is told to, gives all back."""

from __future__ import annotations

import os
import secrets
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tutela.doors.cli.scan import places, progress, stores, trees
from tutela.doors.cli.scan.crew import Broken, Crew, Processes
from tutela.doors.cli.scan.engine import Engine, Output, Wanted
from tutela.doors.cli.scan.output import Filed, Printed
from tutela.doors.cli.scan.places import Passed, Place
from tutela.doors.cli.scan.reading import Orders
from tutela.doors.cli.scan.state import State, Totals

STOPPING = "tutela: stopping after the files at hand; press Ctrl-C again to stop at once"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a scan was asked to do. ``about`` says what a state file must agree with to be resumed."""

    orders: Orders
    about: dict[str, Any]
    resume: Path | None = None
    output: Path | None = None
    as_json: bool = False
    exclude: Sequence[str] = ()
    one_file_system: bool = False
    workers: int | None = None
    ray: str = ""
    quiet: bool = False


@dataclass(slots=True)
class Ended:
    """How a scan ended: at its end (``finished``), or stopped, with the state file to go on with."""

    totals: Totals
    state: Path
    finished: bool = False
    before: bool = False
    passed: Passed = field(default_factory=Passed)


def run(asked: Asked) -> Ended:
    """Scan, or go on with a scan.

    Raises:
        StateRefused, OutputExists, Broken: nothing was scanned, or no further.
    """
    path = asked.resume or _own_state()
    size = asked.output.stat().st_size if asked.output and asked.output.exists() else None
    with ExitStack() as stack:
        state = State(path, asked.about, output_size=(size or 0) if asked.output else None)
        stack.callback(state.close)
        ended = Ended(state.totals, path)
        if state.finished:
            ended.finished = ended.before = True
            return ended
        try:
            _scan(asked, state, _output(asked, state), ended, stack)
        finally:
            if asked.resume is None and (ended.finished or not state.totals.files):
                path.unlink()
    return ended


def _scan(asked: Asked, state: State, output: Output, ended: Ended, stack: ExitStack) -> None:
    crew = _crew(asked)
    stack.callback(crew.close)
    roots = [root.open() for root in asked.orders.roots]
    bar = progress.on_terminal(
        [root.path for root in asked.orders.roots if not root.store], state.totals, quiet=asked.quiet
    )
    stack.callback(bar.stop)
    engine = Engine(
        crew=crew,
        state=state,
        output=output,
        shown=lambda place: roots[place.root].shown(place.name),
        wanted=Wanted(asked.orders.keep_all),
        moved=bar.moved,
    )
    try:
        with _stopped_by_signals(engine):
            if engine.run(_walk(roots, asked, engine, ended.passed)):
                output.write({"type": "summary", **asdict(state.totals), "passed_by": asdict(ended.passed)})
                output.flush()
                output.sync()
                state.finish()
                ended.finished = True
    except KeyboardInterrupt:
        pass  # asked twice: what the workers held is left for the next time
    except Broken as error:
        if state.totals.files:
            raise Broken(f"{error}. Go on with the same arguments and: --resume {state.path}") from error
        raise
    except BrokenPipeError:
        # Nobody reads on. What was not printed is not in the state either.
        output.abandon()
    finally:
        state.sync()


def _own_state() -> Path:
    """Return a new name for the state of a scan that named none, so that Ctrl-C never costs what was done."""
    base = os.environ.get("XDG_STATE_HOME")
    folder = (Path(base) if base else Path.home() / ".local" / "state") / "tutela"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        folder = Path(tempfile.gettempdir())
    return folder / f"scan-{secrets.token_hex(6)}.state"


def _output(asked: Asked, state: State) -> Output:
    if asked.output is None:
        return Printed(as_json=asked.as_json, alone=bool(asked.ray))
    return Filed(asked.output, (state.output or 0) if state.resumed else None)


def _crew(asked: Asked) -> Crew:
    if asked.ray:
        from tutela.doors.cli.scan.cluster import Cluster

        return Cluster(asked.ray, asked.workers, asked.orders)
    return Processes(asked.workers or len(os.sched_getaffinity(0)), asked.orders)


def _walk(
    roots: Sequence[trees.Tree | stores.Store], asked: Asked, engine: Engine, passed: Passed
) -> Iterator[Place]:
    excluded = places.excluder(asked.exclude)
    for number, root in enumerate(roots):
        if isinstance(root, stores.Store):
            yield from root.walk(number, excluded=excluded, unreadable=engine.unlisted, passed=passed)
        else:
            yield from trees.Walk(
                root,
                number,
                excluded=excluded,
                unreadable=engine.unlisted,
                passed=passed,
                one_file_system=asked.one_file_system,
            )


@contextmanager
def _stopped_by_signals(engine: Engine) -> Iterator[None]:
    """Let the first signal stop gently and the second at once."""

    def stop(*_: object) -> None:
        if engine.stopping:
            raise KeyboardInterrupt
        engine.stop()
        if sys.stderr.isatty():
            os.write(2, f"\r{STOPPING}\n".encode())

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
