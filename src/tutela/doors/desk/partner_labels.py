"""What people read for the codes of the exchange: states, receipts' reasons, how a partner is known."""

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

REFUSED: Mapping[str, Promise] = {
    "unknown_version": _("written in a version that is not known there"),
    "unknown_suite": _("sealed in a way that is not known there"),
    "broken_frame": _("damaged"),
    "broken_header": _("damaged"),
    "broken_body": _("damaged"),
    "broken_content": _("damaged"),
    "broken_rotation": _("damaged announcement of keys"),
    "broken_batch": _("damaged"),
    "seal_broken": _("the seal is broken"),
    "not_committed": _("the seal is broken"),
    "inside_differs": _("inside stands something else than outside"),
    "not_for_us": _("meant for somebody else"),
    "unknown_own_key": _("sealed to keys that are not there any more"),
    "unknown_sender": _("the sender is not a partner"),
    "unknown_sender_key": _("signed with keys that are not believed"),
    "revoked_key": _("signed with revoked keys"),
    "key_not_valid": _("signed with keys whose time is over"),
    "bad_signature": _("the signature does not hold"),
    "bad_signature_ed25519": _("the signature does not hold"),
    "bad_signature_mldsa65": _("the signature does not hold"),
    "from_the_future": _("dated in the future: a clock is wrong"),
    "expired": _("too old"),
    "replayed": _("came before"),
    "id_reused": _("another message had its number"),
    "too_large": _("too large"),
    "unknown_kind": _("a kind that is not known there"),
    "bad_content": _("its content is not as it should be"),
    "wrong_role": _("such a partner does not say this"),
    "not_in_this_conversation": _("it answers nothing that was said"),
    "conversation_closed": _("the conversation was closed"),
    "mark_loosened": _("its mark is looser than before"),
    "sequence_reused": _("another message had its place"),
    "too_far_ahead": _("too many messages before it are missing"),
    "failed": _("it could not take effect"),
    "rate": _("too many at once"),
    "busy": _("the partner had no time"),
    "overlap_not_agreed": _("nobody agreed to compare cases"),
    "asked_too_often": _("asked too often"),
    "too_many_identifiers": _("too many things at once"),
    "broken_overlap": _("question and answer do not fit"),
    "partner_not_active": _("the partner is not in touch"),
}
"""Code of a refusal, ours or the partner's → why, in words."""


def why(code: str) -> str:
    """Return the words of a refusal's code, or the code itself: a partner may be newer than this node."""
    return str(REFUSED.get(code, code))
