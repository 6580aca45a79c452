"""What people type and choose at the desk, apart from questions with their own keys (questions.py)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any, cast

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tutela.apps.accounts.rules import Actor
from tutela.apps.cases import queries as case_queries
from tutela.apps.cases import rules as case_rules
from tutela.core.terms.states import CheckOutcome, ItemKind, ItemState
from tutela.doors.desk import choosing, labels

ANY = ""


class QueueFilter(forms.Form):
    """Which items the queue shows. An unknown value shows what an empty one would."""

    state = forms.ChoiceField(label=_("State"), required=False)
    reason = forms.ChoiceField(label=_("Reason"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    country = forms.RegexField(
        r"^[A-Za-z]{2}$",
        label=_("Country"),
        required=False,
        widget=forms.TextInput(attrs={"maxlength": 2, "autocomplete": "off", "autocapitalize": "characters"}),
    )
    who = forms.ChoiceField(label=_("With whom"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = [(state.value, labels.term("item_state", state)) for state in ItemState]
        codes = (*case_rules.CLASS_REASONS, case_rules.RECOGNISED)
        reasons = [(code, labels.REASONS[code][0]) for code in codes]
        kinds = [(kind.value, labels.term("item_kind", kind)) for kind in ItemKind]
        self._choices("state", [(ANY, _("To do")), *states])
        self._choices("reason", [(ANY, _("any")), *reasons])
        self._choices("kind", [(ANY, _("any")), *kinds])
        self._choices("who", [(ANY, _("anybody")), ("me", _("me")), ("nobody", _("nobody"))])

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def chosen(self) -> dict[str, str]:
        """Return what is chosen and known; the rest is left out."""
        self.is_valid()
        return {name: str(value) for name, value in self.cleaned_data.items() if value}

    def drawn(self) -> tuple[tuple[str, str, SafeString], ...]:
        """Return id, label and widget of each field, kept once drawn: every page of the queue has them."""
        values = (str(self[name].value() or "")[:100] for name in self.fields)
        return _drawn(get_language() or "", tuple(values))


@lru_cache(256)
def _drawn(_language: str, values: tuple[str, ...]) -> tuple[tuple[str, str, SafeString], ...]:
    form = QueueFilter(dict(zip(QueueFilter.base_fields, values, strict=True)))
    return tuple((field.id_for_label, str(field.label), SafeString(field)) for field in form)


def filters_of(chosen: dict[str, str], by: Actor) -> case_queries.QueueFilters:
    """Return the filter of the queue for what was chosen."""
    return case_queries.QueueFilters(
        state=chosen.get("state", ANY),
        states=() if chosen.get("who") == "me" else choosing.TO_DO,
        reason=chosen.get("reason", ANY),
        kind=chosen.get("kind", ANY),
        country=chosen.get("country", ANY).upper(),
        claimed_by=by.id if chosen.get("who") == "me" else None,
        unclaimed=chosen.get("who") == "nobody",
    )


class Audit(forms.Form):
    """Which lines of the ledger the audit page shows."""

    kind = forms.ChoiceField(label=_("What happened"), required=False)
    actor = forms.ChoiceField(label=_("Who"), required=False)

    def __init__(
        self, *args: Any, kinds: list[tuple[str, Any]], actors: list[tuple[str, Any]], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        for name, choices in (("kind", kinds), ("actor", actors)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [(ANY, _("any")), *choices]


class Lines(forms.CharField):
    """A text field that holds one entry a line."""

    widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocapitalize": "none"})

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else "\n".join(value or ())

    def clean(self, value: Any) -> Any:
        return tuple(line.strip() for line in str(super().clean(value)).splitlines() if line.strip())


class Provider(forms.Form):
    """The node's own record of a provider."""

    name = forms.CharField(label=_("Name"), max_length=200)
    country = forms.CharField(
        label=_("Country"), max_length=2, required=False, help_text=_("Two letters, such as GE")
    )
    language = forms.ChoiceField(
        label=_("Language of letters"),
        required=False,
        choices=[(ANY, _("English")), ("ka", _("English and Georgian"))],
    )
    domains = Lines(
        label=_("Domains"),
        required=False,
        max_length=20_000,
        help_text=_("One a line, such as example.org; hosts below them are included"),
    )
    networks = Lines(
        label=_("Networks"),
        required=False,
        max_length=20_000,
        help_text=_("One a line, such as 192.0.2.0/24"),
    )
    emails = Lines(
        label=_("Contacts for abuse"),
        required=False,
        max_length=5_000,
        help_text=_("One e-mail address a line. By saving you approve them."),
    )
    time_zone = forms.CharField(
        label=_("Time zone"), max_length=64, initial="UTC", help_text=_("Such as Asia/Tbilisi or UTC")
    )
    quiet_from = forms.TimeField(
        label=_("Quiet from"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    quiet_to = forms.TimeField(
        label=_("Quiet until"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("No letter leaves in the quiet hours of the provider’s own clock"),
    )
    working_days_only = forms.BooleanField(label=_("Only on working days, Monday to Friday"), required=False)
    partner = forms.ChoiceField(
        label=_("Its own node"),
        required=False,
        help_text=_("Notices go there, sealed, instead of by mail"),
    )

    def __init__(self, *args: Any, nodes: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not nodes:
            # Without one to choose the record keeps what it says.
            del self.fields["partner"]
            return
        choices = [(ANY, _("None: by mail")), *((name, name) for name in nodes)]
        cast(forms.ChoiceField, self.fields["partner"]).choices = choices


class Look(forms.Form):
    """What a person found who looked by hand."""

    outcome = forms.ChoiceField(
        choices=[(one.value, one.value) for one in CheckOutcome if one is not CheckOutcome.NOT_LOOKED]
    )


class Day(forms.Form):
    """Which day the welfare lead looks at."""

    day = forms.DateField(
        required=False,
        # No node is older or will be younger, and neighbouring days must exist.
        validators=[MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31))],
    )
