"""What the node says of itself, and the answers for when something does not work.

Who may: anybody; what stands here is public and proves nothing.
"""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse

from tutela.apps.exchange import queries
from tutela.core.protocol import descriptions
from tutela.doors.partner.problems import Problem, answer, told


@told("GET", "HEAD")
def description(_request: HttpRequest) -> HttpResponse:
    """Describe this node: name, role, address and the keys that are good or will be."""
    said = queries.own_description()
    if said is None:
        raise Problem("not_found")
    return HttpResponse(descriptions.to_bytes(said), content_type="application/json; charset=utf-8")


@told("GET", "HEAD")
def robots(_request: HttpRequest) -> HttpResponse:
    """Ask search engines to stay out of everything."""
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain; charset=utf-8")


@told("GET", "HEAD")
def health(_request: HttpRequest) -> HttpResponse:
    """Answer that the process is up; says nothing else."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


def not_found(_request: HttpRequest, **_facts: object) -> HttpResponse:
    """404 and 403."""
    return answer("not_found")


def bad_request(_request: HttpRequest, exception: Exception, **_facts: object) -> HttpResponse:
    """400, or 413 when it was too much."""
    return answer("too_large" if isinstance(exception, RequestDataTooBig) else "bad_request")


def broken(_request: HttpRequest) -> HttpResponse:
    """500: our mistake."""
    return answer("failed")
