"""What each kind of message says: one dataclass a kind, found by the kind's name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tutela.core.protocol.contents.asking import Answer, Notice, Preservation
from tutela.core.protocol.contents.handing import Handover, HandoverUpdate
from tutela.core.protocol.contents.lists import HashDelta, HashFeedback
from tutela.core.protocol.contents.overlap import OverlapAnswer, OverlapQuery
from tutela.core.protocol.contents.plain import LedgerHead, Ping, Question, Receipts, Reply
from tutela.core.protocol.contents.police import Outcome, Referral
from tutela.core.protocol.errors import UnknownKind
from tutela.core.protocol.members import Content

CONTENTS: Mapping[str, type[Content]] = MappingProxyType(
    {
        "ping": Ping,
        "receipt": Receipts,
        "handover": Handover,
        "handover_update": HandoverUpdate,
        "referral": Referral,
        "outcome": Outcome,
        "notice": Notice,
        "preservation": Preservation,
        "answer": Answer,
        "question": Question,
        "reply": Reply,
        "hash_delta": HashDelta,
        "hash_feedback": HashFeedback,
        "overlap_query": OverlapQuery,
        "overlap_answer": OverlapAnswer,
        "ledger_head": LedgerHead,
    }
)


def read(kind: str, content: object) -> Content:
    """Return the content as a value of its kind's class.

    Raises:
        UnknownKind: no kind has this name.
        BadContent: ``.member`` is not as the kind demands, ``.reason`` says how.
    """
    known = CONTENTS.get(kind)
    if known is None:
        raise UnknownKind(f"kind {kind[:64]!r} is not known")
    return known.from_json(content)


def check(kind: str, content: object) -> None:
    """Refuse what :func:`read` refuses."""
    read(kind, content)


def is_last_word(content: Content) -> bool:
    """Whether its sender says nothing more in the conversation after this."""
    return isinstance(content, OverlapAnswer) or (isinstance(content, HandoverUpdate) and content.closed)
