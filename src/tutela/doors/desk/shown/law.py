"""What the law says to one item: a strip of countries with findings, the route that follows, the own powers.

Everything here is a proposal with its reasons; a person decides. A country is asked because it is our own or
because the item lies there. Where nothing is known, the strip says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tutela.apps.cases import queries as case_queries
from tutela.apps.cases import rules as case_rules
from tutela.core.kernel import clock
from tutela.core.law import countries, criteria, evaluating, labels, routing
from tutela.core.law.contacts import Contact
from tutela.core.law.countries import UnknownCountry
from tutela.core.law.evaluating import Finding
from tutela.core.law.powers import Duty, duties
from tutela.core.law.reasons import Reason
from tutela.core.law.routing import Route
from tutela.core.terms import assessment
from tutela.core.terms.assessment import Assessed, Category, UnknownCode
from tutela.doors.desk import law_labels as words
from tutela.doors.desk.shown.known import Assessment
from tutela.doors.desk.shown.words import Chip

_MOST_COUNTRIES = 6
"""Of reporters, on one strip; what very many say is where they are leads nowhere."""

_TONES = {"illegal": "bad", "not_illegal": "plain", "depends": "warn", "unknown": "plain"}


@dataclass(frozen=True, slots=True)
class ReasonShown:
    """One reason in words, with the source where a law was read."""

    text: str
    question: str
    detail: str
    source: str
    url: str


@dataclass(frozen=True, slots=True)
class CountryFound:
    """One country of the strip."""

    role: str
    name: str
    outcome: Chip
    confidence: str
    reasons: tuple[ReasonShown, ...]
    notes: tuple[ReasonShown, ...]
    timers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Strip:
    """The strip: INTERPOL's baseline first, because it holds everywhere, then the countries."""

    as_of: date
    baseline: Chip
    countries: tuple[CountryFound, ...]


@dataclass(frozen=True, slots=True)
class StepShown:
    """One station of the route."""

    to: str
    country: str
    contact: Contact | None
    reasons: tuple[ReasonShown, ...]


def strip(seen: case_queries.ItemSeen, assessed: Assessed | None) -> Strip:
    """Return what each law says to the item as assessed; ``None`` while nobody has said what was found."""
    today = clock.now().date()
    asked = _asked(seen)
    own = str(settings.TUTELA.country)
    return Strip(
        today,
        _baseline(assessed),
        tuple(_country(role, code, _find(assessed, code, own, today), today) for code, role in asked.items()),
    )


def whole(given: Mapping[str, str]) -> Assessed | None:
    """Return the assessment of a form; ``None`` while it is incomplete or contradicts itself."""
    try:
        found = assessment.from_codes({name: given.get(name, "") for name in assessment.FIELDS})
    except UnknownCode:
        return None
    return None if assessment.check(found) else found


def of_item(seen: case_queries.ItemSeen, found: Sequence[Assessment]) -> dict[str, Any]:
    """Return strip and route for the page of an item, from the newest assessment that the person may see."""
    latest = newest(found)
    route = route_of(seen, latest)
    return {
        "law": strip(seen, latest),
        "route": steps(route) if route else [],
        "route_reasons": reasons(route.reasons) if route else [],
    }


def route_of(seen: case_queries.ItemSeen, assessed: Assessed | None) -> Route | None:
    """Return where the item should go, or ``None`` while nothing is assessed."""
    if assessed is None:
        return None
    today, own = clock.now().date(), str(settings.TUTELA.country)
    hosting = seen.hosting_country or None
    codes = dict.fromkeys(code for code in (own, hosting) if code)
    found = [finding for code in codes if (finding := _find(assessed, code, own, today))]
    try:
        item = routing.RouteItem(hosting, assessed.category, seen.danger_now)
        return routing.route(item, found, own, today)
    except UnknownCountry:
        return None


def stations(seen: case_queries.ItemSeen, found: Sequence[Assessment]) -> tuple[str, ...]:
    """Return the codes of the route's stations, in order; empty while nothing is assessed."""
    route = route_of(seen, newest(found))
    return tuple(step.to for step in route.steps) if route else ()


