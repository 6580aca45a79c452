"""Checking one upload: fingerprint what it carries, ask, and say whether it may go on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tutela.core.matching import hashers
from tutela.core.matching.fingerprints import Fingerprint, Kind
from tutela.core.matching.uploads import BadUpload, carries_files, files_of
from tutela.middleware.knowing import CannotAsk, Knowing, Match

KINDS = (Kind.SHA256, Kind.SHA1, Kind.MD5, Kind.PDQ)
METHODS = ("POST", "PUT", "PATCH")
NOTED = "tutela.upload"
"""Where the application finds what was found: ``scope[NOTED]``, ``environ[NOTED]``."""

_UNSEEN = frozenset(
    {"broken", "truncated", "too_many_pixels", "no_memory", "colours_not_supported", "format_not_supported",
     "too_many_bytes"}
)  # fmt: skip
"""Reasons why a picture's looks stay unknown although somebody may be able to look at it."""


class CheckedState(StrEnum):
    """What is known of an upload."""

    CLEAN = "clean"
    MATCH = "match"
    UNCHECKED = "unchecked"


class OnMatch(StrEnum):
    """What becomes of an upload that matches."""

    REFUSE = "refuse"
    MARK = "mark"


class OnFailure(StrEnum):
    """What becomes of an upload that could not be checked: ``open`` lets it pass, ``closed`` does not."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found. ``reason`` says why something is unchecked; a match counts whatever else failed."""

    state: CheckedState
    files: int = 0
    matches: tuple[Match, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """What the owner of an application wants.

    ``on_failure`` has no default: whether uploads go on while nobody can be asked is a decision. ``told`` is
    called with everything that is not clean, before the answer; it is where a platform keeps what its law
    wants kept. ``paths`` says which addresses take uploads (all when None). Bodies longer than
    ``most_bytes`` cannot be checked. ``refusal`` is what a refused client reads.
    """

    knowing: Knowing
    on_failure: OnFailure
    on_match: OnMatch = OnMatch.REFUSE
    told: Callable[[Checked], None] | None = None
    paths: Callable[[str], bool] | None = None
    most_bytes: int = 64 * 1024 * 1024
    refusal: bytes = field(default=b"This file cannot be taken.\n")

    def concerns(self, method: str, path: str, content_type: str) -> bool:
        """Whether a request can carry a file to where files are taken."""
        return method in METHODS and carries_files(content_type) and (self.paths is None or self.paths(path))

    def refuses(self, checked: Checked) -> int:
        """Return the status to refuse an upload with, or 0 to let it go on."""
        if checked.state is CheckedState.MATCH:
            return 403 if self.on_match is OnMatch.REFUSE else 0
        if checked.state is CheckedState.UNCHECKED and self.on_failure is OnFailure.CLOSED:
            return 413 if checked.reason == "too_long" else 503
        return 0


def check(policy: Policy, content_type: str, encoding: str, body: bytes) -> Checked:
    """Return what is known of an upload. Takes its time: pictures are decoded."""
    if encoding not in ("", "identity"):
        return Checked(CheckedState.UNCHECKED, reason="encoded")
    try:
        files = files_of(content_type, body)
    except BadUpload as refused:
        return Checked(CheckedState.UNCHECKED, reason=refused.reason)
    unseen = ""
    fingerprints: list[Fingerprint] = []
    for part in files:
        hashed = hashers.hash_bytes(bytes(part.data), KINDS)
        fingerprints += hashed.fingerprints
        unseen = unseen or next((one for one in hashed.refusals.values() if one in _UNSEEN), "")
    return _judged(policy, fingerprints, len(files), unseen)


def unchecked(reason: str) -> Checked:
    """Return that nothing is known, and why."""
    return Checked(CheckedState.UNCHECKED, reason=reason)


def _judged(policy: Policy, fingerprints: Sequence[Fingerprint], files: int, unseen: str) -> Checked:
    if fingerprints:
        try:
            matches = tuple(policy.knowing.matches(fingerprints))
        except CannotAsk as failed:
            return Checked(CheckedState.UNCHECKED, files, reason=failed.reason)
        if matches:
            return Checked(CheckedState.MATCH, files, matches)
    if unseen:
        return Checked(CheckedState.UNCHECKED, files, reason=unseen)
    return Checked(CheckedState.CLEAN, files)
