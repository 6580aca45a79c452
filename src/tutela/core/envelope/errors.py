"""What the envelope refuses. No message ever carries plaintext or key bytes."""

from __future__ import annotations

from typing import ClassVar

from tutela.core.kernel.errors import Refusal


class EnvelopeRefusal(Refusal):
    """Base of the room."""

    code: ClassVar[str] = "envelope_refused"


class UnknownVersion(EnvelopeRefusal):
    """The first byte names a form that this release does not know."""

    code: ClassVar[str] = "unknown_version"


class BadKey(EnvelopeRefusal):
    """Not a key: wrong length, or not a point or polynomial that can be one."""

    code: ClassVar[str] = "bad_key"


class SealBroken(EnvelopeRefusal):
    """Not sealed to this key for this purpose, cut short, or changed on the way."""

    code: ClassVar[str] = "seal_broken"


class PaddingBroken(SealBroken):
    """The seal opened, but whoever made it did not pad as this form demands."""

    code: ClassVar[str] = "padding_broken"


class LockBroken(EnvelopeRefusal):
    """Not locked with this key for this place, cut short, or changed."""

    code: ClassVar[str] = "lock_broken"
