"""Sealed files as bytes: what is checked before one is written, and what one that is read must keep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from tutela.core.envelope import frame, reading, writing
from tutela.core.envelope.errors import Expired
from tutela.core.envelope.header import Header
from tutela.core.envelope.reading import Message
from tutela.core.envelope.trust import KnownKey, OwnNode, Trust
from tutela.core.kernel import clock, ids
from tutela.core.kernel.errors import Refusal
from tutela.core.protocol import contents, kinds, marks
from tutela.core.protocol.contents.police import Referral
from tutela.core.protocol.descriptions import NodeDescription
from tutela.core.protocol.errors import MarkLoosened
from tutela.core.record.referral import Organisation, ReferralRecord
from tutela.core.terms.marks import HandlingMark
from tutela.doors.cli import key_folders
from tutela.doors.cli.key_folders import Keys
from tutela.doors.cli.node_setup import fail


@dataclass(frozen=True)
class Sealed:
    """A sealed file, its header, and whom it was sealed to."""

    data: bytes
    header: Header
    to: KnownKey


def write(
    content: object,
    *,
    kind: str,
    ours: Keys,
    key_id: str,
    to: Path | None,
    answered: Header | None,
    mark: str,
    life: timedelta,
    sequence: int,
) -> Sealed:
    """Seal ``content`` to one partner; what a partner would refuse is refused here first."""
    now = clock.now()
    partner = key_folders.read_description(to or _description_of(ours, answered))
    known = _checked_kind(kind, ours, partner, answered)
    _check_content(kind, content)
    letter = writing.Letter(
        id=ids.new_id(),
        kind=kind,
        conversation=answered.conversation if answered else ids.new_id(),
        sequence=sequence,
        sent_at=now,
        mark=_mark(mark, known, answered),
        content=content if isinstance(content, Mapping) else {},
        life=life,
    )
    addressee = key_folders.newest_key(partner, now)
    try:
        data = writing.write(letter, sender=_signer(ours, key_id), to=[addressee])
    except Refusal as refusal:
        raise fail(f"nothing was sealed: {refusal.code}: {refusal}") from refusal
    return Sealed(data, frame.split(data).header, addressee)


def read(data: bytes, *, ours: Keys, trust: Trust, expired: bool) -> Message:
    """Open a sealed file; opening it twice is no replay, because nothing is done about it here.

    Raises:
        EnvelopeRefusal: each child by its name; ``Expired`` only without ``expired``.
    """
    own, known = ours.own(), frozenset(kinds.KINDS)

    def at(now: object) -> Message:
        return reading.read(data, own=own, trust=trust, now=now, kinds=known, seen=lambda *_: None)  # type: ignore[arg-type]

    try:
        return at(clock.now())
    except Expired:
        if not expired:
            raise
        return at(frame.split(data).header.sent_at)


def wrong_with(message: Message) -> str:
    """Return where an opened content is not as its kind demands, empty when it is."""
    try:
        contents.check(message.header.kind, message.content)
    except Refusal as refusal:
        return str(refusal)
    return ""


def as_sheet(message: Message, ours: Keys, language: str) -> bytes:
    """Return a referral that was opened as a printable sheet."""
    from tutela.formats.sheet.write import write as write_sheet

    with _expressed():
        return write_sheet(_referral(message, ours), language=language)


def as_bundle(message: Message, ours: Keys) -> bytes:
    """Return a referral that was opened as a STIX bundle."""
    from tutela.formats.stix.write import write as write_bundle

    with _expressed():
        return write_bundle(_referral(message, ours))


def _referral(message: Message, ours: Keys) -> ReferralRecord:
    from tutela.formats import referrals

    said = contents.read(message.header.kind, message.content)
    if not isinstance(said, Referral):
        raise fail(f"this is written of a referral, not of a {message.header.kind}")
    header = message.header
    return referrals.record_of(
        said, made_at=header.sent_at, organisation=Organisation(header.sender.node),
        to=Organisation(ours.node), mark=header.mark,
    )  # fmt: skip


@contextmanager
def _expressed() -> Iterator[None]:
    try:
        yield
    except Refusal as refusal:
        raise fail(f"it was opened and cannot be written so: {refusal.code}: {refusal}") from refusal


def _description_of(ours: Keys, answered: Header | None) -> Path:
    """Return the description of who wrote what is answered, from the folder of partners."""
    if answered is None:
        raise fail("nobody to seal it to: name the partner's node.json with --to")
    for file in sorted((ours.folder / key_folders.PARTNERS).glob("*.json")):
        if key_folders.read_description(file).node == answered.sender.node:
            return file
    raise fail(f"there is no node.json of {answered.sender.node}: name it with --to")


def _checked_kind(kind: str, ours: Keys, partner: NodeDescription, answered: Header | None) -> kinds.Kind:
    known = kinds.KINDS.get(kind)
    if known is None:
        raise fail(f"{kind!r} is no kind; there are: {', '.join(kinds.KINDS)}")
    if not kinds.may_say(known, sender=ours.role, to=partner.role):
        raise fail(f"a {ours.role} does not say {kind} to a {partner.role}")
    if answered is None and not known.begins:
        raise fail(f"{kind} begins no conversation: name what it answers with --answers")
    if answered is not None and answered.kind not in known.answers_to:
        raise fail(f"{kind} does not answer {answered.kind}")
    if answered is not None and answered.sender.node != partner.node:
        raise fail(f"what is answered came from {answered.sender.node}, not from {partner.node}")
    return known


def _check_content(kind: str, content: object) -> None:
    try:
        contents.check(kind, content)
    except Refusal as refusal:
        raise fail(f"nothing was sealed: {refusal.code}: {refusal}") from refusal


def _mark(wanted: str, kind: kinds.Kind, answered: Header | None) -> HandlingMark:
    if wanted and wanted not in [*HandlingMark]:
        raise fail(f"{wanted!r} is no handling mark; there are: {', '.join(HandlingMark)}")
    try:
        return marks.mark_for(
            HandlingMark(wanted) if wanted else None,
            default=kind.mark,
            floor=answered.mark if answered else None,
        )
    except MarkLoosened as refusal:
        raise fail(f"nothing was sealed: {refusal.code}: {refusal}") from refusal


def _signer(ours: Keys, key_id: str) -> OwnNode:
    own = ours.own(key_id)
    if len(own.keys) > 1:
        there = ", ".join(keys.public.key_id for keys in own.keys)
        raise fail(f"there are several keys; say with --key-id which signs: {there}")
    return own
