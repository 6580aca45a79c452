"""Settings of sign-in, for doors that have one: password and second factor, or passkey (ASVS 4.0, V2, V3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tutela.config.node import NodeConfig

LASTS = timedelta(hours=12)
"""A session ends after so long; the door's middleware ends it earlier when nobody uses it."""

_VALIDATORS = "django.contrib.auth.password_validation"
_DOOR = "tutela.entry"


def sign_in(config: NodeConfig) -> dict[str, Any]:
    """Return the settings of passwords, sessions and the sign-in library."""
    return {**_passwords(), **_sessions(config.https), **_library(), **_second_factors(config.organisation)}


def _passwords() -> dict[str, Any]:
    return {
        "AUTHENTICATION_BACKENDS": ["allauth.account.auth_backends.AuthenticationBackend"],
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.Argon2PasswordHasher"],
        # Length, a list of common ones, nothing about oneself; no rules of composition (ASVS 2.1.9).
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": f"{_VALIDATORS}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
            {"NAME": f"{_DOOR}.passwords.LongAndCommonValidator"},
            {
                "NAME": f"{_VALIDATORS}.UserAttributeSimilarityValidator",
                "OPTIONS": {"user_attributes": ("name", "email")},
            },
        ],
    }


def _sessions(https: bool) -> dict[str, Any]:
    return {
        "LOGIN_URL": "/sign-in/",
        "LOGIN_REDIRECT_URL": "/",
        "LOGOUT_REDIRECT_URL": "/sign-in/",
        "SESSION_ENGINE": "django.contrib.sessions.backends.db",
        "SESSION_COOKIE_NAME": "__Host-desk" if https else "desk",
        "SESSION_COOKIE_SECURE": https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Strict",
        "SESSION_COOKIE_AGE": int(LASTS.total_seconds()),
        "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
        # What was just done is told once, on the next page; it must not lie in a cookie meanwhile.
        "MESSAGE_STORAGE": "django.contrib.messages.storage.session.SessionStorage",
        "CSRF_COOKIE_NAME": "__Host-desk-form" if https else "desk-form",
        "CSRF_COOKIE_SECURE": https,
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_SAMESITE": "Strict",
        # How often somebody tried is counted in each process's own memory and forgotten with it: with
        # several desk processes the limits below are that many times higher. That a one-time code works
        # once does not rest on it; it is kept in the database.
        "CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    }


def _library() -> dict[str, Any]:
    return {
        "ACCOUNT_ADAPTER": f"{_DOOR}.adapters.AccountAdapter",
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": None,
        "ACCOUNT_LOGIN_METHODS": {"email"},
        "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*"],
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        "ACCOUNT_EMAIL_NOTIFICATIONS": False,
        "ACCOUNT_SESSION_REMEMBER": False,
        "ACCOUNT_LOGOUT_ON_GET": False,
        "ACCOUNT_PREVENT_ENUMERATION": True,
        "ACCOUNT_REAUTHENTICATION_TIMEOUT": 300,
        "ACCOUNT_LOGIN_TIMEOUT": 600,
        "ACCOUNT_RATE_LIMITS": {
            "login": "30/m/ip",
            "login_failed": "10/m/ip,5/5m/key",
            "reauthenticate": "10/m/user",
            "change_password": "5/m/user",
        },
        "ACCOUNT_FORMS": {
            "login": f"{_DOOR}.forms.SignInForm",
            "reauthenticate": f"{_DOOR}.forms.PasswordAgainForm",
            "change_password": f"{_DOOR}.forms.NewPasswordForm",
        },
    }


def _second_factors(organisation: str) -> dict[str, Any]:
    return {
        "MFA_ADAPTER": f"{_DOOR}.adapters.FactorAdapter",
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_PASSKEY_SIGNUP_ENABLED": False,
        "MFA_TRUST_ENABLED": False,
        "MFA_ALLOW_UNVERIFIED_EMAIL": True,
        "MFA_TOTP_ISSUER": organisation,
        "MFA_TOTP_TOLERANCE": 1,
        "MFA_RECOVERY_CODE_DIGITS": 10,
        "MFA_RECOVERY_CODES_SHOW_ONCE": True,
        "MFA_RATE_LIMITS": {"webauthn_login": "10/m/ip"},
        "MFA_FORMS": {
            "authenticate": f"{_DOOR}.forms.CodeForm",
            "authenticate_webauthn": f"{_DOOR}.forms.PasskeyForm",
            "reauthenticate": f"{_DOOR}.forms.CodeAgainForm",
            "reauthenticate_webauthn": f"{_DOOR}.forms.PasskeyAgainForm",
            "login_webauthn": f"{_DOOR}.forms.PasskeySignInForm",
            "activate_totp": f"{_DOOR}.forms.AuthenticatorAppForm",
            "deactivate_totp": f"{_DOOR}.forms.RemoveAppForm",
            "add_webauthn": f"{_DOOR}.forms.NewPasskeyForm",
            "edit_webauthn": f"{_DOOR}.forms.PasskeyNameForm",
        },
    }
