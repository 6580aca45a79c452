"""One page of a shared list: which of its changes the partner gets, and which it must withdraw."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from tutela.apps.exchange import rules
from tutela.apps.exchange.actions.share_list import ourselves
from tutela.apps.exchange.models import Marked, Share, SharedEntry
from tutela.apps.exchange.rules import ShareState
from tutela.apps.hashbank import queries as bank_queries
from tutela.apps.hashbank.queries import EntryForSharing, ListForSharing
from tutela.core.kernel import ids
from tutela.core.protocol import marks
from tutela.core.protocol.contents.lists import MOST_ENTRIES, HashDelta, SharedList, Upsert
from tutela.core.terms.marks import HandlingMark

ENTRIES_A_PAGE = 2000


@dataclass(slots=True)
class Page:
    """What one message will say. ``gone`` and ``kept`` are the partner's entries after it."""

    upserts: list[Upsert] = field(default_factory=list)
    gone: list[uuid.UUID] = field(default_factory=list)
    kept: dict[uuid.UUID, int] = field(default_factory=dict)
    more: bool = False

    def content(self, share: Share, kept: ListForSharing) -> dict[str, object]:
        """Return the page as it is said."""
        said = SharedList(
            id=kept.name, name=kept.title, origin=kept.origin, legal_basis=kept.legal_basis,
            scheme=_line(kept.scheme),
        )  # fmt: skip
        return HashDelta(
            list=said, after=share.number, upto=share.number + self.count, last=not self.more,
            upserts=tuple(self.upserts), withdrawn=tuple(map(str, self.gone)),
        ).to_json()  # fmt: skip

    @property
    def count(self) -> int:
        """How many entries it changes."""
        return len(self.kept) + len(self.gone)


def next_page(share: Share, kept: ListForSharing) -> Page:
    """Return what comes next, and move the share behind it (not stored yet)."""
    if share.state == ShareState.ENDING:
        return _everything_back(share)
    found = bank_queries.changes_of_list(share.list_id, share.change, share.last, most=ENTRIES_A_PAGE)
    page, before = Page(more=found.more), _before(share, found.entries)
    barred = _barred(share, found.entries)
    for entry in found.entries:
        if len(page.upserts) + len(entry.fingerprints) > MOST_ENTRIES and page.upserts:
            page.more = True
            break
        _sift(page, entry, kept, before, barred)
        share.change, share.last = entry.change, entry.id
    return page


def _sift(
    page: Page,
    entry: EntryForSharing,
    kept: ListForSharing,
    before: dict[uuid.UUID, int],
    barred: set[uuid.UUID],
) -> None:
    if _may_leave(entry, kept) and entry.item_id not in barred:
        if before.get(entry.id) != entry.change:
            page.upserts += _upserts(entry)
            page.kept[entry.id] = entry.change
    elif entry.id in before:
        page.gone.append(entry.id)


def _may_leave(entry: EntryForSharing, kept: ListForSharing) -> bool:
    ours = rules.is_ours(entry.source_kind, kept.origin, ourselves())
    fits = 0 < len(entry.fingerprints) <= MOST_ENTRIES
    return fits and kept.active and not kept.negative and rules.may_leave(kept.handling, ours=ours)


def _before(share: Share, entries: Iterable[EntryForSharing]) -> dict[uuid.UUID, int]:
    """Return which of these the partner has, and as of which change."""
    rows = SharedEntry.objects.filter(share=share, entry_id__in=[one.id for one in entries])
    return dict(rows.values_list("entry_id", "change"))


def _barred(share: Share, entries: Iterable[EntryForSharing]) -> set[uuid.UUID]:
    """Return the items of these entries that came from another partner under a mark that keeps them here."""
    items = {one.item_id for one in entries if one.item_id}
    rows = Marked.objects.filter(about_id__in=items).exclude(partner_id=share.partner_id)
    return {
        row.about_id
        for row in rows
        if not marks.may_pass_on(HandlingMark(row.mark), within_node=False, to_partner=True)
    }


def _everything_back(share: Share) -> Page:
    rows = SharedEntry.objects.filter(share=share).order_by("entry_id").values_list("entry_id", flat=True)
    found = list(rows[: MOST_ENTRIES + 1])
    return Page(gone=found[:MOST_ENTRIES], more=len(found) > MOST_ENTRIES)


def _upserts(entry: EntryForSharing) -> list[Upsert]:
    return [
        Upsert(
            entry=str(entry.id), kind=one.kind.value, value=one.text, quality=one.quality,
            classification=_line(entry.classification), scheme=_line(entry.scheme),
        )
        for one in entry.fingerprints
    ]  # fmt: skip


def _line(text: str) -> str:
    """Return a source's text as one line of characters that print."""
    return "".join(one if one.isprintable() else " " for one in text).strip()


def remember(share: Share, page: Page) -> None:
    """Note what the partner has once it took this page."""
    changed = [*page.gone, *page.kept]
    SharedEntry.objects.filter(share=share, entry_id__in=changed).delete()
    SharedEntry.objects.bulk_create(
        [
            SharedEntry(id=ids.new_id(), share=share, entry_id=entry, change=change)
            for entry, change in page.kept.items()
        ],
        batch_size=500,
    )
