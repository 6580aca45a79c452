"""The forms of the door. None of them has a field for a file."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from tutela.core.protocol.contents.handing import MOST_NOTE
from tutela.core.protocol.contents.plain import MOST_TEXT
from tutela.look.fields import Text
from tutela.look.sent import Item

_AREA = {"rows": "3", "cols": "40", "autocomplete": "off", "spellcheck": "false", "dir": "auto"}


class OutcomeForm(forms.Form):
    """What goes with an outcome; the outcome itself is the button that was pressed."""

    use_required_attribute = False

    items = forms.MultipleChoiceField(
        label=_("For which items?"),
        help_text=_("Tick none to answer for the whole referral."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Please choose from the items on the page.")},
    )
    note = Text(
        label=_("Note to the sender"),
        help_text=_("Needed when you need more. Please do not paste pictures."),
        required=False,
        max_length=MOST_NOTE,
        widget=forms.Textarea(attrs=_AREA),
    )

    def __init__(self, data: Any = None, *, items: Sequence[Item]) -> None:
        super().__init__(data)
        if len(items) < 2:
            del self.fields["items"]
        else:
            field = cast(forms.MultipleChoiceField, self.fields["items"])
            field.choices = [(one.ref, one.place) for one in items]

    @property
    def item_ids(self) -> list[uuid.UUID]:
        """The items that were ticked; empty means all."""
        return [uuid.UUID(one) for one in self.cleaned_data.get("items", [])]


class WordsForm(forms.Form):
    """A question or a reply."""

    use_required_attribute = False

    text = Text(
        label=_("Your words to the other side"),
        required=False,
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs=_AREA),
    )
