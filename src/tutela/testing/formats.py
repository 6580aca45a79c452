"""The conformance kit that every format is run through, those of others too.

``samples/`` holds twins, a file of the format and what it means as a record in JSON::

    samples/read/<name>.<ext>              + <name>.record.json     reading the one gives the other
    samples/write/<name>.<ext>             + <name>.record.json     writing the other gives the one
    samples/refused/<reason>--<name>.<ext>                          reading is refused with that reason
    samples/cannot_express/<reason>--<name>.record.json             writing is refused with that reason

A format whose bytes depend on the machine shows in ``samples/write`` what it makes them of
(``Manifest.samples_of``). In a record's JSON moments are RFC 3339, bytes are hex, and an address may be its
text alone.
Each check raises AssertionError and says which sample of which format is wrong.
"""

from __future__ import annotations

import dataclasses
import json
import random
import types
import typing
from collections.abc import Callable, Iterator
from datetime import datetime
from enum import StrEnum
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

from tutela.core.kernel import clock
from tutela.core.record.addresses import Address, parse_address
from tutela.formats.errors import CannotExpress, CannotRead
from tutela.formats.registry import Format

_TWIN = ".record.json"
# What media begins with, plain and in base64: no format may carry it, in either direction.
_MEDIA = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF", b"ftyp", b"/9j/", b"iVBOR", b"R0lGOD", b"data:image")
_CUTS = 60
_FLIPS = 200


def check_anatomy(subject: Format) -> None:
    """The folder has its five parts and the manifest says what is in it."""
    folder, manifest = _folder(subject), subject.manifest
    assert manifest.name and manifest.title and "/" in manifest.media_type, f"{subject.package}: manifest"
    assert manifest.extensions and not any(end.startswith(".") for end in manifest.extensions)
    assert manifest.reads or manifest.writes, f"{manifest.name} neither reads nor writes"
    for part, record in (("read", manifest.reads), ("write", manifest.writes)):
        assert (folder / f"{part}.py").exists() == (record is not None), f"{manifest.name}: {part}.py"
        assert record is None or _twins(subject, part), f"{manifest.name}: no samples to {part}"
    assert record_is_content_free(manifest.reads) and record_is_content_free(manifest.writes)


def check_read_samples(subject: Format) -> None:
    """Reading each sample gives its twin, the same each time."""
    for sample, twin in _twins(subject, "read"):
        read = as_json(subject.read(sample.read_bytes()))
        assert read == json.loads(twin.read_text()), f"{sample.name} reads as {json.dumps(read, indent=1)}"
        assert as_json(subject.read(sample.read_bytes())) == read, (
            f"{sample.name} reads differently each time"
        )


def check_refused_samples(subject: Format) -> None:
    """Each refused sample is refused with the reason its name begins with."""
    if subject.manifest.reads is None:
        return
    refused = list(_files(subject, "refused"))
    assert refused, f"{subject.manifest.name} shows nothing that it refuses to read"
    for sample in refused:
        reason = _refusal(CannotRead, partial(subject.read, sample.read_bytes()))
        assert reason == sample.name.partition("--")[0], f"{sample.name} was refused with {reason}"


def check_write_samples(subject: Format) -> None:
    """Writing each twin gives its sample, byte for byte, and carries no media."""
    for sample, twin in _twins(subject, "write"):
        record = from_json(_type(subject.manifest.writes), json.loads(twin.read_text()))
        written = subject.write(record)
        assert written, f"{twin.name} is written as nothing"
        if subject.manifest.samples_of != "write":
            written = subject.sample(record)
        assert written == sample.read_bytes(), (
            f"{twin.name} is written as:\n{written.decode(errors='replace')}"
        )
        assert not any(sign in written for sign in _MEDIA), f"{sample.name} carries media"


def check_cannot_express_samples(subject: Format) -> None:
    """What a format cannot say it refuses, with the reason the sample's name begins with."""
    for twin in _files(subject, "cannot_express"):
        record = from_json(_type(subject.manifest.writes), json.loads(twin.read_text()))
        reason = _refusal(CannotExpress, partial(subject.write, record))
        assert reason == twin.name.partition("--")[0], f"{twin.name} was refused with {reason}"


