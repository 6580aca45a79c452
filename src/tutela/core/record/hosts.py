"""Which hosts a report may name, and what is known from the name alone.

Refused is what no stranger can have reached: this machine, private networks, names without a public
suffix. The networks and names reserved for documentation are let in, because examples use them.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import re
from dataclasses import dataclass
from functools import cache, lru_cache

import idna
from publicsuffixlist import PublicSuffixList

from tutela.core.record.reasons import NotAnAddress, PlaceReason

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_BASE32 = re.compile(r"[a-z2-7]+")
_PRIVATE_SUFFIXES = ("local", "internal", "localdomain", "home.arpa", "intranet", "lan", "corp", "home")
_DOCUMENTATION = tuple(
    ipaddress.ip_network(text)
    for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20")
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

IP = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Host:
    """A host that may be reported: ``name`` as in DNS (A-labels), ``display`` as people write it."""

    name: str
    display: str
    registered_domain: str | None
    is_onion: bool = False
    is_ip: bool = False


def read_host(text: str) -> Host:
    """Return the host that a URL parser (WHATWG: lower case, A-labels, IPv6 in brackets) left in ``text``.

    Raises:
        NotAnAddress: see :class:`PlaceReason`.
    """
    if text.startswith("["):
        return _ip_host(ipaddress.ip_address(text[1:-1]))
    name = text[:-1] if text.endswith(".") else text
    if not name:
        raise NotAnAddress(PlaceReason.NO_HOST)
    try:
        return _ip_host(ipaddress.IPv4Address(name))
    except ipaddress.AddressValueError:
        return _named_host(name)


def _ip_host(address: IP) -> Host:
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped  # the same machine, written in the longer alphabet
    for one in (*_embedded(address), address):
        _refuse_unreachable(one)
    name = f"[{address}]" if address.version == 6 else str(address)
    return Host(name, name, registered_domain=None, is_ip=True)


def _embedded(address: IP) -> tuple[IP, ...]:
    if not isinstance(address, ipaddress.IPv6Address):
        return ()
    inner: list[IP | None] = [address.sixtofour, address.teredo[1] if address.teredo else None]
    if address in _NAT64:
        inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return tuple(one for one in inner if one is not None)


def _refuse_unreachable(address: IP) -> None:
    if any(address.version == net.version and address in net for net in _DOCUMENTATION):
        return
    if address.is_loopback:
        raise NotAnAddress(PlaceReason.LOOPBACK_ADDRESS)
    if address.is_link_local:
        raise NotAnAddress(PlaceReason.LINK_LOCAL_ADDRESS)
    if address.is_multicast or address.is_unspecified or (address.version == 4 and address.is_reserved):
        raise NotAnAddress(PlaceReason.RESERVED_ADDRESS)
    # 6to4 (RFC 3056) is what it carries, judged before; Pythons differ on whether it is global by itself.
    carried = isinstance(address, ipaddress.IPv6Address) and address.sixtofour
    if not (address.is_global or carried) or getattr(address, "is_site_local", False):
        raise NotAnAddress(PlaceReason.PRIVATE_ADDRESS)


def _named_host(name: str) -> Host:
    labels = name.split(".")
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise NotAnAddress(PlaceReason.BAD_HOST)
    if labels[-1] == "localhost" or name == "localhost.localdomain":
        raise NotAnAddress(PlaceReason.LOOPBACK_ADDRESS)
    if len(labels) == 1:
        raise NotAnAddress(PlaceReason.SINGLE_LABEL_HOST)
    if any(name.endswith("." + suffix) or name == suffix for suffix in _PRIVATE_SUFFIXES):
        raise NotAnAddress(PlaceReason.PRIVATE_ADDRESS)
    if labels[-1] == "onion":
        return _onion_host(name, labels[-2])
    registered = _suffixes().privatesuffix(name)
    return Host(name, display_of(name), registered if isinstance(registered, str) else None)


def _onion_host(name: str, service: str) -> Host:
    """Check what the name itself proves: v3 carries a checksum (rend-spec-v3 section 6), v2 only a length."""
    if not _BASE32.fullmatch(service) or len(service) not in (16, 56):
        raise NotAnAddress(PlaceReason.BAD_ONION)
    if len(service) == 56:
        raw = base64.b32decode(service.upper())
        key, checksum, version = raw[:32], raw[32:34], raw[34:]
        if (
            version != b"\x03"
            or hashlib.sha3_256(b".onion checksum" + key + version).digest()[:2] != checksum
        ):
            raise NotAnAddress(PlaceReason.BAD_ONION)
    return Host(name, name, registered_domain=f"{service}.onion", is_onion=True)


def display_of(name: str) -> str:
    """Return ``name`` with each label as people write it (U-label), where IDNA 2008 allows that label."""
    return ".".join(_display_label(label) for label in name.split("."))


def _display_label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return idna.decode(label)
    except (idna.IDNAError, UnicodeError):
        return label


@lru_cache(maxsize=4096)
def has_public_suffix(name: str) -> bool:
    """Return whether the last label of ``name`` is a real top-level domain (or ``onion``, ``example``)."""
    last = name.rpartition(".")[2].lower()
    if not last.isascii():
        try:
            last = idna.encode(last, uts46=True).decode()
        except (idna.IDNAError, UnicodeError):
            return False
    return last in ("onion", "example") or _suffixes().publicsuffix(last, accept_unknown=False) is not None


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
