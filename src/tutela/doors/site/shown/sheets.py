"""Downloads: the same facts as on the pages, as CSV and JSON, each with its source."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """Return ``rows`` as a CSV file (RFC 4180, UTF-8) named ``name``.

    A cell that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return _file(name, written.getvalue(), "text/csv; charset=utf-8")


def as_json(name: str, value: Any) -> HttpResponse:
    """Return ``value`` as a JSON file named ``name``."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return _file(name, text + "\n", "application/json")


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _file(name: str, text: str, content_type: str) -> HttpResponse:
    response = HttpResponse(text, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
