"""The states, reasons and kinds that are stored, sent and counted, each a code of its own.

A code never changes its meaning: a new meaning is a new code, because ledger lines keep the old ones.
"""

from __future__ import annotations

from enum import StrEnum


class ItemState(StrEnum):
    """Where one item stands on its way."""

    WAITING = "waiting"
    SECOND_LOOK = "second_look"
    DISPUTED = "disputed"
    DECIDING = "deciding"
    ASKED = "asked"
    HELD = "held"
    NOTICED = "noticed"
    CLOSED = "closed"


class ReportState(StrEnum):
    """A report is open as long as one of its items is."""

    OPEN = "open"
    CLOSED = "closed"


class CloseReason(StrEnum):
    """Why nothing more is done about an item."""

    REMOVED = "removed"
    NOT_ILLEGAL = "not_illegal"
    OUTSIDE_SCOPE = "outside_scope"
    NOT_REACHABLE = "not_reachable"
    DUPLICATE = "duplicate"
    NO_ADDRESS = "no_address"
    FORWARDED = "forwarded"
    HANDED_TO_POLICE = "handed_to_police"
    OTHER = "other"


class DecisionKind(StrEnum):
    """What is to be done about an item; ``forward_unopened``: a person passed it on by hand, unseen."""

    NOTIFY = "notify"
    CLOSE = "close"
    ASK_REPORTER = "ask_reporter"
    HOLD_FOR_POLICE = "hold_for_police"
    FORWARD_UNOPENED = "forward_unopened"
    HANDOVER = "handover"
    REFER = "refer"
    LIST_ENTRY = "list_entry"


class Worry(StrEnum):
    """What worried the reporter: six plain options."""

    CHILD_IMAGES = "child_images"
    CHILD_CONTACT = "child_contact"
    ABOUT_ME = "about_me"
    THREAT = "threat"
    DRAWN_OR_GENERATED = "drawn_or_generated"
    SOMETHING_ELSE = "something_else"


class Wish(StrEnum):
    """How the reporter wants to hear back."""

    CODE = "code"
    EMAIL = "email"
    NOTHING = "nothing"


class ItemKind(StrEnum):
    """What kind of thing was reported."""

    ADDRESS = "address"
    ACCOUNT = "account"
    FINGERPRINT = "fingerprint"
    NO_ADDRESS = "no_address"


class CheckOutcome(StrEnum):
    """What one look at an address found."""

    REACHABLE = "reachable"
    MISSING = "missing"
    UNCLEAR = "unclear"
    NOT_LOOKED = "not_looked"


class AnswerKind(StrEnum):
    """What a provider answers to a notice."""

    REMOVED = "removed"
    NOT_OURS = "not_ours"
    ALREADY_GONE = "already_gone"
    NEED_MORE = "need_more"
    OBJECTION = "objection"


class Role(StrEnum):
    """What a person at the desk is there for."""

    COORDINATOR = "coordinator"
    ANALYST = "analyst"
    WELFARE_LEAD = "welfare_lead"
    AUDITOR = "auditor"
