"""What follows from the code that a partner's inbox answers for one envelope."""

from __future__ import annotations

from enum import StrEnum

from tutela.core.protocol import delivery

SEAL_AGAIN = frozenset({"unknown_own_key", "unknown_sender_key", "revoked_key", "key_not_valid", "expired"})
"""Keys or times do not fit any more: written once more when newer keys are known, tried again until then."""


class Next(StrEnum):
    """What to do with a message after its inbox answered."""

    DONE = "done"
    LATER = "later"
    SEAL_AGAIN = "seal_again"
    REFUSED = "refused"


def after_code(code: str) -> Next:
    """Return what follows; every code that is not known is a refusal and goes to a person."""
    if code in ("taken", "replayed"):
        return Next.DONE
    if code in SEAL_AGAIN:
        return Next.SEAL_AGAIN
    return Next.LATER if code in delivery.LATER else Next.REFUSED
