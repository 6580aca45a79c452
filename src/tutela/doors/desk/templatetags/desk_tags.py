"""Tags of the desk: labels of codes in the person's language, chips, the navigation of a role."""

from __future__ import annotations

import uuid
from typing import Any

from django import template
from django.utils.translation import get_language

from tutela.apps.accounts import queries as account_queries
from tutela.core.terms import labels as terms
from tutela.doors.desk import labels, navigation

register = template.Library()


@register.simple_tag
def term(group: str, code: str) -> str:
    """Write a code of ``core.terms`` in the person's language; a code without a label stays a code."""
    return labels.term(group, str(code))


@register.simple_tag
def key_of(group: str, code: str) -> str:
    """Write the key on the keyboard that picks this code."""
    return terms.key(group, str(code))


@register.filter
def ledger_label(kind: str) -> str:
    """Write what a ledger line of this kind says happened."""
    return str(labels.LEDGER.get(kind, kind))


@register.simple_tag
def person(person_id: uuid.UUID | str | None) -> str:
    """Write a person's name, or nothing."""
    return account_queries.name_of(uuid.UUID(str(person_id))) if person_id else ""


@register.inclusion_tag("look/_chip.html")
def state_chip(state: str) -> dict[str, Any]:
    """Write an item's state as a chip."""
    return {
        "label": labels.term("item_state", str(state)),
        "tone": labels.STATE_TONES.get(str(state), "plain"),
    }


@register.inclusion_tag("desk/_nav.html", takes_context=True)
def desk_nav(context: dict[str, Any]) -> dict[str, Any]:
    """Write the links of what this person may enter."""
    request = context.get("request")
    return {"places": navigation.places_for(request) if request else []}


@register.simple_tag
def language() -> str:
    """Return the language of the page as a short code."""
    return (get_language() or "en").partition("-")[0]
