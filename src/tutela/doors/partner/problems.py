"""Errors of a whole request as ``application/problem+json`` (RFC 9457), each with its ``code``.

Machines read the code; the title is in English for whoever reads a log at the other end.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse

TITLES = {
    "bad_request": (400, "The request cannot be read"),
    "broken_batch": (400, "Not a row of envelopes with their lengths"),
    "bad_signature": (401, "The request is not signed by a partner's key"),
    "not_yours": (403, "This mailbox is another node's"),
    "not_found": (404, "There is nothing here"),
    "method": (405, "This address does not take that method"),
    "too_large": (413, "More than one request may carry"),
    "unsupported": (415, "Another content type"),
    "rate": (429, "Too much within a minute"),
    "failed": (500, "A mistake of ours"),
    "busy": (503, "The node cannot store anything now"),
    "mailbox_full": (507, "The mailbox is full"),
}
RETRY_SECONDS = {"rate": 20, "busy": 30, "mailbox_full": 3600}


class Problem(Exception):  # noqa: N818 - an answer, not an accident
    """Ends a request; ``status`` when it is another one than the code's own."""

    def __init__(self, code: str, status: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.status = status


def answer(code: str, status: int | None = None) -> HttpResponse:
    """Return the problem as it is sent."""
    usual, title = TITLES.get(code, (400, "Refused"))
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status or usual, "code": code}
    response = HttpResponse(json.dumps(body), status=status or usual, content_type="application/problem+json")
    if code in RETRY_SECONDS:
        response["Retry-After"] = str(RETRY_SECONDS[code])
    return response


View = Callable[..., HttpResponse]


def told(*methods: str) -> Callable[[View], View]:
    """Let a view take these methods, and turn what ends a request into a problem."""

    def decorate(view: View) -> View:
        @wraps(view)
        def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                if request.method not in methods:
                    raise Problem("method")
                return view(request, *args, **kwargs)
            except Problem as problem:
                response = answer(problem.code, problem.status)
                if problem.code == "method":
                    response["Allow"] = ", ".join(methods)
                return response
            except RequestDataTooBig:
                return answer("too_large")
            except BadRequest:
                return answer("bad_request")
            except DatabaseError:
                # Nothing of it was stored; the sender keeps the bytes and comes again.
                return answer("busy")

        return run

    return decorate
