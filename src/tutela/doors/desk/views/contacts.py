"""Contacts that wait: a person looks at the proof and approves or refuses."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tutela.apps.notices import actions as notices
from tutela.apps.notices import queries as notice_queries
from tutela.doors.desk import access
from tutela.doors.desk.shown import hosting
from tutela.doors.desk.views import acting


@access.allowed("approve_contact")
@require_GET
def contacts(request: HttpRequest) -> HttpResponseBase:
    """List the contacts that hold letters up, those that hold up most first."""
    waiting = [hosting.contact(one.contact, one.items) for one in notice_queries.contacts_waiting()]
    return render(request, "desk/contacts.html", {"contacts": waiting})


@access.allowed("approve_contact")
@require_POST
def approve(request: HttpRequest, contact_id: uuid.UUID) -> HttpResponseBase:
    """Let the contact be written to."""
    with acting.told(request, _("The contact is approved. Letters that waited for it go on.")):
        notices.approve_contact(by=access.actor(request), contact_id=contact_id)
    return _back(request, contact_id)


@access.allowed("approve_contact")
@require_POST
def refuse(request: HttpRequest, contact_id: uuid.UUID) -> HttpResponseBase:
    """Never write to the contact."""
    with acting.told(request, _("The contact is refused. Its items wait for another one.")):
        notices.refuse_contact(by=access.actor(request), contact_id=contact_id)
    return _back(request, contact_id)


def _back(request: HttpRequest, contact_id: uuid.UUID) -> HttpResponseBase:
    if request.POST.get("back") == "provider":
        contact = notice_queries.contact(contact_id)
        if contact is not None and contact.provider_id is not None:
            return acting.to("desk:provider", contact.provider_id)
    return acting.to("desk:contacts")
