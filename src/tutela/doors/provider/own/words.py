"""What a provider's people read for codes of this part."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tutela.core.kernel.errors import Refusal
from tutela.core.terms.exchange import ProviderAnswer as A

TONES: Mapping[str, str] = {
    A.REMOVED: "good",
    A.ALREADY_GONE: "good",
    A.PRESERVED: "good",
    A.NOTHING_HELD: "calm",
    A.NOT_OURS: "warn",
    A.NEED_MORE: "warn",
    A.OBJECTION: "warn",
    A.REFUSED: "warn",
}

SENTENCES: Mapping[str, Promise] = {
    "note_missing": _("Please say in a few words why, so that they can act on it."),
    "not_an_answer": _("Choose an answer for at least one item."),
    "too_long": _("This is more text than a message carries."),
    "not_to_be_said": _("The other side does not take this now; the conversation may be closed."),
    "partner_not_active": _("Nothing goes to this partner: its keys were revoked."),
}
"""Code of a refusal → what a person reads. Nothing was sent then."""


def sentence(refusal: Refusal) -> str:
    """Return what a person reads for a refusal."""
    return str(SENTENCES.get(refusal.code, _("This did not work. Nothing was sent.")))
