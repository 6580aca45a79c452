"""How the site answers: its own stricter policy, its own frame, the other languages of the same page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.utils import translation

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


def show(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Return the page. Pages are neither cached nor indexed unless :func:`in_search_engines` says so."""
    values = {"languages": _languages(request, status), "path": request.path, **(context or {})}
    return answer(get_template(template).render(values, request), status=status)


def answer(text: str, *, status: int = 200) -> HttpResponse:
    """Return ``text`` as a page with the site's own policy."""
    response = HttpResponse(text, status=status)
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    return response


def in_search_engines(response: HttpResponse) -> HttpResponse:
    """Let search engines find a page that is the same for everybody: help must be findable."""
    response.headers["X-Robots-Tag"] = "all"
    return response


def _languages(request: HttpRequest, status: int) -> list[dict[str, Any]]:
    # Only where nothing can be lost: a page that answers a form would lose what was typed or the code.
    prefix = translation.get_language_from_path(request.path_info)
    if request.method != "GET" or status != 200 or prefix is None:
        return []
    rest = request.path_info.split("/", 2)[2]
    return [
        {"code": code, "name": name, "href": f"/{code}/{rest}", "now": code == prefix}
        for code, name in settings.LANGUAGES
    ]
