"""Which decisions and reasons go with which state and assessment; the desk shows these and no others."""

from __future__ import annotations

from datetime import timedelta

from tutela.core.terms.assessment import ILLEGAL, Category
from tutela.core.terms.states import CloseReason as R
from tutela.core.terms.states import DecisionKind as K
from tutela.core.terms.states import ItemKind
from tutela.core.terms.states import ItemState as S

UNDO_WITHIN = timedelta(minutes=10)

_HANDED_OVER = frozenset({S.WAITING, S.SECOND_LOOK, S.DISPUTED, S.DECIDING, S.NOTICED})

NOT_YET_OFFERED = frozenset({K.HANDOVER, K.REFER, K.LIST_ENTRY})
"""Kinds that are no decision by themselves: a handover and a referral need an addressee and are decided with
their message (``hand_over_items``, ``refer_items``); a listing is made at the list."""

_UNSEEN = (R.OUTSIDE_SCOPE, R.NOT_REACHABLE, R.DUPLICATE, R.NO_ADDRESS, R.HANDED_TO_POLICE, R.OTHER)
_ILLEGAL = (R.REMOVED, R.NOT_REACHABLE, R.DUPLICATE, R.FORWARDED, R.HANDED_TO_POLICE, R.OTHER)
_ALLOWED = (
    R.NOT_ILLEGAL,
    R.OUTSIDE_SCOPE,
    R.NOT_REACHABLE,
    R.REMOVED,
    R.DUPLICATE,
    R.HANDED_TO_POLICE,
    R.OTHER,
)


def decisions_offered(
    *, state: str, category: str, kind: str, view: bool, forward: bool = True
) -> tuple[K, ...]:
    """Return the decisions that fit, in the order in which they are shown.

    Args:
        category: of the settled assessment; empty when there is none.
        view: whether this desk may look at material.
        forward: whether it may pass an item on unopened; the law of its country can forbid it.
    """
    found = _fitting(state, category, kind, view)
    return found if forward else tuple(one for one in found if one is not K.FORWARD_UNOPENED)


def _fitting(state: str, category: str, kind: str, view: bool) -> tuple[K, ...]:
    illegal = category in ILLEGAL
    notifiable = illegal and kind != ItemKind.NO_ADDRESS and kind != ItemKind.FINGERPRINT
    match S(state):
        case S.WAITING if not view:
            return (K.FORWARD_UNOPENED, K.CLOSE, K.ASK_REPORTER, K.HOLD_FOR_POLICE)
        case S.WAITING:
            return (K.CLOSE, K.ASK_REPORTER, K.HOLD_FOR_POLICE)
        case S.SECOND_LOOK | S.DISPUTED:
            return (K.HOLD_FOR_POLICE,)
        case S.DECIDING if notifiable:
            return (K.NOTIFY, K.CLOSE, K.ASK_REPORTER, K.HOLD_FOR_POLICE)
        case S.DECIDING if not view:
            return (K.FORWARD_UNOPENED, K.CLOSE, K.ASK_REPORTER, K.HOLD_FOR_POLICE)
        case S.DECIDING:
            return (K.CLOSE, K.ASK_REPORTER, K.HOLD_FOR_POLICE)
        case S.ASKED:
            return (K.CLOSE, K.HOLD_FOR_POLICE)
        case S.HELD:
            return (K.CLOSE,)
        case S.NOTICED:
            return (K.CLOSE, K.HOLD_FOR_POLICE)
        case _:
            return ()


def may_hand_over(*, state: str, kind: str) -> bool:
    """Whether an item can go to a partner hotline: it is somewhere, and nobody waits for its reporter."""
    return kind != ItemKind.NO_ADDRESS and S(state) in _HANDED_OVER


def may_refer(*, state: str, kind: str) -> bool:
    """Whether an item can be referred to the police: it is somewhere, and open."""
    return kind != ItemKind.NO_ADDRESS and S(state) is not S.CLOSED


def close_reasons_offered(*, category: str) -> tuple[R, ...]:
    """Return the reasons for closing that do not contradict what was found.

    Nothing is "not illegal" that nobody assessed, and nothing assessed as illegal is closed as if it
    were not.
    """
    if not category:
        return _UNSEEN
    return _ILLEGAL if Category(category) in ILLEGAL else _ALLOWED
