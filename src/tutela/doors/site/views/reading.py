"""Pages to read: help, privacy, who we are, leaving quickly, accessibility. The same for everybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from tutela.core.law import contacts
from tutela.doors.site import pages, queueing
from tutela.doors.site.entry import anybody
from tutela.doors.site.shown import contacts as shown_contacts
from tutela.doors.site.shown import texts
from tutela.doors.site.views import report


def _read(request: HttpRequest, template: str, **context: object) -> HttpResponse:
    return pages.in_search_engines(
        pages.show(request, template, {"emergency": report.emergency(), **context})
    )


@anybody("GET")
def first(request: HttpRequest) -> HttpResponse:
    """Lead to the first page in the language that the browser asks for."""
    language = translation.get_language_from_request(request)
    response = HttpResponse(status=302, headers={"Location": f"/{language}/", "Vary": "Accept-Language"})
    response.headers["X-Robots-Tag"] = "all"
    return response


@anybody("GET")
def help_page(request: HttpRequest) -> HttpResponse:
    """Who helps in a country: emergency, help lines, where to report; each with when it was last checked.

    The country is the node's own, or the one that somebody chose here. Nobody's address is looked at for it.
    """
    country = shown_contacts.country_of(request.GET.get("country", ""))
    return _read(
        request,
        "site/help.html",
        emergency=contacts.emergency_number(country),
        countries=shown_contacts.choices(country),
        groups=shown_contacts.groups(country),
        worldwide=shown_contacts.worldwide(),
        law_language=texts.law_language(),
    )


@anybody("GET")
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept and what is not, and what nobody can promise."""
    return _read(request, "site/privacy.html", wait_seconds=queueing.WAIT_SECONDS)


@anybody("GET")
def about(request: HttpRequest) -> HttpResponse:
    """What happens to a report, step by step, and what this site does not do."""
    return _read(request, "site/about.html")


@anybody("GET")
def leaving(request: HttpRequest) -> HttpResponse:
    """What the button does and what it cannot do; how to leave fewer traces."""
    return _read(request, "site/leaving.html")


@anybody("GET")
def accessibility(request: HttpRequest) -> HttpResponse:
    """What works for whom, and whom to tell when something does not."""
    return _read(request, "site/accessibility.html")
