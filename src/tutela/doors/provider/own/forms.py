"""The answer to a request: one choice for each item, words if any. It has no field for a file."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tutela.core.protocol.contents.handing import MOST_NOTE
from tutela.core.terms.exchange import ProviderAnswer
from tutela.look.fields import Text
from tutela.look.sent import Item, term


class AnswersForm(forms.Form):
    """An answer for each item that has one chosen; ``all`` answers every item alike."""

    use_required_attribute = False

    note = Text(
        label=_("Anything they should know"),
        help_text=_("Needed when you need more, object or refuse. Please do not paste pictures."),
        required=False,
        max_length=MOST_NOTE,
        widget=forms.Textarea(
            attrs={"rows": "3", "cols": "40", "autocomplete": "off", "spellcheck": "false", "dir": "auto"}
        ),
    )

    def __init__(self, data: Any = None, *, items: Sequence[Item], offered: Sequence[ProviderAnswer]) -> None:
        super().__init__(data)
        self._refs = [one.ref for one in items]
        self._offered = {one.value for one in offered}
        choices = [("", _("No answer now")), *((one.value, term("provider_answer", one)) for one in offered)]
        for number, one in enumerate(items, 1):
            label = _("Answer for item %(number)s") % {"number": number}
            self.fields[one.ref] = forms.ChoiceField(label=label, choices=choices, required=False)

    def answers(self) -> dict[uuid.UUID, str]:
        """Return item → answer; the button for all of them wins over single choices."""
        together = self.data.get("all", "")
        if together in self._offered:
            return {uuid.UUID(ref): together for ref in self._refs}
        chosen = {ref: self.cleaned_data.get(ref, "") for ref in self._refs}
        return {uuid.UUID(ref): answer for ref, answer in chosen.items() if answer}
