"""Views of the library that change somebody's ways to sign in, made to leave a ledger line.

What a person has is compared before and after, in one transaction with the change, instead of trusting
that the library tells about each of its paths.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from tutela.apps.accounts import actions as accounts
from tutela.apps.accounts import queries as account_queries
from tutela.apps.accounts.queries import FactorSeen
from tutela.entry import access


def recorded(view: access.View) -> access.View:
    """Write what changed, and take back a change that leaves a person without a second factor."""

    @wraps(view)
    def recording(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST" or not request.user.is_authenticated:
            return view(request, *args, **kwargs)
        person_id = access.actor(request).id
        with transaction.atomic():
            before = account_queries.factors_of(person_id)
            response = view(request, *args, **kwargs)
            after = account_queries.factors_of(person_id)
            if _shown(before) and not _shown(after):
                transaction.set_rollback(True)
                messages.error(request, _("Add another second factor first; you cannot be without one."))
                return HttpResponseRedirect(reverse("mfa_index"))
            accounts.record_factor_changes(person_id=person_id, before=before, after=after)
        _tell(request, before, after)
        return response

    return recording


def _shown(factors: tuple[FactorSeen, ...]) -> bool:
    return any(factor.kind in account_queries.SECOND_FACTORS for factor in factors)


def _tell(request: HttpRequest, before: tuple[FactorSeen, ...], after: tuple[FactorSeen, ...]) -> None:
    was, is_now = {one.id for one in before}, {one.id for one in after}
    if is_now - was:
        # Whoever just set a factor up has it at hand; no need to ask for it in the same session.
        request.session[access.FACTOR_SHOWN] = True
        messages.success(request, _("Added."))
    elif was - is_now:
        messages.success(request, _("Removed."))
