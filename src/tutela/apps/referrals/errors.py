"""What this room refuses."""

from __future__ import annotations

from typing import ClassVar

from tutela.core.kernel.errors import NotFound, Refusal


class ReferralsRefusal(Refusal):
    """Base of this room's refusals."""

    code: ClassVar[str] = "referrals_refused"


class ReferralUnknown(NotFound, ReferralsRefusal):
    """There is no such referral."""

    code: ClassVar[str] = "referral_unknown"


class NotAnOutcome(ReferralsRefusal):
    """The police say none of this of a referral."""

    code: ClassVar[str] = "not_an_outcome"


class NoteMissing(ReferralsRefusal):
    """Who needs more has to say what."""

    code: ClassVar[str] = "note_missing"


class WordsMissing(ReferralsRefusal):
    """A question or a reply without a word."""

    code: ClassVar[str] = "words_missing"


class TooLong(ReferralsRefusal):
    """More text than a message carries."""

    code: ClassVar[str] = "too_long"
