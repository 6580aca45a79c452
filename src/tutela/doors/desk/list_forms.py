"""The forms of hash lists: a list's fields, a proposal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tutela.apps.hashbank.rules import ListFields


class ListForm(forms.Form):
    """What is said about a list."""

    name = forms.CharField(
        label=_("Short name"),
        max_length=64,
        help_text=_("Lower-case letters, digits and hyphens. It cannot be changed later."),
    )
    title = forms.CharField(label=_("Title"), max_length=300)
    origin = forms.CharField(
        label=_("Origin"), max_length=300, help_text=_("Who made it and hands it on, such as an organisation")
    )
    legal_basis = forms.CharField(
        label=_("Legal basis"), max_length=300, help_text=_("By what law or agreement it is kept here")
    )
    handling = forms.CharField(
        label=_("Handling mark"), max_length=32, initial="TLP:AMBER", help_text=_("Such as TLP:AMBER")
    )
    scheme = forms.CharField(
        label=_("Classification"),
        max_length=64,
        required=False,
        help_text=_("Name of the scheme that the entries of this desk are classified by"),
    )
    country = forms.CharField(
        label=_("Country"), max_length=2, required=False, help_text=_("Two letters, such as GE")
    )
    radius = forms.IntegerField(
        label=_("Radius in bits"),
        min_value=0,
        max_value=64,
        initial=31,
        help_text=_("How far apart two pictures may be to count as one; 31 is usual"),
    )
    minimum_quality = forms.IntegerField(
        label=_("Minimum quality"),
        min_value=0,
        max_value=100,
        initial=50,
        help_text=_("Pictures with less in them are not compared; 50 is usual"),
    )
    negative = forms.BooleanField(
        label=_("These are known to be harmless: they silence other lists"), required=False
    )

    def __init__(self, *args: Any, fixed_name: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        if fixed_name:
            del self.fields["name"]
        self._fixed_name = fixed_name

    def list_fields(self) -> ListFields:
        """Return the fields as the room takes them."""
        values = {**self.cleaned_data, "name": self._fixed_name or self.cleaned_data["name"]}
        values["country"] = values["country"].upper()
        return ListFields(**values)


class Proposal(forms.Form):
    """Fingerprints of one thing that somebody wants on a list."""

    list_id = forms.ChoiceField(label=_("Hash list"))
    seen = forms.BooleanField(
        label=_("Take the fingerprints that the worker made of what the address served"),
        required=False,
        initial=True,
    )
    lines = forms.CharField(
        label=_("Fingerprints"),
        required=False,
        max_length=20_000,
        help_text=_("One a line: kind, value and, for pdq, quality, as “tutela hash” writes them"),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocapitalize": "none"}),
    )
    classification = forms.CharField(
        label=_("Classification"),
        max_length=64,
        required=False,
        help_text=_("In the scheme of the list, such as B2"),
    )

    def __init__(self, *args: Any, lists: list[tuple[str, str]], has_seen: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["list_id"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = lists
        if not has_seen:
            del self.fields["seen"]
