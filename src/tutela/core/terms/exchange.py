"""The codes that nodes send each other: receipts, states of what was handed over, outcomes, grades."""

from __future__ import annotations

from enum import StrEnum


class ReceiptStep(StrEnum):
    """How far a message came at its addressee."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    OPENED = "opened"
    ACTED = "acted"


class HandoverState(StrEnum):
    """What became of an item at the hotline that took it over."""

    RECEIVED = "received"
    ASSESSED = "assessed"
    NOTICED = "noticed"
    GONE = "gone"
    RETURNED = "returned"
    CLOSED = "closed"


class PoliceOutcome(StrEnum):
    """What the police say became of a referral."""

    RECEIVED = "received"
    INVESTIGATING = "investigating"
    VICTIM_SAFEGUARDED = "victim_safeguarded"
    KNOWN_CASE = "known_case"
    NOT_OURS = "not_ours"
    MORE_NEEDED = "more_needed"


class ProviderAnswer(StrEnum):
    """What a provider answers for one item of a notice or of a request to preserve."""

    REMOVED = "removed"
    ALREADY_GONE = "already_gone"
    NOT_OURS = "not_ours"
    NEED_MORE = "need_more"
    OBJECTION = "objection"
    PRESERVED = "preserved"
    NOTHING_HELD = "nothing_held"
    REFUSED = "refused"


class Ask(StrEnum):
    """What a notice asks for."""

    REMOVE = "remove"
    PRESERVE = "preserve"


class SourceGrade(StrEnum):
    """Europol's 4×4, the source: no doubt, mostly reliable, mostly unreliable, cannot be assessed."""

    A = "A"
    B = "B"
    C = "C"
    X = "X"


class HandlingCode(StrEnum):
    """Europol's handling codes; ``H3`` is a restriction that is said in words."""

    H0 = "H0"
    H1 = "H1"
    H2 = "H2"
    H3 = "H3"


class LawOutcome(StrEnum):
    """What the law of a country says to an assessed item."""

    ILLEGAL = "illegal"
    NOT_ILLEGAL = "not_illegal"
    DEPENDS = "depends"
    UNKNOWN = "unknown"


class Opinion(StrEnum):
    """What a partner found about an entry of a shared list."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    NOT_SEEN = "not_seen"


class OverlapScope(StrEnum):
    """Which identifiers are compared, none of them shown."""

    ADDRESSES = "addresses"
    ACCOUNTS = "accounts"
    FINGERPRINTS = "fingerprints"
