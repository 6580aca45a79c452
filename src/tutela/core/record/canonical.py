"""The one spelling of a path and a query that all their spellings share.

After RFC 3986 section 6.2.2: percent-encodings in upper case, unreserved characters decoded, what may
not stand there encoded. The order of a query is kept. What only follows people around is left out of it.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from tutela.core.kernel.tables import BadTable, read_table

PATH = Path(__file__).parent / "data" / "tracking.csv"
_UNEVEN = re.compile(r"%(?P<code>[0-9A-Fa-f]{2})?|[^A-Za-z0-9\-._~!$&'()*+,;=:@/?]")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def even_escapes(text: str) -> str:
    """Return ``text`` (ASCII) with its percent-encodings in one spelling; doing it twice changes nothing.

    Browsers leave ``[ ] { } | ^`` and the backtick as they were typed; RFC 3986 has no place for them in a
    path or a query, so that both spellings are one here.
    """
    return _UNEVEN.sub(_even, text)


def _even(match: re.Match[str]) -> str:
    if match["code"] is None:
        return f"%{ord(match[0]):02X}"
    character = chr(int(match["code"], 16))
    return character if character in _UNRESERVED else f"%{match['code'].upper()}"


def without_tracking(query: str) -> str:
    """Return ``query`` (without its question mark) without the parameters named in ``data/tracking.csv``."""
    names, beginnings = _tracking()
    named = ((part.partition("=")[0].lower(), part) for part in query.split("&"))
    return "&".join(part for name, part in named if name not in names and not name.startswith(beginnings))


def load(path: Path = PATH) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the parameter names and the beginnings of names that are left out.

    Raises:
        BadTable: a row is neither ``name`` nor ``beginning``, or a name is not in lower case.
    """
    rows: dict[str, set[str]] = {"name": set(), "beginning": set()}
    for line, row in read_table(path, ("match", "parameter", "set_by")):
        if row["match"] not in rows or not row["parameter"] or row["parameter"] != row["parameter"].lower():
            raise BadTable(path, line, "match must be name or beginning, parameter in lower case")
        rows[row["match"]].add(row["parameter"])
    return frozenset(rows["name"]), tuple(sorted(rows["beginning"]))


@cache
def _tracking() -> tuple[frozenset[str], tuple[str, ...]]:
    return load()
