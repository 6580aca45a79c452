"""The two pages of every report, drawn once and filled in: the empty form and the code.

They are the same for everybody but for a few codes and tokens. Rendering them from templates takes longer
than everything else that a report needs besides the derivation of its code, so a flood would be felt here
first. What is filled in consists of letters, digits, ``-`` and ``_`` only, which need no escaping.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from tutela.doors.site import pages

_SAFE = re.compile(r"[A-Za-z0-9_-]*")
_GAP = re.compile(r"__gap-([a-z0-9]+)-gap__")
_MOST_DRAWN = 64

_Pieces = tuple[str, ...]
_drawn: dict[tuple[Any, ...], _Pieces] = {}


def gap(name: str) -> str:
    """Return what stands in a template's context instead of the value ``name``."""
    return f"__gap-{name}-gap__"


def show(
    request: HttpRequest, template: str, context: Mapping[str, Any], values: Mapping[str, str]
) -> HttpResponse:
    """Return the page with ``values`` in the gaps that ``context`` holds.

    ``context`` must be the same whenever the template, the address, the language and the settings are.

    Raises:
        ValueError: a value is not plain letters and digits.
    """
    if not all(_SAFE.fullmatch(value) for value in values.values()):
        raise ValueError("a value for a gap must be plain letters and digits")
    pieces = _pieces(request, template, context)
    # Every second piece is the name of a gap.
    return pages.answer("".join(values[piece] if n % 2 else piece for n, piece in enumerate(pieces)))


def _pieces(request: HttpRequest, template: str, context: Mapping[str, Any]) -> _Pieces:
    languages = tuple((code, str(name)) for code, name in settings.LANGUAGES)
    key = (template, request.method, request.path, translation.get_language(), settings.TUTELA, languages)
    if (found := _drawn.get(key)) is not None:
        return found
    pieces = tuple(_GAP.split(pages.show(request, template, dict(context)).content.decode()))
    if len(_drawn) < _MOST_DRAWN:
        _drawn[key] = pieces
    return pieces
