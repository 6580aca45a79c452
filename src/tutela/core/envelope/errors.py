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


class NotCanonical(EnvelopeRefusal):
    """Not JSON, or not in the one spelling that these forms allow."""

    code: ClassVar[str] = "not_canonical"


class TooLarge(EnvelopeRefusal):
    """Longer than an envelope may be."""

    code: ClassVar[str] = "too_large"


class BrokenFrame(EnvelopeRefusal):
    """Not an envelope, cut short, or with something behind its end."""

    code: ClassVar[str] = "broken_frame"


class BrokenHeader(EnvelopeRefusal):
    """The header is not canonical, or a member is missing, out of its limits or contradicts another."""

    code: ClassVar[str] = "broken_header"


class UnknownSuite(EnvelopeRefusal):
    """Sealed or signed with algorithms that this release does not use."""

    code: ClassVar[str] = "unknown_suite"


class NotForUs(EnvelopeRefusal):
    """This node is not among those it is addressed to."""

    code: ClassVar[str] = "not_for_us"


class UnknownOwnKey(EnvelopeRefusal):
    """Addressed to this node, sealed to a key that it does not hold, or holds no longer."""

    code: ClassVar[str] = "unknown_own_key"


class UnknownSender(EnvelopeRefusal):
    """No partner has this name."""

    code: ClassVar[str] = "unknown_sender"


class UnknownSenderKey(EnvelopeRefusal):
    """The partner is known, this key of theirs is not."""

    code: ClassVar[str] = "unknown_sender_key"


class RevokedKey(EnvelopeRefusal):
    """The key was revoked; when something was signed with it can no longer be believed."""

    code: ClassVar[str] = "revoked_key"


class KeyNotValid(EnvelopeRefusal):
    """Sent before the key was valid, or after."""

    code: ClassVar[str] = "key_not_valid"


class BadSignature(EnvelopeRefusal):
    """A signature does not verify; which one is said by the child."""

    code: ClassVar[str] = "bad_signature"


class BadSignatureEd25519(BadSignature):
    """The Ed25519 signature does not verify."""

    code: ClassVar[str] = "bad_signature_ed25519"


class BadSignatureMldsa65(BadSignature):
    """The ML-DSA-65 signature does not verify, though the Ed25519 one does."""

    code: ClassVar[str] = "bad_signature_mldsa65"


class FromTheFuture(EnvelopeRefusal):
    """Sent later than now, by more than clocks may differ. Worth another try."""

    code: ClassVar[str] = "from_the_future"


class Expired(EnvelopeRefusal):
    """Its time is over."""

    code: ClassVar[str] = "expired"


class Replayed(EnvelopeRefusal):
    """Exactly this envelope was taken before."""

    code: ClassVar[str] = "replayed"


class IdReused(EnvelopeRefusal):
    """The sender used this id before, for another envelope."""

    code: ClassVar[str] = "id_reused"


class UnknownKind(EnvelopeRefusal):
    """In order so far, but of a kind that this node does not take part in."""

    code: ClassVar[str] = "unknown_kind"


class NotCommitted(EnvelopeRefusal):
    """The body's key is not the one that the sender committed to for all addressees."""

    code: ClassVar[str] = "not_committed"


class BrokenBody(EnvelopeRefusal):
    """The body does not open with the key that was sealed to us."""

    code: ClassVar[str] = "broken_body"


class BrokenContent(EnvelopeRefusal):
    """The body opened and is not the canonical object that it must be."""

    code: ClassVar[str] = "broken_content"


class InsideDiffers(EnvelopeRefusal):
    """Id, sender or addressees inside the body are not those of the header."""

    code: ClassVar[str] = "inside_differs"


class BrokenRotation(EnvelopeRefusal):
    """Not a rotation statement, or one that contradicts itself."""

    code: ClassVar[str] = "broken_rotation"


class BrokenKeyFile(EnvelopeRefusal):
    """Not a file with a node's private keys."""

    code: ClassVar[str] = "broken_key_file"


class PassphraseNeeded(EnvelopeRefusal):
    """The keys are under a passphrase and none was given."""

    code: ClassVar[str] = "passphrase_needed"


class WrongPassphrase(EnvelopeRefusal):
    """The keys do not open: another passphrase, or a changed file."""

    code: ClassVar[str] = "wrong_passphrase"


class TooCostly(EnvelopeRefusal):
    """The file asks for more memory or time than opening a key may take."""

    code: ClassVar[str] = "too_costly"
