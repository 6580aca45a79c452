"""The people of the desk, for coordinators: invite, change role, reset, shut out, let back in."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tutela.apps.accounts import actions as accounts
from tutela.apps.accounts import queries as account_queries
from tutela.apps.accounts.errors import AccountsRefusal
from tutela.entry import access, words
from tutela.entry.forms import InviteForm, RoleForm

_FIELD_OF = {"not_an_email": "email", "already_there": "email", "not_a_name": "name", "not_a_role": "role"}

_prove_again: Callable[[access.View], access.View] = reauthentication_required(app="allauth.mfa")
"""Ask once more who it is before somebody else's ways to sign in are touched."""


@access.allowed("manage_people")
def people(request: HttpRequest) -> HttpResponse:
    """List everybody and the invitations that nobody used yet."""
    context = {"people": account_queries.people(), "invitations": account_queries.open_invitations()}
    return render(request, "entry/people.html", context)


@access.allowed("manage_people")
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody and show the link, once."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = accounts.invite_person(by=access.actor(request), **form.cleaned_data)
        except AccountsRefusal as refusal:
            form.add_error(_FIELD_OF.get(refusal.code), words.refusal(refusal.code))
        else:
            return _link(request, made, form.cleaned_data["name"])
    return render(request, "entry/invite.html", {"form": form}, status=422 if form.errors else 200)


@access.allowed("manage_people")
def withdraw(request: HttpRequest, invitation_id: uuid.UUID) -> HttpResponse:
    """End an invitation."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    accounts.withdraw_invitation(by=access.actor(request), invitation_id=invitation_id)
    messages.success(request, _("The invitation has ended."))
    return HttpResponseRedirect(reverse("people"))


@access.allowed("manage_people")
def person(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Show one person and what can be done."""
    seen = account_queries.person(person_id)
    context = {
        "person": seen,
        "form": RoleForm(initial={"role": seen.role.value}),
        "myself": access.actor(request).id == person_id,
    }
    return render(request, "entry/person.html", context)


@access.allowed("manage_people")
def change_role(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Give the person another role."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    by, role = access.actor(request), request.POST.get("role", "")
    _try(
        request,
        lambda: accounts.change_role(by=by, person_id=person_id, role=role),
        _("The role was changed. The person signs in again."),
    )
    return HttpResponseRedirect(reverse("person", args=[person_id]))


@access.allowed("manage_people")
def deactivate(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Shut the person out, after asking."""
    seen = account_queries.person(person_id)
    if request.method != "POST":
        return render(request, "entry/deactivate.html", {"person": seen})
    by = access.actor(request)
    _try(
        request,
        lambda: accounts.deactivate_person(by=by, person_id=person_id),
        _("The person can no longer sign in."),
    )
    return HttpResponseRedirect(reverse("person", args=[person_id]))


@access.allowed("manage_people")
@_prove_again
def reset(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Take away the ways to sign in and show a new link, once, after asking."""
    return _with_link(request, person_id, accounts.reset_second_factor, "entry/reset.html")


@access.allowed("manage_people")
@_prove_again
def let_back_in(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Let somebody who was shut out come back with a new link, after asking."""
    return _with_link(request, person_id, accounts.let_back_in, "entry/let_back_in.html")


def _with_link(
    request: HttpRequest, person_id: uuid.UUID, action: Callable[..., accounts.Invited], page: str
) -> HttpResponse:
    seen = account_queries.person(person_id)
    if request.method != "POST":
        return render(request, page, {"person": seen})
    try:
        made = action(by=access.actor(request), person_id=person_id)
    except AccountsRefusal as refusal:
        messages.error(request, words.refusal(refusal.code))
        return HttpResponseRedirect(reverse("person", args=[person_id]))
    return _link(request, made, seen.name)


def _try(request: HttpRequest, action: Callable[[], None], done: str) -> None:
    try:
        action()
    except AccountsRefusal as refusal:
        messages.error(request, words.refusal(refusal.code))
    else:
        messages.success(request, done)


def _link(request: HttpRequest, made: accounts.Invited, name: str) -> HttpResponse:
    # Shown in the answer itself: the token is kept nowhere that a second look could find it.
    address = request.build_absolute_uri(reverse("invitation", args=[made.link_token]))
    context = {"address": address, "name": name, "expires_at": made.expires_at}
    return render(request, "entry/link.html", context)
