"""Ask a provider to preserve: first which provider, then for how long, with the article that allows it."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tutela.apps.referrals import queries as referral_queries
from tutela.apps.requests import actions, queries
from tutela.apps.requests.errors import NotAProvider
from tutela.core.kernel.errors import NotFound, NotPermitted, Refusal
from tutela.core.law.preserving import Period
from tutela.doors.police import labels
from tutela.doors.police.preserving import PreserveForm
from tutela.entry import access
from tutela.look import sent


@access.allowed("ask_preservation")
@require_http_methods(["GET", "POST"])
def preserve(request: HttpRequest, referral_id: uuid.UUID) -> HttpResponseBase:
    """Show the request as it would go, or send it."""
    seen = referral_queries.referral(referral_id)
    chosen = _chosen(request)
    if chosen is None:
        return _show(request, seen)
    period = queries.period_for(chosen)
    items = [sent.item(one) for one in seen.said.items]
    if request.method == "GET":
        return _show(request, seen, chosen, period, PreserveForm(items=items, period=period))
    form = PreserveForm(request.POST, items=items, period=period)
    if form.is_valid():
        try:
            asked = actions.ask_preservation(
                by=access.actor(request), referral_id=referral_id, partner=chosen, items=form.item_ids,
                days=form.cleaned_data["days"], keep_secret=form.cleaned_data["keep_secret"],
                note=form.cleaned_data["note"],
            )  # fmt: skip
        except (NotFound, NotPermitted):
            raise
        except Refusal as refusal:
            form.add_error(None, labels.sentence(refusal))
        else:
            messages.success(request, _("The request is on its way."))
            return HttpResponseRedirect(reverse("police:request", args=[asked.request_id]))
    return _show(request, seen, chosen, period, form, status=422)


def _chosen(request: HttpRequest) -> str | None:
    """Return the provider that was chosen, or the only one; none while somebody has to choose."""
    names = [one.name for one in queries.providers()]
    wanted = request.POST.get("provider") or request.GET.get("provider") or ""
    if wanted:
        if wanted not in names:
            raise NotAProvider(wanted[:64])
        return wanted
    return names[0] if len(names) == 1 else None


def _show(
    request: HttpRequest,
    seen: referral_queries.ReferralSeen,
    chosen: str | None = None,
    period: Period | None = None,
    form: PreserveForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "row": seen.row,
        "providers": queries.providers(),
        "chosen": chosen,
        "period": period,
        "ground": labels.GROUNDS[period.ground] if period else "",
        "form": form,
        "strict": labels.keeps_here(seen.row.mark),
    }
    return render(request, "police/preserve.html", context, status=status)
