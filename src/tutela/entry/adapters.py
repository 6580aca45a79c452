"""Where the sign-in library asks us: what to record, what to say, how to keep secrets."""

# mypy: disable-error-code="misc"
# The library has no types, so what derives from it cannot be checked against it.

from __future__ import annotations

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tutela.apps.accounts import actions as accounts
from tutela.apps.accounts import queries as account_queries
from tutela.core.envelope import at_rest
from tutela.core.kernel import peers
from tutela.entry import access

_CONTEXT = b"accounts/second_factor"
_NO_MATCH = _("E-mail address and password do not match.")
_TOO_MANY = _("Too many attempts. Wait five minutes and try again.")


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up, no mail goes out, every failure sounds the same and stands in the ledger."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _NO_MATCH,
        "invalid_login": _NO_MATCH,
        "too_many_login_attempts": _TOO_MANY,
        "rate_limited": _TOO_MANY,
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not your present password."),
    }

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        return False

    def send_mail(self, *_args: Any, **_kwargs: Any) -> None:
        """Send nothing: links are handed over by a coordinator."""

    def send_notification_mail(self, *_args: Any, **_kwargs: Any) -> None:
        """Send nothing: changes stand in the ledger."""

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,  # noqa: ARG002 - the library's own words are left out
        message_context: dict[str, Any] | None = None,  # noqa: ARG002
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        if message is not None:
            messages.add_message(request, level, message, extra_tags=extra_tags)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return whom the limits count: the peer, or whom a trusted proxy names last."""
        peer, forwarded = str(request.META.get("REMOTE_ADDR", "")), request.headers.get("x-forwarded-for", "")
        address = peers.address_of(peer, forwarded, settings.TUTELA.trusted_proxies)
        return str(address or "0.0.0.0")  # noqa: S104 - a name for "unknown"

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Let a person who was shut out fail like a wrong password."""
        user = super().authenticate(request, **credentials)
        if user is not None and not user.is_active:
            self.authentication_failed(request, **credentials)
            return None
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        again = request.user.is_authenticated
        accounts.record_failed_sign_in(
            step="reauthentication" if again else "password", email=str(credentials.get("email", ""))
        )

    def reauthenticate(self, user: Any, password: str) -> bool:
        found = self.authenticate(context.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def respond_user_inactive(self, request: HttpRequest, _user: Any) -> HttpResponse:
        messages.error(request, _NO_MATCH)
        return HttpResponseRedirect(reverse("account_login"))

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> Any:
        shown = [one for one in get_authentication_records(request, user) if one.get("method") == "mfa"]
        if shown:
            request.session[access.FACTOR_SHOWN] = True
        accounts.record_sign_in(person_id=user.pk, method=_method(shown))
        # Nothing else comes by regularly to take ended sessions out of the table.
        request.session.clear_expired()
        return super().post_login(request, user, **kwargs)

    def set_password(self, user: Any, password: str) -> None:
        with transaction.atomic():
            super().set_password(user, password)
            accounts.record_password_change(person_id=user.pk)

    def get_password_change_redirect_url(self, _request: HttpRequest) -> str:
        return reverse("mfa_index")

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Name the ways to prove again who one is in our words."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [{**method, "description": _WAYS[method["id"]]} for method in methods]


_WAYS = {
    "reauthenticate": _("Use your password"),
    "mfa_reauthenticate": _("Use a code from your app, or a recovery code"),
    "mfa_reauthenticate:webauthn": _("Use your passkey"),
}


class FactorAdapter(DefaultMFAAdapter):
    """Secrets locked at rest, the organisation's name on the phone, the last second factor kept."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This did not work. Wait for the next code and try again."),
        "cannot_delete_authenticator": _("Add another second factor first; you cannot be without one."),
    }

    def encrypt(self, text: str) -> str:
        locked = at_rest.lock(text.encode(), key=settings.TUTELA_RECORD_KEY, context=_CONTEXT)
        return base64.b64encode(locked).decode()

    def decrypt(self, encrypted_text: str) -> str:
        locked = base64.b64decode(encrypted_text)
        return at_rest.unlock(locked, key=settings.TUTELA_RECORD_KEY, context=_CONTEXT).decode()

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        factors = account_queries.factors_of(authenticator.user_id)
        return any(
            factor.kind in account_queries.SECOND_FACTORS and factor.id != authenticator.pk
            for factor in factors
        )

    def send_notification_mail(self, *_args: Any, **_kwargs: Any) -> None:
        """Send nothing: changes stand in the ledger."""

    def generate_authenticator_name(self, _user: Any, _type: Any) -> str:
        return str(_("Passkey"))

    def _get_site_name(self) -> str:
        return settings.TUTELA.organisation


def _method(shown: list[dict[str, Any]]) -> str:
    if not shown:
        return "password"
    return "passkey" if shown[-1].get("passwordless") else f"password_{shown[-1].get('type', 'unknown')}"
