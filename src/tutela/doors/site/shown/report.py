"""The gap report of one country, as the template of the printed page takes it."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tutela.core.law.countries import Country
from tutela.doors.site.shown import country as shown_country
from tutela.doors.site.shown import texts
from tutela.doors.site.shown.country import Beside, Demanded
from tutela.doors.site.shown.law import FactShown

_LONGEST = 90
"""So many signs of an address are printed; the link behind it is whole."""


def of_country(country: Country, on_date: date) -> dict[str, Any]:
    """Return everything that the printed report of ``country`` says."""
    page = shown_country.shown(country, on_date)
    return {
        "language": texts.page_language().partition("-")[0],
        "organisation": settings.TUTELA.organisation,
        "title": _("Law and standards: %(country)s") % {"country": page.name},
        "dated": _("As of %(date)s") % {"date": date_format(on_date, "j F Y")},
        "introduction": [
            _(
                "This report sets what is known of the law beside what international standards ask for. It "
                "is made from facts with their sources, in our own words. It is not legal advice."
            ),
            _(
                "What we do not know is called unknown, and counts neither for nor against the country. "
                "A reservation that a treaty allows may explain a gap."
            ),
        ],
        "words": _words(),
        "standards": [_standard(one) for one in page.standards],
        "correct": _correct(),
    }


def _words() -> dict[str, str]:
    return {
        "standard": _("Standard"),
        "met": _("met"),
        "partly": _("partly"),
        "not": _("not met"),
        "unknown": _("unknown"),
        "demand": _("Demand"),
        "state": _("State"),
        "law_says": _("What the law says"),
        "no_gap": _("No gap is known."),
        "unknown_demands": _("We do not know whether these are met:"),
        "correct_title": _("How to correct this"),
    }


def _standard(one: Beside) -> dict[str, Any]:
    return {
        "title": one.title,
        "met": one.met,
        "partly": one.partly,
        "not": one.not_met,
        "unknown": one.unknown,
        "gaps": [_gap(gap) for gap in one.gaps],
        "unknown_demands": [f"{demand.text} ({demand.article})" for demand in one.unknown_demands],
    }


def _gap(gap: Demanded) -> dict[str, Any]:
    return {
        "demand": gap.demand,
        "article": gap.article,
        "state": str(gap.label),
        "law": _says(gap),
        "sources": [_source(fact) for fact in gap.facts],
    }


def _says(gap: Demanded) -> str:
    said = "; ".join(fact.detail for fact in gap.facts if fact.detail) or gap.answer
    return f"{said} ({gap.reason})" if gap.reason else said


def _source(fact: FactShown) -> dict[str, str]:
    parts = [fact.source, str(fact.year), str(fact.confidence)]
    if not fact.url:
        parts.append(_("source not publicly addressable"))
    shown = unquote(fact.url, errors="replace")
    if len(shown) > _LONGEST:
        shown = f"{shown[:_LONGEST]}…"
    return {"text": " · ".join(parts), "url": fact.url, "shown": shown}


def _correct() -> str:
    if settings.TUTELA.contact:
        return _(
            "Is something wrong or missing? Write to %(contact)s: which country, which question, what the "
            "law says in your own words, and the source with its year and address."
        ) % {"contact": settings.TUTELA.contact}
    return _(
        "Is something wrong or missing? Everybody can propose a correction: which country, which question, "
        "what the law says in your own words, and the source with its year and address."
    )
