"""Files that clients of HMA hand in or name: fingerprinted in memory and let go.

Off unless the service was started with it, for machines where the files lie anyway. Addresses are fetched
from hosts that were named at the start and from no other: exactly as named, without redirects, without
credentials, without a proxy of the environment.
"""

from __future__ import annotations

import functools
import http.client
import mimetypes
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import SplitResult, urlsplit

from tutela.core.matching import hashers
from tutela.core.matching.errors import CannotHash
from tutela.core.matching.fingerprints import MINIMUM_QUALITY, Fingerprint, Kind
from tutela.core.matching.uploads import Part, parts_of
from tutela.doors.wire.bodies import header, read_object
from tutela.doors.wire.call import Call
from tutela.doors.wire.hma.names import CONTENT_TYPES, SIGNAL_TYPES
from tutela.doors.wire.refusals import Refused, bad_request

SECONDS_TO_WAIT = 10.0
SECONDS_FOR_A_FILE = 60.0
MOST_WORDS = 4096


def few(endpoint: Callable[[Call], Awaitable[None]]) -> Callable[[Call], Awaitable[None]]:
    """Return ``endpoint`` such that only a few files are in memory at once."""

    @functools.wraps(endpoint)
    async def waiting(call: Call) -> None:
        async with call.service.file_turns:
            await endpoint(call)

    return waiting


async def handed_in(call: Call) -> tuple[str, bytes, dict[str, Any]]:
    """Return the one file of a form: its field (``photo`` or ``video``), its bytes, and what else was said.

    Raises:
        Refused: files are not taken here (403), there is not exactly one (400), it is too long (413).
    """
    settings = call.service.settings
    if not settings.accept_files:
        raise Refused(403, "Hashing is disabled here; send fingerprints made where the file lies", "no_files")
    body = await call.body(settings.most_file_bytes)
    parts = parts_of(header(call.scope, b"content-type").decode("latin-1"), body)
    found = [part for part in parts if part.filename is not None]
    if len(found) != 1:
        raise bad_request("Exactly one file per request, as multipart/form-data", "not_one_file")
    if found[0].name not in CONTENT_TYPES:
        raise bad_request(f"no such content_type: '{found[0].name[:60]}'", "unknown_content_type")
    return found[0].name, bytes(found[0].data), _words(parts)


async def fetched(call: Call, query: Mapping[str, str]) -> tuple[bytes, tuple[str, ...]]:
    """Return what lies at the ``url`` of a query, and the signal types to make of it.

    Raises:
        Refused: its host was not allowed (403), or it cannot be had (400, 413).
    """
    settings = call.service.settings
    if not settings.allowed_hosts:
        raise Refused(403, "Hashing of addresses is disabled here; no host is allowed", "no_hosts")
    address = _allowed(query["url"], settings.allowed_hosts)
    signals = signals_wanted(query, query.get("content_type") or content_type_of(query["url"]))
    return await call.service.asking.aside(lambda: _fetch(address, settings.most_file_bytes)), signals


def content_type_of(url: str) -> str:
    """Return ``photo`` or ``video`` by the ending of an address.

    Raises:
        Refused: it cannot be told (400).
    """
    guessed = (mimetypes.guess_type(urlsplit(url).path)[0] or "").partition("/")[0]
    name = {"image": "photo", "video": "video"}.get(guessed)
    if name is None:
        raise bad_request("say the type of this address with content_type", "unknown_content_type")
    return name


def signals_wanted(query: Mapping[str, str], content_type: str) -> tuple[str, ...]:
    """Return the signal types to make of a content, those of ``types`` or all.

    Raises:
        Refused: it has no such type (400).
    """
    known = CONTENT_TYPES.get(content_type)
    if known is None:
        raise bad_request(f"no such content_type: '{content_type[:60]}'", "unknown_content_type")
    if "types" not in query:
        return known
    wanted = tuple(dict.fromkeys(name.strip() for name in query["types"].split(",") if name.strip()))
    allowed = {*known, "photo_md5"} if content_type == "photo" else {*known, "md5"}
    for name in wanted:
        if name not in allowed:
            raise bad_request(f"signal type '{name[:60]}' doesn't exist or is disabled", "unknown_kind")
    if not wanted:
        raise bad_request("empty signal type selection", "unknown_kind")
    return wanted


def fingerprints_of(data: bytes, signals: Sequence[str]) -> dict[str, Fingerprint]:
    """Return signal type → fingerprint; a picture with too little in it has no ``pdq``, as in HMA.

    Raises:
        CannotHash: the file has none of them.
    """
    kinds = {SIGNAL_TYPES[name] for name in signals}
    hashed = hashers.hash_bytes(data, {kind.value for kind in kinds})
    if not hashed.fingerprints and hashed.refusals:
        raise CannotHash(next(iter(hashed.refusals.values())))
    made = {one.kind: one for one in hashed.fingerprints if not _too_plain(one)}
    return {name: made[SIGNAL_TYPES[name]] for name in signals if SIGNAL_TYPES[name] in made}


def _words(parts: Sequence[Part]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for part in parts:
        if part.filename is None and part.name == "note":
            told["note"] = bytes(part.data[:MOST_WORDS]).decode("utf-8", "replace")
        elif part.filename is None and part.name == "metadata":
            told["metadata"] = read_object(bytes(part.data[:MOST_WORDS]))
    return told


def _too_plain(fingerprint: Fingerprint) -> bool:
    quality = fingerprint.quality
    return fingerprint.kind is Kind.PDQ and quality is not None and quality < MINIMUM_QUALITY


def _allowed(url: str, hosts: Sequence[str]) -> SplitResult:
    try:
        address = urlsplit(url)
        host, port = (address.hostname or "").lower(), address.port
    except ValueError:
        raise bad_request("Invalid or unsafe URL provided", "bad_address") from None
    if address.scheme not in ("http", "https") or not host or any(sign <= " " for sign in url):
        raise bad_request("Invalid or unsafe URL provided", "bad_address")
    if address.username is not None or address.password is not None:
        raise bad_request("Invalid or unsafe URL provided", "bad_address")
    if (host if port is None else f"{host}:{port}") not in hosts:
        raise Refused(403, "this host is not allowed here", "host_not_allowed")
    return address


def _fetch(address: SplitResult, most: int) -> bytes:
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = kind(address.hostname or "", address.port, timeout=SECONDS_TO_WAIT)
    path = (address.path or "/") + (f"?{address.query}" if address.query else "")
    deadline = time.monotonic() + SECONDS_FOR_A_FILE
    try:
        connection.request("GET", path, headers={"Accept-Encoding": "identity"})
        answer = connection.getresponse()
        if answer.status != 200:
            raise bad_request(f"Failed to fetch URL: the host answered {answer.status}", "not_fetched")
        gathered = bytearray()
        while piece := answer.read1(65536):
            gathered += piece
            if len(gathered) > most:
                raise Refused(413, "Content too large", "too_long")
            if time.monotonic() > deadline:
                raise bad_request("Failed to fetch URL: it takes too long", "not_fetched")
        return bytes(gathered)
    except (OSError, http.client.HTTPException, ValueError):
        raise bad_request("Failed to fetch URL", "not_fetched") from None
    finally:
        connection.close()
