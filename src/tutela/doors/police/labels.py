"""What people read for the codes of this door."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tutela.core.kernel.errors import Refusal
from tutela.core.protocol import marks
from tutela.core.terms.exchange import PoliceOutcome, ProviderAnswer
from tutela.core.terms.marks import HandlingMark
from tutela.look.sent import term

REASONS: Mapping[str, tuple[Promise, str]] = {
    "danger_now": (_("Danger now"), "bad"),
    "livestream": (_("Live"), "bad"),
    "self_report": (_("A child made or reported it"), "bad"),
    "new": (_("Not known before"), "calm"),
}
"""Code of a reason → its words and the tone of its chip, in the order in which the list weighs them."""

TONES = {
    PoliceOutcome.RECEIVED: "plain",
    PoliceOutcome.INVESTIGATING: "calm",
    PoliceOutcome.VICTIM_SAFEGUARDED: "good",
    PoliceOutcome.KNOWN_CASE: "calm",
    PoliceOutcome.NOT_OURS: "warn",
    PoliceOutcome.MORE_NEEDED: "warn",
}

ANSWER_TONES = {
    ProviderAnswer.PRESERVED: "good",
    ProviderAnswer.NOTHING_HELD: "calm",
}

GROUNDS: Mapping[str, Promise] = {
    "law": _("The law of the provider's country names this period."),
    "convention": _("The provider's country is a party to the convention, which names the most."),
    "practice": _("No law was read that binds this provider; the period is that of the convention."),
}
"""What a period stands on, in words."""

SENTENCES: Mapping[str, Promise] = {
    "note_missing": _("Say in the note what you need."),
    "words_missing": _("Write something first."),
    "too_long": _("This is more text than a message carries."),
    "not_an_outcome": _("Choose one of the outcomes."),
    "mark_forbids": _(
        "This came under a handling mark that keeps it here. Ask the sender: only they can send it again "
        "under another."
    ),
    "not_to_be_said": _("The other side does not take this now; the conversation may be closed."),
    "partner_unknown": _("There is no such partner."),
    "partner_not_active": _("Nothing goes to this partner: its keys were revoked."),
    "period_not_allowed": _("The article does not allow so many days."),
    "nothing_to_preserve": _("Choose at least one item."),
    "not_a_provider": _("Only a provider's node can be asked to preserve."),
    "cannot_express": _("The sender wrote an address that cannot be printed. Copy it from this page."),
}
"""Code of a refusal → what a person reads. Nothing was sent then."""

_LONG_WAIT_DAYS = 3


@dataclass(frozen=True, slots=True)
class Chip:
    """One or two words and the tone in which they are said."""

    label: str
    tone: str = "plain"


def reasons(codes: Iterable[str], age_days: int) -> list[Chip]:
    """Return the reasons for a referral's place, the gravest first."""
    return [_reason(code, age_days) for code in codes]


def _reason(code: str, age_days: int) -> Chip:
    if code in REASONS:
        label, tone = REASONS[code]
        return Chip(str(label), tone)
    text = ngettext("Waits for %(number)d day", "Waits for %(number)d days", age_days) % {"number": age_days}
    return Chip(text, "warn" if age_days >= _LONG_WAIT_DAYS else "plain")


def outcome(code: str) -> Chip | None:
    """Return the chip of an outcome; none before there is one."""
    return Chip(term("police_outcome", code), TONES[PoliceOutcome(code)]) if code else None


def answer(code: str) -> Chip | None:
    """Return the chip of a provider's answer; none before there is one."""
    if not code:
        return None
    return Chip(term("provider_answer", code), ANSWER_TONES.get(ProviderAnswer(code), "warn"))


def keeps_here(mark: str) -> bool:
    """Return whether nothing under this mark goes to a provider, whoever needs to know."""
    return not marks.may_pass_on(HandlingMark(mark), within_node=False, to_partner=True, needs_to_know=True)


def sentence(refusal: Refusal) -> str:
    """Return what a person reads for a refusal."""
    return str(SENTENCES.get(refusal.code, _("This did not work. Nothing was sent.")))
