"""Reading a table that ships with the package, so that a wrong row is named by its line.

Facts, labels and mappings are data that people who do not program correct. What they get back when a
row is wrong has to be the file and the line, not a traceback from the first page that needed it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path


class BadTable(Exception):  # noqa: N818
    """A shipped table cannot be used; the message names file, line and reason."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path.name}, line {line}: {reason}")
        self.line = line
        self.reason = reason


def read_table(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield ``(line number, row)`` of the UTF-8 CSV file ``path``; values stripped, lines counted from 1.

    Raises:
        BadTable: the header is not ``columns``, or a row has too few or too many values.
    """
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.reader(lines, strict=True)
        try:
            header = next(reader, [])
            if header != list(columns):
                raise BadTable(path, 1, f"the columns must be {','.join(columns)}")
            for values in reader:
                if len(values) != len(columns):
                    raise BadTable(path, reader.line_num, f"{len(values)} values for {len(columns)} columns")
                yield (
                    reader.line_num,
                    {name: value.strip() for name, value in zip(columns, values, strict=True)},
                )
        except (csv.Error, UnicodeDecodeError) as error:
            raise BadTable(path, reader.line_num, str(error)) from error
