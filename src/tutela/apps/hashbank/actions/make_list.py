"""Lists: made with origin and legal basis, changed, paused and taken up again."""

from __future__ import annotations

import uuid
from dataclasses import asdict

from django.db import transaction

from tutela.apps.accounts.rules import Actor, require
from tutela.apps.hashbank import rules
from tutela.apps.hashbank.actions._changing import next_change
from tutela.apps.hashbank.errors import ListUnknown, NameTaken, NotAList
from tutela.apps.hashbank.models import HashList
from tutela.apps.hashbank.rules import ListFields, ListState
from tutela.apps.ledger import actions as ledger
from tutela.core.kernel import clock

COMMAND = "command"


def make_list(*, fields: ListFields, by: Actor | None = None) -> uuid.UUID:
    """Make a list; without a person it is made on the command line.

    Raises:
        NotAList: names the field that cannot be used.
        NameTaken: another list has this name.
    """
    actor = _actor(by)
    if wrong := rules.check_list(fields):
        raise NotAList(wrong)
    with transaction.atomic():
        change = next_change()
        if HashList.objects.filter(name=fields.name).exists():
            raise NameTaken
        row = HashList.objects.create(**asdict(fields), made_at=clock.now(), change=change)
        ledger.write_line("hash_list_made", actor=actor, about=("hash_list", row.id), facts=_facts(row))
    return row.id


def change_list(*, by: Actor, list_id: uuid.UUID, fields: ListFields) -> None:
    """Change what is said of a list; its name stays, because matches and lines name it."""
    require(by, "manage_lists")
    with transaction.atomic():
        change, row = next_change(), _locked(list_id)
        values = {**asdict(fields), "name": row.name}
        if wrong := rules.check_list(ListFields(**values)):
            raise NotAList(wrong)
        for name, value in values.items():
            setattr(row, name, value)
        row.change = change
        row.save()
        ledger.write_line("hash_list_changed", actor=by.label, about=("hash_list", row.id), facts=_facts(row))


def pause_list(*, by: Actor, list_id: uuid.UUID) -> None:
    """Let the hits of a list not count for a while."""
    _set_state(by, list_id, ListState.PAUSED)


def resume_list(*, by: Actor, list_id: uuid.UUID) -> None:
    """Let the hits of a list count again."""
    _set_state(by, list_id, ListState.ACTIVE)


def _set_state(by: Actor, list_id: uuid.UUID, state: ListState) -> None:
    require(by, "manage_lists")
    with transaction.atomic():
        change, row = next_change(), _locked(list_id)
        if row.state == state:
            return
        row.state, row.change = state.value, change
        row.save(update_fields=["state", "change"])
        ledger.write_line("hash_list_changed", actor=by.label, about=("hash_list", row.id), facts=_facts(row))


def _actor(by: Actor | None) -> str:
    if by is None:
        return COMMAND
    require(by, "manage_lists")
    return by.label


def _locked(list_id: uuid.UUID) -> HashList:
    row = HashList.objects.select_for_update().filter(pk=list_id).first()
    if row is None:
        raise ListUnknown
    return row


def _facts(row: HashList) -> dict[str, str | int | bool | list[str] | None]:
    return {
        "list": row.name,
        "radius": row.radius,
        "minimum_quality": row.minimum_quality,
        "negative": row.negative,
        "state": str(row.state),
    }
