"""What people read for the codes of this door."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tutela.core.terms import labels as terms
from tutela.core.terms.states import AnswerKind

ANSWERS: dict[AnswerKind, Promise] = {
    AnswerKind.REMOVED: _("Removed: we took it down or disabled access"),
    AnswerKind.ALREADY_GONE: _("Already gone: it was not there any more"),
    AnswerKind.NOT_OURS: _("Not ours: it is not on our network or service"),
    AnswerKind.NEED_MORE: _("Need more: we cannot find it or cannot decide yet"),
    AnswerKind.OBJECTION: _("We object: we think that this notice is wrong"),
}
"""What a provider chooses from, the most common first."""

SHORT: dict[AnswerKind, Promise] = {
    AnswerKind.REMOVED: _("Removed"),
    AnswerKind.ALREADY_GONE: _("Already gone"),
    AnswerKind.NOT_OURS: _("Not ours"),
    AnswerKind.NEED_MORE: _("Need more"),
    AnswerKind.OBJECTION: _("Objection"),
}

TONES = {
    AnswerKind.REMOVED: "good",
    AnswerKind.ALREADY_GONE: "good",
    AnswerKind.NOT_OURS: "warn",
    AnswerKind.NEED_MORE: "warn",
    AnswerKind.OBJECTION: "warn",
}

ONE_CLICK = (AnswerKind.REMOVED, AnswerKind.ALREADY_GONE, AnswerKind.NOT_OURS)
"""Answers that need no words and are a button of their own."""


def category(code: str) -> str:
    """Return the label of a category in the language of the page."""
    return terms.label("category", code, get_language() or "en") if code else ""
