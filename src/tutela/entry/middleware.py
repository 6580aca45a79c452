"""What holds for every page behind a sign-in, whoever wrote it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.defaults import page_not_found

from tutela.core.kernel import clock
from tutela.core.kernel.errors import NotFound, NotPermitted
from tutela.entry import access, words

IDLE_SECONDS = 30 * 60
"""A session that nobody used for so long ends (ASVS 4.0 section 3.3.2)."""

LASTS_SECONDS = 12 * 3600
"""A session ends after so long, used or not."""

_BEGAN, _SEEN = "began_at", "seen_at"
_NOTE_EVERY_SECONDS = 60
"""A session's last use is noted at most this often, so that reading does not write to the database."""

Answer = Callable[[HttpRequest], HttpResponse]


class SecondFactor:
    """End old sessions, speak the person's language, and let nobody work without a second factor."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            if _is_over(request):
                logout(request)
                messages.info(request, words.SIGNED_OUT)
                return _closed(access.to_sign_in(request))
            if language := getattr(request.user, "language", ""):
                translation.activate(language)
                request.LANGUAGE_CODE = language
        return _closed(self.get_response(request))

    def process_view(
        self, request: HttpRequest, view: Any, _args: tuple[Any, ...], _kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Send who has no second factor to set one up; note that the session is in use."""
        if not request.user.is_authenticated:
            return None
        if not access.is_quiet(view):
            _note_use(request)
        says = access.declared(view)
        if says is None or says.who in ("anyone", "setting_up"):
            return None
        return access.refusal(request, access.Declared("signed_in"))


class DeclaredAccess:
    """Refuse every view that does not say who may enter, and answer what the rooms refuse."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, _args: tuple[Any, ...], _kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Ask before the view is called."""
        says = access.declared(view)
        return access.refused(request) if says is None else access.refusal(request, says)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A person who asks for what is not there, not for this role or not for today gets an answer."""
        if isinstance(error, NotPermitted):
            return access.refused(request)
        if isinstance(error, NotFound):
            return page_not_found(request, error)
        return None


def _is_over(request: HttpRequest) -> bool:
    now = int(clock.now().timestamp())
    began, seen = request.session.get(_BEGAN, now), request.session.get(_SEEN, now)
    return bool(now - seen >= IDLE_SECONDS or now - began >= LASTS_SECONDS)


def _note_use(request: HttpRequest) -> None:
    now = int(clock.now().timestamp())
    request.session.setdefault(_BEGAN, now)
    if now - request.session.get(_SEEN, 0) >= _NOTE_EVERY_SECONDS:
        request.session[_SEEN] = now


def _closed(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    # With no-referrer a browser sends forms with "Origin: null", which the check of form tokens rightly
    # refuses. This policy tells other places as little: nothing.
    response.headers["Referrer-Policy"] = "same-origin"
    return response
