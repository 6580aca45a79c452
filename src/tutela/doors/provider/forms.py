"""The one form of the door: which addresses, which answer, words if any. It has no field for a file."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tutela.apps.notices import queries as notice_queries
from tutela.apps.notices import rules
from tutela.core.record import addresses
from tutela.core.terms.states import AnswerKind, ItemKind
from tutela.doors.provider import labels
from tutela.look.fields import Text


class AnswerForm(forms.Form):
    """An answer for some addresses of a notice; for all when none is ticked."""

    use_required_attribute = False

    kind = forms.ChoiceField(
        label=_("Your answer"),
        choices=[(kind.value, label) for kind, label in labels.ANSWERS.items()],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Please choose one answer."),
            "invalid_choice": _("Please choose one of the answers on the page."),
        },
    )
    items = forms.MultipleChoiceField(
        label=_("For which addresses?"),
        help_text=_("Tick none to answer for all of them."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Please choose from the addresses on the page.")},
    )
    text = Text(
        label=_("Anything we should know"),
        help_text=_("Needed for “need more” and “we object”. Please do not paste pictures or customer data."),
        required=False,
        max_length=rules.TEXT_AT_MOST,
        widget=forms.Textarea(
            attrs={"rows": "4", "cols": "40", "autocomplete": "off", "spellcheck": "false", "dir": "auto"}
        ),
        error_messages={"max_length": _("This text is too long. Please shorten it, or write to us by mail.")},
    )

    def __init__(
        self, data: QueryDict | None = None, *, items: Sequence[notice_queries.NoticeItemSeen]
    ) -> None:
        super().__init__(data)
        field = cast(forms.MultipleChoiceField, self.fields["items"])
        field.choices = [(str(item.item_id), shown(item)) for item in items]
        if len(items) < 2:
            del self.fields["items"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        kind = cleaned.get("kind")
        needs = kind is not None and AnswerKind(kind) in rules.NEEDS_TEXT
        if needs and "text" not in self.errors and not cleaned.get("text", "").strip():
            self.add_error("text", _("Please tell us in a few words, so that we can act on it."))
        return cleaned

    @property
    def item_ids(self) -> list[uuid.UUID]:
        """The addresses that were ticked; empty means all."""
        return [uuid.UUID(text) for text in self.cleaned_data.get("items", [])]


def shown(item: notice_queries.NoticeItemSeen) -> str:
    """Return the item's address as it is shown: no program may turn it into a link."""
    return item.address if item.kind == ItemKind.ACCOUNT else addresses.defang(item.address)
