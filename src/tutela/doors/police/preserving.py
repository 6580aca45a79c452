"""The form of a request to preserve: for how long, within what the article allows, and about which items."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from tutela.core.law.preserving import Period
from tutela.core.protocol.contents.handing import MOST_NOTE
from tutela.look.fields import Text
from tutela.look.sent import Item


class PreserveForm(forms.Form):
    """What is asked; the provider and the article stand beside it on the page."""

    use_required_attribute = False

    days = forms.IntegerField(
        label=_("For how many days"),
        min_value=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": _("Say for how many days."),
            "invalid": _("Give a whole number of days."),
            "min_value": _("One day is the least."),
        },
    )
    keep_secret = forms.BooleanField(
        label=_("Ask that nobody tells whom it is about"), required=False, initial=True
    )
    items = forms.MultipleChoiceField(
        label=_("About which items?"),
        help_text=_("Tick none to ask about all of them."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Please choose from the items on the page.")},
    )
    note = Text(
        label=_("What they should keep"),
        help_text=_("Such as the account, its logins and its files. Please do not paste pictures."),
        required=False,
        max_length=MOST_NOTE,
        widget=forms.Textarea(
            attrs={"rows": "3", "cols": "40", "autocomplete": "off", "spellcheck": "false", "dir": "auto"}
        ),
    )

    def __init__(self, data: Any = None, *, items: Sequence[Item], period: Period) -> None:
        super().__init__(data, initial={"days": period.days})
        self._most = period.most
        self.fields["days"].help_text = _("At most %(most)s.") % {"most": period.most}
        if len(items) < 2:
            del self.fields["items"]
        else:
            field = cast(forms.MultipleChoiceField, self.fields["items"])
            field.choices = [(one.ref, one.place) for one in items]

    def clean_days(self) -> int:
        days = int(self.cleaned_data["days"])
        if days > self._most:
            raise forms.ValidationError(
                _("The article allows %(most)s days at most."), params={"most": self._most}
            )
        return days

    @property
    def item_ids(self) -> list[uuid.UUID]:
        """The items that were ticked; empty means all."""
        return [uuid.UUID(one) for one in self.cleaned_data.get("items", [])]
