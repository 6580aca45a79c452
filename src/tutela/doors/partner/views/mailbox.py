"""The mailboxes of a relay.

Who may: a partner puts something in for another; a mailbox's own node fetches and takes out. Both sign the
request. Where this node is no relay for somebody, there is no such mailbox.
"""

from __future__ import annotations

import hashlib
import uuid

from django.http import HttpRequest, HttpResponse

from tutela.apps.exchange import actions as exchange
from tutela.apps.exchange.errors import MailboxFull, PartnerNotActive, PartnerUnknown
from tutela.core.protocol import batches
from tutela.doors.partner import limiting, signing
from tutela.doors.partner.problems import Problem, told
from tutela.doors.partner.views.inbox import split


@told("GET", "POST")
def mailbox(request: HttpRequest, node: str) -> HttpResponse:
    """Put in, or fetch what lies there."""
    return _put(request, node) if request.method == "POST" else _fetch(request, node)


@told("DELETE")
def boxed(request: HttpRequest, node: str, boxed_id: uuid.UUID) -> HttpResponse:
    """Take one out; also when it is gone."""
    _owner(request, node)
    exchange.take_out(node=node, boxed_id=boxed_id)
    return HttpResponse(status=204)


def _put(request: HttpRequest, node: str) -> HttpResponse:
    if request.content_type != batches.MEDIA_TYPE:
        raise Problem("unsupported")
    body = request.body
    network = limiting.check_network(request)
    sender = _signer(request, body, network)
    results = [(hashlib.sha256(one).digest(), _keep(one, node, sender)) for one in split(body)]
    return HttpResponse(batches.results_to_bytes(results), content_type="application/json")


def _keep(sealed: bytes, node: str, sender: str) -> str:
    if not limiting.may_take(sender):
        return "rate"
    try:
        put = exchange.put_in_mailbox(node=node, put_by=sender, sealed=sealed)
    except PartnerUnknown:
        raise Problem("not_found") from None
    except PartnerNotActive:
        raise Problem("busy") from None
    except MailboxFull:
        raise Problem("mailbox_full") from None
    return "replayed" if put.already else "taken"


def _fetch(request: HttpRequest, node: str) -> HttpResponse:
    _owner(request, node)
    found = exchange.in_mailbox(node, after=_after(request))
    if not found:
        return HttpResponse(status=204)
    response = HttpResponse(batches.join([one.sealed for one in found]), content_type=batches.MEDIA_TYPE)
    response["Tutela-Ids"] = ",".join(str(one.id) for one in found)
    return response


def _after(request: HttpRequest) -> uuid.UUID | None:
    text = request.GET.get("after", "")
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        raise Problem("bad_request") from None


def _owner(request: HttpRequest, node: str) -> None:
    network = limiting.check_network(request)
    if _signer(request, b"", network) != node:
        limiting.count_refused(network, 1)
        raise Problem("not_yours")


def _signer(request: HttpRequest, body: bytes, network: str) -> str:
    try:
        return signing.signer_of(request, body)
    except Problem:
        limiting.count_refused(network, 1)
        raise
