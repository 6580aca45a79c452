"""What a worker, a person at the desk, or a keeper of a node under test is asked to do, by name.

Called inside a process of the node (``hands``). Arguments and results pass as JSON.
"""

from __future__ import annotations

import contextlib
import functools
import os
import secrets
import signal
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from tutela.apps.cases import actions as cases
from tutela.apps.cases import queries as case_queries
from tutela.apps.exchange import actions as exchange
from tutela.apps.exchange import queries
from tutela.apps.exchange.keyring import Keyring
from tutela.apps.ledger import queries as ledger_queries
from tutela.core.envelope import sealing
from tutela.core.envelope.node_keys import PublicKeys
from tutela.core.kernel import clock, ids
from tutela.core.terms.states import CloseReason, DecisionKind, ItemState
from tutela.doors.worker import loop
from tutela.doors.worker.equipment import Equipment, equip
from tutela.testing import stories
from tutela.testing.people import MadePerson


@functools.cache
def _equipment() -> Equipment:
    """What one worker carries from its start to its end."""
    return equip()


class _Deadline:
    """Kills this process at its n-th statement or commit, counted from now: before it, or right after."""

    def __init__(self, after: int) -> None:
        self.left = after

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        self.count()
        return execute(sql, *rest)

    def commit(self, wrapper: BaseDatabaseWrapper) -> None:
        self.count()
        _commit(wrapper)
        self.count()

    def count(self) -> None:
        self.left -= 1
        if self.left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)


_commit = BaseDatabaseWrapper._commit  # type: ignore[attr-defined]  # Django's own, not in its stubs


def work(die_after: int = 0) -> dict[str, int]:
    """Do a worker's round; with ``die_after`` the process is killed at that statement or commit."""
    with _killed(die_after):
        return loop.run_once(equipment=_equipment())


@contextlib.contextmanager
def _killed(after: int) -> Iterator[None]:
    """Let this process be killed at that statement or commit; never when it is zero."""
    if not after:
        yield
        return
    deadline = _Deadline(after)
    BaseDatabaseWrapper._commit = lambda self: deadline.commit(self)  # type: ignore[attr-defined]
    try:
        with connection.execute_wrapper(deadline):
            yield
    finally:
        BaseDatabaseWrapper._commit = _commit  # type: ignore[attr-defined]


def say(
    partner: str, kind: str, content: Mapping[str, Any], conversation: str = "", die_after: int = 0
) -> list[Any]:
    """Say one thing to the partner, as a door does; returns message, conversation and place."""
    within = uuid.UUID(conversation) if conversation else None
    with _killed(die_after):
        said = exchange.say(partner=partner, kind=kind, content=content, actor="worker", conversation=within)
    return [str(said.message_id), str(said.conversation_id), said.sequence]


def reply(partner: str, text: str) -> list[Any] | None:
    """Answer the newest question of the partner that a desk lets people answer; nothing when there is none.

    A question that overtook what it belongs to stands in the conversation, and its turn has not come.
    """
    conversations = apps.get_model("exchange", "Conversation").objects
    rows = conversations.filter(partner__name=partner, kind="question", begun_here=False)
    for one in rows.order_by("-begun_at").values_list("pk", flat=True):
        if "reply" in queries.conversation(one, contents=False).sayable:
            return say(partner, "reply", {"text": text}, str(one))
    return None


def hand_over(partner: str, address: str) -> list[Any]:
    """Take a report in, settle its item and hand it over: everything that a desk does until then."""
    item = _reported(address)
    stories.settle(item, *_analysts())
    done = exchange.hand_over(
        by=_analysts()[1].actor, items=[(item, case_queries.item(item).version)], partner=partner
    )
    return [str(done.message_id), str(done.conversation_id), 1]


