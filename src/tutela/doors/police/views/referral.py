"""One referral: what it says, what was said about it, the outcome in one click, the sheet and the bundle."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tutela.apps.accounts import queries as account_queries
from tutela.apps.referrals import actions, queries
from tutela.apps.requests import queries as request_queries
from tutela.core.kernel.errors import NotFound, NotPermitted, Refusal
from tutela.core.terms.exchange import PoliceOutcome
from tutela.doors.police import forms, labels
from tutela.entry import access
from tutela.look import sent
from tutela.look.templatetags.look_tags import country_name, moment


@access.allowed("see_referrals")
@require_GET
def referral(request: HttpRequest, referral_id: uuid.UUID) -> HttpResponseBase:
    """Show a referral. Opening it is what its sender's receipt says: somebody here reads it now."""
    actions.record_opened(by=access.actor(request), referral_id=referral_id)
    return _show(request, queries.referral(referral_id))


@access.allowed("answer_referrals")
@require_POST
def outcome(request: HttpRequest, referral_id: uuid.UUID) -> HttpResponseBase:
    """Say the outcome whose button was pressed."""
    seen = queries.referral(referral_id)
    form = forms.OutcomeForm(request.POST, items=[sent.item(one) for one in seen.said.items])
    if not form.is_valid():
        return _show(request, seen, outcome_form=form, status=422)
    chosen = request.POST.get("outcome", "")
    try:
        actions.say_outcome(
            by=access.actor(request), referral_id=referral_id, outcome=chosen,
            note=form.cleaned_data["note"], items=form.item_ids,
        )  # fmt: skip
    except (NotFound, NotPermitted):
        raise
    except Refusal as refusal:
        form.add_error("note" if refusal.code == "note_missing" else None, labels.sentence(refusal))
        return _show(request, seen, outcome_form=form, status=422)
    messages.success(request, _("Sent: %(outcome)s.") % {"outcome": sent.term("police_outcome", chosen)})
    return _to(referral_id)


@access.allowed("answer_referrals")
@require_POST
def words(request: HttpRequest, referral_id: uuid.UUID) -> HttpResponseBase:
    """Ask a question, or reply to one."""
    seen, form = queries.referral(referral_id), forms.WordsForm(request.POST)
    if not form.is_valid():
        return _show(request, seen, words_form=form, status=422)
    reply = request.POST.get("kind") == "reply"
    try:
        actions.write_words(
            by=access.actor(request), referral_id=referral_id, text=form.cleaned_data["text"], reply=reply
        )
    except (NotFound, NotPermitted):
        raise
    except Refusal as refusal:
        form.add_error("text", labels.sentence(refusal))
        return _show(request, seen, words_form=form, status=422)
    messages.success(request, _("Your words are on their way."))
    return _to(referral_id)


@access.allowed("see_referrals")
@require_POST
def bundle(request: HttpRequest, referral_id: uuid.UUID) -> HttpResponseBase:
    """Give the referral as a STIX bundle."""
    return _file(request, referral_id, "stix")


@access.allowed("see_referrals")
@require_POST
def sheet(request: HttpRequest, referral_id: uuid.UUID) -> HttpResponseBase:
    """Give the referral as a sheet to print."""
    return _file(request, referral_id, "sheet")


def _file(request: HttpRequest, referral_id: uuid.UUID, form: str) -> HttpResponseBase:
    try:
        made = actions.export_referral(
            by=access.actor(request), referral_id=referral_id, form=form, language=get_language() or "en"
        )
    except (NotFound, NotPermitted):
        raise
    except Refusal as refusal:
        messages.warning(request, labels.sentence(refusal))
        return _to(referral_id)
    response = HttpResponse(made.data, content_type=made.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return response


def _to(referral_id: uuid.UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("police:referral", args=[referral_id]))


def _show(
    request: HttpRequest,
    seen: queries.ReferralSeen,
    *,
    outcome_form: forms.OutcomeForm | None = None,
    words_form: forms.WordsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    row, said = seen.row, seen.said
    items = [sent.item(one) for one in said.items]
    context = {
        "row": row,
        "reasons": labels.reasons(row.reasons, row.age_days),
        "outcome": labels.outcome(row.outcome),
        "facts": [one for one in _facts(seen) if one[1]],
        "note": said.note,
        "items": items,
        "outcomes": [
            {"code": one.value, "label": sent.term("police_outcome", one.value)} for one in PoliceOutcome
        ],
        "outcome_form": outcome_form or forms.OutcomeForm(items=items),
        "words_form": words_form or forms.WordsForm(),
        "sayable": seen.conversation.sayable,
        "spoken": sent.spoken(seen.conversation.messages),
        "emptied": seen.conversation.row.emptied,
        "requests": request_queries.of_referral(row.id),
    }
    return render(request, "police/referral.html", context, status=status)


def _facts(seen: queries.ReferralSeen) -> list[tuple[Any, Any]]:
    row, said = seen.row, seen.said
    sender = " · ".join(one for one in (seen.organisation, row.partner, country_name(seen.country)) if one)
    grade = said.evaluation
    facts = [
        (_("From"), sender),
        (_("Came"), moment(row.received_at)),
        (_("Handling mark"), f"{row.mark}: {sent.term('handling_mark', row.mark)}"),
        *((_("Handling code"), f"{one}: {sent.term('handling_code', one)}") for one in said.handling),
    ]
    if grade is not None:
        source, information = str(grade.source), str(grade.information)
        facts.append((_("Source"), f"{source}: {sent.term('source_grade', source)}"))
        facts.append((_("Information"), f"{information}: {sent.term('information_grade', information)}"))
    facts.append((_("Opened by"), account_queries.name_of(row.opened_by) if row.opened_by else ""))
    return facts
