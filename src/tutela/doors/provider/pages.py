"""How a page of this door is made: in the reader's language, kept nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation


def language_of(request: HttpRequest) -> str:
    """Return the language that was chosen on the page, else the browser's."""
    known = [code for code, _ in settings.LANGUAGES]
    chosen = request.GET.get("language", "")
    return chosen if chosen in known else translation.get_language_from_request(request)


def show(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render a page. It has no cookie and no script, and nobody may keep a copy of it."""
    now = translation.get_language() or "en"
    languages = [{"code": code, "name": name, "now": code == now} for code, name in settings.LANGUAGES]
    body = render_to_string(template, {**context, "languages": languages}, request)
    response = HttpResponse(body, status=status)
    response.headers["Content-Language"] = now
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
