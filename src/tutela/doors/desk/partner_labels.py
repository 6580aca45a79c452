"""What people read for the codes of the exchange: states, receipts, how a partner is known."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tutela.core.terms.marks import HandlingMark

Chips = Mapping[str, tuple[Promise, str]]

STOPPED: Chips = {
    "paused": (_("Paused"), "warn"),
    "revoked": (_("No longer believed"), "bad"),
}
"""States in which nothing is said to a partner; of the others it is shown when they were heard."""

TOUCH: Mapping[str, Promise] = {
    "heard": _("Heard {day}"),
    "reached": _("Reached {day}"),
    "never": _("Never heard yet"),
}
"""When a partner was last heard; of a mailbox, which itself says nothing, when it was last reached."""

KNOWN_BY: Chips = {
    "hand": (_("Known by words read aloud"), "good"),
    "directory": (_("Known by the directory"), "good"),
    "rotation": (_("Known by its earlier keys"), "good"),
    "nobody": (_("Not believed yet"), "warn"),
}

OUTGOING: Chips = {
    "waiting": (_("Waits to be sealed"), "plain"),
    "sealed": (_("On its way"), "calm"),
    "relayed": (_("In the partner’s mailbox"), "calm"),
    "taken": (_("Arrived"), "calm"),
    "refused": (_("Refused there"), "bad"),
    "given_up": (_("Not delivered for thirty days"), "bad"),
}

INCOMING: Chips = {
    "taken": (_("Not opened yet"), "plain"),
    "held": (_("Waits for one before it"), "warn"),
    "opened": (_("Waits for a person"), "warn"),
    "acted": (_("Done"), "good"),
    "refused": (_("Refused here"), "bad"),
}

STEPS: Mapping[str, Promise] = {
    "accepted": _("Received"),
    "opened": _("Read by a person"),
    "acted": _("Acted on"),
    "refused": _("Refused"),
}

OVERLAP_STATES: Chips = {
    "waiting": (_("To be answered"), "plain"),
    "answered": (_("Answered"), "good"),
    "failed": (_("Not answered"), "bad"),
}

OUTCOME_TONES: Mapping[str, str] = {
    "received": "plain",
    "investigating": "calm",
    "victim_safeguarded": "good",
    "known_case": "calm",
    "not_ours": "warn",
    "more_needed": "warn",
}

MARKS: Mapping[str, Promise] = {
    HandlingMark.RED: _("only for those who read it there"),
    HandlingMark.AMBER_STRICT: _("stays in the partner’s organisation"),
    HandlingMark.AMBER: _("only to those who cannot act without it"),
    HandlingMark.GREEN: _("to partners, not to the public"),
    HandlingMark.CLEAR: _("may be told to anybody"),
}
"""What the partner may do with what it gets, in a few words beside the mark."""
