"""Take a list file that somebody was handed, page by page.

The file is walked to its end before anything of it is taken: one that ends in the middle, or that is none,
leaves nothing behind. Pages are short transactions, so that a file of gigabytes does not keep the rest of the
node waiting; an import that was killed is finished by doing it again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any

from django.db import transaction

from tutela.apps.hashbank import rules
from tutela.apps.hashbank.actions.fetch_source import IMPORT, begin_again
from tutela.apps.hashbank.actions.take_page import take_page
from tutela.apps.hashbank.errors import ListUnknown, NotASource, NothingToList
from tutela.apps.hashbank.models import HashList, Source
from tutela.apps.hashbank.rules import SourceState
from tutela.core.kernel import clock, ids
from tutela.core.matching.sources import Checkpoint, HashItem, Page, Row
from tutela.core.record.listed import EntryReader, ListedEntry

ROWS_A_PAGE = 1000


class ListedRows:
    """What the rows of an imported file mean: they are listed entries, spelled in JSON."""

    def merge(self, _old: Row, new: Row, /) -> Row:
        return new

    def to_hashes(self, row: Row) -> Iterator[HashItem]:
        for one in row["fingerprints"]:
            yield HashItem(one["kind"], one["value"], one["quality"], row["scheme"], row["classification"])


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file. ``left_out`` and ``refused`` are counts by reason."""

    put: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
    refused: Mapping[str, int] = field(default_factory=dict)


def import_entries(
    *, list_name: str, source_name: str, reader: EntryReader, replace: bool = False, actor: str = "command"
) -> Imported:
    """Take every entry of a file into a list.

    Args:
        source_name: whose entries they are in that list; another file under the same name adds to them.
        replace: what this file does not hold any more is withdrawn.

    Raises:
        CannotRead: the file cannot be read to its end; nothing was taken.
        ListUnknown, NotASource: there is no such list, or the name belongs to another list or a source
            that is fetched.
        NothingToList: there is no entry in it.
    """
    if sum(1 for _entry in reader) == 0:
        raise NothingToList(tuple(sorted(reader.tally.refused)))
    left_out, refused = dict(reader.tally.left_out), dict(reader.tally.refused)
    source = _source(list_name, source_name, replace=replace)
    done, checkpoint, entries = Imported(), Checkpoint(), iter(reader)
    batch = list(islice(entries, ROWS_A_PAGE))
    for number in range(1, 2**31):
        following = list(islice(entries, ROWS_A_PAGE))
        page = Page(
            upserts=_rows(batch),
            deletes=frozenset(),
            checkpoint=Checkpoint(0, {"page": number}, 0),
            complete_range=not following,
            caught_up=not following,
        )
        taken = take_page(
            source_id=source.pk, page=page, reader=ListedRows(), expected=checkpoint, actor=actor
        )
        checkpoint = rules.next_checkpoint(checkpoint, page)
        done = Imported(
            done.put + taken.put, done.unchanged + taken.unchanged, done.withdrawn + taken.withdrawn,
            left_out, refused,
        )  # fmt: skip
        if not following:
            break
        batch = following
    return done


def _rows(batch: list[ListedEntry]) -> dict[str, dict[str, Any]]:
    return {entry.id[:255]: {**asdict(entry)} for entry in batch}


def _source(list_name: str, source_name: str, *, replace: bool) -> Source:
    """Return the source under which the file's entries stand, ready for a fetch of everything."""
    if not rules.is_name(source_name) or source_name == rules.DESK:
        raise NotASource("name")
    with transaction.atomic():
        kept = HashList.objects.filter(name=list_name).first()
        if kept is None:
            raise ListUnknown
        row = Source.objects.select_for_update().filter(name=source_name).first()
        if row is None:
            row = Source(name=source_name, kind=IMPORT, list=kept, state=SourceState.PAUSED.value)
        if row.kind != IMPORT or row.list_id != kept.pk:
            raise NotASource("name")
        begin_again(row)
        # What may be missing from the file stays, as if a page of it could not be read.
        row.unread = not replace
        row.checkpoint = rules.checkpoint_json(Checkpoint())
        # A person chose this file: the numbers are shown to that person, nobody else has to release them.
        row.state, row.next_at, row.released_by = SourceState.PAUSED.value, clock.now(), ids.new_id()
        row.save()
    return row
