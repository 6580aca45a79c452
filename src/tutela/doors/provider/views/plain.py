"""What stands at the door without a link: an empty front, and the pages for when something does not work.

Who may enter: anybody; nothing here says whether a link or a notice exists.
"""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.http import require_safe

from tutela.doors.provider import pages
from tutela.doors.provider.views import notice


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Say that there is nothing here without the link of a letter."""
    with translation.override(pages.language_of(request)):
        return pages.show(request, "provider/front.html", {})


@require_safe
def robots(_request: HttpRequest) -> HttpResponse:
    """Ask search engines to stay out of everything."""
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain; charset=utf-8")


@require_safe
def health(_request: HttpRequest) -> HttpResponse:
    """Answer that the process is up; says nothing else."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


def not_found(request: HttpRequest, **_facts: object) -> HttpResponse:
    """404 and 403: the same page as for a link that never was."""
    with translation.override(pages.language_of(request)):
        return notice.closed(request, 404)


def bad_request(request: HttpRequest, exception: Exception, **_facts: object) -> HttpResponse:
    """400: what was sent cannot be read; 413: more than any answer needs. Nothing of it was kept."""
    status = 413 if isinstance(exception, RequestDataTooBig) else 400
    with translation.override(translation.get_language_from_request(request)):
        return pages.show(request, "provider/broken.html", {"ours": False, "status": status}, status=status)


def broken(request: HttpRequest) -> HttpResponse:
    """500: our mistake."""
    with translation.override(translation.get_language_from_request(request)):
        return pages.show(request, "provider/broken.html", {"ours": True}, status=500)
