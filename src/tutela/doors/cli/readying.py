"""What has to be in order before the processes of a node start, looked after by one process for all of them.

``python -m tutela.doors.cli.readying owner site desk`` compares the tables with this release (``owner``) and
puts style and script of these doors into the data folder, hashed and compressed. Django's own commands would
be started once for each door, and load all that has a table before they copy some files.
"""

from __future__ import annotations

import importlib
import importlib.util
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

TABLES = "owner"
"""Named beside the doors: whose settings the tables belong to."""
_NO_FILES = ["CVS", ".*", "*~"]


def main(names: Iterable[str]) -> None:
    """Do it in this order; ends with one line on standard error at the first thing that is not in order."""
    for name in names:
        try:
            if name == TABLES:
                _compare_tables()
            else:
                _collect(importlib.import_module(f"tutela.config.{name}"))
        except Exception as error:
            what = "the database cannot be reached" if name == TABLES else f"{name} cannot start"
            sys.exit(f"{what}: {_reason(error)}")


def _reason(error: Exception) -> str:
    from tutela.config.node import BadConfiguration

    said = (str(error).strip().splitlines() or [""])[-1]
    # The settings of the process refuse what they cannot use, and say which file and why.
    return said if isinstance(error, BadConfiguration) and said else f"{type(error).__name__}: {said}"


def _compare_tables() -> None:
    """Refuse tables of another release."""
    import django
    from django.core.management import call_command

    django.setup()
    try:
        call_command("migrate", check_unapplied=True, verbosity=0)
    except SystemExit:
        from django.conf import settings

        upgrade = f"tutela database upgrade --home {settings.TUTELA_HOME}"
        sys.exit(f"the database is not of this release; run: {upgrade}")


def _collect(settings: ModuleType) -> None:
    """Put what the door's own applications bring into its folder; the first that brings a name wins."""
    from whitenoise.storage import CompressedManifestStaticFilesStorage

    shutil.rmtree(settings.STATIC_ROOT, ignore_errors=True)
    collected = CompressedManifestStaticFilesStorage(settings.STATIC_ROOT, settings.STATIC_URL)
    found: dict[str, tuple[Any, str]] = {}
    for application in settings.INSTALLED_APPS:
        for name, source in _files_of(application):
            if name not in found:
                found[name] = (source, name)
                with source.open(name) as file:
                    collected.save(name, file)
    for _, _, done in collected.post_process(found):
        if isinstance(done, Exception):
            raise done


def _files_of(application: str) -> Iterable[tuple[str, Any]]:
    """Return the files that an application serves as they are, each with where it lies."""
    from django.contrib.staticfiles.utils import get_files
    from django.core.files.storage import FileSystemStorage

    spec = importlib.util.find_spec(application)
    for place in (spec.submodule_search_locations or ()) if spec else ():
        if (folder := Path(place) / "static").is_dir():
            source = FileSystemStorage(location=folder)
            yield from ((name, source) for name in get_files(source, _NO_FILES))


if __name__ == "__main__":
    main(sys.argv[1:])
