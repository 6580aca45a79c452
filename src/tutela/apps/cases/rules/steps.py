"""Which state of an item may follow which."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tutela.core.terms.states import ItemState as S

NEXT: Mapping[S, frozenset[S]] = MappingProxyType(
    {
        S.WAITING: frozenset({S.SECOND_LOOK, S.DECIDING, S.ASKED, S.HELD, S.CLOSED}),
        S.SECOND_LOOK: frozenset({S.DISPUTED, S.DECIDING, S.HELD}),
        S.DISPUTED: frozenset({S.DECIDING, S.HELD}),
        S.DECIDING: frozenset({S.NOTICED, S.CLOSED, S.ASKED, S.HELD, S.WAITING}),
        S.ASKED: frozenset({S.WAITING, S.DECIDING, S.HELD, S.CLOSED}),
        S.HELD: frozenset({S.WAITING, S.SECOND_LOOK, S.DISPUTED, S.DECIDING, S.ASKED, S.CLOSED}),
        S.NOTICED: frozenset({S.DECIDING, S.HELD, S.CLOSED, S.WAITING}),
        S.CLOSED: frozenset({S.WAITING, S.DECIDING}),
    }
)

OPEN = tuple(state for state in S if state is not S.CLOSED)
"""Every state in which something is still to come."""

CLAIMABLE = frozenset({S.WAITING, S.SECOND_LOOK, S.DISPUTED, S.DECIDING, S.ASKED, S.HELD})
"""States in which a person can have something to do. A noticed item is the worker's."""

TO_ASSESS = frozenset({S.WAITING, S.SECOND_LOOK, S.DISPUTED})
"""States in which an assessment is wanted."""


NEVER_NEW = frozenset({S.DECIDING, S.NOTICED})
"""States that only an assessed item can be in: a search for what nobody has looked at need not go there."""


def may_go(state: str, to: str) -> bool:
    """Return whether an item in ``state`` may go to ``to``."""
    return S(to) in NEXT[S(state)]


def reopened_state(*, settled_illegal: bool, assess_again: bool) -> S:
    """Return where an item goes that is taken up again.

    What is known to be illegal is not put before anybody's eyes a second time, unless a person says
    that the assessment itself is in doubt.
    """
    return S.DECIDING if settled_illegal and not assess_again else S.WAITING
