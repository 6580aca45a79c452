"""What the site says for a code: short, plain, for a reader of nine or ninety."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from tutela.core.record.addresses import PlaceReason, RefusedPlace
from tutela.core.terms.states import Wish, Worry

WORRIES: dict[Worry, Any] = {
    Worry.CHILD_IMAGES: _("Pictures or videos of a child that should not be there"),
    Worry.CHILD_CONTACT: _("Somebody writes to a child or wants to meet a child"),
    Worry.ABOUT_ME: _("It is about me: I am in it, or it happened to me"),
    Worry.THREAT: _("Somebody threatens to show pictures, or wants money"),
    Worry.DRAWN_OR_GENERATED: _("It looks drawn or made by a computer"),
    Worry.SOMETHING_ELSE: _("Something else"),
}

WISHES: dict[Wish, Any] = {
    Wish.CODE: _("With my code only. Nobody writes to me. This is the safest way."),
    Wish.EMAIL: _("By e-mail. A short message without details: “there is news”."),
    Wish.NOTHING: _("I do not need an answer."),
}

_REFUSED: dict[PlaceReason, Any] = {
    PlaceReason.EMPTY: _("“%(place)s” is empty."),
    PlaceReason.TOO_LONG: _("“%(place)s” is too long for an address."),
    PlaceReason.CONTROL_CHARACTERS: _("“%(place)s” contains signs that an address cannot have."),
    PlaceReason.LONE_SURROGATE: _("“%(place)s” contains signs that an address cannot have."),
    PlaceReason.SCHEME_NOT_ALLOWED: _(
        "“%(place)s” is not the address of a page. We need one that begins with http or https."
    ),
    PlaceReason.MAIL_ADDRESS: _(
        "“%(place)s” is an e-mail address. If it is an account, write it under "
        "“It is an account, a group or a chat”."
    ),
    PlaceReason.NO_HOST: _("“%(place)s” is not an address. An address looks like this: example.org/page."),
    PlaceReason.BAD_HOST: _("“%(place)s” is not an address. Please look if a letter is missing."),
    PlaceReason.SINGLE_LABEL_HOST: _(
        "“%(place)s” is not a full address. Please look if the ending is missing."
    ),
    PlaceReason.LOOPBACK_ADDRESS: _("“%(place)s” leads to your own device. We cannot reach it."),
    PlaceReason.PRIVATE_ADDRESS: _("“%(place)s” leads to a home or office network. We cannot reach it."),
    PlaceReason.LINK_LOCAL_ADDRESS: _("“%(place)s” leads to a home or office network. We cannot reach it."),
    PlaceReason.RESERVED_ADDRESS: _("“%(place)s” does not exist on the internet. Please check the address."),
    PlaceReason.BAD_ONION: _("“%(place)s” is not a full onion address. Please check if a part is missing."),
}


def refused(place: RefusedPlace) -> str:
    """Return one sentence that names the text and says what is wrong with it.

    The text is isolated (U+2068 … U+2069), so that its direction does not turn the sentence around.
    """
    return str(_REFUSED[place.reason] % {"place": f"\u2068{place.text}\u2069"})
