"""A hash list that is shared page by page, and what the partner found about its entries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from tutela.core.protocol import forms
from tutela.core.protocol.contents.items import check_fingerprint, fingerprint_value
from tutela.core.protocol.errors import BadContent
from tutela.core.protocol.members import Content, inside, once
from tutela.core.terms.exchange import Opinion

MOST_ENTRIES = 5000
_ENTRY = forms.text(255)
_LIST = forms.pattern(r"[a-z0-9][a-z0-9._-]{0,63}", 64)


@dataclass(frozen=True, kw_only=True)
class SharedList(Content):
    """Which list, where it comes from and by what right it is passed on."""

    id: Annotated[str, _LIST]
    name: Annotated[str, forms.text(300)]
    origin: Annotated[str, forms.text(300)]
    legal_basis: Annotated[str, forms.text(300)]
    scheme: Annotated[str, forms.text(64)] = ""


@dataclass(frozen=True, kw_only=True)
class Upsert(Content):
    """One fingerprint of an entry; an entry with several has several."""

    entry: Annotated[str, _ENTRY]
    kind: Annotated[str, forms.name]
    value: Annotated[str, fingerprint_value]
    classification: Annotated[str, forms.text(64)] = ""
    scheme: Annotated[str, forms.text(64)] = ""
    quality: Annotated[int | None, forms.number(0, 100)] = None

    def judge(self, prefix: str) -> None:
        check_fingerprint(self.kind, self.value, f"{prefix}value")


@dataclass(frozen=True, kw_only=True)
class HashDelta(Content):
    """What changed in the list after change ``after`` (0: from the start) and up to ``upto``.

    ``last``: nothing newer was there when it was written.
    """

    list: Annotated[SharedList, inside(SharedList)]
    after: Annotated[int, forms.number(0)]
    upto: Annotated[int, forms.number(0)]
    last: Annotated[bool, forms.flag]
    upserts: Annotated[tuple[Upsert, ...], forms.many(inside(Upsert), most=MOST_ENTRIES)] = ()
    withdrawn: Annotated[tuple[str, ...], forms.many(_ENTRY, most=MOST_ENTRIES)] = ()

    def judge(self, prefix: str) -> None:
        once(self.withdrawn, f"{prefix}withdrawn")
        if self.upto < self.after:
            raise BadContent("contradicts", f"{prefix}upto")
        if {one.entry for one in self.upserts} & set(self.withdrawn):
            raise BadContent("contradicts", f"{prefix}withdrawn")


@dataclass(frozen=True, kw_only=True)
class EntryOpinion(Content):
    """What was found about one entry."""

    entry: Annotated[str, _ENTRY]
    opinion: Annotated[Opinion, forms.code(Opinion)]


@dataclass(frozen=True, kw_only=True)
class HashFeedback(Content):
    """What the partner found about entries of the list with this id."""

    list: Annotated[str, _LIST]
    entries: Annotated[tuple[EntryOpinion, ...], forms.many(inside(EntryOpinion), least=1, most=MOST_ENTRIES)]

    def judge(self, prefix: str) -> None:
        once((one.entry for one in self.entries), f"{prefix}entries")
