"""How many messages went to and came from each partner, and how many of them took effect: to be compared."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from tutela.apps.exchange.models import Incoming, Outgoing
from tutela.apps.exchange.rules import IncomingState
from tutela.core.terms.exchange import ReceiptStep

RECEIPT = "receipt"


@dataclass(frozen=True, slots=True)
class Tally:
    """Messages of one kind to and from one partner.

    ``acted_there``: the partner's receipt says that it took effect. ``acted_here``: it took effect here. What
    a partner counts as heard from us is what we count as said, or something is on its way.
    """

    partner: str
    kind: str
    said: int
    acted_there: int
    heard: int
    acted_here: int


def tally() -> list[Tally]:
    """Return the counts by partner and kind. Receipts are not counted: nothing answers them."""
    out = _counted(Outgoing, Q(step=ReceiptStep.ACTED.value))
    came = _counted(Incoming, Q(state=IncomingState.ACTED.value))
    return [Tally(*key, *out.get(key, (0, 0)), *came.get(key, (0, 0))) for key in sorted({*out, *came})]


def _counted(model: type[Outgoing | Incoming], acted: Q) -> dict[tuple[str, str], tuple[int, int]]:
    rows = model._default_manager.exclude(kind=RECEIPT).values_list("partner__name", "kind")
    counted = rows.annotate(number=Count("pk"), acted=Count("pk", filter=acted))
    return {(partner, kind): (number, done) for partner, kind, number, done in counted}
