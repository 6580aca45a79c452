"""Stories for tests and pictures: standing persons, and one function for each step of the way of a report.

Everything goes through the real actions, from the sealed form to the notice that left, so that what a
test sees is what a node would hold. Addresses are those that are reserved for examples.
"""

from __future__ import annotations

import itertools
import secrets
import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tutela.core.kernel import clock, ids
from tutela.core.terms.assessment import AgeBand, Assessed, Category, Reality
from tutela.core.terms.states import CloseReason, DecisionKind
from tutela.testing import people
from tutela.testing.people import MadePerson

if TYPE_CHECKING:
    from tutela.apps.receipts.rules import Code

BASELINE = Assessed(Reality.PHOTO_VIDEO, AgeBand.A7_10, Category.BASELINE)
NATIONAL = replace(BASELINE, category=Category.NATIONAL)
NOT_ILLEGAL = Assessed(Reality.PHOTO_VIDEO, AgeBand.ADULT, Category.NOT_ILLEGAL)

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Desk:
    """The standing persons of a desk. The partner and the stranger are names only: neither may sign in."""

    analyst: MadePerson
    second_analyst: MadePerson
    third_analyst: MadePerson
    coordinator: MadePerson
    welfare_lead: MadePerson
    auditor: MadePerson
    partner: str = "partner:hotline.example.net"

    def everybody(self) -> dict[str, MadePerson]:
        """Return one person of each role."""
        return {
            "analyst": self.analyst,
            "coordinator": self.coordinator,
            "welfare_lead": self.welfare_lead,
            "auditor": self.auditor,
        }


def desk(**more: Any) -> Desk:
    """Make the persons of a desk; ``more`` goes to each, such as ``language="ka"``."""
    return Desk(
        analyst=people.make_person("analyst", name="Nino", **more),
        second_analyst=people.make_person("analyst", name="Levan", **more),
        third_analyst=people.make_person("analyst", name="Ana", **more),
        coordinator=people.make_person("coordinator", name="Tamar", **more),
        welfare_lead=people.make_person("welfare_lead", name="Eka", **more),
        auditor=people.make_person("auditor", name="Giorgi", **more),
    )


@dataclass(frozen=True, slots=True)
class Reporter:
    """Somebody who handed something in and kept the code."""

    code: Code
    receipt_id: uuid.UUID
    private_key: bytes

    def told(self) -> list[dict[str, Any]]:
        """Return what the desk told, opened with the code."""
        from tutela.apps.receipts import queries, rules

        found = queries.messages(self.receipt_id)
        return [rules.open_message(one.sealed, self.private_key, self.receipt_id) for one in found]

    def states(self) -> list[str]:
        """Return the states of the report as they were told."""
        return [str(one["state"]) for one in self.told() if one["kind"] == "status"]

    def answers(self, question: str, text: str) -> None:
        """Hand in an answer to a question that was told."""
        self._hand_in_more("answer", {"question": question, "text": text})

    def adds(self, **fields: Any) -> None:
        """Hand in an addition."""
        self._hand_in_more("addition", fields)

    def _hand_in_more(self, kind: str, fields: dict[str, Any]) -> None:
        from django.conf import settings

        from tutela.apps.receipts import actions, rules

        submission_id = ids.new_id()
        payload = {"v": 1, "kind": kind, **fields}
        actions.hand_in_more(
            receipt_id=self.receipt_id,
            submission_id=submission_id,
            kind=kind,
            sealed=rules.seal_submission(
                payload, settings.TUTELA_DESK_PUBLIC_KEY, self.receipt_id, submission_id
            ),
            form_digest=secrets.token_bytes(32),
        )
        open_waiting()


def address(host: str = "files.example.org") -> str:
    """Return an address that no other story uses."""
    return f"https://{host}/item/{next(_numbers)}"


