"""Entries of hash lists: one person proposes, another approves; either withdraws; the source hears of it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tutela.apps.accounts.rules import Actor
from tutela.apps.cases import queries as case_queries
from tutela.apps.hashbank import actions as bank
from tutela.apps.hashbank import queries as bank_queries
from tutela.apps.hashbank import rules as bank_rules
from tutela.apps.hashbank.errors import AlreadyListed, NothingToList
from tutela.core.kernel.errors import NotFound
from tutela.core.matching.fingerprints import Fingerprint
from tutela.core.matching.sources import Opinion
from tutela.doors.desk import access, list_forms, list_labels, refusals
from tutela.doors.desk.shown import items as shown_items
from tutela.doors.desk.shown import lists as shown
from tutela.doors.desk.views import acting
from tutela.doors.desk.views.lists import may


@access.allowed("see_lists")
@require_GET
def entry(request: HttpRequest, entry_id: uuid.UUID) -> HttpResponseBase:
    """Show one entry, and what this person may do with it."""
    by, seen = access.actor(request), bank_queries.entry(entry_id)
    if seen is None:
        raise NotFound
    (one,) = shown.entries((seen,), by.id)
    context = {
        "entry": one,
        "opinions": shown.opinions(entry_id),
        "feedback": shown.feedback(entry_id),
        "reasons": [(code.value, list_labels.WITHDRAW_REASONS[code]) for code in bank_rules.CHOSEN_BY_PEOPLE],
        "said": list_labels.OPINIONS.items(),
        "why": list_labels.OPINION_REASONS.items(),
        **may(by),
    }
    return render(request, "desk/entry.html", context)


@access.allowed("propose_entry")
@require_http_methods(["GET", "POST"])
def propose(
    request: HttpRequest, list_id: uuid.UUID | None = None, item_id: uuid.UUID | None = None
) -> HttpResponseBase:
    """Propose an entry: from what the worker hashed of an item, from lines, or both."""
    by = access.actor(request)
    item = case_queries.item(item_id) if item_id else None
    seen = case_queries.fingerprints_of(item.id) if item else []
    lists = [(str(one.id), one.fields.title) for one in bank_queries.hash_lists()]
    form = list_forms.Proposal(
        request.POST or None, lists=lists, has_seen=bool(seen), initial={"list_id": str(list_id or "")}
    )
    if request.method == "POST" and form.is_valid() and (made := _propose(by, form, seen, item_id)):
        messages.success(request, _("The entry is proposed. Another person has to approve it."))
        return acting.to("desk:entry", made)
    context = {
        "form": form,
        "has_lists": bool(lists),
        "item": item,
        "reference": shown_items.reference_of(item.id) if item else "",
        "kinds": [one.kind.value for one in seen],
    }
    return render(request, "desk/propose.html", context, status=422 if form.errors else 200)


def _propose(
    by: Actor, form: list_forms.Proposal, seen: list[Fingerprint], item_id: uuid.UUID | None
) -> uuid.UUID | None:
    given: dict[str, Any] = form.cleaned_data
    read, reasons = bank_rules.read_proposed(given["lines"])
    if reasons:
        # Half of what was pasted would be another proposal than the one that was meant.
        number = len(reasons)
        said = ngettext("%(number)d line cannot be used.", "%(number)d lines cannot be used.", number)
        form.add_error("lines", said % {"number": number})
        return None
    chosen = [*(seen if given.get("seen") else ()), *read]
    try:
        return bank.propose_entry(
            by=by,
            list_id=uuid.UUID(given["list_id"]),
            fingerprints=list(dict.fromkeys(chosen)),
            classification=given["classification"],
            item_id=item_id,
        )
    except (NothingToList, AlreadyListed) as refusal:
        form.add_error(None, refusals.sentence(refusal))
        return None


@access.allowed("approve_entry")
@require_POST
def approve(request: HttpRequest, entry_id: uuid.UUID) -> HttpResponseBase:
    """Put a proposed entry in force."""
    with acting.told(request, _("The entry is in force.")):
        bank.approve_entry(by=access.actor(request), entry_id=entry_id)
    return acting.to("desk:entry", entry_id)


@access.allowed("approve_entry")
@require_POST
def refuse(request: HttpRequest, entry_id: uuid.UUID) -> HttpResponseBase:
    """Refuse a proposed entry, or take one's own back."""
    with acting.told(request, _("The entry is refused, and its fingerprints are removed.")):
        bank.refuse_entry(by=access.actor(request), entry_id=entry_id)
    return acting.to("desk:entry", entry_id)


@access.allowed("approve_entry")
@require_POST
def withdraw(request: HttpRequest, entry_id: uuid.UUID) -> HttpResponseBase:
    """Take an entry out of force for good."""
    reason = request.POST.get("reason", "")
    if reason in bank_rules.CHOSEN_BY_PEOPLE:
        done = _("The entry is withdrawn. Every index hears of it, and its source cannot bring it back.")
        with acting.told(request, done):
            bank.withdraw_entry(
                by=access.actor(request), entry_id=entry_id, reason=bank_rules.WithdrawReason(reason)
            )
    return acting.to("desk:entry", entry_id)


@access.allowed("propose_entry")
@require_POST
def opinion(request: HttpRequest, entry_id: uuid.UUID) -> HttpResponseBase:
    """Say of an entry that it was confirmed, refuted or not seen; its source is told."""
    said, reason = request.POST.get("opinion", ""), request.POST.get("reason", "")
    if said in [*Opinion] and reason in bank_rules.OPINION_REASONS:
        with acting.told(request, _("The source will be told.")):
            bank.give_opinion(
                by=access.actor(request), entry_id=entry_id, opinion=Opinion(said), reason=reason
            )
    return acting.to("desk:entry", entry_id)
