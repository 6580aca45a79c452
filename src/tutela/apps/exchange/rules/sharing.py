"""Whether a hash list, and which of its entries, may go to a partner whom a coordinator named."""

from __future__ import annotations

from enum import StrEnum

from tutela.core.protocol import marks
from tutela.core.terms.marks import HandlingMark

_DESK, _IMPORT = "desk", "import"


class ShareState(StrEnum):
    """``ending``: taken back, and the partner is being told; ``stopped``: a person must look at it."""

    ACTIVE = "active"
    ENDING = "ending"
    ENDED = "ended"
    STOPPED = "stopped"


LIVE = (ShareState.ACTIVE, ShareState.ENDING)
"""States in which pages are said."""


def mark_of(handling: str) -> HandlingMark | None:
    """Return the mark of a list; none when its handling says nothing of passing on: nobody gets it."""
    return HandlingMark(handling) if handling in [*HandlingMark] else None


def is_ours(source_kind: str, origin: str, ourselves: tuple[str, ...]) -> bool:
    """Whether this organisation made an entry: people of its desk did, or it came in a file of its own list.

    Args:
        origin: who made the list, as its keeper wrote it down.
        ourselves: the names of this organisation and of its node.
    """
    if source_kind == _DESK:
        return True
    return source_kind == _IMPORT and origin.strip().casefold() in {
        one.casefold() for one in ourselves if one
    }


def may_leave(handling: str, *, ours: bool) -> bool:
    """Whether an entry of a list with this handling may go to a named partner.

    What is ours may go under AMBER, for whoever shares it says who needs it; what others handed to us under
    AMBER was handed to us.
    """
    mark = mark_of(handling)
    return mark is not None and marks.may_pass_on(
        mark, within_node=False, to_partner=True, needs_to_know=ours
    )


def why_not(
    handling: str, *, negative: bool, kinds: frozenset[str], origin: str, ourselves: tuple[str, ...]
) -> str:
    """Return why a list cannot be shared at all: ``negative``, ``mark``; empty when it can.

    Args:
        kinds: of the sources that it has entries of.
    """
    if negative:
        # Who reads it as a list of what must be found would find what is harmless.
        return "negative"
    whose = [is_ours(one, origin, ourselves) for one in kinds] or [True]
    return "" if any(may_leave(handling, ours=ours) for ours in whose) else "mark"
