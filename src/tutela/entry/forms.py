"""The forms of getting in: our labels and hints on the library's checks, and our own forms."""

# mypy: disable-error-code="misc"
# The library has no types, so what derives from it cannot be checked against it.

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as factor_forms
from allauth.mfa.totp.forms import ActivateTOTPForm, DeactivateTOTPForm
from allauth.mfa.webauthn import forms as passkey_forms
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tutela.apps.accounts import actions as accounts
from tutela.apps.accounts import rules
from tutela.core.terms.states import Role
from tutela.entry import codes, words

_PASSWORD_HINT = _(
    "At least 12 characters. A few words that nobody would guess are better than signs and digits."
)
_CODE_HINT = _("Six digits from your app, or one of your recovery codes.")


def _plain(field: forms.Field, label: Any, hint: Any = "", **attributes: str) -> None:
    """Give a field of the library our label and hint and take away what stands in it as a placeholder."""
    field.label, field.help_text = label, hint
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attributes)


class SignInForm(LoginForm):
    """E-mail address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["login"], _("E-mail address"), autocomplete="username", autocapitalize="none")
        _plain(self.fields["password"], _("Password"))


class PasswordAgainForm(ReauthenticateForm):
    """The password once more, before something sensitive."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["password"], _("Password"))


class NewPasswordForm(ChangePasswordForm):
    """The present password and a new one. Once is enough: it can be shown, pasted and changed again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        _plain(self.fields["oldpassword"], _("Present password"))
        _plain(
            self.fields["password1"], _("New password"), _PASSWORD_HINT, maxlength=str(rules.PASSWORD_AT_MOST)
        )
        self.fields["password1"].max_length = rules.PASSWORD_AT_MOST

    def clean_password1(self) -> str:
        password = str(self.cleaned_data["password1"])
        if rules.password_reasons(password):
            raise ValidationError(_("At most 128 characters."), code="password_too_long")
        return password


class _CodeOnce(factor_forms.BaseAuthenticateForm):
    """A code from the app works once, across processes and restarts; each failure stands in the ledger."""

    step = "second_factor"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["code"], _("Code"), _CODE_HINT, inputmode="numeric", autocapitalize="none")

    def clean_code(self) -> str:
        try:
            code = str(super().clean_code())
            codes.spend(self.authenticator, code)
        except ValidationError as error:
            if error.code == "incorrect_code":
                accounts.record_failed_sign_in(step=self.step, email=self.user.email)
            raise
        return code


class CodeForm(_CodeOnce, factor_forms.AuthenticateForm):
    """The second step of signing in."""


class CodeAgainForm(_CodeOnce, factor_forms.ReauthenticateForm):
    """A code before something sensitive."""

    step = "reauthentication"


class AuthenticatorAppForm(ActivateTOTPForm):
    """The first code of a new app, which proves that it was set up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hint = _("The six digits that the app shows now.")
        _plain(self.fields["code"], _("Code from the app"), hint, inputmode="numeric")

    def clean_code(self) -> str:
        code = str(super().clean_code())
        codes.spend_first(self.user.pk, self.secret, code)
        return code


class RemoveAppForm(DeactivateTOTPForm):
    """Nothing to fill in; refused when it is the last second factor."""


def _parsed(check: Callable[[], Any]) -> Any:
    """Run a check of the library; bytes that it cannot read are a wrong answer, not an accident."""
    try:
        return check()
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, struct.error):
        raise get_adapter().validation_error("incorrect_code") from None


class _Recorded(passkey_forms.AuthenticateWebAuthnForm):
    """A passkey that fails stands in the ledger."""

    step = "second_factor"

    def clean_credential(self) -> Any:
        try:
            return _parsed(super().clean_credential)
        except ValidationError as error:
            if error.code == "incorrect_code":
                accounts.record_failed_sign_in(step=self.step, email=getattr(self.user, "email", ""))
            raise


class PasskeyForm(_Recorded):
    """A passkey as the second step."""


class PasskeySignInForm(_Recorded, passkey_forms.LoginWebAuthnForm):
    """A passkey alone."""

    step = "passkey"


class PasskeyAgainForm(_Recorded, passkey_forms.ReauthenticateWebAuthnForm):
    """A passkey before something sensitive."""

    step = "reauthentication"


class NewPasskeyForm(passkey_forms.AddWebAuthnForm):
    """A new passkey, by default one that signs in alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["name"], _("Name of the passkey"), _("For you: where it is kept."), maxlength="60")
        self.fields["name"].max_length = 60
        _plain(
            self.fields["passwordless"],
            _("Sign in with it alone"),
            _("It then asks for your fingerprint, face or PIN, and you need no password."),
        )
        self.fields["passwordless"].initial = True

    def clean(self) -> dict[str, Any]:
        return dict(_parsed(super().clean))


class PasskeyNameForm(passkey_forms.EditWebAuthnForm):
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["name"], _("Name of the passkey"), maxlength="60")


class AcceptForm(forms.Form):
    """What somebody gives who was invited. The address is asked only when the invitation has none."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=200)
    name = forms.CharField(
        label=_("Your name"),
        help_text=_("As your colleagues know you."),
        max_length=rules.NAME_AT_MOST,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("You sign in with it. No mail is sent to it."),
        max_length=rules.EMAIL_AT_MOST,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("New password"),
        help_text=_PASSWORD_HINT,
        strip=False,
        max_length=rules.PASSWORD_AT_MOST,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def ask_only(self, *, name: bool, email: bool) -> None:
        """Leave out what the invitation already says."""
        if not name:
            del self.fields["name"]
        if not email:
            del self.fields["email"]


def _role_choices() -> list[tuple[str, Any]]:
    return [(role.value, words.role_and_work(role)) for role in Role]


class InviteForm(forms.Form):
    """Whom to invite, and as what."""

    name = forms.CharField(
        label=_("Name"), max_length=rules.NAME_AT_MOST, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("The person signs in with it. No mail is sent to it."),
        max_length=rules.EMAIL_AT_MOST,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    role = forms.ChoiceField(label=_("Role"), choices=_role_choices, widget=forms.RadioSelect)


class RoleForm(forms.Form):
    """Another role."""

    role = forms.ChoiceField(label=_("Role"), choices=_role_choices, widget=forms.RadioSelect)


class LanguageForm(forms.Form):
    """The language of the desk for this person."""

    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=lambda: [("", _("As the browser asks")), *settings.LANGUAGES],
    )
