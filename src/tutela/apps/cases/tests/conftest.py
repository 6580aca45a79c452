"""The standing persons of this room's tests: reporters with their codes' keys, and the people of a desk."""

from __future__ import annotations

import itertools
import secrets
import uuid
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from tutela.apps.accounts.rules import Actor
from tutela.apps.cases import actions as cases
from tutela.apps.cases import queries as case_queries
from tutela.apps.ledger import queries as ledger_queries
from tutela.apps.receipts import actions as receipts
from tutela.apps.receipts import queries as receipt_queries
from tutela.apps.receipts import rules as receipt_rules
from tutela.core.envelope import sealing
from tutela.core.kernel import clock, ids
from tutela.core.terms.assessment import AgeBand, Assessed, Category, Reality
from tutela.core.terms.states import Role

BASELINE = Assessed(Reality.PHOTO_VIDEO, AgeBand.A7_10, Category.BASELINE)
NATIONAL = replace(BASELINE, category=Category.NATIONAL)
FINE = Assessed(Reality.PHOTO_VIDEO, AgeBand.ADULT, Category.NOT_ILLEGAL)

_PRIVATE = sealing.private_key_from_seed(bytes(32))
_PUBLIC = sealing.public_key(_PRIVATE)


@dataclass
class Reporter:
    """Somebody with a code; what the desk tells is opened with the key that the code gives."""

    receipt_id: uuid.UUID = field(default_factory=ids.new_id)

    def __post_init__(self) -> None:
        receipts.hand_in(
            receipt_id=self.receipt_id,
            lookup=secrets.token_bytes(32),
            public_key=_PUBLIC,
            submission_id=ids.new_id(),
            sealed=b"sealed",
            form_digest=secrets.token_bytes(32),
        )

    def told(self) -> list[dict[str, Any]]:
        return [
            receipt_rules.open_message(message.sealed, _PRIVATE, self.receipt_id)
            for message in receipt_queries.messages(self.receipt_id)
        ]

    def states(self) -> list[str]:
        return [message["state"] for message in self.told() if message["kind"] == "status"]

    def reports(self, places: str = "", **payload: Any) -> cases.Submitted:
        return cases.submit_report(
            payload={"v": 1, "kind": "report", "places": places, **payload},
            receipt_id=self.receipt_id,
            submission_id=ids.new_id(),
            received_at=clock.now(),
        )

    def adds(self, **payload: Any) -> cases.Submitted:
        return cases.add_to_report(
            payload={"v": 1, "kind": "addition", **payload},
            receipt_id=self.receipt_id,
            submission_id=ids.new_id(),
            received_at=clock.now(),
        )

    def answers(self, question: uuid.UUID | str, text: str) -> cases.Answered:
        return cases.answer_question(
            payload={"v": 1, "kind": "answer", "question": str(question), "text": text},
            receipt_id=self.receipt_id,
            submission_id=ids.new_id(),
            received_at=clock.now(),
        )


@dataclass
class Desk:
    """The people of a desk and the ways they go most often."""

    analyst: Actor = field(default_factory=lambda: Actor(uuid.uuid4(), Role.ANALYST))
    second: Actor = field(default_factory=lambda: Actor(uuid.uuid4(), Role.ANALYST))
    third: Actor = field(default_factory=lambda: Actor(uuid.uuid4(), Role.ANALYST))
    coordinator: Actor = field(default_factory=lambda: Actor(uuid.uuid4(), Role.COORDINATOR))
    welfare_lead: Actor = field(default_factory=lambda: Actor(uuid.uuid4(), Role.WELFARE_LEAD))
    auditor: Actor = field(default_factory=lambda: Actor(uuid.uuid4(), Role.AUDITOR))
    _hosts: Any = field(default_factory=itertools.count)

    def new_place(self, host: str = "") -> str:
        number = next(self._hosts)
        return f"https://{host or f'h{number}.example.org'}/{number}"

    def reported(self, **payload: Any) -> tuple[Reporter, uuid.UUID]:
        reporter = Reporter()
        return reporter, reporter.reports(self.new_place(), **payload).item_ids[0]

    def version(self, item_id: uuid.UUID) -> int:
        return case_queries.item(item_id).version

    def state(self, item_id: uuid.UUID) -> str:
        return case_queries.item(item_id).state

    def assess(self, by: Actor, item_id: uuid.UUID, assessed: Assessed = BASELINE) -> cases.AssessedItem:
        return cases.assess_item(by=by, item_id=item_id, assessed=assessed, version=self.version(item_id))

    def decide(self, by: Actor, item_id: uuid.UUID, kind: str, reason: str = "", text: str = "") -> Any:
        return cases.decide_item(
            by=by,
            item_id=item_id,
            kind=kind,
            reason=reason,
            version=self.version(item_id),
            question_text=text,
        )

    def settle(self, item_id: uuid.UUID, assessed: Assessed = BASELINE) -> None:
        if not self.assess(self.analyst, item_id, assessed).settled:
            self.assess(self.second, item_id, assessed)

    def notice(self, item_id: uuid.UUID) -> None:
        """Bring a waiting item to the point at which a notice about it has left."""
        self.settle(item_id)
        self.decide(self.analyst, item_id, "notify")
        cases.record_noticed(item_id=item_id)

    def remove(self, item_id: uuid.UUID) -> None:
        """Bring a waiting item to the point at which it was removed after a notice."""
        self.notice(item_id)
        cases.record_gone(item_id=item_id)

    def lines(self, about: uuid.UUID) -> list[str]:
        return [line.kind for line in ledger_queries.lines_about(about)]

    def facts(self, about: uuid.UUID, kind: str) -> dict[str, Any]:
        return next(line.facts for line in ledger_queries.lines_about(about) if line.kind == kind)


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk()


@pytest.fixture
def reporter(db: None) -> Reporter:
    return Reporter()


@pytest.fixture
def assessed() -> dict[str, Assessed]:
    """Three assessments by name."""
    return {"baseline": BASELINE, "national": NATIONAL, "fine": FINE}


@pytest.fixture
def node(settings: Any) -> Any:
    """Change what the node decided: ``node(desk={...}, checks={...}, country=...)``."""

    def change(**changes: Any) -> None:
        config = settings.TUTELA
        for section in ("desk", "checks"):
            changes[section] = replace(getattr(config, section), **changes.get(section, {}))
        settings.TUTELA = replace(config, **changes)

    return change
