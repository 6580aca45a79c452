"""Read one address: mend it, parse it as browsers do (WHATWG), judge its host, give it its key."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

import ada_url

from tutela.core.record.canonical import even_escapes, without_tracking
from tutela.core.record.hosts import Host, read_host
from tutela.core.record.reasons import NotAnAddress, PlaceReason
from tutela.core.record.refang import ALLOWED, COLD_LETTERS, refang

MOST_CHARACTERS = 8192
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_HOST_ENDS = re.compile(r"[/?#]")
_COLD = {"http://": "hxxp://", "https://": "hxxps://", "ftp://": "fxp://"}
_INNER = re.compile(r"(?P<scheme>https?|ftp)(?P<rest>://[^/?#&\s]*)", re.IGNORECASE)
_TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
UNREADABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_AROUND = " \t\r\n\f\v\u00a0\u3000"


@dataclass(frozen=True, slots=True)
class Address:
    """One address. ``canonical`` is what all its spellings share; ``key`` is its SHA-256, 32 bytes.

    ``canonical`` has no credentials and no tracking parameters. A fragment belongs to it only when it
    is a route of its own (``#/…``, ``#!…``): two such pages are two pages. ``original`` is what was
    pasted and may hold credentials.
    """

    original: str
    canonical: str
    scheme: str
    host: str
    host_display: str
    port: int | None
    registered_domain: str | None
    is_onion: bool
    is_ip: bool
    fragment: str
    key: bytes


def parse_address(text: str) -> Address:
    """Return the address that ``text`` spells, in whatever disguise.

    Raises:
        NotAnAddress: and nothing else, for any text; ``.reason`` says why.
    """
    trimmed = text.strip(_AROUND)
    if trimmed.startswith("<") and trimmed.endswith(">"):
        trimmed = trimmed[1:-1].strip(_AROUND)
    refuse_unreadable(trimmed)
    try:
        url = ada_url.URL(refang(trimmed))
    except ValueError:
        raise NotAnAddress(PlaceReason.NO_HOST) from None
    scheme = url.protocol[:-1]
    if scheme not in ALLOWED:
        raise NotAnAddress(PlaceReason.SCHEME_NOT_ALLOWED)
    return _address(text, url, scheme, read_host(url.hostname))


def refuse_unreadable(text: str) -> None:
    """Refuse what cannot be shown or stored: nothing, too much, control characters, halves of characters."""
    if not text:
        raise NotAnAddress(PlaceReason.EMPTY)
    if len(text) > MOST_CHARACTERS:
        raise NotAnAddress(PlaceReason.TOO_LONG)
    if _SURROGATE.search(text):
        raise NotAnAddress(PlaceReason.LONE_SURROGATE)
    if _CONTROL.search(text):
        raise NotAnAddress(PlaceReason.CONTROL_CHARACTERS)


def _address(original: str, url: ada_url.URL, scheme: str, host: Host) -> Address:
    query = without_tracking(even_escapes(url.search[1:]))
    fragment = even_escapes(url.hash[1:])
    canonical = (
        f"{scheme}://{host.name}"
        + (f":{url.port}" if url.port else "")
        + even_escapes(url.pathname)
        + (f"?{query}" if query else "")
        + (f"#{fragment}" if fragment.startswith(("/", "!")) else "")
    )
    if len(canonical) > MOST_CHARACTERS:
        raise NotAnAddress(PlaceReason.TOO_LONG)
    return Address(
        original=original,
        canonical=canonical,
        scheme=scheme,
        host=host.name,
        host_display=host.display,
        port=int(url.port) if url.port else None,
        registered_domain=host.registered_domain,
        is_onion=host.is_onion,
        is_ip=host.is_ip,
        fragment=fragment,
        key=hashlib.sha256(canonical.encode("ascii")).digest(),
    )


def defang(text: str) -> str:
    """Return an address, or a host alone, so that no program makes a link of it: ``hxxps://a[.]example[.]org/x.y``.

    Marks that turn the direction of writing are named, so that the address is read as it is.
    """
    scheme = _SCHEME.match(text)
    rest = text[scheme.end() :] if scheme else text
    end = _HOST_ENDS.search(rest)
    host, tail = (rest[: end.start()], rest[end.start() :]) if end else (rest, "")
    cold = _COLD.get(scheme.group().lower(), scheme.group()) if scheme else ""
    whole = cold + _cold_host(host) + _INNER.sub(_cold_inner, tail)
    return _TURNS.sub(lambda sign: f"[U+{ord(sign.group()):04X}]", whole)


def _cold_host(host: str) -> str:
    return host.replace("[.]", ".").replace(".", "[.]")


def _cold_inner(found: re.Match[str]) -> str:
    """Archives and redirects carry a second address, which a mail program would make a link of as well."""
    return found["scheme"].translate(COLD_LETTERS) + _cold_host(found["rest"])
