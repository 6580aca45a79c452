"""The audit view: the ledger's lines, the chain, the export. It reads and changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tutela.apps.accounts import queries as account_queries
from tutela.apps.ledger import queries as ledger
from tutela.core.kernel import clock
from tutela.doors.desk import access, forms, ledger_labels
from tutela.doors.desk.shown import history

LINES = 100
_BATCH = 1000


@access.allowed("see_audit")
@require_GET
def audit(request: HttpRequest) -> HttpResponseBase:
    """Show the lines, newest first."""
    return _page(request, None)


@access.allowed("see_audit")
@require_POST
def verify(request: HttpRequest) -> HttpResponseBase:
    """Walk the whole chain and show whether it holds."""
    return _page(request, ledger.verify())


@access.allowed("see_audit")
@require_GET
def export(_request: HttpRequest) -> HttpResponseBase:
    """Stream every line as JSON Lines, oldest first, ending at the head of this moment."""
    last, _digest = ledger.head()
    response = StreamingHttpResponse(_lines(last), content_type="application/jsonl; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="ledger.jsonl"'
    return response


def _lines(last: int) -> Iterator[str]:
    sequence = 0
    while sequence < last:
        batch = [line for line in ledger.lines_after(sequence, most=_BATCH) if line.sequence <= last]
        if not batch:
            return
        yield "".join(json.dumps(_as_json(line), ensure_ascii=False) + "\n" for line in batch)
        sequence = batch[-1].sequence


def _as_json(line: ledger.LedgerLine) -> dict[str, Any]:
    return {
        "sequence": line.sequence,
        "at": clock.to_text(line.at),
        "kind": line.kind,
        "actor": line.actor,
        "about_kind": line.about_kind,
        "about_id": None if line.about_id is None else str(line.about_id),
        "facts": line.facts,
        "digest": line.digest,
    }


def _page(request: HttpRequest, verdict: ledger.Verdict | None) -> HttpResponseBase:
    form = forms.Audit(request.GET, kinds=_kinds(), actors=_actors())
    form.is_valid()
    chosen = {name: value for name, value in form.cleaned_data.items() if value}
    lines = ledger.latest_lines(before=_before(request), most=LINES, **chosen)
    sequence, digest = ledger.head()
    more = {**chosen, "before": lines[-1].sequence} if len(lines) == LINES else {}
    context = {
        "form": form,
        "filtered": bool(chosen),
        "lines": history.audit_lines(lines),
        "older": f"{reverse('desk:audit')}?{urlencode(more)}" if more else "",
        "head_sequence": sequence,
        "head_digest": digest,
        "verdict": verdict,
        "verdict_reason": ledger_labels.VERDICTS.get(verdict.reason, "") if verdict else "",
    }
    return render(request, "desk/audit.html", context)


def _kinds() -> list[tuple[str, Any]]:
    return sorted(
        ((kind, str(words)) for kind, words in ledger_labels.LEDGER.items()), key=lambda pair: pair[1]
    )


def _actors() -> list[tuple[str, Any]]:
    people = [(f"person:{one.id}", one.name) for one in account_queries.people()]
    return [*((actor, str(words)) for actor, words in ledger_labels.ACTORS.items()), *people]


def _before(request: HttpRequest) -> int | None:
    text = request.GET.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
