"""Who may enter a view, and by which method. At this door: anybody. A view that does not say so is a bug.

There is no CSRF token, because there is nothing to forge: no cookie, no session, no client certificate, no
rights that a browser would send by itself. Whoever can make a visitor's browser post a report can post it
himself. What a form may do is decided by the sealed token in it (``tokens``).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError

from tutela.doors.site.views import errors

View = Callable[..., HttpResponse]

_FORMS = ("application/x-www-form-urlencoded", "")
"""What browsers send our forms as; nothing at all is an empty form."""


def anybody(*methods: str) -> Callable[[View], View]:
    """Let anybody enter by one of ``methods``; answer oversized and unreadable forms with a plain page."""
    allowed = (*methods, "HEAD") if "GET" in methods else methods

    def decorate(view: View) -> View:
        @wraps(view)
        def entered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if request.method not in allowed:
                return errors.not_allowed(request, allowed)
            if request.method == "POST" and (refused := _unreadable(request)):
                return refused
            return view(request, *args, **kwargs)

        entered.who_may_enter = "anybody"  # type: ignore[attr-defined]
        return entered

    return decorate


def _unreadable(request: HttpRequest) -> HttpResponse | None:
    # A form in parts is read as well, because some clients send every form so; a file in it is refused.
    kind = request.content_type or ""
    if kind not in _FORMS and not kind.startswith("multipart/"):
        return errors.bad_request(request, status=415)
    try:
        _ = request.POST
    except RequestDataTooBig:
        return errors.too_large(request)
    except (
        TooManyFieldsSent,
        TooManyFilesSent,
        MultiPartParserError,
        UnreadablePostError,
        BadRequest,
        SuspiciousOperation,
    ):
        return errors.bad_request(request)
    return None
