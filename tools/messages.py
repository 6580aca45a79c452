"""Collect the texts to translate into each part's ``.po`` files, or check that none is missing.

Run as ``python tools/messages.py`` it extracts from Python and templates (Babel, and Django's own
``templatize``), and updates ``locale/<language>/LC_MESSAGES/django.po`` beside the code that speaks.
With ``--check`` it writes nothing, lists what is missing, fuzzy, unused or has other placeholders than
its source, and exits 1 if there is any. Needs neither the gettext tools nor a configured node.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "tutela"
LANGUAGES = ("ka",)
TEMPLATES = ("*.html", "*.txt")
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = """\
# Texts of this part of Tutela. Write short sentences; a child of ten must understand the public pages.
# Updated by: make messages
"""

UNSTABLE = (
    '"Generated-By',
    '"Language-Team',
    '"Last-Translator',
    '"PO-Revision-Date',
    '"POT-Creation-Date',
    '"Project-Id-Version',
    '"Report-Msgid-Bugs-To',
)
"""Lines of the header that would change without a change of any text."""


def parts(package: Path = PACKAGE) -> Iterator[Path]:
    """Yield every folder that keeps its own translations: look, entry, each door and room, what is nested."""
    yield package / "look"
    yield package / "entry"
    for floor in ("doors", "apps"):
        for folder in sorted(path.parent for path in (package / floor).glob("*/__init__.py")):
            yield folder
            yield from _nested(folder)


def _nested(part: Path) -> list[Path]:
    return sorted(path.parent for path in part.rglob("locale") if path.is_dir() and path.parent != part)


def collect(part: Path) -> Catalog:
    """Return the texts that stand in ``part``, without translations."""
    catalog = Catalog(charset="utf-8")
    for path in _files(part, "*.py"):
        _add(catalog, path, path.read_text(encoding="utf-8"))
    for path in (path for pattern in TEMPLATES for path in _files(part, pattern)):
        # templatize blanks what is not to translate, but keeps indents that Python's tokenizer refuses.
        source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        _add(catalog, path, "\n".join(line.lstrip() for line in source.splitlines()))
    return catalog


def _files(part: Path, pattern: str) -> Iterator[Path]:
    elsewhere = _nested(part)
    for path in sorted(part.rglob(pattern)):
        inside = path.relative_to(part).parts
        if {"tests", "migrations", "locale", "static"} & set(inside):
            continue
        if path.suffix != ".py" and "templates" not in inside:
            continue
        if not any(path.is_relative_to(folder) for folder in elsewhere):
            yield path


def _add(catalog: Catalog, path: Path, source: str) -> None:
    found = extract("python", io.BytesIO(source.encode()), KEYWORDS, (), {"encoding": "utf-8"})
    for _, message, _, context in found:
        catalog.add(message, locations=[(path.relative_to(ROOT).as_posix(), 0)], context=context)


def po_path(part: Path, language: str) -> Path:
    return part / "locale" / language / "LC_MESSAGES" / "django.po"


def translated(part: Path, language: str) -> Catalog:
    """Return what has been translated so far; an empty catalogue when there is no file yet."""
    path = po_path(part, language)
    if not path.is_file():
        return Catalog(locale=language, charset="utf-8")
    with path.open("rb") as handle:
        return read_po(handle, locale=language, charset="utf-8")


def update(part: Path, language: str) -> bool:
    """Write the part's file anew: translations kept, new texts empty, unused ones gone."""
    wanted, known = collect(part), translated(part, language)
    if not len(wanted):
        return False
    merged = Catalog(locale=language, charset="utf-8", header_comment=HEADER.rstrip("\n"), fuzzy=False)
    for message in wanted:
        if not message.id:
            continue
        old = known.get(message.id, message.context)
        text, flags = (old.string, old.flags) if old else ("", set())
        merged.add(
            message.id,
            text,
            locations=sorted(set(message.locations)),
            flags=(flags & {"fuzzy"}) | (message.flags - {"fuzzy"}),
            context=message.context,
        )
    path = po_path(part, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    written = io.BytesIO()
    write_po(written, merged, width=110, include_lineno=False, omit_header=False)
    lines = written.getvalue().decode().splitlines(keepends=True)
    stable = [line for line in lines if not line.startswith(UNSTABLE)]
    path.write_text("".join(stable), encoding="utf-8")
    return True


def faults(part: Path, language: str) -> Iterator[str]:
    """Yield one line for every text that is missing, fuzzy, unused or has other placeholders."""
    wanted, known = collect(part), translated(part, language)
    name = po_path(part, language).relative_to(ROOT).as_posix()
    for message in wanted:
        if message.id:
            yield from (f"{name}: {fault}: {_shown(message)}" for fault in _faults_of(message, known))
    for message in known:
        if message.id and wanted.get(message.id, message.context) is None:
            yield f"{name}: unused: {_shown(message)}"


def _faults_of(message: Message, known: Catalog) -> Iterator[str]:
    found = known.get(message.id, message.context)
    if found is None or not found.string or (isinstance(found.string, tuple) and not all(found.string)):
        yield "missing"
        return
    if found.fuzzy:
        yield "fuzzy"
    found.flags |= message.flags
    for error in found.check(known):
        yield f"placeholders ({error})"


def _shown(message: Message) -> str:
    text = message.id if isinstance(message.id, str) else message.id[0]
    return repr(text if len(text) < 90 else text[:89] + "…")


def main(arguments: list[str] | None = None) -> int:
    reader = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    reader.add_argument(
        "--check", action="store_true", help="write nothing; list faults and exit 1 if there are any"
    )
    if not settings.configured:
        settings.configure()
    if reader.parse_args(arguments).check:
        found = [line for part in parts() for language in LANGUAGES for line in faults(part, language)]
        print("\n".join(found) or "messages: all translated")
        return 1 if found else 0
    for part in parts():
        for language in LANGUAGES:
            if update(part, language):
                print(po_path(part, language).relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
