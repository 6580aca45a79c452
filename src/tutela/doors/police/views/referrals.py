"""The list: what came in, in an order that explains itself."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from tutela.apps.accounts.rules import may
from tutela.apps.referrals import queries
from tutela.doors.police import labels
from tutela.entry import access

ROWS = 50
MOST_PAGES = 1_000


@access.signed_in
@require_GET
def home(request: HttpRequest) -> HttpResponseBase:
    """Go where this person's work begins."""
    works = may(access.actor(request).role, "see_referrals")
    return HttpResponseRedirect(reverse("police:referrals" if works else "mfa_index"))


@access.allowed("see_referrals")
@require_GET
def referrals(request: HttpRequest) -> HttpResponseBase:
    """Show one page of the list."""
    settled, page = request.GET.get("settled") == "1", _page(request)
    found = queries.referrals(settled=settled, skip=(page - 1) * ROWS, most=ROWS + 1)
    here = f"{reverse('police:referrals')}?settled={int(settled)}&page="
    context = {
        "rows": [_line(row) for row in found[:ROWS]],
        "counts": queries.counts(),
        "settled": settled,
        "newer": f"{here}{page - 1}" if page > 1 else "",
        "older": f"{here}{page + 1}" if len(found) > ROWS else "",
    }
    return render(request, "police/referrals.html", context)


def _page(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return min(max(int(text), 1), MOST_PAGES) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _line(row: queries.ReferralRow) -> dict[str, Any]:
    return {
        "row": row,
        "reasons": labels.reasons(row.reasons, row.age_days),
        "outcome": labels.outcome(row.outcome),
    }
