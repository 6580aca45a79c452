"""What a handling mark lets a node do with what it heard (TLP 2.0), and how what it says is marked.

Enforced here, below every door. Reading a message where it came in is not passing it on; putting it anywhere
else is.
"""

from __future__ import annotations

from tutela.core.protocol.errors import MarkLoosened
from tutela.core.terms.marks import HandlingMark, is_at_least_as_tight, tightest


def may_pass_on(
    mark: HandlingMark, *, within_node: bool, to_partner: bool, needs_to_know: bool = False
) -> bool:
    """Whether what bears ``mark`` may go on.

    Args:
        mark: what it was marked with.
        within_node: to other people and other work of this node.
        to_partner: to a node that this one trusts.
        needs_to_know: that partner cannot do its part without it: the host of a reported address, the
            police of its country.
    """
    if mark is HandlingMark.RED:
        return False
    if within_node:
        return True
    if mark is HandlingMark.AMBER:
        return to_partner and needs_to_know
    return mark is HandlingMark.CLEAR or (mark is HandlingMark.GREEN and to_partner)


def mark_for(
    wanted: HandlingMark | None, *, default: HandlingMark, floor: HandlingMark | None
) -> HandlingMark:
    """Return the mark of something that is about to be said.

    Args:
        wanted: what a person chose; None for the tightest of the other two.
        default: that of its kind.
        floor: the tightest of what it answers or passes on, None when that is nothing.

    Raises:
        MarkLoosened: ``wanted`` would let somebody see what ``floor`` does not.
    """
    if wanted is None:
        return default if floor is None else tightest(default, floor)
    if floor is not None and not is_at_least_as_tight(wanted, floor):
        raise MarkLoosened(f"{wanted} is looser than {floor}")
    return wanted