def check_hostile_bytes(subject: Format) -> None:
    """Whatever bytes arrive, reading gives a record or ``CannotRead`` and nothing else."""
    if subject.manifest.reads is None:
        return
    for data in _hostile(subject):
        try:
            subject.read(data)
        except CannotRead:
            continue


CHECKS: tuple[Callable[[Format], None], ...] = (
    check_anatomy,
    check_read_samples,
    check_refused_samples,
    check_write_samples,
    check_cannot_express_samples,
    check_hostile_bytes,
)


def _hostile(subject: Format) -> Iterator[bytes]:
    yield from (
        b"",
        b"\x00" * 1000,
        b"\xff\xfe\x00",
        b"[" * 200_000,
        b'{"a":' * 100_000,
        b"null",
        b'"text"',
        b"1e999",
    )
    dice = random.Random(20260304)
    for sample, _ in _twins(subject, "read"):
        data = sample.read_bytes()
        yield from (data[: dice.randrange(len(data))] for _ in range(_CUTS))
        yield from (_flipped(data, dice) for _ in range(_FLIPS))


def _flipped(data: bytes, dice: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.randint(1, 6)):
        changed[dice.randrange(len(changed))] = dice.choice(b'"{}[],:0919-zZ\x00\xff\\u')
    return bytes(changed)


def _refusal(kind: type[CannotRead] | type[CannotExpress], attempt: Callable[[], Any]) -> str:
    try:
        attempt()
    except kind as refusal:
        return refusal.reason
    return "nothing"


def _folder(subject: Format) -> Path:
    return Path(str(files(subject.package)))


def _files(subject: Format, kind: str) -> Iterator[Path]:
    folder = _folder(subject) / "samples" / kind
    yield from sorted(folder.iterdir()) if folder.is_dir() else ()


def _twins(subject: Format, kind: str) -> list[tuple[Path, Path]]:
    samples = [path for path in _files(subject, kind) if not path.name.endswith(_TWIN)]
    pairs = [(path, path.parent / (path.name.partition(".")[0] + _TWIN)) for path in samples]
    for sample, twin in pairs:
        assert twin.exists(), f"{sample} has no twin"
        ends = subject.manifest.extensions if subject.manifest.samples_of == "write" else ("json",)
        assert sample.name.endswith(tuple(f".{end}" for end in ends)), sample.name
    return pairs


def _type(record: type[Any] | None) -> type[Any]:
    assert record is not None, "samples to write, but the manifest names no record to write from"
    return record


def record_is_content_free(record: Any) -> bool:
    """Whether a record type has no field that could carry media: its only bytes are keys of addresses."""
    if record is None or record is Address:
        return True
    hints = typing.get_type_hints(record) if dataclasses.is_dataclass(record) else {}
    parts = [*hints.values(), *typing.get_args(record)]
    return record not in (bytes, bytearray, memoryview) and all(
        record_is_content_free(part) for part in parts
    )


def as_json(value: Any) -> Any:
    """Return a record as what its twin file holds."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_json(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, datetime):
        return clock.to_text(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, tuple | list):
        return [as_json(part) for part in value]
    return str(value) if isinstance(value, StrEnum) else value


def from_json(kind: Any, value: Any) -> Any:
    """Return the record of type ``kind`` that a twin file holds as ``value``."""
    if kind is Address and isinstance(value, str):
        return parse_address(value)
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return kind(**{name: from_json(hints[name], part) for name, part in value.items()})  # type: ignore[operator]
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is bytes:
        return bytes.fromhex(value)
    if typing.get_origin(kind) is tuple:
        return _tuple(typing.get_args(kind), value)
    if isinstance(kind, types.UnionType):
        return (
            None
            if value is None
            else from_json(next(one for one in kind.__args__ if one is not type(None)), value)
        )
    return kind(value)


def _tuple(kinds: tuple[Any, ...], values: list[Any]) -> tuple[Any, ...]:
    if kinds[-1] is Ellipsis:
        return tuple(from_json(kinds[0], value) for value in values)
    return tuple(from_json(kind, value) for kind, value in zip(kinds, values, strict=True))
