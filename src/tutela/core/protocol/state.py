"""What a node remembers of a conversation between two messages: places, marks and codes, no contents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from tutela.core.kernel import clock
from tutela.core.terms.marks import HandlingMark, tightest
from tutela.core.terms.nodes import NodeRole


@dataclass(frozen=True)
class Place:
    """A partner's message whose turn has not come; with a ``code`` it was refused and fills its place."""

    id: UUID
    kind: str
    mark: HandlingMark
    is_last: bool
    since: datetime
    code: str = ""

    def to_json(self) -> list[Any]:
        """Return it as JSON holds it."""
        return [str(self.id), self.kind, self.mark.value, self.is_last, clock.to_text(self.since), self.code]

    @classmethod
    def from_json(cls, value: list[Any]) -> Place:
        """Read what :meth:`to_json` wrote."""
        return cls(
            UUID(value[0]), value[1], HandlingMark(value[2]), value[3], clock.from_text(value[4]), value[5]
        )


@dataclass(frozen=True)
class ConversationState:
    """``said`` and ``heard`` count the places that are taken; ``recent`` are who took the last of theirs."""

    our_role: NodeRole
    their_role: NodeRole
    said: int = 0
    heard: int = 0
    first_mark: HandlingMark | None = None
    said_mark: HandlingMark | None = None
    heard_mark: HandlingMark | None = None
    said_kinds: frozenset[str] = frozenset()
    heard_kinds: frozenset[str] = frozenset()
    closed_by_us: bool = False
    closed_by_them: bool = False
    gap_told: bool = False
    recent: tuple[UUID | None, ...] = ()
    held: Mapping[int, Place] = field(default_factory=dict)

    @property
    def floor(self) -> HandlingMark | None:
        """The tightest mark of everything that was said and heard here."""
        marks = [mark for mark in (self.first_mark, self.said_mark, self.heard_mark) if mark]
        return tightest(*marks) if marks else None

    @property
    def is_closed(self) -> bool:
        """Whether somebody said the last word."""
        return self.closed_by_us or self.closed_by_them

    def to_json(self) -> dict[str, Any]:
        """Return everything but the roles, which trust knows."""
        return {
            "said": self.said,
            "heard": self.heard,
            "marks": [mark and mark.value for mark in (self.first_mark, self.said_mark, self.heard_mark)],
            "said_kinds": sorted(self.said_kinds),
            "heard_kinds": sorted(self.heard_kinds),
            "closed": [self.closed_by_us, self.closed_by_them],
            "gap_told": self.gap_told,
            "recent": [one and str(one) for one in self.recent],
            "held": {str(sequence): place.to_json() for sequence, place in sorted(self.held.items())},
        }

    @classmethod
    def from_json(
        cls, value: Mapping[str, Any], *, our_role: NodeRole, their_role: NodeRole
    ) -> ConversationState:
        """Read what :meth:`to_json` wrote; an empty object is a conversation in which nothing was said."""
        if not value:
            return cls(our_role, their_role)
        first, said, heard = (mark and HandlingMark(mark) for mark in value["marks"])
        return cls(
            our_role=our_role,
            their_role=their_role,
            said=value["said"],
            heard=value["heard"],
            first_mark=first,
            said_mark=said,
            heard_mark=heard,
            said_kinds=frozenset(value["said_kinds"]),
            heard_kinds=frozenset(value["heard_kinds"]),
            closed_by_us=value["closed"][0],
            closed_by_them=value["closed"][1],
            gap_told=value["gap_told"],
            recent=tuple(one and UUID(one) for one in value["recent"]),
            held={int(sequence): Place.from_json(one) for sequence, one in value["held"].items()},
        )
