"""The kinds of messages: who says them to whom, where in a conversation, and how they are marked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from tutela.core.terms.marks import HandlingMark
from tutela.core.terms.nodes import NodeRole

_HOTLINE = frozenset({NodeRole.HOTLINE})
_POLICE = frozenset({NodeRole.POLICE})
_PROVIDER = frozenset({NodeRole.PROVIDER})
_ALL = frozenset(NodeRole)
_TALKING = _ALL - {NodeRole.RELAY}
_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Kind:
    """One kind.

    ``begins``: it may be the first message of a conversation. ``answers_to``: the other side said one of
    these before. ``follows``: its own sender did. ``by_person``: people are meant to read it and to act,
    so that ``opened`` and ``acted`` are receipted when they do. ``receipted``: receipts answer it at all.
    ``mark`` is what it is marked with when nobody says otherwise.
    """

    name: str
    from_roles: frozenset[NodeRole]
    to_roles: frozenset[NodeRole]
    begins: bool
    answers_to: frozenset[str]
    by_person: bool
    mark: HandlingMark
    follows: frozenset[str] = _NOTHING
    receipted: bool = True


def _kind(
    name: str,
    from_roles: frozenset[NodeRole],
    to_roles: frozenset[NodeRole],
    *,
    begins: bool = False,
    answers: str = "",
    follows: str = "",
    by_person: bool = False,
    mark: HandlingMark = HandlingMark.AMBER,
    receipted: bool = True,
) -> Kind:
    return Kind(
        name=name,
        from_roles=from_roles,
        to_roles=to_roles,
        begins=begins,
        answers_to=frozenset(answers.split()),
        by_person=by_person,
        mark=mark,
        follows=frozenset(follows.split()),
        receipted=receipted,
    )


_CASEWORK = "handover handover_update referral outcome notice preservation answer question reply"
_EVERYTHING = f"{_CASEWORK} ping hash_delta hash_feedback overlap_query overlap_answer ledger_head"
_ALL_KINDS = (
    # A ping says nothing and fits everywhere: it fills the place of a message that an inbox refused.
    _kind("ping", _ALL, _ALL, begins=True, answers=_EVERYTHING, follows=_EVERYTHING, mark=HandlingMark.GREEN),
    _kind("receipt", _ALL, _ALL, begins=True, receipted=False),
    _kind("handover", _HOTLINE, _HOTLINE, begins=True, by_person=True),
    _kind(
        "handover_update",
        _HOTLINE,
        _HOTLINE,
        answers="handover handover_update",
        follows="handover handover_update",
    ),
    _kind("referral", _TALKING, _POLICE, begins=True, by_person=True, mark=HandlingMark.AMBER_STRICT),
    _kind("outcome", _POLICE, _TALKING, answers="referral", mark=HandlingMark.AMBER_STRICT),
    _kind("notice", _HOTLINE | _POLICE, _PROVIDER, begins=True, by_person=True),
    _kind("preservation", _POLICE, _PROVIDER, begins=True, by_person=True, mark=HandlingMark.AMBER_STRICT),
    _kind("answer", _PROVIDER, _HOTLINE | _POLICE, answers="notice preservation"),
    _kind("question", _TALKING, _TALKING, begins=True, answers=_CASEWORK, follows=_CASEWORK, by_person=True),
    _kind("reply", _TALKING, _TALKING, answers="question", by_person=True),
    _kind("hash_delta", _TALKING, _TALKING, begins=True, follows="hash_delta"),
    _kind("hash_feedback", _TALKING, _TALKING, answers="hash_delta"),
    _kind("overlap_query", _TALKING, _TALKING, begins=True, mark=HandlingMark.AMBER_STRICT),
    _kind("overlap_answer", _TALKING, _TALKING, answers="overlap_query", mark=HandlingMark.AMBER_STRICT),
    _kind("ledger_head", _TALKING, _TALKING, begins=True, mark=HandlingMark.GREEN),
)
KINDS: Mapping[str, Kind] = MappingProxyType({kind.name: kind for kind in _ALL_KINDS})


def may_say(kind: Kind, *, sender: NodeRole, to: NodeRole) -> bool:
    """Whether a node of one role says this to a node of the other."""
    return sender in kind.from_roles and to in kind.to_roles


@cache
def heard_by(role: NodeRole) -> frozenset[str]:
    """Return the kinds that a node of this role takes part in (step 20 of reading an envelope)."""
    return frozenset(kind.name for kind in KINDS.values() if role in kind.to_roles)
