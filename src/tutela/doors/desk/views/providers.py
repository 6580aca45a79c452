"""The node's own records of providers: their names and networks, when they read mail, where to write."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tutela.apps.accounts import rules as accounts
from tutela.apps.accounts.rules import Actor
from tutela.apps.exchange import queries as exchange_queries
from tutela.apps.notices import actions as notices
from tutela.apps.notices import queries as notice_queries
from tutela.core.kernel.errors import NotFound, NotPermitted, Refusal
from tutela.core.terms.nodes import NodeRole
from tutela.doors.desk import access, forms, refusals
from tutela.doors.desk.shown import hosting
from tutela.doors.desk.views import acting

_FIELD_OF = {
    "not_an_email": "emails",
    "not_a_network": "networks",
    "not_a_domain": "domains",
    "not_a_time_zone": "time_zone",
    "not_a_country": "country",
    "not_quiet_hours": "quiet_to",
    "not_a_partner": "partner",
}


@dataclass(frozen=True, slots=True)
class Provider:
    """One line of the list."""

    id: uuid.UUID
    name: str
    country: str
    reach: str
    contacts: list[hosting.Contact]


@access.allowed("manage_providers")
@require_GET
def providers(request: HttpRequest) -> HttpResponseBase:
    """List the records."""
    contacts = _contacts()
    found = [_seen(one, contacts) for one in notice_queries.providers()]
    return render(request, "desk/providers.html", {"providers": found})


@access.allowed("manage_providers")
@require_http_methods(["GET", "POST"])
def provider(request: HttpRequest, provider_id: uuid.UUID | None = None) -> HttpResponseBase:
    """Show one record, or an empty one, and save it."""
    by = access.actor(request)
    seen = notice_queries.provider(provider_id) if provider_id else None
    if provider_id and seen is None:
        raise NotFound
    form = forms.Provider(request.POST or None, initial=_initial(seen) if seen else None, nodes=_nodes(seen))
    if request.method == "POST" and form.is_valid() and (saved := _save(by, provider_id, form)):
        messages.success(request, _("The record is saved."))
        return acting.to("desk:provider", saved)
    context: dict[str, Any] = {
        "form": form,
        "provider": _seen(seen, _contacts()) if seen else None,
        "may_approve": accounts.may(by.role, "approve_contact"),
    }
    return render(request, "desk/provider.html", context, status=422 if form.errors else 200)


def _save(by: Actor, provider_id: uuid.UUID | None, form: forms.Provider) -> uuid.UUID | None:
    try:
        return notices.save_provider(by=by, provider_id=provider_id, **form.cleaned_data)
    except (NotFound, NotPermitted):
        raise
    except Refusal as refusal:
        form.add_error(_FIELD_OF.get(refusal.code), refusals.sentence(refusal))
        return None


def _nodes(seen: notice_queries.ProviderSeen | None) -> list[str]:
    """Return the providers' nodes that a record can name, and the one that it names."""
    known = [
        one.name for one in exchange_queries.partners() if one.role == NodeRole.PROVIDER and one.believed
    ]
    return sorted({*known, seen.partner} - {""} if seen else known)


def _contacts() -> list[hosting.Contact]:
    return [hosting.contact(one) for one in notice_queries.contacts()]


def _seen(one: notice_queries.ProviderSeen, contacts: list[hosting.Contact]) -> Provider:
    reach = " · ".join((*one.domains, *one.networks))
    mine = [contact for contact in contacts if contact.provider_id == one.id]
    return Provider(one.id, one.name, one.country, reach, mine)


def _initial(one: notice_queries.ProviderSeen) -> dict[str, Any]:
    return {name: getattr(one, name) for name in forms.Provider.base_fields}
