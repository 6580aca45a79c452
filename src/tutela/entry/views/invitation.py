"""Somebody who was invited becomes a person, or comes back as one."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from django.contrib.auth import get_user_model, logout
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters

from tutela.apps.accounts import actions as accounts
from tutela.apps.accounts import queries as account_queries
from tutela.apps.accounts.errors import AccountsRefusal, LinkNotValid, WeakPassword
from tutela.entry import access, words
from tutela.entry.forms import AcceptForm

_FIELD_OF = {"not_an_email": "email", "already_there": "email", "not_a_name": "name"}


@access.anyone
def show(request: HttpRequest, token: str) -> HttpResponse:
    """Show who is invited as what. The form goes to an address without the token."""
    return _page(request, token, AcceptForm(initial={"token": token}))


@access.anyone
@sensitive_post_parameters("token", "password")
def accept(request: HttpRequest) -> HttpResponse:
    """Use the link and sign the new person in, to set up a second factor."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    token = request.POST.get("token", "")
    invitation = account_queries.invitation_by_token(token)
    form = AcceptForm(request.POST)
    if invitation is None:
        return _not_valid(request)
    form.ask_only(name=invitation.person_id is None, email=not invitation.email)
    if not form.is_valid():
        return _page(request, token, form)
    try:
        person_id = accounts.accept_invitation(
            token=token,
            name=form.cleaned_data.get("name", ""),
            password=form.cleaned_data["password"],
            email=form.cleaned_data.get("email", ""),
        )
    except LinkNotValid:
        return _not_valid(request)
    except AccountsRefusal as refusal:
        _add_errors(form, refusal)
        return _page(request, token, form)
    _sign_in(request, person_id)
    return HttpResponseRedirect(reverse("mfa_index"))


def _page(request: HttpRequest, token: str, form: AcceptForm) -> HttpResponse:
    invitation = account_queries.invitation_by_token(token)
    if invitation is None:
        return _not_valid(request)
    if not form.is_bound:
        form.ask_only(name=invitation.person_id is None, email=not invitation.email)
        if "name" in form.fields:
            form.fields["name"].initial = invitation.name
    status = 422 if form.errors else 200
    return render(request, "entry/invitation.html", {"invitation": invitation, "form": form}, status=status)


def _not_valid(request: HttpRequest) -> HttpResponse:
    # One answer for unknown, used, withdrawn and expired.
    return render(request, "entry/link_not_valid.html", status=404)


def _add_errors(form: AcceptForm, refusal: AccountsRefusal) -> None:
    if isinstance(refusal, WeakPassword):
        for reason in refusal.reasons:
            form.add_error("password", words.refusal(reason))
        return
    field = _FIELD_OF.get(refusal.code)
    form.add_error(field if field in form.fields else None, words.refusal(refusal.code))


def _sign_in(request: HttpRequest, person_id: Any) -> None:
    # Whoever was signed in here before is out; who chose a password a moment ago need not repeat it.
    logout(request)
    person = get_user_model()._default_manager.get(pk=person_id)
    get_adapter().login(request, person)
    reauthenticate_by_password(request)
    accounts.record_sign_in(person_id=person_id, method="invitation")
