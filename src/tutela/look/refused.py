"""What people read for the code with which a message between nodes was refused, here or there."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

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
    "partner_not_active": _("the exchange with the partner is stopped"),
}
"""Code of a refusal, ours or the partner's → why, in words."""


def why(code: str) -> str:
    """Return the words of a refusal's code, or the code itself: a partner may be newer than this node."""
    return str(REFUSED.get(code, code))
