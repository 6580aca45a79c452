"""What a service answers: taken only from where it was asked, up to a size, and read without surprises.

A page that cannot be read is told apart from a service that does not answer: the one is put aside, the other
asked again later. No message carries what was sent.
"""

from __future__ import annotations

import hashlib
import json
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests

from tutela.core.matching.sources import BadSettings, SourceUnavailable

MOST_BYTES = 64_000_000
_CHUNK = 65536
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class PageBroken(Exception):  # noqa: N818 - a finding about a page, not an accident of ours
    """A page arrived and cannot be read. ``reason`` and ``digest`` as in ``UnreadPage``."""

    def __init__(self, reason: str, data: bytes) -> None:
        super().__init__(reason)
        self.reason = reason
        self.digest = hashlib.sha256(data).hexdigest()


class Around:
    """How far to step over a page that cannot be read in a stream by time: a second, then twice as far."""

    def __init__(self) -> None:
        self._step, self._newest = 1, -1

    def after(self, newest: int) -> int:
        """Return the time to go on from; ``newest`` is that of the last record that was read."""
        self._step = self._step * 2 if newest == self._newest else 1
        self._newest = newest
        return newest + self._step


def base_url(settings: Mapping[str, str], usual: str) -> str:
    """Return where the service is; plain HTTP only on this machine.

    Raises:
        BadSettings: ``base_url``.
    """
    given = settings.get("base_url", usual).rstrip("/")
    parts = urlsplit(given)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise BadSettings("base_url")
    return given


def get(session: requests.Session, url: str, params: Mapping[str, str | int] | None = None) -> bytes:
    """Return the body of the answer 200.

    Raises:
        SourceUnavailable: ``denied``, ``busy``, ``http_…``, ``redirected``, ``unreachable``, ``timeout``.
        PageBroken: ``too_large``.
    """
    try:
        with session.get(url, params=params, stream=True, allow_redirects=False) as answer:
            _check_status(answer.status_code)
            data = bytearray()
            for chunk in answer.iter_content(_CHUNK):
                data += chunk
                if len(data) > MOST_BYTES:
                    raise PageBroken("too_large", bytes(data[:_CHUNK]))
            return bytes(data)
    except requests.Timeout:
        raise SourceUnavailable("timeout") from None
    except requests.RequestException:
        raise SourceUnavailable("unreachable") from None


def sent(answer: requests.Response) -> str:
    """Return the receipt of an answer to something that was sent: its id, if it gives one."""
    _check_status(answer.status_code)
    return answer.headers.get("x-request-id", "")[:64]


def _check_status(status: int) -> None:
    if status in (401, 403):
        raise SourceUnavailable("denied")
    if status == 429:
        raise SourceUnavailable("busy")
    if 300 <= status < 400:
        raise SourceUnavailable("redirected")
    if not 200 <= status < 300:
        raise SourceUnavailable(f"http_{status}")


def as_json(data: bytes) -> dict[str, Any]:
    """Return the object in ``data``.

    Raises:
        PageBroken: ``not_json``, ``wrong_shape``.
    """
    try:
        read = json.loads(data)
    except (ValueError, RecursionError):
        raise PageBroken("not_json", data) from None
    if not isinstance(read, dict):
        raise PageBroken("wrong_shape", data)
    return read


def as_xml(data: bytes) -> ET.Element:
    """Return the root of ``data``, its names without their namespace. A document type is refused unread.

    Raises:
        PageBroken: ``not_xml``.
    """
    try:
        text = data.decode("utf-8")
        # Entities and other files come in by a document type; without one the parser has nothing to expand.
        if "<!DOCTYPE" in text or "<!ENTITY" in text:
            raise PageBroken("not_xml", data)
        root = ET.fromstring(text)  # noqa: S314 - see above
    except (UnicodeDecodeError, ET.ParseError, ValueError):
        raise PageBroken("not_xml", data) from None
    for element in root.iter():
        element.tag = str(element.tag).rpartition("}")[2]
    return root
