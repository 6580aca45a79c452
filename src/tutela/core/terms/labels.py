"""What people read and press for a code: English and Georgian labels, keyboard keys.

They are data, because translators and hotlines correct them; they are checked when first read.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tutela.core.kernel.tables import BadTable, read_table

PATH = Path(__file__).parent / "data" / "labels.csv"
LANGUAGES = ("en", "ka")
_COLUMNS = ("group", "code", "key", *LANGUAGES)


@dataclass(frozen=True, slots=True)
class Label:
    """One code with its key on the keyboard (empty when it has none) and its text by language."""

    group: str
    code: str
    key: str
    text: dict[str, str]


def load(path: Path = PATH) -> dict[tuple[str, str], Label]:
    """Return ``(group, code)`` → label, in the order of the file.

    Raises:
        BadTable: a text is missing, a code stands twice, or two codes of a group share a key.
    """
    found: dict[tuple[str, str], Label] = {}
    keys: set[tuple[str, str]] = set()
    for line, row in read_table(path, _COLUMNS):
        name, key = (row["group"], row["code"]), (row["group"], row["key"])
        if name in found:
            raise BadTable(path, line, f"{name[0]} {name[1]} stands twice")
        if row["key"] and key in keys:
            raise BadTable(path, line, f"key {row['key']} of {row['group']} stands twice")
        if not all(value for column, value in row.items() if column != "key"):
            raise BadTable(path, line, "only the key may be empty")
        keys.add(key)
        found[name] = Label(*name, row["key"], {language: row[language] for language in LANGUAGES})
    return found


@cache
def _loaded() -> dict[tuple[str, str], Label]:
    return load()


def label(group: str, code: str, language: str = "en") -> str:
    """Return the text for ``code`` of ``group``: ``ka`` for ``ka-GE``, English for a language without labels.

    Raises:
        KeyError: there is no such code in that group.
    """
    text = _loaded()[group, code].text
    return text.get(language.partition("-")[0].lower(), text["en"])


def key(group: str, code: str) -> str:
    """Return the key on the keyboard that chooses ``code``, or an empty text."""
    return _loaded()[group, code].key


def labels_of(group: str) -> tuple[Label, ...]:
    """Return the labels of ``group`` in the order in which they are shown; empty for an unknown group."""
    return tuple(entry for (name, _), entry in _loaded().items() if name == group)
