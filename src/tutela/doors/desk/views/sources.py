"""Sources of hash lists: pause them, let a held one go on, have everything fetched again."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tutela.apps.hashbank import actions as bank
from tutela.doors.desk import access
from tutela.doors.desk.views import acting


def _do(
    request: HttpRequest, action: Callable[..., None], source_id: uuid.UUID, done: str
) -> HttpResponseBase:
    with acting.told(request, done):
        action(by=access.actor(request), source_id=source_id)
    return acting.to("desk:lists")


@access.allowed("manage_lists")
@require_POST
def pause(request: HttpRequest, source_id: uuid.UUID) -> HttpResponseBase:
    """Fetch nothing from this source for a while."""
    return _do(request, bank.pause_source, source_id, _("Nothing is fetched from this source now."))


@access.allowed("manage_lists")
@require_POST
def resume(request: HttpRequest, source_id: uuid.UUID) -> HttpResponseBase:
    """Fetch from a paused source again."""
    return _do(request, bank.resume_source, source_id, _("The source is fetched again."))


@access.allowed("manage_lists")
@require_POST
def release(request: HttpRequest, source_id: uuid.UUID) -> HttpResponseBase:
    """Let this one fetch of a held source go on."""
    return _do(request, bank.release_source, source_id, _("The source goes on with this fetch."))


@access.allowed("manage_lists")
@require_POST
def refetch(request: HttpRequest, source_id: uuid.UUID) -> HttpResponseBase:
    """Fetch a source from its beginning."""
    done = _("The source is fetched from its beginning; what it does not send any more is withdrawn.")
    return _do(request, bank.fetch_everything, source_id, done)


@access.allowed("manage_lists")
@require_POST
def settle(request: HttpRequest, page_id: uuid.UUID) -> HttpResponseBase:
    """A person has dealt with a page that could not be read."""
    with acting.told(request, _("The page is settled.")):
        bank.settle_page(by=access.actor(request), page_id=page_id)
    return acting.to("desk:lists")
