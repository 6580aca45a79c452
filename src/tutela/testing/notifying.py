"""A case on its way to a provider, for the tests of every room and door on that way.

One hotline with two analysts and a coordinator, one provider, addresses of example domains. ``Story`` plays
the steps through the rooms' own actions; a beginning that was played before is put back row for row
(:mod:`tutela.testing.replaying`), and nothing else is put into tables by hand.
"""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

START = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
"""A Wednesday, ten o'clock in London and two in the afternoon in Tbilisi."""

ASSESSED = {
    "reality": "photo_video",
    "age_band": "7_10",
    "category": "baseline",
    "series_known": "unclear",
    "self_generated": "no",
    "livestream": "no",
    "commercial": "no",
}

LETTER_AT_ONCE = {"desk": {"notice_bundle_minutes": 0, "second_look": ()}}
"""One look is enough where a letter is what the test is about."""


@dataclass
class Story:
    """What people and the worker do, one method a step."""

    settings: Any
    clock: Any
    people: dict[str, Any] = field(default_factory=dict)

    def node(self, **sections: Any) -> None:
        """Change sections of the node's configuration: ``node(checks={"mode": "head"})``."""
        for name, values in sections.items():
            old = getattr(self.settings.TUTELA, name)
            changed = replace(old, **values) if isinstance(values, dict) else values
            self.settings.TUTELA = replace(self.settings.TUTELA, **{name: changed})

    def person(self, name: str) -> Any:
        """Return the actor ``analyst``, ``second``, ``coordinator`` or ``welfare_lead``."""
        from tutela.apps.accounts.rules import Actor
        from tutela.core.terms.states import Role

        roles = {"second": Role.ANALYST}
        return self.people.setdefault(name, Actor(uuid.uuid4(), roles.get(name) or Role(name)))

    def report(self, **fields: Any) -> uuid.UUID:
        """Hand in a report and return its item."""
        from tutela.apps.cases import actions as cases
        from tutela.core.kernel import clock

        handed = cases.submit_report(
            payload={"v": 1, "kind": "report", **fields},
            receipt_id=uuid.uuid4(),
            submission_id=uuid.uuid4(),
            received_at=clock.now(),
        )
        return handed.item_ids[0]

    def assess(self, item_id: uuid.UUID, **codes: str) -> None:
        """Two analysts find the same."""
        from tutela.apps.cases import actions as cases
        from tutela.apps.cases import queries as case_queries
        from tutela.core.terms import assessment

        for name in ("analyst", "second"):
            item = case_queries.item(item_id)
            if item.to_assess:
                found = assessment.from_codes(ASSESSED | codes)
                by = self.person(name)
                cases.assess_item(by=by, item_id=item_id, assessed=found, version=item.version)

    def notify(self, item_id: uuid.UUID) -> None:
        """An analyst decides that the provider is to be told."""
        from tutela.apps.cases import actions as cases
        from tutela.apps.cases import queries as case_queries

        version = case_queries.item(item_id).version
        cases.decide_item(by=self.person("analyst"), item_id=item_id, kind="notify", version=version)

    def decided(self, address: str = "https://files.example.org/item/42", **codes: str) -> uuid.UUID:
        """Report, assess and decide; return the item."""

        def play() -> uuid.UUID:
            item_id = self.report(places=address)
            self.assess(item_id, **codes)
            self.notify(item_id)
            return item_id

        item: uuid.UUID = self._begin(("decided", address, *sorted(codes.items())), play)
        return item

    def found(self, host: str = "files.example.org", **changes: Any) -> Any:
        """Return what a lookup of ``host`` finds."""
        from tutela.apps.notices import rules
        from tutela.core.kernel import clock

        now = clock.now()
        values: dict[str, Any] = {
            "ip": "192.0.2.20",
            "asn": 64500,
            "network": "192.0.2.0/24",
            "network_name": "Example Hosting",
            "country": "NL",
            "abuse_emails": ("abuse@hosting.example.net",),
            "facts": (
                rules.FactSource("ip", "dns", now),
                rules.FactSource("contact", "rdap", now, "ripe"),
            ),
        }
        return rules.HostingFound(host, now, **(values | changes))

    def provider(self, **changes: Any) -> uuid.UUID:
        """Keep a verified record of the provider of example.org."""
        from tutela.apps.notices import actions as notices

        values: dict[str, Any] = {
            "name": "Example Hosting",
            "country": "NL",
            "domains": ("example.org",),
            "emails": ("abuse@example.org",),
        }
        return notices.save_provider(by=self.person("coordinator"), **(values | changes))

    def hosted(self, item_id: uuid.UUID, **changes: Any) -> None:
        """The worker looks the item's host up, which takes a second."""
        from tutela.apps.notices import actions as notices

        self.clock.shift(timedelta(seconds=1))
        notices.record_hosting(item_id=item_id, found=self.found(**changes))

    def taken(self) -> Any:
        """The worker claims the next notice that may leave; ``None`` when none may."""
        from tutela.apps.notices import actions as notices
        from tutela.core.kernel import clock

        notices.ready_notices(clock.now())
        return notices.take_due_notice(clock.now())

    def delivered(self, notice: Any, code: int | None = 250, stage: str = "done") -> Any:
        """The mail server answers."""
        from tutela.apps.notices import actions as notices
        from tutela.apps.notices import rules

        return notices.record_delivery(
            notice_id=notice.notice_id, result=rules.judge(code, stage=stage), jitter=0.0
        )

    def sent(self, *addresses: str, **codes: str) -> Any:
        """Play everything up to an accepted letter about these addresses, and return it."""
        from tutela.apps.notices import actions as notices

        self.node(**LETTER_AT_ONCE)
        item_ids = [
            self.decided(address, **codes) for address in addresses or ("https://files.example.org/item/42",)
        ]
        notices.follow_decisions()
        for item_id in item_ids:
            self.hosted(item_id)
        notice = self.taken()
        if notice is None:
            raise AssertionError("no notice was ready")
        self.delivered(notice)
        return notice

    def sent_to_provider(self, *addresses: str) -> Any:
        """Keep the provider's record and play up to an accepted letter to it."""

        def play() -> Any:
            self.provider()
            return self.sent(*addresses)

        notice = self._begin(("sent", addresses), play)
        self.node(**LETTER_AT_ONCE)
        return copy.deepcopy(notice)

    def _begin(self, key: tuple[Any, ...], play: Callable[[], Any]) -> Any:
        """Play, or put what the same beginning of another story left; a story that has begun goes on."""
        from tutela.core.kernel import clock
        from tutela.testing import replaying

        if self.people:
            return play()

        def begin() -> tuple[Any, dict[str, Any], datetime]:
            return play(), dict(self.people), clock.now()

        made, people, now = replaying.once((*key, clock.now(), repr(self.settings.TUTELA)), begin)
        self.people.update(people)
        self.clock.move_to(now)
        return made

    def state(self, item_id: uuid.UUID) -> tuple[str, str]:
        """Return state and reason of the item's newest notice."""
        from tutela.apps.notices import queries

        newest = queries.notices_of(item_id)[0]
        return newest.state, newest.reason

    def kinds(self, about: uuid.UUID) -> list[str]:
        """Return the kinds of the ledger's lines about this, the first one first."""
        from tutela.apps.ledger import queries

        return [line.kind for line in queries.lines_about(about)]


@pytest.fixture
def story(db: None, settings: Any) -> Iterator[Story]:
    """A story that begins on :data:`START`; its ``clock`` moves time by ``shift`` and ``move_to``."""
    import time_machine

    with time_machine.travel(START, tick=False) as clock:
        yield Story(settings, clock)
