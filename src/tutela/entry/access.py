"""Who may enter which page. Every view says it with one of these; what says nothing is shut (middleware.py).

A guard asks twice on purpose: the middleware before the view is called, so that a forgotten word shuts the
page, and the guard itself, so that a view called by another view asks as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal
from urllib.parse import quote

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from tutela.apps.accounts import queries as account_queries
from tutela.apps.accounts import rules as accounts
from tutela.core.kernel.errors import NotPermitted

View = Callable[..., HttpResponseBase]

_ATTRIBUTE = "tutela_access"
_QUIET = "tutela_quiet"
_FACTOR_KNOWN = "tutela_has_second_factor"
DEMO_SIGN_IN = "demo_sign_in"
FACTOR_SHOWN = "factor_shown"
"""Names in the session: came by the one-time link of a demo node; showed a second factor here."""


@dataclass(frozen=True, slots=True)
class Declared:
    """What a view says about who may enter."""

    who: Literal["anyone", "setting_up", "signed_in", "able"]
    abilities: tuple[str, ...] = ()


def allowed(*abilities: str) -> Callable[[View], View]:
    """Let in whoever has at least one of the abilities (and a second factor)."""
    unknown = set(abilities) - accounts.ALL_ABILITIES
    if unknown or not abilities:
        raise ValueError(f"unknown abilities: {sorted(unknown)}")
    return _guarded_by(Declared("able", abilities))


def signed_in(view: View) -> View:
    """Let in everybody who is signed in with a second factor, whatever the role."""
    return _guarded_by(Declared("signed_in"))(view)


def setting_up(view: View) -> View:
    """Let in everybody who is signed in, even before there is a second factor."""
    return _guarded_by(Declared("setting_up"))(view)


def anyone(view: View) -> View:
    """Let in everybody: sign-in and one-time links, nothing else."""
    return _guarded_by(Declared("anyone"))(view)


def without_activity(view: View) -> View:
    """Mark a view that a page calls by itself: it does not keep an idle session alive."""
    setattr(view, _QUIET, True)
    return view


def declared(view: object) -> Declared | None:
    """Return what the view says, or ``None`` when it says nothing."""
    found = getattr(view, _ATTRIBUTE, None)
    return found if isinstance(found, Declared) else None


def is_quiet(view: object) -> bool:
    """Return whether calling the view is nobody's doing."""
    return bool(getattr(view, _QUIET, False))


def actor(request: HttpRequest) -> accounts.Actor:
    """Return the signed-in person as the one who acts; raises :class:`NotPermitted`."""
    return account_queries.actor_of(request.user)


def second_factor_shown(request: HttpRequest) -> bool:
    """Return whether this session showed a second factor that the person still has."""
    if request.session.get(DEMO_SIGN_IN):
        return True
    return bool(request.session.get(FACTOR_SHOWN)) and _has_second_factor(request)


def _has_second_factor(request: HttpRequest) -> bool:
    """Ask once a request: middleware and guards want to know it three times."""
    known: bool | None = getattr(request, _FACTOR_KNOWN, None)
    if known is None:
        known = account_queries.has_second_factor(actor(request).id)
        setattr(request, _FACTOR_KNOWN, known)
    return known


def refusal(request: HttpRequest, says: Declared) -> HttpResponse | None:
    """Return what somebody who may not enter gets instead, or ``None`` for who may."""
    if says.who == "anyone":
        return None
    try:
        by = actor(request)
    except NotPermitted:
        return to_sign_in(request)
    if not second_factor_shown(request):
        if _has_second_factor(request):
            # Signed in with the password alone, before the person set up a second factor elsewhere.
            logout(request)
            return to_sign_in(request)
        return None if says.who == "setting_up" else HttpResponseRedirect(reverse("mfa_index"))
    if says.who == "able" and not any(accounts.may(by.role, ability) for ability in says.abilities):
        return refused(request)
    return None


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send to the sign-in page and, after it, back to the page that was asked for."""
    target = reverse("account_login")
    if request.method == "GET" and request.path != "/":
        target = f"{target}?next={quote(request.path)}"
    return HttpResponseRedirect(target)


def refused(request: HttpRequest) -> HttpResponse:
    """Say that the role does not allow this."""
    return render(request, "403.html", status=403)


def _guarded_by(says: Declared) -> Callable[[View], View]:
    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            instead = refusal(request, says)
            return view(request, *args, **kwargs) if instead is None else instead

        setattr(guarded, _ATTRIBUTE, says)
        return guarded

    return guard
