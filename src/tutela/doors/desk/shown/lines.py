"""The lines of the queue, written here and not by a template.

A page has fifty lines of twenty values each, and people look at it all day: a template takes most of the
page's time for them. Every value is escaped by ``format_html``.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from django.urls import reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tutela.doors.desk import labels
from tutela.doors.desk.shown.items import Row
from tutela.look.templatetags.look_tags import chip


class Heads(NamedTuple):
    """What stands over the columns, in their order; narrow screens repeat it at each value."""

    item: str
    country: str
    age: str
    state: str
    who: str
    what: str


def heads() -> Heads:
    """Return them in the person's language."""
    return Heads(
        _("Item and why it stands here"),
        _("Country"),
        _("Age"),
        _("State"),
        _("With whom"),
        _("What you can do"),
    )


_LINE = """
<tr role="row" data-row>
<td role="cell" class="queue__item" data-label="{item}"><span class="place" id="place-{id}" translate="no" \
dir="ltr">{place}</span>
{reasons}</td>
<td role="cell"{no_country} data-label="{country_head}">{country}</td>
<td role="cell" class="nobreak" data-label="{age_head}">{age}</td>
<td role="cell" data-label="{state_head}">{state}</td>
<td role="cell"{nobody} data-label="{who_head}">{who}</td>
<td role="cell" class="queue__do" data-label="{what}"><a class="button button--small" href="{where}" \
id="open-{id}" aria-labelledby="open-{id} place-{id}" data-row-open>{to_open}</a>{claim}</td>
</tr>"""
_CLAIM = """
<button class="button button--small" type="submit" form="claim" formaction="{where}" id="claim-{id}" \
aria-labelledby="claim-{id} place-{id}" data-row-claim>{to_claim}</button>"""
_BLANK = SafeString(' class="queue__blank"')
_ANY_ITEM = uuid.UUID(int=0)


def write(rows: Iterable[Row], over: Heads) -> SafeString:
    """Return the lines of the table's body. All share one form, ``#claim``."""
    said = {
        "item": over.item,
        "country_head": over.country,
        "age_head": over.age,
        "state_head": over.state,
        "who_head": over.who,
        "what": over.what,
        "to_open": _("Open"),
    }
    words = {name: conditional_escape(word) for name, word in said.items()}
    claim, you = conditional_escape(_("Claim")), format_html("<strong>{}</strong>", _("You"))
    return format_html_join("", "{}", ((_line(row, words, claim, you),) for row in rows))


def _line(row: Row, words: dict[str, SafeString], to_claim: SafeString, you: SafeString) -> SafeString:
    name = str(row.id)
    who = you if row.mine else row.holder
    return format_html(
        _LINE,
        id=name,
        place=row.place,
        reasons=_reasons(row),
        no_country="" if row.country else _BLANK,
        country=row.country or "–",
        age=row.age,
        state=chip(labels.term("item_state", row.state), labels.STATE_TONES.get(row.state, "plain")),
        nobody="" if row.holder else _BLANK,
        who=who or "–",
        where=_address("desk:item", name),
        claim=_claim(name, to_claim) if row.free else "",
        **words,
    )


def _reasons(row: Row) -> SafeString:
    listed = format_html_join("", "<li>{}</li>", ((chip(one.label, one.tone),) for one in row.reasons))
    return format_html('<ul class="chips">{}</ul>', listed) if listed else listed


def _claim(name: str, to_claim: SafeString) -> SafeString:
    return format_html(_CLAIM, where=_address("desk:claim", name), id=name, to_claim=to_claim)


def _address(view: str, name: str) -> str:
    return _pattern(view).replace(str(_ANY_ITEM), name)


@cache
def _pattern(view: str) -> str:
    return reverse(view, args=(_ANY_ITEM,))
