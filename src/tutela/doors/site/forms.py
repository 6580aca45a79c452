"""The forms of the public site. They forgive: what can be read is taken, what cannot is named, none is lost.

No form has a field for a file, and none ever will.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tutela.core.law import countries
from tutela.core.record import addresses
from tutela.core.terms.states import Wish, Worry
from tutela.doors.site import labels
from tutela.doors.site.shown import names, texts
from tutela.look.fields import Text

MOST_PLACES = 900_000
MOST_TEXT = 20_000
MOST_NAME = 250
_OFF = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
# Own words may be corrected by the device, but never sent to somebody's spelling service.
_WORDS = {"autocomplete": "off", "spellcheck": "false", "dir": "auto"}


def _box(rows: int, **attributes: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": str(rows), "cols": "40", **attributes})


_TOO_LONG = _("This text is too long. Please send the first part now and the rest afterwards.")


def _text(most: int, **more: Any) -> Text:
    return Text(required=False, max_length=most, error_messages={"max_length": _TOO_LONG}, **more)


class ReportForm(forms.Form):
    """Where is it? A complete report by itself."""

    use_required_attribute = False

    places = _text(
        MOST_PLACES,
        label=_("Address of the page"),
        help_text=_("Copy the address and paste it here. If there are several, put each on its own line."),
        widget=_box(4, **_OFF, dir="ltr"),
    )
    service = _text(
        MOST_NAME,
        label=_("Which app, game or website?"),
        widget=forms.TextInput(attrs={**_WORDS, "size": "40"}),
    )
    account = _text(
        MOST_NAME,
        label=_("Name of the account or group"),
        widget=forms.TextInput(attrs={**_OFF, "dir": "auto", "size": "40"}),
    )
    more = _text(
        MOST_TEXT,
        label=_("Tell us where it was, in your own words"),
        help_text=_(
            "For example: which app, which group, which day. You need not describe what is in a picture."
            " Please do not paste or send pictures."
        ),
        widget=_box(5, **_WORDS),
    )

    places_found: addresses.Places = addresses.Places()
    words_only = False
    """Something stands where the address should be, but there is no address in it."""

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if self.errors:
            return given
        self.places_found = addresses.parse_places(given["places"])
        if self.places_found.addresses or given["service"] or given["account"]:
            return given
        if given["places"]:
            self._no_address_found(len(given["places"]) + len(given["more"]))
        elif not given["more"]:
            self.add_error("places", _("Please tell us where you saw it. One of the three ways is enough."))
        return given

    def _no_address_found(self, length: int) -> None:
        if self.data.get("without_address"):
            if length + 2 > MOST_TEXT:
                self.add_error("places", _TOO_LONG)
            return
        self.words_only = True
        for place in self.places_found.refused[:10]:
            self.add_error("places", labels.refused(place))
        if not self.places_found.refused:
            self.add_error(
                "places",
                _(
                    "We found no address in this text. An address looks like this: example.org/page. "
                    "If you have none, choose “Send it without an address”."
                ),
            )

    @property
    def payload(self) -> dict[str, Any]:
        """What is sealed: everything as it was typed. Text without an address in it counts as words."""
        given = self.cleaned_data
        found = bool(self.places_found.addresses or given["service"] or given["account"])
        words = (given["more"],) if found else (given["more"], given["places"])
        return {
            "places": given["places"] if found else "",
            "service": given["service"],
            "account": given["account"],
            "no_address": not found,
            "worry": "",
            "danger_now": None,
            "more": "\n\n".join(text for text in words if text),
            "wish": Wish.CODE.value,
            "email": "",
        }


class _Countries(forms.Select):
    """Names of countries exist in the languages of the law's data; each says in which it is."""

    def create_option(self, *given: Any, **more: Any) -> dict[str, Any]:
        option = super().create_option(*given, **more)
        if option["value"]:
            option["attrs"]["lang"] = texts.law_language()
        return option


def _countries() -> list[tuple[str, str]]:
    """Return the countries in the language of the page; the first choice is to say nothing."""
    known = names.choices(one.code for one in countries.countries())
    return [("", "–"), *((one.id, one.label) for one in known)]


class MoreForm(forms.Form):
    """Everything that can be added after the code was given; each page shows a part and carries the rest."""

    use_required_attribute = False

    worry = forms.ChoiceField(
        required=False,
        label=_("What worried you?"),
        choices=[(worry.value, labels.WORRIES[worry]) for worry in Worry],
        widget=forms.RadioSelect,
    )
    danger_now = forms.ChoiceField(
        required=False,
        label=_("Is a child in danger right now?"),
        choices=[("yes", _("Yes")), ("no", _("No")), ("unknown", _("I do not know"))],
        widget=forms.RadioSelect,
    )
    more = _text(
        MOST_TEXT,
        label=_("Is there anything else that helps us?"),
        help_text=_(
            "For example: a user name, a password that is needed to see the page, the day and the time. "
            "Please do not paste or send pictures."
        ),
        widget=_box(6, **_WORDS),
    )
    country = forms.ChoiceField(
        required=False,
        label=_("In which country are you?"),
        help_text=_("Only so that we ask the right law and know whom to turn to."),
        choices=_countries,
        widget=_Countries,
    )
    wish = forms.ChoiceField(
        required=False,
        initial=Wish.CODE.value,
        label=_("How do you want to hear back?"),
        choices=[(wish.value, labels.WISHES[wish]) for wish in Wish],
        widget=forms.RadioSelect,
    )
    email = forms.EmailField(
        required=False,
        label=_("E-mail address"),
        help_text=_("Only if you chose e-mail. Think about who else can read that mailbox."),
        error_messages={"invalid": _("This does not look like an e-mail address. It has an @ and a dot.")},
        widget=forms.EmailInput(attrs={**_OFF, "dir": "ltr", "size": "40"}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        wants_mail = given.get("wish") == Wish.EMAIL.value
        if wants_mail and not given.get("email") and "email" not in self.errors:
            self.add_error("email", _("Please write your e-mail address, or choose another way."))
        return given


class CodeForm(forms.Form):
    """Come back with the code."""

    use_required_attribute = False

    code = _text(
        MOST_NAME,
        label=_("Your code"),
        help_text=_("Six words or 20 digits. Spaces and capital letters do not matter."),
        widget=forms.TextInput(attrs={**_OFF, "dir": "ltr", "size": "40"}),
    )


class AnswerForm(forms.Form):
    """One box of a receipt: an answer to a question of the desk, or something to add."""

    use_required_attribute = False

    text = _text(
        MOST_TEXT,
        label=_("Your answer"),
        help_text=_("Please do not paste or send pictures."),
        widget=_box(5, **_WORDS),
    )

    def __init__(
        self, data: Any = None, *, question: str = "", initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial, auto_id=f"box{question}_%s")
        self.question = question
        if not question:
            self.fields["text"].label = _("What do you want to add?")
