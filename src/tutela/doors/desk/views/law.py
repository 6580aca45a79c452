"""The strip of law while an assessment is keyed in: what was chosen so far comes in, the strip goes out."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST

from tutela.apps.cases import queries as case_queries
from tutela.doors.desk import access
from tutela.doors.desk.shown import law


@access.allowed("assess")
@access.without_activity
@require_POST
def strip(request: HttpRequest, item_id: uuid.UUID) -> HttpResponseBase:
    """Show what each law says to what is chosen in the form just now. Nothing is recorded."""
    seen = case_queries.item(item_id)
    return render(request, "desk/_law.html", {"law": law.strip(seen, law.whole(request.POST))})