def hand_in(places: str | None = None, *, at: datetime | None = None, **fields: Any) -> Reporter:
    """Hand in a report as the public site does: sealed to the desk, under a code."""
    from django.conf import settings

    from tutela.apps.receipts import actions, rules

    code = rules.new_code()
    derived = rules.derive(code, settings.TUTELA_PEPPER_LOOKUP, settings.TUTELA_PEPPER_KEY)
    receipt_id, submission_id = ids.new_id(), ids.new_id()
    payload = {"v": 1, "kind": "report", "places": address() if places is None else places, **fields}
    actions.hand_in(
        receipt_id=receipt_id,
        lookup=derived.lookup,
        public_key=derived.public_key,
        submission_id=submission_id,
        sealed=rules.seal_submission(payload, settings.TUTELA_DESK_PUBLIC_KEY, receipt_id, submission_id),
        form_digest=secrets.token_bytes(32),
        now=at,
    )
    return Reporter(code, receipt_id, derived.private_key)


def open_waiting() -> list[uuid.UUID]:
    """Open what waits, as the worker does, and return the items it became part of."""
    from django.conf import settings

    from tutela.apps.cases import actions as cases
    from tutela.apps.receipts import actions, queries, rules

    found: list[uuid.UUID] = []
    doors: dict[str, Any] = {
        "report": cases.submit_report,
        "addition": cases.add_to_report,
        "answer": cases.answer_question,
    }
    for one in queries.submissions_waiting():
        payload = rules.open_submission(one.sealed, settings.TUTELA_DESK_PRIVATE_KEY, one.receipt_id, one.id)
        made = doors[one.kind](
            payload=payload, receipt_id=one.receipt_id, submission_id=one.id, received_at=one.received_at
        )
        found += getattr(made, "item_ids", ())
        actions.mark_opened(one.id)
    return found


def items(places: str | None = None, **fields: Any) -> list[uuid.UUID]:
    """Hand in one report, open it, and return its items."""
    hand_in(places, **fields)
    return open_waiting()


def item(places: str | None = None, **fields: Any) -> uuid.UUID:
    """Hand in one report of one thing, open it, and return the item."""
    return items(places, **fields)[0]


def hosted(
    item_id: uuid.UUID,
    *,
    country: str = "DE",
    email: str = "abuse@provider.example.net",
    ip: str = "192.0.2.10",
) -> None:
    """Record what a lookup of the item's host would find."""
    from tutela.apps.cases import queries
    from tutela.apps.notices import actions, rules

    now = clock.now()
    host = queries.item(item_id).host
    facts = tuple(
        rules.FactSource(fact, source, now, detail)
        for fact, source, detail in (
            ("ip", "dns", ""),
            ("asn", "ip_database", "2026-10"),
            ("country", "ip_database", "2026-10"),
            ("contact", "rdap", "ripe"),
        )
    )
    found = rules.HostingFound(
        host=host,
        looked_at=now,
        ip=ip,
        asn=64500,
        network="192.0.2.0/24",
        network_name="Example Hosting",
        country=country,
        abuse_emails=(email,),
        facts=facts,
    )
    actions.record_hosting(item_id=item_id, found=found)


def assess(item_id: uuid.UUID, by: MadePerson, found: Assessed = BASELINE) -> str:
    """Claim and assess the item; return its state."""
    from tutela.apps.cases import actions, queries

    actions.claim_item(by=by.actor, item_id=item_id)
    version = queries.item(item_id).version
    return str(actions.assess_item(by=by.actor, item_id=item_id, assessed=found, version=version).state)


def settle(item_id: uuid.UUID, first: MadePerson, second: MadePerson, found: Assessed = BASELINE) -> str:
    """Let two people find the same; return the state, ready for a decision."""
    state = assess(item_id, first, found)
    return assess(item_id, second, found) if state == "second_look" else state


def decide(
    item_id: uuid.UUID,
    by: MadePerson,
    kind: DecisionKind = DecisionKind.NOTIFY,
    reason: CloseReason | str = "",
    question_text: str = "",
) -> str:
    """Decide the item; return its state."""
    from tutela.apps.cases import actions, queries

    made = actions.decide_item(
        by=by.actor,
        item_id=item_id,
        kind=kind,
        reason=reason,
        version=queries.item(item_id).version,
        question_text=question_text,
    )
    return str(made.state)


