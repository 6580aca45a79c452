"""What this unit asked providers to preserve, and what they answered."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from tutela.apps.requests import actions, queries
from tutela.core.protocol.contents.asking import Preservation
from tutela.doors.police import labels
from tutela.entry import access
from tutela.look import sent
from tutela.look.templatetags.look_tags import country_name, moment

MOST = 200


@access.allowed("see_requests")
@require_GET
def requests(request: HttpRequest) -> HttpResponseBase:
    """Show what was asked: what waits for an answer, then what has one."""
    context = {
        "waiting": queries.requests(ours=True, most=MOST),
        "answered": queries.requests(ours=True, answered=True, most=MOST),
    }
    return render(request, "police/requests.html", context)


@access.allowed("see_requests")
@require_GET
def request_page(request: HttpRequest, request_id: uuid.UUID) -> HttpResponseBase:
    """Show one request with the answers, item by item."""
    actions.record_opened(by=access.actor(request), request_id=request_id)
    seen = queries.request(request_id)
    context = {
        "row": seen.row,
        "organisation": seen.organisation,
        "facts": _facts(seen),
        "items": [
            {"item": sent.item(one.sent), "answer": labels.answer(one.answer), "until": one.until}
            for one in seen.items
        ],
        "spoken": sent.spoken(seen.conversation.messages),
        "emptied": seen.conversation.row.emptied,
    }
    return render(request, "police/request.html", context)


def _facts(seen: queries.RequestSeen) -> list[tuple[str, str]]:
    said = seen.said
    if not isinstance(said, Preservation):
        return []
    mark = seen.conversation.row.mark
    secret = _("yes") if said.keep_secret else _("no")
    days = ngettext("%(days)d day", "%(days)d days", said.period_days)
    return [
        (_("To"), " · ".join(one for one in (seen.organisation, seen.row.partner) if one)),
        (_("Handling mark"), f"{mark}: {sent.term('handling_mark', mark)}"),
        (_("Period"), days % {"days": said.period_days}),
        (_("Until"), moment(said.until)),
        (_("Provision"), f"{country_name(said.law.country)}: {said.law.source}"),
        (_("Kept secret"), secret),
    ]
