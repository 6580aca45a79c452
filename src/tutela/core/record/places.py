"""Find the addresses in what somebody pasted: a list, a chat, prose with three links in it.

Linear in the length of the text, whatever it holds. What looks like an address and is none is named
with a reason; words that only stand around addresses are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tutela.core.record.hosts import has_public_suffix
from tutela.core.record.reading import UNREADABLE, Address, parse_address
from tutela.core.record.reasons import NotAnAddress, PlaceReason
from tutela.core.record.refang import close_gaps, without_invisible

MOST_ADDRESSES = 500
MOST_REFUSED = 100
MOST_READ = 10_000
_SHORT = 80

_BREAKS = re.compile(r"[\s<>\"“”„«»‹›`「」『』]+|\]\(")
_START = r"(?:h(?:tt|xx)ps?|f[tx]ps?)[\[(]?[:：][\])]?[\[(]?//"
# An address after a slash or an equals sign is part of the address before it: archives, redirects.
_RUN_TOGETHER = re.compile(rf"(?<![/=?&#%@+~])(?<!%[0-9A-F]{{2}})(?={_START})", re.IGNORECASE)
_WITH_SCHEME = re.compile(r"[a-z*_]{3,12}\s?[\[({]?[:：][\])}]?[\[({]?[/／\\]{2}", re.IGNORECASE)
_OPAQUE = re.compile(r"(?:blob|data|file|javascript|magnet|mailto|vbscript):\S", re.IGNORECASE)
_LABEL = r"[^\s/?#:@\[\](){}<>.。．｡,;!'\"]{1,63}"
_BARE = re.compile(
    rf"(?P<host>{_LABEL}(?:(?:[.。．｡]|[\[({{]{{1,3}}(?:[.:]|dot)[\])}}]{{1,3}}){_LABEL}){{1,12}})\.?"
    r"(?P<rest>(?::\d{1,5})?(?:[/?#].*)?)",
    re.IGNORECASE,
)
_DOT = re.compile(r"[。．｡]|[\[({]+(?:\.|dot)[\])}]+", re.IGNORECASE)
_NUMBERS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_LIST = re.compile(r"[,;|]")
_PREFIX = re.compile(rf"^[\w-]{{1,20}}=(?={_START})", re.IGNORECASE)
_SIGN = re.compile(r"[.:/@\[。．｡：]|[({]dot[)}]", re.IGNORECASE)
_IPV6 = re.compile(r"\[[0-9a-f:.]+\]", re.IGNORECASE)
_BEFORE = "'’‘*_~-–—•·|,;!>=([{"
_AFTER = ".,;:!?…'’‘*|\\·、。，([{"
_CLOSERS = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True, slots=True)
class RefusedPlace:
    """A part of the text that is no address, shortened and without what cannot be shown, and why."""

    text: str
    reason: PlaceReason


@dataclass(frozen=True, slots=True)
class Places:
    """What was found, in the order of the text, each address once.

    At most :data:`MOST_ADDRESSES` are taken and :data:`MOST_REFUSED` refusals named. ``left_out`` counts
    what came after those 500, and ``first_left_out`` is the first of it, so that a person can be told where
    to begin the next report. After :data:`MOST_READ` candidates the rest is counted unread, spelling by
    spelling.
    """

    addresses: tuple[Address, ...] = ()
    refused: tuple[RefusedPlace, ...] = ()
    left_out: int = 0
    first_left_out: str = ""


@dataclass(slots=True)
class _Gathering:
    addresses: dict[bytes, Address] = field(default_factory=dict)
    refused: dict[str, RefusedPlace] = field(default_factory=dict)
    left_out: dict[str, None] = field(default_factory=dict)
    read: int = 0

    def take(self, candidate: str) -> None:
        if self.read == MOST_READ:
            self.left_out.setdefault(candidate)
            return
        self.read += 1
        try:
            address = parse_address(candidate)
        except NotAnAddress as refusal:
            if len(self.refused) < MOST_REFUSED:
                self.refused.setdefault(candidate, RefusedPlace(_shortened(candidate), refusal.reason))
            return
        if address.key in self.addresses or len(self.addresses) < MOST_ADDRESSES:
            self.addresses.setdefault(address.key, address)
        else:
            self.left_out.setdefault(address.canonical)


def parse_places(text: str) -> Places:
    """Return the addresses in ``text`` and what in it looks like one and is none. Raises nothing."""
    gathering = _Gathering()
    for candidate in _candidates(text):
        gathering.take(candidate)
    return Places(
        tuple(gathering.addresses.values()),
        tuple(gathering.refused.values()),
        len(gathering.left_out),
        _shortened(next(iter(gathering.left_out), "")),
    )


def _shortened(text: str) -> str:
    text = UNREADABLE.sub("\ufffd", text)
    return text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"


def _candidates(text: str) -> Iterator[str]:
    whole = text.strip()
    for line in close_gaps(text).splitlines():
        tokens = [token for token in _BREAKS.split(line) if token]
        for token in tokens:
            # A line that holds one thing with a sign of an address in it was meant as an address.
            if _SIGN.search(token) or token == whole:
                yield from _in_token(token, alone=len(tokens) == 1)


def _in_token(token: str, alone: bool) -> Iterator[str]:
    visible = without_invisible(token)
    if _OPAQUE.match(visible):
        yield visible
        return
    whole = _trimmed(visible)
    pieces = _pieces(whole)
    for piece in pieces:
        trimmed = piece if piece is whole else _trimmed(piece)
        if trimmed and _is_candidate(trimmed, alone and len(pieces) == 1):
            yield token if trimmed == visible else trimmed


def _pieces(text: str) -> list[str]:
    if "/" not in text and "," not in text and ";" not in text and "|" not in text:
        return [text]
    pieces = [_PREFIX.sub("", piece) for piece in _RUN_TOGETHER.split(text) if piece]
    listed = _LIST.split(text) if len(pieces) == 1 else []
    return listed if len(listed) > 1 and all(_BARE.fullmatch(one) for one in listed) else pieces


def _is_candidate(text: str, alone: bool) -> bool:
    if alone or _WITH_SCHEME.match(text) or _OPAQUE.match(text) or _IPV6.match(text):
        return True
    found = _BARE.fullmatch(text)
    if not found:
        return False
    host = _DOT.sub(".", found["host"])
    if _NUMBERS.fullmatch(host):
        return True
    last = host.rpartition(".")[2]
    # "end of a sentence.My next one": a capital after a full stop is prose unless all is shouted.
    if last[:1].isupper() and not host.isupper() and not found["rest"]:
        return False
    return has_public_suffix(last)


def _trimmed(text: str) -> str:
    """Cut quotes, list marks and the sentence's punctuation; keep brackets that close within the address."""
    begun = len(text) - len(text.lstrip(_BEFORE if not _IPV6.match(text) else ""))
    after = _AFTER + "".join(mark for mark in "_~" if mark in text[:begun])
    text = text[begun:]
    open_now: dict[str, int] = {}
    end = len(text)
    while end:
        last = text[end - 1]
        if last in _CLOSERS and last not in open_now:
            open_now[last] = text.count(last) - text.count(_CLOSERS[last])
        if last not in after and open_now.get(last, 0) <= 0:
            break
        if last in open_now:
            open_now[last] -= 1
        end -= 1
    return text[:end]