def follow() -> None:
    """Let the notices follow what was decided, as the worker does."""
    from tutela.apps.notices import actions

    actions.follow_decisions()
    actions.follow_answers()


def approve_contacts(by: MadePerson) -> None:
    """Approve every contact that waits."""
    from tutela.apps.notices import actions, queries

    for one in queries.contacts_waiting():
        actions.approve_contact(by=by.actor, contact_id=one.contact.id)


def send_due(at: datetime) -> list[uuid.UUID]:
    """Let every letter that is due at ``at`` leave, as if the mail server took it; return the letters."""
    from tutela.apps.notices import actions, rules

    sent: list[uuid.UUID] = []
    actions.ready_notices(at)
    while taken := actions.take_due_notice(at):
        actions.record_delivery(
            notice_id=taken.notice_id, result=rules.DeliveryResult(rules.Outcome.SENT, 250)
        )
        sent.append(taken.notice_id)
    return sent


def letters() -> list[uuid.UUID]:
    """Return the letters of the outbox, newest first."""
    from tutela.apps.notices import queries

    return [one.id for one in queries.outbox()]


def question_of(reporter: Reporter) -> str:
    """Return the id under which the reporter's latest question was told."""
    from tutela.apps.receipts import queries

    return str([one.id for one in queries.messages(reporter.receipt_id) if one.kind == "question"][-1])


@dataclass(frozen=True, slots=True)
class Day:
    """A desk in the middle of a day, one item in each kind of state, for pages and pictures."""

    waiting: uuid.UUID
    pressing: uuid.UUID
    second_look: uuid.UUID
    disputed: uuid.UUID
    deciding: uuid.UUID
    asked: uuid.UUID
    noticed: uuid.UUID
    closed: uuid.UUID
    account: uuid.UUID
    no_address: uuid.UUID
    letter: uuid.UUID


def a_day(people_here: Desk) -> Day:
    """Fill a desk with everything that a day brings."""
    nino, levan, ana = people_here.analyst, people_here.second_analyst, people_here.third_analyst
    noticed = item("https://files.example.org/gallery/7?page=2")
    hosted(noticed, country="GE")
    settle(noticed, nino, levan)
    decide(noticed, levan)
    follow()
    approve_contacts(people_here.coordinator)
    (letter,) = send_due(clock.now() + timedelta(hours=2))
    closed = item("https://files.example.org/gallery/8")
    assess(closed, nino, NOT_ILLEGAL)
    decide(closed, nino, DecisionKind.CLOSE, CloseReason.NOT_ILLEGAL)
    second_look = item("https://media.example.net/watch/318")
    assess(second_look, nino)
    disputed = item("https://board.example.com/thread/1201")
    assess(disputed, nino)
    assess(disputed, levan, NOT_ILLEGAL)
    deciding = item("https://cdn.example.net/a/very/long/path/that/goes/on/and/on/and/on/1f4e7c2b9d.html")
    hosted(deciding, country="NL", email="abuse@cdn.example.net", ip="198.51.100.9")
    settle(deciding, ana, levan)
    asked = item("https://forum.example.org/topic/99", more="It was on the second page.")
    decide(asked, nino, DecisionKind.ASK_REPORTER, question_text="On which page did you see it?")
    waiting = item(
        "https://files.example.org/gallery/9\nhttps://files.example.org/gallery/10",
        worry="child_images",
        more="A friend sent me this link. I closed it at once.",
    )
    hosted(waiting, country="GE")
    pressing = item("https://chat.example.com/room/5", danger_now=True, worry="about_me", language="ka")
    account = item("", service="chat.example.com", account="somebody77", worry="threat")
    no_address = item("", no_address=True, worry="child_contact", more="Somebody writes to my sister.")
    return Day(
        waiting=waiting,
        pressing=pressing,
        second_look=second_look,
        disputed=disputed,
        deciding=deciding,
        asked=asked,
        noticed=noticed,
        closed=closed,
        account=account,
        no_address=no_address,
        letter=letter,
    )
