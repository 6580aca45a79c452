"""Tags of the desk: labels of codes in the person's language, chips, the navigation of a role."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from functools import cache
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from tutela.doors.desk import labels, navigation
from tutela.doors.desk.shown.items import Row
from tutela.doors.desk.shown.words import Chip
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
def chips(reasons: Iterable[Chip]) -> SafeString:
    """Write why an item stands where it does: a list of chips, or nothing."""
    listed = format_html_join("", "<li>{}</li>", ((chip(reason.label, reason.tone),) for reason in reasons))
    return format_html('<ul class="chips">{}</ul>', listed) if listed else listed


_OPEN = (
    '<a class="button button--small" href="{where}" id="open-{id}" aria-labelledby="open-{id} place-{id}"'
    " data-row-open>{word}</a>"
)
_CLAIM = (
    '\n<button class="button button--small" type="submit" form="claim" formaction="{where}" id="claim-{id}"'
    ' aria-labelledby="claim-{id} place-{id}" data-row-claim>{word}</button>'
)
_ANY_ITEM = uuid.UUID(int=0)


@cache
def _address(view: str) -> str:
    return reverse(view, args=(_ANY_ITEM,))


@register.simple_tag
def row_actions(row: Row, to_open: str, to_claim: str) -> SafeString:
    """Write what a person can do with a line of the queue: open it and, when it is free, claim it.

    A page has fifty of them. So they are no template of their own, share one form, ``#claim``, and their
    addresses are looked up once.
    """
    name = str(row.id)
    open_, claim = (_address(view).replace(str(_ANY_ITEM), name) for view in ("desk:item", "desk:claim"))
    opened = format_html(_OPEN, where=open_, id=name, word=to_open)
    return opened + format_html(_CLAIM, where=claim, id=name, word=to_claim) if row.free else opened


@register.inclusion_tag("desk/_nav.html", takes_context=True)
def desk_nav(context: dict[str, Any]) -> dict[str, Any]:
    """Write the links of what this person may enter."""
    request = context.get("request")
    return {"places": navigation.places_for(request) if request else []}
