"""Pages to read: help, privacy, who we are, leaving quickly, accessibility. The same for everybody."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from tutela.core.law import contacts
from tutela.doors.site import pages, queueing
from tutela.doors.site.entry import anybody
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
    """Who helps: emergency, helplines, children's helpline, with the year of the source."""
    country = contacts.contacts_of(settings.TUTELA.country)
    return _read(
        request,
        "site/help.html",
        helplines=contacts.helplines(settings.TUTELA.country),
        others=[row for row in country if row.kind in ("ngo", "police", "government")],
        worldwide=[row for row in contacts.contacts_of(contacts.WORLDWIDE) if row.kind == "directory"],
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
