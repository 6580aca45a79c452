"""Contents: what is in a bank. What was put in here can be taken out; what others keep can be silenced."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tutela.core.matching.fingerprints import Fingerprint
from tutela.core.matching.flood import EntryKey
from tutela.doors.wire.hma import given
from tutela.doors.wire.hma.asked import Asked, kept_by_others, known_list, own_list
from tutela.doors.wire.hma.banks import shown_bank
from tutela.doors.wire.hma.names import entry_of
from tutela.doors.wire.hma.writing import writing
from tutela.doors.wire.refusals import Refused, bad_request
from tutela.doors.wire.service import Service

ENABLED, DISABLED = 1, 0
"""HMA's two magic values of ``disable_until_ts``; any other is a time."""

FOR_EVER = 1 << 62


def add_signals(service: Service, asked: Asked) -> dict[str, Any]:
    """Put fingerprints into a bank."""
    name = own_list(service, asked)
    signals = {type_: value for type_, value in asked.told.items() if type_ not in ("note", "metadata")}
    return add(service, name, given.signals_of(signals), asked.told)


def add(
    service: Service, name: str, signals: Mapping[str, Fingerprint], told: Mapping[str, Any]
) -> dict[str, Any]:
    """Put fingerprints into the bank ``name`` as one content; it counts when this returns."""
    if not signals:
        raise bad_request("No signals given", "no_signal")
    note, metadata = given.note_of(told), given.metadata_of(told.get("metadata"))
    texts = {type_: one.text for type_, one in signals.items()}
    with service.memory.changing(), writing(service) as writer:
        number = service.memory.add_content(name, texts, note, metadata)
        writer.put(name, entry_of(number), tuple(signals.values()))
    return {"id": number, "signals": texts}


def show_content(service: Service, asked: Asked) -> dict[str, Any]:
    """One content, with what is asked for."""
    return _shown(
        service,
        _entry(service, asked),
        int(asked.path["id"]),
        signals=asked.query.get("include_signals", "false").lower() == "true",
        metadata=asked.query.get("include_metadata", "true").lower() == "true",
    )


def change_content(service: Service, asked: Asked) -> dict[str, Any]:
    """Silence a content for a time or note something about it."""
    key = _entry(service, asked)
    until = given.until_of(asked.told)
    if "note" in asked.told:
        if key[0] not in service.memory.banks():
            raise kept_by_others()
        service.memory.note(int(asked.path["id"]), given.note_of(asked.told))
    if until is not None:
        service.memory.silence(key, {ENABLED: 0, DISABLED: FOR_EVER}.get(until, until))
        service.following.look()
    return _shown(service, key, int(asked.path["id"]), signals=False, metadata=True)


def drop_content(service: Service, asked: Asked) -> dict[str, Any]:
    """Take a content out of its bank; it has stopped matching when this returns."""
    name = own_list(service, asked)
    try:
        key = _entry(service, asked)
    except Refused:
        return {"deleted": 0}
    with service.memory.changing(), writing(service) as writer:
        service.memory.silence(key, 0)
        service.memory.drop_content(int(asked.path["id"]))
        writer.withdraw(name, key[1])
    return {"deleted": 1}


def _entry(service: Service, asked: Asked) -> EntryKey:
    """Return the entry that a path names by its number.

    Raises:
        Refused: there is none (404), or no answer of this service named it.
    """
    name = known_list(service, asked)
    number = asked.path["id"]
    key: EntryKey | None = None
    if len(number) <= 16:
        own = service.memory.content(int(number))
        if own is not None:
            key = (own.bank, entry_of(own.id))
        else:
            service.following.flush()
            key = service.memory.answered(int(number))
    if key is None or key[0] != name:
        raise Refused(404, f"content '{number[:20]}' not found", "no_content")
    return key


def _shown(service: Service, key: EntryKey, number: int, *, signals: bool, metadata: bool) -> dict[str, Any]:
    own = service.memory.content(number)
    until = service.memory.silenced().get(key)
    shown: dict[str, Any] = {
        "id": number,
        "disable_until_ts": {None: ENABLED, FOR_EVER: DISABLED}.get(until, until),
        "original_media_uri": None,
        "bank": shown_bank(key[0], service.memory.banks()),
        "entry": key[1],
    }
    if own is not None:
        if signals:
            shown["signals"] = own.signals
        if metadata and own.metadata:
            shown["metadata"] = own.metadata
        if own.note is not None:
            shown["note"] = own.note
    return shown
