"""What can happen in a conversation, and what is to be done then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tutela.core.terms.exchange import ReceiptStep
from tutela.core.terms.marks import HandlingMark


@dataclass(frozen=True)
class Said:
    """We say something; it takes our next place."""

    kind: str
    content: object
    mark: HandlingMark


@dataclass(frozen=True)
class Heard:
    """A partner's message was verified and opened; ``at`` is when we did."""

    id: UUID
    kind: str
    sequence: int
    content: object
    mark: HandlingMark
    at: datetime


@dataclass(frozen=True)
class Unreadable:
    """A partner's envelope was verified and does not open; ``code`` is the envelope's refusal."""

    id: UUID
    kind: str
    sequence: int
    code: str
    at: datetime


@dataclass(frozen=True)
class ReceiptHeard:
    """The partner says how far a message of ours came; ``before`` is what counted so far."""

    id: UUID
    before: ReceiptStep | None
    step: ReceiptStep
    code: str = ""


@dataclass(frozen=True)
class PersonDid:
    """One of our people read a partner's message, or did what it asks."""

    id: UUID
    step: ReceiptStep


@dataclass(frozen=True)
class TimePassed:
    """Asked now and then, when everything that came was heard."""

    now: datetime


Event = Said | Heard | Unreadable | ReceiptHeard | PersonDid | TimePassed


@dataclass(frozen=True)
class Apply:
    """Let this message take effect, now and once."""

    id: UUID
    kind: str
    sequence: int


@dataclass(frozen=True)
class Hold:
    """Keep its content: something that belongs before it has not come."""

    id: UUID
    sequence: int


@dataclass(frozen=True)
class Receipt:
    """Tell the partner how far its message came."""

    id: UUID
    step: ReceiptStep
    code: str = ""
    member: str = ""


@dataclass(frozen=True)
class Refuse:
    """Record that it does not take effect, and why."""

    id: UUID
    code: str
    member: str = ""


@dataclass(frozen=True)
class TellPerson:
    """Somebody here should know: ``gap``, ``gap_passed_over`` or ``refused_by_partner``."""

    code: str
    id: UUID | None = None


@dataclass(frozen=True)
class Close:
    """Nothing more is said here by whoever said the last word, nor by us."""


Command = Apply | Hold | Receipt | Refuse | TellPerson | Close
