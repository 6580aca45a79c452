"""The journal: what was added and withdrawn since a snapshot, as bytes that many processes follow.

Each record is its length, the CRC-32 of its text, and the text (JSON). A commit is a record too: what stands
behind the last commit does not count yet, and is cut off by the next writer.
"""

from __future__ import annotations

import json
import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from tutela.core.matching.fingerprints import Fingerprint, Kind
from tutela.core.matching.lists import HashList

_HEAD = struct.Struct("<II")
_LONGEST = 1 << 24
COMMIT = {"do": "commit"}


def path_of(folder: Path, generation: int) -> Path:
    """Return where the journal of a snapshot's generation stands."""
    return folder / f"journal-{generation:06d}"


def put(
    list_name: str, entry: str, fingerprints: tuple[Fingerprint, ...], classification: str
) -> dict[str, Any]:
    """Return the record of an entry that is added, or replaced."""
    return {
        "do": "put",
        "list": list_name,
        "entry": entry,
        "class": classification,
        "fingerprints": [[one.kind.value, one.text, one.quality] for one in fingerprints],
    }


def withdraw(list_name: str, entry: str) -> dict[str, Any]:
    """Return the record of an entry that is withdrawn."""
    return {"do": "withdraw", "list": list_name, "entry": entry}


def put_list(of: HashList) -> dict[str, Any]:
    """Return the record of a list that is new, or whose rules changed."""
    return {"do": "put_list", "of": asdict(of)}


def drop_list(name: str) -> dict[str, Any]:
    """Return the record of a list that goes with all its entries."""
    return {"do": "drop_list", "list": name}


def fingerprints_of(record: dict[str, Any]) -> tuple[Fingerprint, ...]:
    """Return the fingerprints of a ``put`` record."""
    return tuple(
        Fingerprint(Kind(kind), bytes.fromhex(text), quality)
        for kind, text, quality in record["fingerprints"]
    )


def framed(record: dict[str, Any]) -> bytes:
    """Return a record as the bytes that stand in the file."""
    text = json.dumps(record, separators=(",", ":")).encode()
    return _HEAD.pack(len(text), zlib.crc32(text)) + text


def read_committed(file: BinaryIO, position: int) -> tuple[list[dict[str, Any]], int]:
    """Return the committed records from ``position`` on, and the position behind the last commit."""
    file.seek(position)
    records: list[dict[str, Any]] = []
    waiting: list[dict[str, Any]] = []
    for record, end in _records(file, position):
        if record == COMMIT:
            records += waiting
            waiting, position = [], end
        else:
            waiting.append(record)
    return records, position


def _records(file: BinaryIO, position: int) -> Iterator[tuple[dict[str, Any], int]]:
    while True:
        head = file.read(_HEAD.size)
        if len(head) < _HEAD.size:
            return
        length, checksum = _HEAD.unpack(head)
        if length > _LONGEST:
            return
        text = file.read(length)
        if len(text) < length or zlib.crc32(text) != checksum:
            return
        position += _HEAD.size + length
        yield json.loads(text), position


def append(path: Path, position: int, data: bytes) -> int:
    """Write ``data`` behind the last commit, flush it to the disk and return the new end."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.ftruncate(handle, position)
        os.lseek(handle, position, os.SEEK_SET)
        view = memoryview(data)
        while view:
            view = view[os.write(handle, view) :]
        os.fsync(handle)
    except OSError:
        # A full disk must not leave half a commit: readers stop at it, and so would every later record.
        os.ftruncate(handle, position)
        raise
    finally:
        os.close(handle)
    return position + len(data)
