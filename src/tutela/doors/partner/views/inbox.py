"""The inbox, and announcements of new keys.

Who may: any node. Each envelope is verified for itself, and so is each statement; there is no session.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from tutela.apps.exchange import actions as exchange
from tutela.core.envelope.errors import EnvelopeRefusal
from tutela.core.protocol import batches
from tutela.core.protocol.errors import BrokenBatch, TooManyInBatch
from tutela.doors.partner import limiting
from tutela.doors.partner.problems import Problem, told

_GOOD = ("taken", "replayed", "busy", "rate", "from_the_future")


@told("POST")
def inbox(request: HttpRequest) -> HttpResponse:
    """Take up to 100 envelopes and answer for each, in their order."""
    if request.content_type != batches.MEDIA_TYPE:
        raise Problem("unsupported")
    body = request.body
    network = limiting.check_network(request)
    outcomes = exchange.accept_envelopes(split(body), may_take=limiting.may_take)
    limiting.count_refused(network, sum(one.code not in _GOOD for one in outcomes))
    said = batches.results_to_bytes((one.digest, one.code) for one in outcomes)
    return HttpResponse(said, content_type="application/json")


def split(body: bytes) -> tuple[bytes, ...]:
    """Return the envelopes of a body.

    Raises:
        Problem: ``broken_batch`` or ``too_large``; nothing of it was taken.
    """
    try:
        return batches.split(body)
    except (BrokenBatch, TooManyInBatch) as refusal:
        raise Problem(refusal.code) from None


@told("POST")
def rotation(request: HttpRequest) -> HttpResponse:
    """Keep a statement of new keys for the worker, when its signatures hold."""
    if request.content_type != "application/octet-stream":
        raise Problem("unsupported")
    body = request.body
    network = limiting.check_network(request)
    try:
        exchange.hear_rotation(body)
    except EnvelopeRefusal as refusal:
        limiting.count_refused(network, 1)
        raise Problem(refusal.code, 400) from None
    return HttpResponse(status=204)
