"""Reading the TOML files of the law so that a wrong value is named by file and line.

``tomllib`` says at which line a file breaks, but not where a value stood; whoever corrects a law in a pull
request needs the line. So a reader counts the headings: the third ``[[source]]`` is the third such line.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tutela.core.kernel.tables import BadTable
from tutela.core.law.texts import Text

_AT_LINE = re.compile(r"at line (\d+)")
_HEADING = re.compile(r"^\s*\[\[([a-z.]+)\]\]")


class Table:
    """One TOML file with its values and the lines of its headings."""

    def __init__(self, path: Path) -> None:
        """Read the file.

        Raises:
            BadTable: it is not UTF-8, not TOML, or not there.
        """
        self.path = path
        try:
            text = path.read_text(encoding="utf-8")
            self.values: dict[str, Any] = tomllib.loads(text)
        except (OSError, UnicodeDecodeError) as error:
            raise BadTable(path, 1, str(error)) from error
        except tomllib.TOMLDecodeError as error:
            found = _AT_LINE.search(str(error))
            raise BadTable(path, int(found[1]) if found else len(text.splitlines()), str(error)) from error
        self._lines = text.splitlines()

    def line_of(self, heading: str, index: int, key: str = "") -> int:
        """Return the line of the ``index``-th ``[[heading]]``, or of ``key`` under it if it stands there."""
        seen = -1
        for number, line in enumerate(self._lines, 1):
            found = _HEADING.match(line)
            if found and found[1] == heading:
                seen += 1
                if seen == index:
                    return self._line_below(number, key) if key else number
        return 1

    def _line_below(self, start: int, key: str) -> int:
        for number, line in enumerate(self._lines[start:], start + 1):
            if _HEADING.match(line):
                break
            if re.match(rf"\s*{re.escape(key)}\b", line):
                return number
        return start

    def wrong(self, heading: str, index: int, key: str, reason: str) -> BadTable:
        """Return the fault of one value, named by its line."""
        return BadTable(self.path, self.line_of(heading, index, key), reason)

    def rows(
        self, heading: str, needed: Iterable[str], allowed: Iterable[str] = ()
    ) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """Yield the tables under a top-level ``[[heading]]``, each with its index.

        Raises:
            BadTable: there is none, a key is missing or is unknown.
        """
        found = self.values.get(heading)
        if not isinstance(found, list):
            raise BadTable(self.path, 1, f"there is no [[{heading}]]")
        for index, row in enumerate(found):
            self.check_keys(heading, index, row, needed, allowed)
            yield index, row

    def check_keys(
        self, heading: str, index: int, row: Any, needed: Iterable[str], allowed: Iterable[str]
    ) -> None:
        """Refuse a row that lacks a key or holds one that nobody reads.

        Raises:
            BadTable: names the key.
        """
        needed = tuple(needed)
        for key in needed:
            if key not in row:
                raise self.wrong(heading, index, "", f"{key} is missing")
        for key in row:
            if key not in (*needed, *allowed):
                raise self.wrong(heading, index, key, f"{key} is not a known key")

    def text(self, heading: str, index: int, row: Mapping[str, Any], key: str) -> Text:
        """Return a text in every language.

        Raises:
            BadTable: a language is missing, unknown or empty.
        """
        said = row[key]
        whole = isinstance(said, dict) and said.keys() == {"en", "ka"}
        if not whole or not all(isinstance(one, str) and one.strip() for one in said.values()):
            raise self.wrong(heading, index, key, f"{key} must have a text in en and in ka")
        return Text(**said)
