"""What a node in a country may do with material, and which time limits hold there.

Unknown is not permission: where no source says that a hotline may look, a person has to confirm it in the
node's settings. Where a source says no, nothing is opened, whatever anybody confirms.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tutela.core.law import countries as law
from tutela.core.law.facts import Confidence, Source, Value
from tutela.core.law.knowing import Known
from tutela.core.law.logic import Answer
from tutela.core.law.reasons import Reason, because

_STATED = ("R-TO", "R-DEADLINE", "R-PRESERVEDAYS", "R-REMOVEHOURS", "R-RETENTION", "R-PENALTY")


@dataclass(frozen=True, slots=True)
class Powers:
    """What the law says a hotline may do; each ``Known`` is yes, no, partly, disputed or unknown.

    ``no_view``: a source says no, so nothing may be opened. ``must_confirm``: nobody says no, and nobody says
    a plain yes that can be relied on (partly, disputed, unknown, of low confidence), so a person answers for
    it in the settings; until then nothing is opened either.
    """

    country: str
    receive: Known
    viewing: Known
    storing: Known
    forwarding: Known
    no_view: bool
    must_confirm: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty with the source that states it; ``value`` is a number of hours or days, or a text."""

    criterion_id: str
    value: Value
    detail: str
    source: Source
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Duties:
    """Time limits and receivers; None where no source gives one, or where sources are in dispute.

    ``disputed`` names the criteria of which sources say different things with equal weight.
    """

    country: str
    report_to: Duty | None
    report_deadline: Duty | None
    preserve_days: Duty | None
    removal_hours: Duty | None
    retention_days: Duty | None
    penalty: Duty | None
    must_report: Known
    must_preserve: Known
    must_remove: Known
    must_not_tell: Known
    everybody_reports: Known
    disputed: tuple[str, ...]


def powers(country: str | law.Country, on_date: date) -> Powers:
    """Return what a hotline may do in ``country``.

    ``H-LAWFUL`` answers receiving and looking together, as laws and their commentators do.

    Raises:
        UnknownCountry, DateBeforeLaw: the question cannot be asked.
    """
    of = law.country(country) if isinstance(country, str) else country
    known = law.known_of(of, on_date)
    look, store, forward = known["H-LAWFUL"], known["H-STORE"], known["H-FORWARD"]
    return Powers(
        of.code,
        look,
        look,
        store,
        forward,
        no_view=look.value is False,
        must_confirm=look.value is not False and not _relied_on(look),
        reasons=tuple(_allowed(one) for one in (look, store, forward)),
    )


def _relied_on(known: Known) -> bool:
    return known.value is True and known.facts[0].confidence != "low"


def _allowed(known: Known) -> Reason:
    if known.status == "disputed":
        return because(known, "person_must_confirm", Answer.DEPENDS)
    if known.value is None:
        return because(known, "person_must_confirm", Answer.UNKNOWN)
    if known.value == "partial":
        return because(known, "partly_allowed", Answer.DEPENDS)
    if known.value is False:
        return because(known, "forbidden", Answer.NO)
    if not _relied_on(known):
        return because(known, "person_must_confirm", Answer.DEPENDS)
    return because(known, "allowed", Answer.YES)


def duties(country: str | law.Country, on_date: date) -> Duties:
    """Return the duties and timers that the law of ``country`` sets.

    Raises:
        UnknownCountry, DateBeforeLaw: the question cannot be asked.
    """
    of = law.country(country) if isinstance(country, str) else country
    known = law.known_of(of, on_date)
    return Duties(
        of.code,
        report_to=_duty(known["R-TO"]),
        report_deadline=_duty(known["R-DEADLINE"]),
        preserve_days=_duty(known["R-PRESERVEDAYS"]),
        removal_hours=_duty(known["R-REMOVEHOURS"]),
        retention_days=_duty(known["R-RETENTION"]),
        penalty=_duty(known["R-PENALTY"]),
        must_report=known["R-ISP"],
        must_preserve=known["R-PRESERVE"],
        must_remove=known["R-REMOVE"],
        must_not_tell=known["R-NODISCLOSE"],
        everybody_reports=known["R-PUBLIC"],
        disputed=tuple(name for name in _STATED if known[name].status == "disputed"),
    )


def _duty(known: Known) -> Duty | None:
    if known.value is None:
        return None
    fact = known.facts[0]
    return Duty(known.criterion_id, known.value, fact.detail, fact.source, fact.confidence)
