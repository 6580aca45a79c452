"""What the room refuses."""

from __future__ import annotations

from typing import ClassVar

from tutela.core.kernel.errors import NotFound, Refusal


class HashbankRefusal(Refusal):
    """Base of the room."""

    code: ClassVar[str] = "hashbank_refused"


class ListUnknown(HashbankRefusal, NotFound):
    """There is no such list."""

    code: ClassVar[str] = "list_unknown"


class SourceUnknown(HashbankRefusal, NotFound):
    """There is no such source."""

    code: ClassVar[str] = "source_unknown"


class EntryUnknown(HashbankRefusal, NotFound):
    """There is no such entry."""

    code: ClassVar[str] = "entry_unknown"


class PageUnknown(HashbankRefusal, NotFound):
    """There is no such quarantined page."""

    code: ClassVar[str] = "page_unknown"


class NotAList(HashbankRefusal):
    """A list's fields cannot be used; ``reason`` is the name of the field."""

    code: ClassVar[str] = "not_a_list"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotASource(HashbankRefusal):
    """A source's fields cannot be used; ``reason`` is the name of the field."""

    code: ClassVar[str] = "not_a_source"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NameTaken(HashbankRefusal):
    """Another list or source has this name."""

    code: ClassVar[str] = "name_taken"


class NothingToList(HashbankRefusal):
    """There is no usable fingerprint; ``reasons`` says why for each, as codes."""

    code: ClassVar[str] = "nothing_to_list"

    def __init__(self, reasons: tuple[str, ...] = ()) -> None:
        super().__init__(", ".join(reasons))
        self.reasons = reasons


class AlreadyListed(HashbankRefusal):
    """All of these fingerprints stand on this list already, or wait for approval."""

    code: ClassVar[str] = "already_listed"


class OwnProposal(HashbankRefusal):
    """Who proposed an entry cannot approve it."""

    code: ClassVar[str] = "own_proposal"


class NotProposed(HashbankRefusal):
    """The entry does not wait for approval any more."""

    code: ClassVar[str] = "not_proposed"


class NotListed(HashbankRefusal):
    """The entry is not in force, so it cannot be withdrawn."""

    code: ClassVar[str] = "not_listed"


class NotHeld(HashbankRefusal):
    """The source is not held."""

    code: ClassVar[str] = "not_held"


class NoSource(HashbankRefusal):
    """The entry comes from no source that could be told."""

    code: ClassVar[str] = "no_source"


class Overtaken(HashbankRefusal):
    """Somebody else took a page of this source meanwhile; nothing of this one was taken."""

    code: ClassVar[str] = "overtaken"
