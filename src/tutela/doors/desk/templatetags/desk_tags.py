"""Tags of the desk: labels of codes in the person's language, chips, the navigation of a role."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.safestring import SafeString

from tutela.doors.desk import labels, navigation
from tutela.doors.desk.shown import lines
from tutela.doors.desk.shown.items import Row
from tutela.look.templatetags.look_tags import chip

register = template.Library()


@register.simple_tag
def term(group: str, code: str) -> str:
    """Write a code of ``core.terms`` in the person's language; a code without a label stays a code."""
    return labels.term(group, str(code))


@register.simple_tag
def state_chip(state: str) -> SafeString:
    """Write an item's state as a chip."""
    return chip(labels.term("item_state", str(state)), labels.STATE_TONES.get(str(state), "plain"))


@register.simple_tag
def queue_heads() -> lines.Heads:
    """Return what stands over the columns of the queue."""
    return lines.heads()


@register.simple_tag
def queue_lines(rows: Iterable[Row], heads: lines.Heads) -> SafeString:
    """Write the lines of the queue."""
    return lines.write(rows, heads)


@register.inclusion_tag("desk/_nav.html", takes_context=True)
def desk_nav(context: dict[str, Any]) -> dict[str, Any]:
    """Write the links of what this person may enter."""
    request = context.get("request")
    return {"places": navigation.places_for(request) if request else []}
