"""Fields of forms that more than one door needs."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from tutela.core.kernel import texts


class Text(forms.CharField):
    """Text from outside: signs that no keyboard makes are dropped, line ends are made one kind."""

    def to_python(self, value: Any) -> str:
        return cast(str, super().to_python(texts.typed(str(value or ""))))
