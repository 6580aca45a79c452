"""Whether this desk may look at material: the law of its country first, then what the organisation said.

Where a source says no, nobody looks, whatever anybody set. Where no source says a plain yes that can be
relied on, unknown is not permission: a person of the organisation answers for it in ``node.toml``, where no
analyst and no page can reach it. Only then does the switch ``view`` count.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from tutela.core.law.errors import UnknownCountry
from tutela.core.law.powers import Powers, powers

Why = Literal["law_forbids", "switched_off", "law_allows", "person_confirmed", "nobody_confirmed"]


@dataclass(frozen=True, slots=True)
class Viewing:
    """Whether the desk may look, and why; ``may_forward`` is False only where a source says no.

    ``powers`` is what the law says, or None where the node's country is none that the law knows.
    """

    allowed: bool
    why: Why
    may_forward: bool
    powers: Powers | None


@lru_cache(maxsize=32)
def viewing(*, country: str, view: bool, confirmed: str, on_date: date) -> Viewing:
    """Return whether a desk in ``country`` may look.

    Args:
        view: the organisation's own switch, which can only take away.
        confirmed: who answers for it, and on what ground; empty while nobody does.
    """
    try:
        law = powers(country, on_date)
    except UnknownCountry:
        law = None
    forward = law is None or law.forwarding.value is not False
    why = _why(law, view=view, confirmed=bool(confirmed.strip()))
    return Viewing(why in ("law_allows", "person_confirmed"), why, forward, law)


def _why(law: Powers | None, *, view: bool, confirmed: bool) -> Why:
    if law is not None and law.no_view:
        return "law_forbids"
    if not view:
        return "switched_off"
    if law is not None and not law.must_confirm:
        return "law_allows"
    return "person_confirmed" if confirmed else "nobody_confirmed"
