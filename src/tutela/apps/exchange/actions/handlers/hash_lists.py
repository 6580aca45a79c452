"""A partner shares a list with us, page by page, or says what it found about entries of ours."""

from __future__ import annotations

import contextlib
import uuid
from typing import Any

from tutela.apps.exchange.actions._binding import keep_mark
from tutela.apps.exchange.actions.handlers._heard import HeardMessage
from tutela.apps.exchange.errors import HandlerFailed
from tutela.apps.exchange.models import Envelope, HeardList, Marked, Share, SharedEntry
from tutela.apps.hashbank import actions as bank
from tutela.apps.hashbank import queries as bank_queries
from tutela.apps.hashbank.errors import NotAList
from tutela.core.kernel import ids
from tutela.core.matching.sources import Opinion
from tutela.core.protocol.contents.lists import HashDelta, HashFeedback, Upsert
from tutela.core.terms.marks import HandlingMark, tightest

MOST_LISTS = 100
"""Lists that one partner can make here."""


def hear_delta(heard: HeardMessage) -> None:
    """Keep the partner's list as far as this page brings it; what it withdraws is out of force at once."""
    said = HashDelta.from_json(heard.content)
    row = (
        HeardList.objects.select_for_update().filter(partner_id=heard.partner_id, remote=said.list.id).first()
    )
    begins = _begins(row, said, heard)
    row = _kept(row, said, heard)
    bank.take_delta(
        source_id=row.source_id, actor=heard.actor,
        delta=bank.Delta(_rows(said.upserts), said.withdrawn, begins=begins, last=said.last),
    )  # fmt: skip
    if begins:
        row.begun_at = heard.sent_at
    row.conversation_id, row.upto, row.heard_at = heard.conversation_id, said.upto, heard.now
    row.save()
    # Withdrawn fingerprints must not lie on in sealed pages, for which this node has the keys.
    Envelope.objects.filter(pk=heard.message_id).delete()


def _begins(row: HeardList | None, said: HashDelta, heard: HeardMessage) -> bool:
    """Return whether the list begins again with this page.

    Raises:
        HandlerFailed: something before it was not taken, or a later beginning was.
    """
    if said.after > 0:
        if row is None or row.conversation_id != heard.conversation_id or said.after > row.upto:
            raise HandlerFailed("page_missing")
        return False
    if row is None:
        return False
    if heard.sent_at < row.begun_at:
        raise HandlerFailed("page_too_old")
    return row.upto > 0 or row.conversation_id != heard.conversation_id


def _kept(row: HeardList | None, said: HashDelta, heard: HeardMessage) -> HeardList:
    if row is None and HeardList.objects.filter(partner_id=heard.partner_id).count() >= MOST_LISTS:
        raise HandlerFailed("too_many_lists")
    told = bank.PartnerList(
        partner=heard.partner, id=said.list.id, title=_line(said.list.name) or said.list.id,
        origin=_line(said.list.origin) or heard.partner,
        legal_basis=_line(said.list.legal_basis) or heard.partner, scheme=_line(said.list.scheme),
        handling=_mark(row, heard).value,
    )  # fmt: skip
    before = bank.Kept(row.list_id, row.source_id) if row else None
    try:
        kept = bank.keep_partner_list(said=told, kept=before, actor=heard.actor)
    except NotAList as refusal:
        raise HandlerFailed("list_unusable") from refusal
    keep_mark(about=("hash_list", kept.list_id), partner_id=heard.partner_id, mark=heard.mark, now=heard.now)
    return row or HeardList(
        id=ids.new_id(), partner_id=heard.partner_id, remote=said.list.id, list_id=kept.list_id,
        source_id=kept.source_id, begun_at=heard.sent_at,
    )  # fmt: skip


def _mark(row: HeardList | None, heard: HeardMessage) -> HandlingMark:
    """Return the tightest mark under which the list ever came."""
    before = Marked.objects.filter(about_id=row.list_id, partner_id=heard.partner_id) if row else ()
    return tightest(heard.mark, *(HandlingMark(one.mark) for one in before))


def _rows(upserts: tuple[Upsert, ...]) -> dict[str, dict[str, Any]]:
    """Return entries as an imported file has them; an entry has as many fingerprints as upserts name it."""
    rows: dict[str, dict[str, Any]] = {}
    for one in upserts:
        row = rows.setdefault(
            one.entry, {"fingerprints": [], "scheme": one.scheme, "classification": one.classification}
        )
        row["fingerprints"].append({"kind": one.kind, "value": one.value, "quality": one.quality})
    return rows


def _line(text: str) -> str:
    return "".join(one if one.isprintable() else " " for one in text).strip()


def hear_feedback(heard: HeardMessage) -> None:
    """Keep what the partner found at the entries that it has from us."""
    said = HashFeedback.from_json(heard.content)
    kept = bank_queries.list_for_sharing(name=said.list)
    share = Share.objects.filter(list_id=kept.id, partner_id=heard.partner_id).first() if kept else None
    if kept is None or share is None:
        raise HandlerFailed("list_not_shared")
    opinions: dict[uuid.UUID, Opinion] = {}
    for one in said.entries:
        with contextlib.suppress(ValueError):
            opinions[uuid.UUID(one.entry)] = Opinion(one.opinion.value)
    has = SharedEntry.objects.filter(share=share, entry_id__in=list(opinions))
    known = {entry: opinions[entry] for entry in has.values_list("entry_id", flat=True)}
    bank.hear_feedback(list_id=kept.id, partner=heard.partner, opinions=known, now=heard.now)
