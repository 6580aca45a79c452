"""Where an item should go, step by step, each step with its reasons. A proposal: a person decides.

Danger goes before everything. Then the country where the material lies acts first, because removal at the
source helps most; where it has no hotline, an international channel and the provider itself do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from tutela.core.kernel import clock
from tutela.core.law import contacts, countries
from tutela.core.law.contacts import Contact
from tutela.core.law.evaluating import Finding
from tutela.core.law.knowing import Known
from tutela.core.law.powers import Duties, Duty, Powers, duties, powers
from tutela.core.law.reasons import Reason, ReasonCode, because, said
from tutela.core.terms.assessment import ILLEGAL, Category

__all__ = ["Duties", "Duty", "Powers", "Route", "RouteItem", "Step", "duties", "powers", "route"]

Receiver = Literal["own_police", "partner_hotline", "provider", "clearing_house"]
_CLEARING_HOUSE = "https://report.cybertip.org/"
"""The address of the worldwide contact that takes reports from any country."""
_UNDECIDED = ("depends", "unknown")


@dataclass(frozen=True, slots=True)
class RouteItem:
    """What a route needs to know of an item; ``hosting_country`` is None where nobody knows."""

    hosting_country: str | None
    category: Category
    danger_now: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One station; ``contact`` is None where none is known or where the door knows it better."""

    to: Receiver
    country: str | None
    contact: Contact | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """The steps in order. ``reasons`` say why there is none, when there is none."""

    steps: tuple[Step, ...]
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class _Case:
    """What is asked, with what was found in both countries."""

    item: RouteItem
    own: str
    here: str
    there: str
    on_date: date

    @property
    def hosting(self) -> str | None:
        return self.item.hosting_country


def route(
    item: RouteItem, findings: Iterable[Finding], own_country: str, on_date: date | None = None
) -> Route:
    """Return where ``item`` should go; ``findings`` are those of the own and the hosting country.

    A country without a finding counts as unknown. ``on_date`` is today when left out.

    Raises:
        UnknownCountry: a code is none.
    """
    own = countries.country(own_country).code
    hosting = countries.country(item.hosting_country).code if item.hosting_country else None
    found = {one.country: one.outcome for one in findings}
    case = _Case(
        RouteItem(hosting, item.category, item.danger_now),
        own,
        found.get(own, "unknown"),
        found.get(hosting, "unknown") if hosting else "unknown",
        on_date or clock.now().date(),
    )
    steps = [_police_at_once(case)] if item.danger_now else []
    if not _worth_passing_on(case):
        return Route(tuple(steps), (said("nothing_to_pass_on"),))
    if hosting is None:
        steps += _nobody_knows_where(case)
    elif hosting == own:
        steps += _at_home(case)
    else:
        steps += _abroad(case)
    return Route(_merged(steps))


def _worth_passing_on(case: _Case) -> bool:
    if case.item.category in (Category.NOT_REACHABLE, Category.OUTSIDE_SCOPE, Category.NOT_ILLEGAL):
        return False
    return case.item.category in ILLEGAL or "illegal" in (case.here, case.there)


def _police_at_once(case: _Case) -> Step:
    contact = contacts.emergency_contact(case.own) or _police(case.own)
    return Step("own_police", case.own, contact, (said("danger_now"),))


def _nobody_knows_where(case: _Case) -> list[Step]:
    where = said("hosting_unknown")
    steps = [Step("clearing_house", None, _clearing_house(), (where, _here(case)))]
    if case.here == "illegal":
        steps.insert(0, Step("own_police", case.own, _police(case.own), (where, _here(case))))
    return steps + _duty_to_report(case)


