"""What the pages of law say for a code: states, values, confidence, kinds of contacts. Neutral and short."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

CELLS: dict[str, Any] = {
    "met": _("met"),
    "partly": _("partly met"),
    "not": _("not met"),
    "unknown": _("unknown"),
}
"""Whether one demand of a standard is met."""

TONES: dict[str, str] = {"met": "good", "partly": "warn", "not": "bad", "unknown": "plain"}

REASONS: dict[str, Any] = {
    "opting_out_possible": _("The standard lets a state opt out of this."),
    "below_bound": _("The number is below what the standard asks for."),
    "disputed": _("Sources disagree."),
}
"""What is worth saying about a cell besides its state."""

WHOLE: dict[str, Any] = {
    "good": _("All demands are met"),
    "open": _("No gap is known, not everything is known"),
    "part": _("Some demands are partly met, none is known as not met"),
    "gap": _("Some demands are not met"),
    "none": _("Unknown"),
}
"""What is said about a country beside a whole standard, by the ink it is drawn with."""

ONE: dict[str, Any] = {
    "good": _("Met"),
    "part": _("Partly met"),
    "gap": _("Not met"),
    "none": _("Unknown"),
}
"""The same beside one demand of a standard."""

ANSWERS: dict[str, Any] = {
    "good": pgettext_lazy("what a law says", "Yes"),
    "part": pgettext_lazy("what a law says", "Partly"),
    "gap": pgettext_lazy("what a law says", "No"),
    "open": pgettext_lazy("what a law says", "A number or words, in the table"),
    "split": pgettext_lazy("what a law says", "Disputed: sources disagree"),
    "none": pgettext_lazy("what a law says", "Unknown"),
}
"""What a law answers to one question, where no standard asks."""

VALUES: dict[str, Any] = {
    "yes": pgettext_lazy("what a law says", "yes"),
    "partial": pgettext_lazy("what a law says", "partly"),
    "no": pgettext_lazy("what a law says", "no"),
    "disputed": pgettext_lazy("what a law says", "disputed"),
}

GROUPS: dict[str, Any] = {
    "treaty": _("Treaties"),
    "context": _("Laws around it"),
    "definition": _("What counts as such material"),
    "offence": _("What is punishable"),
    "provider": _("Duties of companies"),
    "hotline": _("Hotlines"),
    "jurisdiction": _("Across borders and over time"),
    "institution": _("Who investigates"),
}

CONFIDENCE: dict[str, Any] = {
    "high": _("confidence: high"),
    "medium": _("confidence: medium"),
    "low": _("confidence: low"),
}

CONTACTS: dict[str, Any] = {
    "helpline": _("Help lines for children and young people"),
    "hotline": _("Where you can report pictures and videos"),
    "police": _("Police: where you can report a crime"),
    "ngo": _("Others who help in this country"),
    "government": _("Public offices"),
}
"""The headings of the help page, in their order."""
