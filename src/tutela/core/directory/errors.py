"""What is refused about a directory. Each name says which promise of spec/directory.md was broken."""

from __future__ import annotations

from typing import ClassVar

from tutela.core.kernel.errors import Refusal


class DirectoryRefusal(Refusal):
    """Base of the room."""

    code: ClassVar[str] = "directory_refused"


class BrokenEntry(DirectoryRefusal):
    """The entry of an organisation is not in its form."""

    code: ClassVar[str] = "broken_entry"


class UnknownEntryVersion(DirectoryRefusal):
    """An entry of a later form than this release reads."""

    code: ClassVar[str] = "unknown_version"


class WrongTarget(DirectoryRefusal):
    """An entry is not the one that was signed for, or it speaks of another node than its name."""

    code: ClassVar[str] = "wrong_target"


class BrokenMetadata(DirectoryRefusal):
    """One of the signed files is not in its form."""

    code: ClassVar[str] = "broken_metadata"


class ThresholdNotMet(DirectoryRefusal):
    """Fewer keepers signed than must."""

    code: ClassVar[str] = "threshold_not_met"


class NotAKeeper(DirectoryRefusal):
    """This key has no part in what is to be signed."""

    code: ClassVar[str] = "not_a_keeper"


class TooFewKeepers(DirectoryRefusal):
    """More signatures would be asked for than there are keepers, or fewer than one."""

    code: ClassVar[str] = "too_few_keepers"


class Expired(DirectoryRefusal):
    """Root, targets or snapshot were not renewed in time."""

    code: ClassVar[str] = "expired"


class Frozen(DirectoryRefusal):
    """Nobody said lately that this is still the newest state: somebody may hold newer ones back."""

    code: ClassVar[str] = "frozen"


class RolledBack(DirectoryRefusal):
    """Older than what was seen before."""

    code: ClassVar[str] = "rolled_back"


class Mixed(DirectoryRefusal):
    """Files of different states were put together."""

    code: ClassVar[str] = "mixed"


class Forked(DirectoryRefusal):
    """Another file than the one seen before, under the same version: two histories were signed."""

    code: ClassVar[str] = "forked"


class TooLarge(DirectoryRefusal):
    """Longer, or more of it, than a node takes from a directory."""

    code: ClassVar[str] = "too_large"


class Unreachable(DirectoryRefusal):
    """The directory did not answer, or not with what was asked for."""

    code: ClassVar[str] = "unreachable"
