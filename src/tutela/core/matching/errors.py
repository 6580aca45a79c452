"""What matching refuses. Each refusal has a stable code for machines; people's words stand at the doors."""

from __future__ import annotations

from tutela.core.kernel.errors import Refusal


class BadFingerprint(Refusal):
    """A text is no fingerprint of its kind, or one that must never be matched.

    ``reason`` is ``unknown_kind``, ``wrong_length``, ``wrong_alphabet``, ``bad_quality``, ``known_empty``
    (the digest of no bytes), ``degenerate`` (all bits equal) or ``low_quality``.
    """

    code = "bad_fingerprint"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class CannotHash(Refusal):
    """A file has no fingerprint of the kind asked for; ``reason`` says why (``core.matching.hashers``)."""

    code = "cannot_hash"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NoIndex(Refusal):
    """There is no index in that folder."""

    code = "no_index"


class IndexBroken(Refusal):
    """An index is half written, altered or of another version; ``reason`` names the file."""

    code = "index_broken"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class IndexBusy(Refusal):
    """Somebody else writes to this index."""

    code = "index_busy"


class UnknownList(Refusal):
    """There is no list of that name in the index."""

    code = "unknown_list"
