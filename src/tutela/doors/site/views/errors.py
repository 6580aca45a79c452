"""When something does not work: what happened, what was kept, what to do. Never a technical word."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tutela.doors.site import pages


def _page(request: HttpRequest, status: int, title: str, *texts: str) -> HttpResponse:
    return pages.show(request, "site/error.html", {"heading": title, "texts": texts}, status=status)


def bad_request(request: HttpRequest, *, status: int = 400, **_facts: object) -> HttpResponse:
    """400: the browser sent something that cannot be read; 415: it is not even a form."""
    return _page(
        request,
        status,
        _("We could not read what your browser sent"),
        _("Nothing was stored. Please go back and try once more. This site takes text only, no files."),
    )


def forbidden(request: HttpRequest, **_facts: object) -> HttpResponse:
    """403: does not happen by pressing anything here."""
    return _page(
        request,
        403,
        _("This page is not open"),
        _("You have done nothing wrong. Please go to the first page."),
    )


def not_found(request: HttpRequest, **_facts: object) -> HttpResponse:
    """404."""
    return _page(
        request,
        404,
        _("There is no page here"),
        _("Perhaps the address was typed wrongly, or the page has moved. Nothing of yours was lost."),
    )


def not_allowed(request: HttpRequest, allowed: Iterable[str]) -> HttpResponse:
    """405."""
    response = _page(
        request,
        405,
        _("This page does not work that way"),
        _("Please open the first page and begin there. Nothing of yours was lost."),
    )
    response.headers["Allow"] = ", ".join(allowed)
    return response


def too_large(request: HttpRequest) -> HttpResponse:
    """413: more than the node takes at once."""
    return _page(
        request,
        413,
        _("This is too much at once"),
        _("Nothing was stored. Please go back: your text is still there. Send it in smaller parts."),
        _("This site takes text only. Please never send pictures or videos: we do not need them."),
    )


def busy(request: HttpRequest) -> HttpResponse:
    """429: many reports for printing were asked for within an hour."""
    return _page(
        request,
        429,
        _("Please try again in ten minutes"),
        _("Many reports were asked for just now. The same facts are on the page of the country."),
    )


def broken(request: HttpRequest) -> HttpResponse:
    """500: our fault. Must work when almost nothing else does."""
    return _page(
        request,
        500,
        _("Something broke on our side"),
        _("It is not your fault. Please go back and try again in a few minutes."),
        _("If you got no code, please send it again. Sending it twice does no harm."),
    )
