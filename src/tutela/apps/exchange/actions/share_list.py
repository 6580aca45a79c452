"""Share a list of this node with a partner, and take it back; the worker says the pages."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import transaction

from tutela.apps.accounts.rules import Actor, require
from tutela.apps.exchange import rules
from tutela.apps.exchange.actions.say import own_role
from tutela.apps.exchange.errors import (
    MarkForbids,
    NotShared,
    NotToBeSaid,
    NotToBeShared,
    PartnerNotActive,
    PartnerUnknown,
)
from tutela.apps.exchange.models import HeardList, Marked, Share
from tutela.apps.exchange.queries.believing import PartnerFacts, believed
from tutela.apps.exchange.rules import PartnerState, ShareState
from tutela.apps.hashbank import queries as bank_queries
from tutela.apps.hashbank.errors import ListUnknown
from tutela.apps.hashbank.queries import ListForSharing
from tutela.apps.ledger import actions as ledger
from tutela.apps.ledger.rules import Fact
from tutela.core.kernel import clock, ids
from tutela.core.protocol import marks
from tutela.core.protocol.errors import WrongRole
from tutela.core.protocol.kinds import KINDS, may_say
from tutela.core.terms.marks import HandlingMark

_COMMAND = "command"


def ourselves() -> tuple[str, ...]:
    """Return the names by which a list says that this organisation made it."""
    config = settings.TUTELA
    return config.organisation, config.short_name, config.exchange.node


def share_list(*, list_name: str, partner: str, by: Actor | None = None) -> uuid.UUID:
    """Share a list with a partner from now on; without a person it is done on the command line.

    Raises:
        ListUnknown, PartnerUnknown, PartnerNotActive: there is none, or it is revoked.
        NotToBeSaid: no list is shared between these roles.
        MarkForbids: the handling of the list keeps it here.
        NotToBeShared: ``reason`` is ``negative`` (a list of the harmless) or ``theirs`` (it came from there).
    """
    actor, kept, facts = _actor(by), _list(list_name), _partner(partner)
    _check(kept, facts)
    with transaction.atomic():
        now = clock.now()
        row = Share.objects.select_for_update().filter(list_id=kept.id, partner_id=facts.id).first()
        if row is None:
            row = Share(id=ids.new_id(), list_id=kept.id, partner_id=facts.id, actor=actor, begun_at=now)
            row.save(force_insert=True)
        elif row.state == ShareState.ACTIVE:
            return row.id
        else:
            if row.state != ShareState.ENDING:
                begin_again(row)
            row.state, row.actor, row.begun_at, row.ended_at = ShareState.ACTIVE.value, actor, now, None
            # All entries are looked at again; those that the partner still has are not said twice.
            row.list_change, row.code, row.begun_again_at = -1, "", None
            row.save()
        _line("hash_list_shared", row, kept.name, actor)
    return row.id


def unshare_list(*, list_name: str, partner: str, by: Actor | None = None) -> None:
    """Take a list back: the partner is told to withdraw everything that it has of it.

    Raises:
        ListUnknown, PartnerUnknown: there is none.
        NotShared: the partner does not have this list.
    """
    actor, kept = _actor(by), _list(list_name)
    with transaction.atomic():
        rows = Share.objects.select_for_update().filter(list_id=kept.id, partner__name=partner)
        row = rows.exclude(state__in=[ShareState.ENDING.value, ShareState.ENDED.value]).first()
        if row is None:
            raise NotShared(partner)
        if row.state == ShareState.STOPPED:
            # What it has now is not known: it is told that the list is empty from its beginning.
            begin_again(row)
        nothing_said = row.conversation_id is None and row.begun_again_at is None
        row.state = (ShareState.ENDED if nothing_said else ShareState.ENDING).value
        row.ended_at, row.code = clock.now(), ""
        row.save()
        _line("hash_list_unshared", row, kept.name, actor)


def begin_again(row: Share) -> None:
    """Let the list begin again in a new conversation (not stored yet): what was said counts no more."""
    row.entries.all().delete()
    row.conversation, row.mark, row.number, row.change, row.last = None, "", 0, 0, None
    row.list_change, row.head, row.unfinished, row.begun_again_at = -1, -1, True, clock.now()


def _actor(by: Actor | None) -> str:
    if by is None:
        return _COMMAND
    require(by, "manage_lists")
    return by.label


def _list(name: str) -> ListForSharing:
    kept = bank_queries.list_for_sharing(name=name)
    if kept is None:
        raise ListUnknown(name)
    return kept


def _partner(name: str) -> PartnerFacts:
    own_role()
    facts = believed().partners.get(name)
    if facts is None:
        raise PartnerUnknown(name)
    if facts.state == PartnerState.REVOKED:
        raise PartnerNotActive(name)
    return facts


def _check(kept: ListForSharing, facts: PartnerFacts) -> None:
    if not may_say(KINDS["hash_delta"], sender=own_role(), to=facts.role):
        raise NotToBeSaid(WrongRole.code)
    if HeardList.objects.filter(list_id=kept.id, partner_id=facts.id).exists():
        raise NotToBeShared("theirs")
    for row in Marked.objects.filter(about_kind="hash_list", about_id=kept.id):
        if not marks.may_pass_on(HandlingMark(row.mark), within_node=False, to_partner=True):
            raise MarkForbids(row.mark)
    reason = rules.why_not(
        kept.handling, negative=kept.negative, kinds=bank_queries.kinds_in_force(kept.id),
        origin=kept.origin, ourselves=ourselves(),
    )  # fmt: skip
    if reason == "mark":
        raise MarkForbids(kept.handling)
    if reason:
        raise NotToBeShared(reason)


def _line(kind: str, row: Share, list_name: str, actor: str) -> None:
    facts: dict[str, Fact] = {"list": list_name, "partner": str(row.partner_id)}
    ledger.write_line(kind, actor=actor, about=("hash_list", row.list_id), facts=facts)
