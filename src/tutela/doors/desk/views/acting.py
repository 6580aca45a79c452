"""What every changing page has in common: a refusal becomes a sentence, the answer a redirect."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from tutela.apps.cases.errors import ExposureStop
from tutela.core.kernel.errors import NotFound, NotPermitted, Refusal
from tutela.doors.desk import refusals


@contextmanager
def told(request: HttpRequest, done: str = "") -> Iterator[None]:
    """Run an action; say ``done``, or the sentence of what refused it. Nothing was changed then.

    What is not there, what the role forbids and the stop of the exposure clock have their own pages, which
    the middleware gives.
    """
    try:
        yield
    except (NotFound, NotPermitted, ExposureStop):
        raise
    except Refusal as refusal:
        messages.warning(request, refusals.sentence(refusal))
    else:
        if done:
            messages.success(request, done)


def to_item(item_id: uuid.UUID) -> HttpResponse:
    """Go to the item's page."""
    return HttpResponseRedirect(reverse("desk:item", args=[item_id]))


def to(name: str, *args: object) -> HttpResponse:
    """Go to a page of the desk."""
    return HttpResponseRedirect(reverse(name, args=list(args)))


def version_of(request: HttpRequest) -> int:
    """Return the version of the item that the person saw; 0, which never fits, for what is no number."""
    return number_of(request.POST.get("version", ""))


def number_of(text: str) -> int:
    """Return the number that somebody's form names; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def uuid_of(text: str) -> uuid.UUID | None:
    """Return the id that somebody's form names, or ``None`` for what is none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
