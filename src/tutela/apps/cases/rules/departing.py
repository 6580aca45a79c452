"""When a decision departs from the route that the law proposes, and what may be said for it.

The route is a proposal with reasons; a person decides. Whoever decides otherwise says why, in a code, and the
ledger keeps it: somebody who reads the record years later sees that it was meant.
"""

from __future__ import annotations

from collections.abc import Collection

from tutela.core.terms.states import CloseReason, DecisionKind

GROUNDS = ("agreed_with_partner", "no_partner_answers", "urgent", "law_read_wrongly", "other")
"""Why somebody departs from the route."""

_RECEIVERS: dict[tuple[str, str], frozenset[str]] = {
    (DecisionKind.NOTIFY, ""): frozenset({"provider"}),
    (DecisionKind.HANDOVER, ""): frozenset({"partner_hotline"}),
    (DecisionKind.REFER, ""): frozenset({"own_police"}),
    (DecisionKind.CLOSE, CloseReason.FORWARDED): frozenset({"partner_hotline", "clearing_house"}),
    (DecisionKind.CLOSE, CloseReason.HANDED_TO_POLICE): frozenset({"own_police"}),
    (DecisionKind.CLOSE, CloseReason.OTHER): frozenset(),
}
"""Decision and reason → the stations that it serves. What is not here departs from nothing."""


def departs(*, kind: str, reason: str, route: Collection[str], hosting_known: bool) -> bool:
    """Return whether a decision serves none of the stations of ``route``.

    While nobody knows where an item lies, a letter departs from nothing: it waits for a contact anyway.
    """
    serves = _RECEIVERS.get((kind, reason if kind == DecisionKind.CLOSE else ""))
    if serves is None or not route or (kind == DecisionKind.NOTIFY and not hosting_known):
        return False
    return serves.isdisjoint(route)