def _at_home(case: _Case) -> list[Step]:
    where = said("hosted_here")
    if case.here == "not_illegal":
        reasons = (where, _here(case), said("terms_of_service_only"))
        return [Step("provider", case.own, None, reasons)]
    steps = [Step("own_police", case.own, _police(case.own), (where, _here(case)))]
    if case.here == "illegal":
        steps.append(Step("provider", case.own, None, (where, _here(case))))
    elif case.item.category is Category.BASELINE:
        # What no law was read to forbid here is forbidden by nearly every provider's own terms.
        steps.append(Step("provider", case.own, None, (where, _here(case), said("terms_of_service_only"))))
    return steps


def _abroad(case: _Case) -> list[Step]:
    where = said("hosted_abroad")
    if case.there == "not_illegal":
        reasons = (where, _there(case), said("terms_of_service_only"))
        return [Step("provider", case.hosting, None, reasons), *_duty_to_report(case)]
    contact, exists = contacts.hotline(case.hosting or ""), _known(case, case.hosting, "H-EXISTS")
    if contact or exists.value is True or exists.value == "partial":
        reasons = (where, _there(case), _hotline(exists))
        return [Step("partner_hotline", case.hosting, contact, reasons), *_duty_to_report(case)]
    lacking = because(exists, "no_hotline_known")
    steps = [Step("clearing_house", None, _clearing_house(), (where, _there(case), lacking))]
    if "illegal" in (case.here, case.there):
        steps.append(Step("provider", case.hosting, None, (where, _there(case), lacking)))
    if case.here == "illegal":
        steps.append(_police_to_police(case, lacking))
    return steps + _duty_to_report(case)


def _hotline(exists: Known) -> Reason:
    return because(exists, "only_a_portal" if exists.value == "partial" else "hotline_exists")


def _police_to_police(case: _Case, lacking: Reason) -> Step:
    both = [_known(case, one, "T-BUDAPEST") for one in (case.own, case.hosting)]
    reasons = [_here(case), lacking]
    if all(one.value is True for one in both):
        reasons.append(because(both[1], "treaty_binds_both"))
    return Step("own_police", case.own, _police(case.own), tuple(reasons))


def _duty_to_report(case: _Case) -> list[Step]:
    """Where everybody must report, the node must too, once its own law is broken."""
    duty = _known(case, case.own, "R-PUBLIC")
    if case.here != "illegal" or duty.value is not True:
        return []
    return [Step("own_police", case.own, _police(case.own), (because(duty, "duty_to_report"),))]


def _here(case: _Case) -> Reason:
    return said(_code(case.here, "illegal_here", "not_illegal_here", "undecided_here"))


def _there(case: _Case) -> Reason:
    return said(_code(case.there, "illegal_there", "not_illegal_there", "undecided_there"))


def _code(outcome: str, illegal: ReasonCode, legal: ReasonCode, undecided: ReasonCode) -> ReasonCode:
    if outcome in _UNDECIDED:
        return undecided
    return illegal if outcome == "illegal" else legal


def _known(case: _Case, country: str | None, criterion_id: str) -> Known:
    return countries.known(country or case.own, criterion_id, case.on_date)


def _police(country: str) -> Contact | None:
    rows = [
        row for row in contacts.contacts_of(country) if row.kind == "police" and (row.website or row.phone)
    ]
    return min(rows, key=lambda row: contacts.CONFIDENCES.index(row.confidence), default=None)


def _clearing_house() -> Contact | None:
    rows = contacts.contacts_of(contacts.WORLDWIDE)
    return next((row for row in rows if row.website == _CLEARING_HOUSE), None)


def _merged(steps: list[Step]) -> tuple[Step, ...]:
    """Name each station once, at its first place, with the reasons of all."""
    found: dict[tuple[str, str | None], Step] = {}
    for step in steps:
        before = found.get((step.to, step.country))
        if before is None:
            found[step.to, step.country] = step
        else:
            more = tuple(one for one in step.reasons if one not in before.reasons)
            contact = before.contact or step.contact
            found[step.to, step.country] = Step(step.to, step.country, contact, before.reasons + more)
    return tuple(found.values())
