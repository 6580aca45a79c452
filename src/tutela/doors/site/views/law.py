"""The pages of law: the map, a country, a comparison, how to correct. They need no database."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from tutela.core.law import countries, criteria, standards
from tutela.core.law.countries import Country, UnknownCountry
from tutela.core.law.criteria import Criterion
from tutela.core.law.errors import UnknownCriterion, UnknownStandard
from tutela.core.law.standards import Standard
from tutela.doors.site import pages
from tutela.doors.site.entry import anybody
from tutela.doors.site.shown import compared, country, law, mapped, names, texts
from tutela.doors.site.shown.kept import Kept
from tutela.doors.site.views import errors

FIRST_STANDARD = "lanzarote"
"""What the map shows before anybody asks for something."""

_drawn: Kept[str] = Kept(64)


def show(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    """Return a page of law. It is the same for everybody, so search engines may find it."""
    shared = {
        "today": law.today(),
        "law_language": texts.law_language(),
        "page_language": texts.page_language(),
        **context,
    }
    return pages.in_search_engines(pages.show(request, template, shared))


@anybody("GET")
def world_map(request: HttpRequest) -> HttpResponse:
    """Every country beside one standard, or beside one question of law.

    It is the heaviest page of the site and the same for everybody, so it is drawn once a day.
    """
    try:
        standard, criterion = asked_standard(request), asked_criterion(request)
    except (UnknownStandard, UnknownCriterion):
        return errors.not_found(request)
    name = criterion.id if criterion else ""
    key = (request.method, request.path, standard.id, name, law.today(), settings.TUTELA)
    text = _drawn.get_or_make(key, lambda: _draw(request, standard, criterion))
    return pages.in_search_engines(pages.answer(text))


def _draw(request: HttpRequest, standard: Standard, criterion: Criterion | None) -> str:
    page = show(
        request,
        "site/law.html",
        map=mapped.shown(standard, criterion, law.today(), reverse("law")),
        standards=mapped.choices_of_standards(standard.id),
        criteria=mapped.choices_of_criteria(criterion.id if criterion else ""),
    )
    return page.content.decode()


def asked_standard(request: HttpRequest) -> Standard:
    """Return the standard that the address asks for, or the first one shown.

    Raises:
        UnknownStandard: there is none of that name.
    """
    return standards.standard(request.GET.get("standard") or FIRST_STANDARD)


def asked_criterion(request: HttpRequest) -> Criterion | None:
    """Return the question of law that the address asks for, if any.

    Raises:
        UnknownCriterion: there is none of that name.
    """
    name = request.GET.get("criterion", "")
    return criteria.criterion(name) if name else None


@anybody("GET")
def country_page(request: HttpRequest, code: str) -> HttpResponse:
    """What the law of one country says, with sources, and what the standards ask for."""
    found = country_of(code)
    if found is None:
        return errors.not_found(request)
    return show(request, "site/law_country.html", country=country.shown(found, law.today()))


def country_of(code: str) -> Country | None:
    """Return the country of a code as it stands in addresses, in capitals; None when there is none."""
    try:
        return countries.country(code)
    except UnknownCountry:
        return None


@anybody("GET")
def compare(request: HttpRequest) -> HttpResponse:
    """Up to five countries beside one another; nothing chosen shows the form alone."""
    asked = asked_countries(request)
    if asked is None:
        return errors.not_found(request)
    try:
        standard = asked_standard(request)
    except UnknownStandard:
        return errors.not_found(request)
    chosen = asked[: compared.MOST]
    everywhere = mapped.codes()
    return show(
        request,
        "site/law_compare.html",
        slots=[names.choices(everywhere, code) for code in (*chosen, *[""] * (compared.MOST - len(chosen)))],
        standards=mapped.choices_of_standards(standard.id),
        too_many=len(asked) > compared.MOST,
        compared=compared.shown(chosen, standard, law.today()) if chosen else None,
    )


def asked_countries(request: HttpRequest) -> tuple[str, ...] | None:
    """Return the countries that the address asks for, each once; None when one of them is no country."""
    given = dict.fromkeys(code.strip().upper() for code in request.GET.getlist("country") if code.strip())
    if len(given) > len(mapped.codes()) or any(country_of(code) is None for code in given):
        return None
    return tuple(given)


@anybody("GET")
def correct(request: HttpRequest) -> HttpResponse:
    """How somebody can correct what is said here."""
    return show(request, "site/law_correct.html")
