"""What the room judges without Django: whom to believe, what a code at delivery means, how far a message is.

Callers write ``rules.DirectoryEntry(...)``; which file answers is this package's own business.
"""

from tutela.apps.exchange.rules.answering import SEAL_AGAIN, Next, after_code
from tutela.apps.exchange.rules.comparing import (
    MOST_ASKED,
    MOST_COMPARED,
    MOST_QUESTIONS_A_DAY,
    OverlapState,
)
from tutela.apps.exchange.rules.knowing import (
    Description,
    DirectoryEntry,
    DirectoryKey,
    KeySource,
    PartnerState,
    Taken,
    check_partner,
    is_node_name,
    key_words,
)
from tutela.apps.exchange.rules.moving import FOR_A_PERSON, STEPS, IncomingState, OutgoingState
from tutela.apps.exchange.rules.sharing import LIVE, ShareState, is_ours, mark_of, may_leave, why_not

__all__ = [
    "FOR_A_PERSON",
    "LIVE",
    "MOST_ASKED",
    "MOST_COMPARED",
    "MOST_QUESTIONS_A_DAY",
    "SEAL_AGAIN",
    "STEPS",
    "Description",
    "DirectoryEntry",
    "DirectoryKey",
    "IncomingState",
    "KeySource",
    "Next",
    "OutgoingState",
    "OverlapState",
    "PartnerState",
    "ShareState",
    "Taken",
    "after_code",
    "check_partner",
    "is_node_name",
    "is_ours",
    "key_words",
    "mark_of",
    "may_leave",
    "why_not",
]
