"""Decide what is to be done about an item, or about many of one report or host."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from django.db import transaction

from tutela.apps.accounts.rules import Actor, require
from tutela.apps.cases import rules
from tutela.apps.cases.actions._afterwards import Afterwards
from tutela.apps.cases.actions._items import (
    already_decided,
    check_claim,
    check_version,
    close,
    free,
    lock_item,
    save_item,
)
from tutela.apps.cases.errors import (
    CasesRefusal,
    DecisionNotOffered,
    GroundNotOffered,
    NobodyToAsk,
    NoQuestion,
    NotTogether,
    ReasonNotOffered,
)
from tutela.apps.cases.models import Decision, Item, Question, Report, Sighting
from tutela.apps.cases.queries.viewing import viewing
from tutela.apps.receipts import actions as receipts
from tutela.core.kernel import clock, ids, texts
from tutela.core.terms.states import CloseReason, DecisionKind, ItemState, Wish

MOST_AT_ONCE = 500
MOST_ASKED = 20
MOST_QUESTION = 2_000


@dataclass(frozen=True, slots=True)
class Decided:
    """Where the item stands after the decision."""

    item_id: uuid.UUID
    decision_id: uuid.UUID
    state: str
    version: int


@dataclass(frozen=True, slots=True)
class DecidedEach:
    """One of many: decided, or the code of the refusal."""

    item_id: uuid.UUID
    decided: bool
    refusal: str


def decide_item(
    *,
    by: Actor,
    item_id: uuid.UUID,
    kind: DecisionKind | str,
    reason: CloseReason | str = "",
    version: int,
    question_text: str = "",
    departs_because: str = "",
) -> Decided:
    """Decide. ``reason`` goes with ``close``, ``question_text`` with ``ask_reporter``.

    ``departs_because`` (one of ``rules.GROUNDS``) says why the decision is another than the law's route
    proposes; the ledger keeps it in a line of its own.

    A notice is not sent here: the item stays in ``deciding`` with ``pending`` until the worker's mail
    was accepted (``record_noticed``).

    Raises:
        AlreadyDecided, ChangedMeanwhile: say what somebody else did meanwhile.
        ClaimedByAnother, DecisionNotOffered, GroundNotOffered, ReasonNotOffered, NoQuestion, NobodyToAsk,
        NoSuchItem, NotPermitted: nothing was changed.
    """
    require(by, "decide")
    if departs_because and departs_because not in rules.GROUNDS:
        raise GroundNotOffered(departs_because[:40])
    with transaction.atomic():
        item = lock_item(item_id)
        check_version(item, version)
        return _decide(item, by, _kind(kind), str(reason), question_text, departs_because)


def decide_many(
    *,
    by: Actor,
    item_ids: Collection[uuid.UUID],
    kind: DecisionKind | str,
    reason: CloseReason | str = "",
    departs_because: Mapping[uuid.UUID, str] = MappingProxyType({}),
) -> list[DecidedEach]:
    """Decide each of several items of one report or on one host; each stands or fails for itself.

    ``departs_because`` says for those that depart from the route why they do.

    Raises:
        NotTogether: they are of different reports and hosts, or too many.
    """
    require(by, "decide")
    wanted = list(dict.fromkeys(item_ids))
    if not 0 < len(wanted) <= MOST_AT_ONCE or not _together(wanted):
        raise NotTogether(str(len(wanted)))
    if unknown := {ground for ground in departs_because.values() if ground} - set(rules.GROUNDS):
        raise GroundNotOffered(min(unknown)[:40])
    return [_decide_one(by, item_id, kind, reason, departs_because.get(item_id, "")) for item_id in wanted]


def _decide_one(
    by: Actor, item_id: uuid.UUID, kind: DecisionKind | str, reason: CloseReason | str, ground: str
) -> DecidedEach:
    try:
        with transaction.atomic():
            _decide(lock_item(item_id), by, _kind(kind), str(reason), "", ground)
    except CasesRefusal as refusal:
        return DecidedEach(item_id, decided=False, refusal=refusal.code)
    return DecidedEach(item_id, decided=True, refusal="")


def _together(item_ids: list[uuid.UUID]) -> bool:
    hosts = set(Item.objects.filter(pk__in=item_ids).values_list("host", flat=True))
    if len(item_ids) == 1 or (len(hosts) == 1 and hosts != {""}):
        return True
    first = Sighting.objects.filter(item_id=item_ids[0]).values_list("report_id", flat=True)[:100]
    return any(
        Sighting.objects.filter(report_id=report, item_id__in=item_ids).count() == len(item_ids)
        for report in first
    )


def _kind(kind: DecisionKind | str) -> DecisionKind:
    try:
        return DecisionKind(kind)
    except ValueError:
        raise DecisionNotOffered("unknown") from None


def _decide(
    item: Item, by: Actor, kind: DecisionKind, reason: str, question_text: str, ground: str = ""
) -> Decided:
    now = clock.now()
    _check(item, by, kind, reason, now)
    decision = Decision(
        id=ids.new_id(),
        item=item,
        kind=kind.value,
        by=by.id,
        at=now,
        version=item.version + 1,
        state_from=item.state,
        state_before=item.state_before,
        pending_before=item.pending,
    )
    after = Afterwards(by.label, now)
    match kind:
        case DecisionKind.NOTIFY:
            item.pending = kind.value
            free(item)
        case DecisionKind.CLOSE | DecisionKind.FORWARD_UNOPENED:
            forwarded = kind is DecisionKind.FORWARD_UNOPENED
            outcome = CloseReason.FORWARDED if forwarded else CloseReason(reason)
            decision.reason = outcome.value
            close(item, outcome, now)
        case DecisionKind.ASK_REPORTER:
            _put_aside(item, ItemState.ASKED)
        case _:
            _put_aside(item, ItemState.HELD)
    save_item(item)
    decision.save(force_insert=True)
    after.line("item_decided", item, decision=decision.kind, reason=decision.reason)
    if ground:
        after.line("route_departed", item, decision=decision.kind, ground=ground)
    if kind is DecisionKind.ASK_REPORTER:
        asked = _ask(item, by, _question(question_text), now)
        after.line("question_asked", item, reporters=asked)
    if item.state == ItemState.CLOSED:
        after.line("item_closed", item, outcome=item.outcome)
        after.close_reports(item)
    after.finish()
    return Decided(item.id, decision.id, item.state, item.version)


def _check(item: Item, by: Actor, kind: DecisionKind, reason: str, now: datetime) -> None:
    if item.state == ItemState.CLOSED or (kind is DecisionKind.NOTIFY and item.pending == kind):
        raise already_decided(item)
    check_claim(item, by, now)
    law = viewing()
    if kind not in rules.decisions_offered(
        state=item.state,
        category=item.category,
        kind=item.kind,
        view=law.allowed,
        forward=law.may_forward,
    ):
        raise DecisionNotOffered(kind.value)
    if kind is DecisionKind.CLOSE and reason not in rules.close_reasons_offered(category=item.category):
        raise ReasonNotOffered(reason[:40])


def _put_aside(item: Item, to: ItemState) -> None:
    item.state_before = item.state
    item.state, item.pending = to.value, ""
    free(item)


def _question(text: str) -> str:
    clean = texts.typed(text).strip()
    if not 0 < len(clean) <= MOST_QUESTION:
        raise NoQuestion(str(len(clean)))
    return clean


def _ask(item: Item, by: Actor, text: str, now: datetime) -> int:
    """Ask every reporter who comes back; a few answers do, so the latest are asked."""
    listening = _listening(item)
    Report.objects.filter(pk__in=[report.pk for report in listening]).update(told_at=now)
    asked = 0
    for report in listening:
        payload = {"v": 1, "kind": "question", "text": text, "at": clock.to_text(now)}
        message_id = receipts.tell_reporter(
            receipt_id=report.receipt_id, kind="question", payload=payload, actor=by.label
        )
        if message_id is None:
            continue
        question = Question(report=report, item=item, message_id=message_id, asked_by=by.id, asked_at=now)
        question.text = text
        question.save(force_insert=True)
        asked += 1
    if not asked:
        raise NobodyToAsk
    return asked


def _listening(item: Item) -> list[Report]:
    """Lock and return the item's latest reporters who want an answer."""
    rows = Report.objects.filter(sightings__item=item, forgotten_at__isnull=True).exclude(wish=Wish.NOTHING)
    latest = list(rows.order_by("-received_at", "-id").values_list("pk", flat=True)[:MOST_ASKED])
    return list(Report.objects.select_for_update().filter(pk__in=latest).order_by("id"))
