"""Uploads: which files a request carries, read in memory, so that they can be fingerprinted and let go.

A reader of ``multipart/form-data`` (RFC 7578) of our own, because those of the web frameworks spool large
parts to disk, and what may be illegal to store must not be stored by whoever checks it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tutela.core.kernel.errors import Refusal

MOST_PARTS = 1000
_PLAIN = re.compile(r"^(?:image|video|audio)/|^application/octet-stream$")
_PARAMETER = re.compile(r';\s*([\w*]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;]+))')


class BadUpload(Refusal):
    """A body is not what it says: ``reason`` is ``no_boundary``, ``broken`` or ``too_many_parts``."""

    code = "bad_upload"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a form. ``filename`` is None for a plain value, ``data`` a view into the body."""

    name: str
    filename: str | None
    content_type: str
    data: memoryview


def carries_files(content_type: str) -> bool:
    """Whether a body of this content type can carry a file."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind == "multipart/form-data" or bool(_PLAIN.match(kind))


def files_of(content_type: str, body: bytes) -> list[Part]:
    """Return the files in ``body``: the parts with a file name, or the whole body if it is one file.

    Raises:
        BadUpload: it is not the form it says it is.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return [part for part in parts_of(content_type, body) if part.filename is not None and len(part.data)]
    if _PLAIN.match(kind) and body:
        return [Part("", "", kind, memoryview(body))]
    return []


def parts_of(content_type: str, body: bytes) -> list[Part]:
    """Return all fields of a ``multipart/form-data`` body.

    Raises:
        BadUpload: no boundary, or the body does not keep to it.
    """
    boundary = _parameters(content_type).get("boundary", "")
    if not 1 <= len(boundary) <= 70:
        raise BadUpload("no_boundary")
    mark = b"--" + boundary.encode("latin-1", "replace")
    if not body.startswith(mark) and b"\r\n" + mark not in body:
        raise BadUpload("broken")
    at = 0 if body.startswith(mark) else body.index(b"\r\n" + mark) + 2
    view = memoryview(body)
    parts: list[Part] = []
    while True:
        at += len(mark)
        if body[at : at + 2] == b"--":
            return parts
        start = body.find(b"\r\n", at)
        end = body.find(b"\r\n" + mark, at)
        if start < 0 or end < start or body[at:start].strip(b" \t"):
            raise BadUpload("broken")
        if len(parts) == MOST_PARTS:
            raise BadUpload("too_many_parts")
        parts.append(_part(body, view, start, end))
        at = end + 2


def _part(body: bytes, view: memoryview, start: int, end: int) -> Part:
    """Read the part whose headers begin with the line break at ``start`` and whose data end at ``end``."""
    blank = body.find(b"\r\n\r\n", start, end + 2)
    if blank < 0:
        raise BadUpload("broken")
    headers = {}
    for line in body[start:blank].decode("utf-8", "replace").split("\r\n"):
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    told = _parameters(headers.get("content-disposition", ""))
    if "name" not in told:
        raise BadUpload("broken")
    filename = told.get("filename", told.get("filename*"))
    return Part(told["name"], filename, headers.get("content-type", "text/plain"), view[blank + 4 : end])


def _parameters(header: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, quoted, plain in _PARAMETER.findall(header):
        found.setdefault(name.lower(), re.sub(r"\\(.)", r"\1", quoted) if quoted else plain)
    return found
