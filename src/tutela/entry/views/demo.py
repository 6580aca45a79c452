"""The one-time sign-in of a demo node. On a real node these pages do not exist."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import get_user_model, login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render

from tutela.apps.accounts import actions as accounts
from tutela.apps.accounts.errors import AccountsRefusal
from tutela.entry import access

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@access.anyone
def show(request: HttpRequest, token: str) -> HttpResponse:
    """Show a button: a link that is only looked at, by a preview or a scanner, is not used up."""
    _only_in_demo()
    return render(request, "entry/demo.html", {"token": token})


@access.anyone
def use(request: HttpRequest) -> HttpResponse:
    """Sign the person of the link in."""
    _only_in_demo()
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        person_id = accounts.use_sign_in_link(request.POST.get("token", ""))
    except AccountsRefusal:
        return render(request, "entry/link_not_valid.html", status=404)
    login(request, get_user_model()._default_manager.get(pk=person_id), backend=_BACKEND)
    request.session[access.DEMO_SIGN_IN] = True
    return HttpResponseRedirect("/")


def _only_in_demo() -> None:
    if not settings.TUTELA.demo:
        raise Http404
