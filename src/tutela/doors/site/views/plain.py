"""Small answers without a page: the way out, robots, security contact, health."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse

from tutela.core.kernel import clock
from tutela.doors.site.entry import anybody
from tutela.doors.site.views import errors

_SECURITY_LASTS = timedelta(days=180)


@anybody("GET")
def leave(_request: HttpRequest) -> HttpResponse:
    """Have the browser forget what it keeps of this site, and lead elsewhere."""
    return HttpResponse(
        status=303,
        headers={"Location": settings.TUTELA.exit_url, "Clear-Site-Data": '"cache", "cookies", "storage"'},
    )


@anybody("GET")
def robots(_request: HttpRequest) -> HttpResponse:
    """Search engines may read the pages to read, and nothing that opens with a code."""
    lines = ["User-agent: *", "Disallow: /exit/", "Disallow: /health"]
    lines += [f"Disallow: /{code}/code/" for code, _ in settings.LANGUAGES]
    return _text("\n".join(lines) + "\n")


@anybody("GET")
def security(request: HttpRequest) -> HttpResponse:
    """RFC 9116: whom to tell about a hole."""
    node = settings.TUTELA
    if not node.contact:
        return errors.not_found(request)
    expires = (clock.now() + _SECURITY_LASTS).strftime("%Y-%m-%dT00:00:00Z")
    lines = [
        f"Contact: mailto:{node.contact}",
        f"Expires: {expires}",
        f"Preferred-Languages: {', '.join(node.languages)}",
    ]
    if node.site.url.startswith("https://"):
        lines.append(f"Canonical: {node.site.url.rstrip('/')}/.well-known/security.txt")
    return _text("\n".join(lines) + "\n")


@anybody("GET")
def health(_request: HttpRequest) -> HttpResponse:
    """For the supervisor: the process answers and reaches its database. Says nothing else."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return _text("database unreachable\n", status=503)
    return _text("ok\n")


def _text(text: str, status: int = 200) -> HttpResponse:
    return HttpResponse(text, content_type="text/plain; charset=utf-8", status=status)
