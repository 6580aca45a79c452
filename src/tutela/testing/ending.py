"""How a forked process ends: as Python ends one, without taking apart what was loaded before the fork.

At its end Python clears every module and frees every object. In a forked process that copies the whole loaded
program only to throw it away; multiprocessing spares what it forks that, too.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import sys
import threading

_UNWRITTEN = 120
"""What Python ends with when the last words of a process could not be written."""


def run(statements: str) -> None:
    """Run these as a program, and end the process as Python would."""
    code = _run(statements)
    threading._shutdown()  # type: ignore[attr-defined]  # waits for threads, as Python does first of all
    atexit._run_exitfuncs()
    _close_tables()
    os._exit(_written(code) & 0xFF)


def _run(statements: str) -> int:
    """Return the exit code; what was not caught is told as Python tells it, from the statements on."""
    try:
        exec(compile(statements, "<ordered>", "exec"), {"__name__": "__main__"})
    except SystemExit as ended:
        return _code_of(ended.code)
    except BaseException as error:
        error.__traceback__ = error.__traceback__ and error.__traceback__.tb_next
        sys.excepthook(type(error), error, error.__traceback__)
        if isinstance(error, KeyboardInterrupt):
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGINT)
        return 1
    return 0


def _code_of(given: object) -> int:
    if given is None or isinstance(given, int):
        return given or 0
    print(given, file=sys.stderr)
    return 1


def _close_tables() -> None:
    """Close connections, as freeing them would: SQLite then brings what was written into its one file."""
    database, conf = sys.modules.get("django.db"), sys.modules.get("django.conf")
    if database and conf and conf.settings.configured:
        with contextlib.suppress(Exception):  # the database may be gone, and Python would not mind either
            database.connections.close_all()


def _written(code: int) -> int:
    for output in (sys.stdout, sys.stderr):
        try:
            output.flush()
        except (OSError, ValueError):
            code = _UNWRITTEN
    return code
