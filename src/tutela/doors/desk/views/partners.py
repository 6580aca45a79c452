"""Partners: who they are and how well they are reached; what needs a person; pause, pin, agree to compare."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from tutela.apps.accounts import rules as accounts
from tutela.apps.exchange import actions as exchange
from tutela.apps.exchange import queries as exchange_queries
from tutela.core.kernel.errors import NotFound
from tutela.doors.desk import access, labels
from tutela.doors.desk.shown import partners as shown
from tutela.doors.desk.shown import talks
from tutela.doors.desk.views import acting

MOST_TALKS = 30


@access.allowed("talk_to_partners")
@require_GET
def partners(request: HttpRequest) -> HttpResponseBase:
    """Show every partner with its health, and what in the exchange needs a person."""
    context: dict[str, Any] = {
        "own_name": settings.TUTELA.exchange.node,
        "own_keys": [
            one for one in exchange_queries.own_keys() if not one.revoked_at and not one.destroyed_at
        ],
        "partners": shown.every(),
        "troubles": shown.troubles(),
        "unread": [(one, labels.term("message_kind", one.kind)) for one in exchange_queries.unread()],
        "stuck": [(one, labels.term("message_kind", one.kind)) for one in exchange_queries.stuck()],
        "strangers": shown.refused_of_strangers(),
        "talks": [talks.line(one) for one in exchange_queries.latest_conversations(most=MOST_TALKS)],
    }
    return render(request, "desk/partners.html", context)


@access.allowed("talk_to_partners")
@require_GET
def partner(request: HttpRequest, partner_id: uuid.UUID) -> HttpResponseBase:
    """Show one partner: keys and their words, health, refusals, comparisons, conversations."""
    found = _found(partner_id)
    context = {
        "partner": found,
        "may_manage": accounts.may(access.actor(request).role, "manage_partners"),
        "asked": shown.asked(found.name),
        "answered": shown.answered(found.name),
        "talks": [
            talks.line(one)
            for one in exchange_queries.latest_conversations(partner=found.name, most=MOST_TALKS)
        ],
    }
    return render(request, "desk/partner.html", context)


def _found(partner_id: uuid.UUID) -> shown.Partner:
    found = shown.one(partner_id)
    if found is None:
        raise NotFound
    return found


@access.allowed("manage_partners")
@require_POST
def pause(request: HttpRequest, partner_id: uuid.UUID) -> HttpResponseBase:
    """Say nothing to a partner and take nothing from it for a while."""
    with acting.told(request, _("The partner is paused. What waits is kept.")):
        exchange.pause_partner(by=access.actor(request), partner=_found(partner_id).name)
    return acting.to("desk:partner", partner_id)


@access.allowed("manage_partners")
@require_POST
def resume(request: HttpRequest, partner_id: uuid.UUID) -> HttpResponseBase:
    """Go on with a paused partner."""
    with acting.told(request, _("The partner goes on.")):
        exchange.resume_partner(by=access.actor(request), partner=_found(partner_id).name)
    return acting.to("desk:partner", partner_id)


@access.allowed("manage_partners")
@require_POST
def pin(request: HttpRequest, partner_id: uuid.UUID) -> HttpResponseBase:
    """Believe the key whose words a person of the partner read aloud."""
    words = request.POST.get("words", "").replace("\x00", "")[:400]
    with acting.told(request, _("The words are the same. The partner is believed from now on.")):
        exchange.pin_partner(by=access.actor(request), partner=_found(partner_id).name, words=words)
    return acting.to("desk:partner", partner_id)


@access.allowed("manage_partners")
@require_POST
def agree(request: HttpRequest, partner_id: uuid.UUID) -> HttpResponseBase:
    """Note that both organisations agreed to compare cases."""
    with acting.told(request, _("Noted. Cases can be compared with this partner.")):
        exchange.agree_overlap(by=access.actor(request), partner=_found(partner_id).name)
    return acting.to("desk:partner", partner_id)


@access.allowed("manage_partners")
@require_POST
def disagree(request: HttpRequest, partner_id: uuid.UUID) -> HttpResponseBase:
    """Compare no more."""
    with acting.told(request, _("Noted. Cases are not compared with this partner any more.")):
        exchange.end_overlap(by=access.actor(request), partner=_found(partner_id).name)
    return acting.to("desk:partner", partner_id)


@access.allowed("talk_to_partners")
@require_POST
def compare(request: HttpRequest, partner_id: uuid.UUID) -> HttpResponseBase:
    """Ask a partner which of all open items it has too."""
    with acting.told(request, _("The partner was asked. Its answer will stand here.")):
        exchange.ask_overlap(by=access.actor(request), partner=_found(partner_id).name)
    return acting.to("desk:partner", partner_id)


@access.allowed("talk_to_partners")
@require_POST
def compare_item(request: HttpRequest, item_id: uuid.UUID) -> HttpResponseBase:
    """Ask partners whether they have this item too; an empty choice asks all who agreed."""
    by, chosen = access.actor(request), request.POST.get("partner", "")
    agreed = [one.name for one in exchange_queries.partners() if one.overlap_agreed_at is not None]
    wanted = [name for name in agreed if chosen in ("", name)]
    done = ngettext("%(number)d partner was asked.", "%(number)d partners were asked.", len(wanted))
    with acting.told(request, done % {"number": len(wanted)}):
        for name in wanted:
            exchange.ask_overlap(by=by, partner=name, item_ids=[item_id])
    return acting.to_item(item_id)


@access.allowed("talk_to_partners")
@require_POST
def retry(request: HttpRequest, message_id: uuid.UUID) -> HttpResponseBase:
    """Have a message tried again that was given up."""
    with acting.told(request, _("The message is on its way again.")):
        exchange.retry_message(by=access.actor(request), message_id=message_id)
    return acting.to("desk:partners")


@access.allowed("talk_to_partners")
@require_POST
def settle(request: HttpRequest, message_id: uuid.UUID) -> HttpResponseBase:
    """Take a message that did not arrive off the list."""
    with acting.told(request, _("Settled.")):
        exchange.settle_message(by=access.actor(request), message_id=message_id)
    return acting.to("desk:partners")
