"""A worker on a small internet of its own: name server, registry, web host and mail relay on the loopback."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tutela.apps.accounts.rules import Actor
from tutela.apps.receipts import actions as receipts
from tutela.apps.receipts import queries as receipt_queries
from tutela.apps.receipts import rules as receipt_rules
from tutela.core.envelope import sealing
from tutela.core.kernel import ids
from tutela.core.terms.states import Role
from tutela.doors.worker import loop
from tutela.doors.worker.equipment import Equipment, equip
from tutela.testing.servers import MailServer, NameServer, Network, RegistryServer, WebHost

_REPORTER = sealing.private_key_from_seed(bytes(range(1, 33)))
_REPORTER_PUBLIC = sealing.public_key(_REPORTER)


@dataclass
class World:
    """The node's worker and what it meets outside. ``round`` does everything that is due once."""

    names: NameServer
    registry: RegistryServer
    web: WebHost
    mail: MailServer
    settings: Any
    equipment: Equipment
    people: dict[str, Actor] = field(default_factory=dict)

    def round(self, now: datetime | None = None) -> dict[str, int]:
        return loop.run_once(now, self.equipment)

    def person(self, name: str, role: Role = Role.COORDINATOR) -> Actor:
        return self.people.setdefault(name, Actor(ids.new_id(), role))

    def hand_in(self, **fields: object) -> uuid.UUID:
        """Hand in a report as the site does; returns the receipt's id."""
        receipt_id, submission_id = ids.new_id(), ids.new_id()
        payload = {"v": 1, "kind": "report", "language": "en", **fields}
        receipts.hand_in(
            receipt_id=receipt_id,
            lookup=hashlib.sha256(receipt_id.bytes).digest(),
            public_key=_REPORTER_PUBLIC,
            submission_id=submission_id,
            sealed=self.seal(payload, receipt_id, submission_id),
            form_digest=hashlib.sha256(submission_id.bytes).digest(),
        )
        return receipt_id

    def hand_in_more(self, receipt_id: uuid.UUID, kind: str, **fields: object) -> uuid.UUID:
        submission_id = ids.new_id()
        payload = {"v": 1, "kind": kind, **fields}
        receipts.hand_in_more(
            receipt_id=receipt_id,
            submission_id=submission_id,
            kind=kind,
            sealed=self.seal(payload, receipt_id, submission_id),
            form_digest=hashlib.sha256(submission_id.bytes).digest(),
        )
        return submission_id

    def seal(self, payload: dict[str, object], receipt_id: uuid.UUID, submission_id: uuid.UUID) -> bytes:
        key = self.settings.TUTELA_DESK_PUBLIC_KEY
        return receipt_rules.seal_submission(payload, key, receipt_id, submission_id)

    def told(self, receipt_id: uuid.UUID) -> list[dict[str, Any]]:
        """Return what the reporter can read with the code."""
        return [
            receipt_rules.open_message(message.sealed, _REPORTER, receipt_id)
            for message in receipt_queries.messages(receipt_id)
        ]


@pytest.fixture
def world(settings: Any, tmp_path: Path) -> Iterator[World]:
    with (
        NameServer() as names,
        RegistryServer() as registry,
        WebHost() as web,
        MailServer() as mail,
    ):
        names.answer("files.example.org", "127.0.0.1")
        registry.register(Network("127.0.0.0/8", name="EXAMPLE-NET"))
        config = settings.TUTELA
        checks = replace(
            config.checks,
            mode="head",
            minutes_between_misses=1,
            egress_allow=("127.0.0.0/8",),
            nameservers=(names.address,),
            rdap=registry.bootstrap,
        )
        relay = replace(config.mail, host=mail.host, port=mail.port, security="none")
        desk = replace(config.desk, second_look=(), notice_bundle_minutes=0)
        settings.TUTELA = replace(config, checks=checks, mail=relay, desk=desk)
        settings.TUTELA_HOME = tmp_path
        yield World(names, registry, web, mail, settings, equip())
