"""Passwords that are long and still tried first (ASVS 4.0 section 2.1.7).

Django's list of common passwords has few of twelve characters or more, because people who must be long put
digits and signs around a common one. So what is left without them is looked up as well.
"""

from __future__ import annotations

import re
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_FEWEST_DIFFERENT = 5
_NOT_LETTERS = re.compile(r"[\W\d_]+")


class LongAndCommonValidator(CommonPasswordValidator):
    """Refuse a common password in disguise, and a few characters over and over."""

    def validate(self, password: str, user: Any = None) -> None:  # noqa: ARG002 - Django's signature
        bare = _NOT_LETTERS.sub("", password).lower()
        half = bare[: len(bare) // 2]
        twice = bool(half) and half * 2 == bare
        few = len(set(password.lower())) < _FEWEST_DIFFERENT
        if few or {password.lower().strip(), bare, half if twice else bare} & self.passwords:
            raise ValidationError(self.get_error_message(), code="password_too_common")

    def get_error_message(self) -> str:
        return _("Many people use this password, so it is tried first. Choose another.")

    def get_help_text(self) -> str:
        return ""