def grounds(chosen: str) -> list[tuple[str, str, bool]]:
    """Return why somebody may depart from the route: code, words, whether it is chosen."""
    return [(code, str(words.GROUNDS[code]), code == chosen) for code in case_rules.GROUNDS]


def newest(found: Sequence[Assessment]) -> Assessed | None:
    """Return the assessment that was made last, of those that a person may see."""
    return max(found, key=lambda one: one.at).codes if found else None


def steps(route: Route) -> list[StepShown]:
    """Return the stations of a route as people read them."""
    return [
        StepShown(
            _label("receiver", step.to),
            _name(step.country) if step.country else "",
            step.contact,
            tuple(_reason(one) for one in step.reasons),
        )
        for step in route.steps
    ]


def reasons(found: Iterable[Reason]) -> list[ReasonShown]:
    """Return reasons as people read them."""
    return [_reason(one) for one in found]


def _asked(seen: case_queries.ItemSeen) -> dict[str, str]:
    own, hosting = str(settings.TUTELA.country), seen.hosting_country
    if hosting == own:
        found = {own: _("our country, and where it lies")}
    else:
        found = {own: _("our country")} | ({hosting: _("where it lies")} if hosting else {})
    for country in case_queries.countries_of_reporters(seen.id, most=_MOST_COUNTRIES):
        found.setdefault(country, _("where a reporter is"))
    return {code: role for code, role in found.items() if _is_known(code) or code in (own, hosting)}


def _is_known(code: str) -> bool:
    try:
        countries.country(code)
    except UnknownCountry:
        return False
    return True


def _find(assessed: Assessed | None, code: str, own: str, today: date) -> Finding | None:
    if assessed is None:
        return None
    try:
        return evaluating.evaluate(assessed, code, today, assessed_under=own)
    except UnknownCountry:
        return None


def _country(role: str, code: str, found: Finding | None, today: date) -> CountryFound:
    outcome = found.outcome if found else ""
    return CountryFound(
        role,
        _name(code),
        Chip(_label("outcome", outcome), _TONES[outcome]) if outcome else Chip(_("not assessed yet")),
        _label("confidence", found.confidence) if found and found.confidence else "",
        tuple(_reason(one) for one in found.reasons) if found else (),
        tuple(_reason(one) for one in found.notes) if found else (),
        _timers(code, today),
    )


def _timers(code: str, today: date) -> tuple[str, ...]:
    """Return the time limits that a source states; what no source states is left out."""
    try:
        found = duties(code, today)
    except UnknownCountry:
        return ()
    lines = []
    if (removal := _number(found.removal_hours)) is not None:
        lines.append(_("Removal within %(hours)d hours") % {"hours": removal})
    if (preserve := _number(found.preserve_days)) is not None:
        lines.append(_("Providers keep the data for %(days)d days") % {"days": preserve})
    if found.report_to is not None:
        lines.append(_("Providers report to: %(body)s") % {"body": found.report_to.value})
    return tuple(lines)


def _number(duty: Duty | None) -> int | None:
    return duty.value if duty and isinstance(duty.value, int) else None


def _baseline(assessed: Assessed | None) -> Chip:
    if assessed is None:
        return Chip(_("not assessed yet"))
    if assessed.category is Category.BASELINE:
        return Chip(_("Meets it"), "bad")
    return Chip(_("Does not meet it"))


def _reason(one: Reason) -> ReasonShown:
    source = one.source
    shown = f"{source.title} ({source.year})" if source else ""
    if source and not source.can_be_opened:
        shown = _("%(title)s; source not publicly addressable") % {"title": shown}
    return ReasonShown(
        _label("reason", one.code),
        criteria.criterion(one.criterion_id).title.in_language(_language()) if one.criterion_id else "",
        one.detail,
        shown,
        source.url if source and source.can_be_opened else "",
    )


def _label(group: str, code: str) -> str:
    return labels.label(group, code, _language())


def _language() -> str:
    return get_language() or "en"


def _name(code: str) -> str:
    try:
        return countries.country(code).name(_language())
    except UnknownCountry:
        return code
