"""What people read for a code of this part: what roles do, ways to sign in, refusals."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tutela.core.terms import labels
from tutela.core.terms.states import Role

WORK: Mapping[Role, Promise] = {
    Role.COORDINATOR: _("does what analysts do, and lets people, contacts and providers in"),
    Role.ANALYST: _("assesses and decides"),
    Role.WELFARE_LEAD: _("sees how long others worked with open items"),
    Role.AUDITOR: _("sees that nothing in the record was changed or lost"),
}
"""What somebody in a role does, for whoever chooses it."""

FACTORS: Mapping[str, Promise] = {
    "totp": _("Authenticator app"),
    "webauthn": _("Passkey"),
    "recovery_codes": _("Recovery codes"),
}

SIGNED_OUT = _("You were signed out because nobody used this page for a while.")

REFUSALS: Mapping[str, Promise] = {
    "not_an_email": _("This is not an e-mail address."),
    "not_a_name": _("Give a name of at most 120 characters."),
    "not_a_role": _("Choose a role."),
    "already_there": _("Somebody with this e-mail address is already here."),
    "last_coordinator": _("This is the last coordinator. Make somebody else a coordinator first."),
    "not_oneself": _("Another coordinator does this for you."),
    "not_found": _("This is no longer so. Somebody else may have been faster."),
    "password_too_short": _("At least 12 characters."),
    "password_too_long": _("At most 128 characters."),
    "password_too_common": _("Many people use this password, so it is tried first. Choose another."),
    "password_too_similar": _("This is too close to your name or e-mail address. Choose another."),
}


def role_name(role: Role | str) -> str:
    """Return the name of a role in the language of the page."""
    return labels.label("role", str(role), get_language() or "en")


def role_and_work(role: Role) -> str:
    """Return the name of a role and what it does."""
    return f"{role_name(role)}: {WORK[role]}"


def refusal(code: str) -> str:
    """Return what to tell a person about a refusal."""
    return str(REFUSALS.get(code, _("This did not work. Nothing was changed.")))
