"""Partners as the desk shows them: who they are, how they are known, how well they are reached."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tutela.apps.exchange import queries as exchange_queries
from tutela.core.kernel import clock
from tutela.doors.desk import labels, partner_labels
from tutela.doors.desk.shown.words import Chip, duration
from tutela.look import refused as refused_words
from tutela.look.templatetags.look_tags import country_name, day


@dataclass(frozen=True, slots=True)
class Refusals:
    """What was refused from a partner lately, for one reason."""

    why: str
    number: int


@dataclass(frozen=True, slots=True)
class Partner:
    """One partner."""

    id: uuid.UUID
    name: str
    organisation: str
    role: str
    country: str
    state: Chip
    known_by: Chip
    paused: bool
    revoked: bool
    compares_since: datetime | None
    heard_at: datetime | None
    reached_at: datetime | None
    next_try_at: datetime | None
    problems: tuple[Chip, ...]
    queue: int
    oldest: str
    refused: tuple[Refusals, ...]
    seen: exchange_queries.PartnerSeen


def every() -> list[Partner]:
    """Return all partners by name."""
    health = {one.name: one for one in exchange_queries.health().partners}
    refused = _refused()
    return [
        _partner(one, health[one.name], refused.get(one.name, ()))
        for one in exchange_queries.partners()
        if one.name in health
    ]


def one(partner_id: uuid.UUID) -> Partner | None:
    """Return one partner, or ``None``."""
    return next((found for found in every() if found.id == partner_id), None)


def _partner(
    seen: exchange_queries.PartnerSeen, health: exchange_queries.PartnerHealth, refused: Iterable[Refusals]
) -> Partner:
    return Partner(
        id=seen.id,
        name=seen.name,
        organisation=seen.organisation,
        role=labels.term("node_role", seen.role),
        country=country_name(seen.country),
        state=_state(seen.state, health),
        known_by=_chip(partner_labels.KNOWN_BY, _known_by(seen)),
        paused=seen.state == "paused",
        revoked=seen.state == "revoked",
        compares_since=seen.overlap_agreed_at,
        heard_at=health.heard_at,
        reached_at=health.reached_at,
        next_try_at=health.next_try_at,
        problems=tuple(_problems(health)),
        queue=health.queue,
        oldest=duration((clock.now() - health.oldest_at).total_seconds()) if health.oldest_at else "",
        refused=tuple(refused),
        seen=seen,
    )


def _state(state: str, health: exchange_queries.PartnerHealth) -> Chip:
    """Return that nothing is said to it, or when it was heard: active only means that nobody paused it."""
    if state in partner_labels.STOPPED:
        return _chip(partner_labels.STOPPED, state)
    touched = {"heard": health.heard_at, "reached": health.reached_at}
    for how, at in touched.items():
        if at is not None:
            return Chip(format_html(str(partner_labels.TOUCH[how]), day=day(at)), "good")
    return Chip(str(partner_labels.TOUCH["never"]))


def _known_by(seen: exchange_queries.PartnerSeen) -> str:
    if not seen.believed:
        return "nobody"
    if seen.pinned:
        return "hand"
    sources = {key.source for key in seen.keys if key.trusted and key.revoked_at is None}
    return next((one for one in ("directory", "rotation") if one in sources), "hand")


def _problems(health: exchange_queries.PartnerHealth) -> Iterable[Chip]:
    if health.ledger_differs:
        yield Chip(_("Its ledger was rewritten"), "bad")
    if health.failures:
        tries = ngettext("%(number)d try failed", "%(number)d tries failed", health.failures)
        yield Chip(tries % {"number": health.failures}, "warn")
    if health.clock_off:
        minutes = duration(abs(health.skew_seconds or 0))
        ahead = (
            _("Its clock is %(time)s ahead")
            if (health.skew_seconds or 0) > 0
            else _("Its clock is %(time)s behind")
        )
        yield Chip(ahead % {"time": minutes}, "warn")
    if health.unreceipted:
        number = {"number": health.unreceipted}
        text = ngettext(
            "%(number)d message not confirmed", "%(number)d messages not confirmed", health.unreceipted
        )
        yield Chip(text % number, "plain")


def _refused() -> Mapping[str, list[Refusals]]:
    counted: dict[str, Counter[str]] = {}
    for one in exchange_queries.refusals():
        counted.setdefault(one.sender, Counter())[refused_words.why(one.code)] += one.count
    return {
        sender: [Refusals(why, number) for why, number in reasons.most_common()]
        for sender, reasons in counted.items()
    }


def refused_of_strangers() -> list[Refusals]:
    """Return what came from nobody that is known: a name is not believed and not kept."""
    return list(_refused().get("", ()))


def _chip(table: partner_labels.Chips, code: str) -> Chip:
    label, tone = table.get(code, (code, "plain"))
    return Chip(str(label), tone)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A message that did not arrive or was refused, and that nobody settled yet."""

    id: uuid.UUID
    conversation_id: uuid.UUID | None
    partner: str
    kind: str
    chip: Chip
    why: str
    member: str
    at: datetime
    may_retry: bool


def troubles() -> list[Trouble]:
    """Return what needs a person, the newest first."""
    return [
        Trouble(
            found.message_id, found.conversation_id, found.partner, labels.term("message_kind", found.kind),
            _chip(partner_labels.OUTGOING, found.state), refused_words.why(found.code) if found.code else "",
            found.member, found.said_at, found.state == "given_up",
        )
        for found in exchange_queries.for_a_person()
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Compared:
    """One question about overlap, ours or theirs."""

    conversation_id: uuid.UUID
    scope: str
    count: int
    at: datetime
    chip: Chip


def asked(name: str) -> list[Compared]:
    """Return what we asked a partner, the newest first."""
    return [compared(found) for found in exchange_queries.overlaps_with(name)]


def compared(found: exchange_queries.OverlapSeen) -> Compared:
    """Return one question of ours with what came of it."""
    scope = labels.term("overlap_scope", found.scope)
    return Compared(found.conversation_id, scope, found.count, found.asked_at, _result(found))


def _result(found: exchange_queries.OverlapSeen) -> Chip:
    if found.answered_at is not None:
        text = ngettext("%(number)d item there too", "%(number)d items there too", found.found)
        return Chip(text % {"number": found.found}, "warn" if found.found else "plain")
    return Chip(refused_words.why(found.code), "bad") if found.code else Chip(_("No answer yet"))


def answered(name: str) -> list[Compared]:
    """Return what a partner asked us, the newest first."""
    return [
        Compared(
            found.conversation_id, labels.term("overlap_scope", found.scope), found.count, found.heard_at,
            _chip(partner_labels.OVERLAP_STATES, found.state),
        )
        for found in exchange_queries.overlaps_asked_by(name)
    ]  # fmt: skip
