"""One's own account: name, role, language, and the ways to sign in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tutela.apps.accounts import actions as accounts
from tutela.apps.accounts import queries as account_queries
from tutela.entry import access
from tutela.entry.forms import LanguageForm


@access.setting_up
def show(request: HttpRequest) -> HttpResponse:
    """Show the account, and before there is a second factor only how to set one up."""
    me = account_queries.person(access.actor(request).id)
    recovery = any(factor.kind == "recovery_codes" for factor in me.factors)
    context = {
        "me": me,
        "app": next((factor for factor in me.factors if factor.kind == "totp"), None),
        "passkeys": [factor for factor in me.factors if factor.kind == "webauthn"],
        "recovery": recovery,
        "form": LanguageForm(initial={"language": me.language}),
        "ready": access.second_factor_shown(request),
    }
    return render(request, "entry/my_page.html", context)


@access.setting_up
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the language of the desk."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    form = LanguageForm(request.POST)
    if form.is_valid():
        accounts.choose_language(person_id=access.actor(request).id, language=form.cleaned_data["language"])
        messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse("mfa_index"))