def _reported(address: str) -> uuid.UUID:
    from tutela.apps.receipts import actions as receipts

    receipt_id, submission_id = ids.new_id(), ids.new_id()
    receipts.hand_in(
        receipt_id=receipt_id, lookup=secrets.token_bytes(32), public_key=_reporters_key(),
        submission_id=submission_id, sealed=b"opened below", form_digest=secrets.token_bytes(32),
    )  # fmt: skip
    payload = {"v": 1, "kind": "report", "places": address}
    made = cases.submit_report(
        payload=payload, receipt_id=receipt_id, submission_id=submission_id, received_at=clock.now()
    )
    receipts.mark_opened(submission_id)
    return made.item_ids[0]


@functools.cache
def _reporters_key() -> bytes:
    return sealing.public_key(sealing.private_key_from_seed(bytes(32)))


@functools.cache
def _analysts() -> tuple[MadePerson, MadePerson]:
    """The same two people after each start; nobody signs in, so they have no password."""
    first, second = (_analyst(name) for name in ("nino", "levan"))
    return first, second


def _analyst(name: str) -> MadePerson:
    person, _ = get_user_model().objects.get_or_create(
        email=f"{name}@hotline.example.org", defaults={"id": ids.new_id(), "name": name, "role": "analyst"}
    )
    return MadePerson(person.id, person.email, "", person.actor)


def go_on_with_handed(partner: str) -> int:
    """Let the desk settle and close everything that this partner handed over; returns how many items."""
    rows = apps.get_model("exchange", "HandedItem").objects.filter(
        conversation__partner__name=partner, conversation__begun_here=False, conversation__closed_at=None
    )
    count = 0
    for item_id in rows.values_list("item_id", flat=True):
        if case_queries.item(item_id).state != ItemState.WAITING:
            continue
        stories.settle(item_id, *_analysts(), found=stories.NOT_ILLEGAL)
        if case_queries.item(item_id).state == ItemState.DECIDING:
            stories.decide(item_id, _analysts()[0], DecisionKind.CLOSE, CloseReason.NOT_ILLEGAL)
        count += 1
    return count


def rotate() -> str:
    """Make new keys; the worker announces them."""
    return exchange.rotate_keys(_keyring()).key_id


def revoke() -> str:
    """Stop using our newest keys, as after a theft; returns their id."""
    newest = next(one for one in queries.own_keys() if one.revoked_at is None)
    exchange.revoke_own_keys(_keyring(), key_id=newest.key_id)
    return newest.key_id


def _keyring() -> Keyring:
    return _equipment().keyring


def keys() -> list[dict[str, Any]]:
    """Return our public keys as keepers of a directory hear them: hex, times, whether revoked."""
    return [
        {
            "id": one.key_id,
            "public": PublicKeys(one.public).raw.hex(),
            "valid_from": clock.to_text(one.valid_from),
            "valid_until": one.valid_until and clock.to_text(one.valid_until),
            "revoked_at": one.revoked_at and clock.to_text(one.revoked_at),
        }
        for one in queries.own_keys()
    ]


def contents(partner: str) -> dict[str, list[list[str]]]:
    """Return what people read in each conversation with a partner: who said it, its kind, its words."""
    rows = apps.get_model("exchange", "Conversation").objects.filter(
        partner__name=partner, kind__in=["question", "handover"]
    )
    return {str(row.shared_id): _words(row.id) for row in rows}


def _words(conversation: uuid.UUID) -> list[list[str]]:
    messages = queries.conversation(conversation).messages
    return [["said" if one.ours else "heard", one.kind, str(one.content.get("text", ""))] for one in messages]


def ledger() -> dict[str, Any]:
    """Return whether the chain of the ledger holds, and how many lines it has."""
    verdict = ledger_queries.verify()
    return {"holds": verdict.holds, "lines": verdict.lines, "reason": verdict.reason}


DEEDS: dict[str, Callable[..., Any]] = {
    "work": work,
    "say": say,
    "reply": reply,
    "hand_over": hand_over,
    "go_on": go_on_with_handed,
    "rotate": rotate,
    "revoke": revoke,
    "keys": keys,
    "contents": contents,
    "ledger": ledger,
}
