"""What is asked before something leaves for a partner: to whom, under which mark, graded how."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tutela.apps.cases import queries as case_queries
from tutela.apps.cases import rules as case_rules
from tutela.apps.exchange import queries as exchange_queries
from tutela.core.law.routing import Route
from tutela.core.protocol.kinds import KINDS
from tutela.core.terms.exchange import HandlingCode, SourceGrade
from tutela.core.terms.marks import HandlingMark, is_at_least_as_tight, tightest
from tutela.core.terms.states import DecisionKind
from tutela.doors.desk import labels, partner_labels
from tutela.doors.desk.questions import Question, Value
from tutela.doors.desk.shown import known, law
from tutela.look.templatetags.look_tags import country_name

HOLD, GO_ON = "hold", "go_on"


@dataclass(frozen=True, slots=True)
class Way:
    """One of the two ways to a partner: the decision, the kind of message, whose node takes it."""

    decision: DecisionKind
    kind: str
    role: str
    station: str

    def takes(self, seen: case_queries.ItemSeen) -> bool:
        """Whether an item can go this way now."""
        rule = case_rules.may_hand_over if self.kind == "handover" else case_rules.may_refer
        return rule(state=seen.state, kind=seen.kind)


HANDOVER = Way(DecisionKind.HANDOVER, "handover", "hotline", "partner_hotline")
REFERRAL = Way(DecisionKind.REFER, "referral", "police", "own_police")


@dataclass(frozen=True, slots=True)
class Going:
    """An item that is to leave, with the route that the law proposes for it."""

    seen: case_queries.ItemSeen
    route: Route | None

    def countries(self, station: str) -> set[str]:
        """Return the countries whose station of this kind the route names."""
        steps = self.route.steps if self.route else ()
        return {step.country for step in steps if step.to == station and step.country}


def going(seen: case_queries.ItemSeen, viewer: uuid.UUID) -> Going:
    """Return the item with its route, as far as this person may see what was found."""
    found = known.assessments(case_queries.assessments(seen.id, seen_by=viewer))
    return Going(seen, law.route_of(seen, law.newest(found)))


def partners_for(way: Way, items: Sequence[Going]) -> list[exchange_queries.PartnerSeen]:
    """Return who can take them: those of the countries that the law proposes first."""
    proposed = set().union(*(one.countries(way.station) for one in items)) if items else set()
    able = [
        one
        for one in exchange_queries.partners()
        if one.role == way.role and one.state == "active" and one.believed
    ]
    return sorted(able, key=lambda one: (one.country not in proposed, one.name))


def departs(way: Way, items: Iterable[Going], partner: exchange_queries.PartnerSeen) -> bool:
    """Whether one of the items goes elsewhere than the law proposes; then somebody says why."""
    for one in items:
        route = [step.to for step in one.route.steps] if one.route else []
        where = one.countries(way.station)
        known_where = bool(one.seen.hosting_country)
        if case_rules.departs(kind=way.decision, reason="", route=route, hosting_known=known_where):
            return True
        if where and partner.country not in where:
            return True
    return False


def questions(
    way: Way, items: Sequence[Going], given: Mapping[str, str], wrong: Iterable[str] = ()
) -> list[Question]:
    """Return what is asked, with what was chosen."""
    marked = set(wrong)
    found = [_to_whom(way, items, given), _mark(way, items, given)]
    if way.kind == "referral":
        found += [*_grades(given), _afterwards(given)]
    return [Question(one.name, one.label, one.key, one.values, wrong=one.name in marked) for one in found]


def _to_whom(way: Way, items: Sequence[Going], given: Mapping[str, str]) -> Question:
    found = partners_for(way, items)
    proposed = set().union(*(one.countries(way.station) for one in items)) if items else set()
    fits = [one.name for one in found if one.country in proposed]
    chosen = given.get("partner") or (fits[0] if len(fits) == 1 else "")
    values = tuple(
        Value(one.name, _name(one, proposed), str(number) if number < 10 else "", one.name == chosen)
        for number, one in enumerate(found, 1)
    )
    return Question("partner", _("To whom"), "t", values)


def _name(one: exchange_queries.PartnerSeen, proposed: set[str]) -> str:
    text = ", ".join(part for part in (one.organisation or one.name, country_name(one.country)) if part)
    return _("%(partner)s – proposed by the law") % {"partner": text} if one.country in proposed else text


def marks_for(way: Way, items: Sequence[Going]) -> tuple[HandlingMark, list[HandlingMark]]:
    """Return the mark that stands when nobody chooses, and all that may be chosen."""
    floor = exchange_queries.mark_of_items([one.seen.id for one in items])
    usual = KINDS[way.kind].mark
    if floor is None:
        return usual, list(HandlingMark)
    return tightest(usual, floor), [one for one in HandlingMark if is_at_least_as_tight(one, floor)]


def _mark(way: Way, items: Sequence[Going], given: Mapping[str, str]) -> Question:
    usual, offered = marks_for(way, items)
    chosen = given.get("mark") or usual.value
    values = tuple(
        Value(one.value, f"{one.value} – {partner_labels.MARKS[one]}", str(number), one.value == chosen)
        for number, one in enumerate(offered, 1)
    )
    return Question("mark", _("Handling mark"), "m", values)


def _grades(given: Mapping[str, str]) -> list[Question]:
    source = _graded("source_grade", [*SourceGrade], given.get("source") or SourceGrade.X)
    information = _graded("information_grade", ["1", "2", "3", "4"], given.get("information") or "4")
    return [
        Question("source", _("How reliable is the source?"), "r", source),
        Question("information", _("How sure is the information?"), "i", information),
    ]


def _graded(group: str, codes: Sequence[str], chosen: str) -> tuple[Value, ...]:
    return tuple(
        Value(str(code), f"{code} – {labels.term(group, str(code))}", str(number), code == chosen)
        for number, code in enumerate(codes, 1)
    )


def _afterwards(given: Mapping[str, str]) -> Question:
    chosen = given.get("afterwards", GO_ON)
    offered = ((GO_ON, _("The desk goes on with it")), (HOLD, _("It is held here until the police answer")))
    values = tuple(Value(code, label, str(at), code == chosen) for at, (code, label) in enumerate(offered, 1))
    return Question("afterwards", _("What happens here meanwhile"), "h", values)


def handling(chosen: Iterable[str]) -> list[tuple[str, str, bool]]:
    """Return the handling codes of Europol: code, words, whether it is chosen."""
    marked = set(chosen)
    return [(one.value, labels.term("handling_code", one), one.value in marked) for one in HandlingCode]
