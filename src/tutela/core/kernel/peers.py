"""Who is at the other end of a connection, when proxies that we trust stand between.

Used to slow floods and guessing down, at every door in the same way. Nothing here remembers an address.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from functools import cache

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_MOST_PROXIES = 20


def address_of(peer: str, forwarded: str, trusted: Sequence[str]) -> Address | None:
    """Return the visitor's address: what a trusted proxy says, otherwise who is connected.

    Args:
        peer: who is connected; empty for a socket without an address, which only a proxy here can reach.
        forwarded: the value of ``X-Forwarded-For``. It is read from its end: everything before the first
            address that we do not trust may have been written by the visitor.
        trusted: addresses and networks of the node's own proxies.
    """
    proxies = _networks(tuple(trusted))
    address = _parse(peer)
    if address is not None and not _is_in(address, proxies):
        return address
    if address is None and not proxies:
        return None
    for part in reversed(forwarded.split(",")[-_MOST_PROXIES:]):
        named = _parse(part)
        if named is None:
            break
        address = named
        if not _is_in(named, proxies):
            break
    return address


def _parse(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text.strip().strip("[]"))
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address


def _is_in(address: Address, networks: tuple[_Network, ...]) -> bool:
    return any(address.version == one.version and address in one for one in networks)


@cache
def _networks(names: tuple[str, ...]) -> tuple[_Network, ...]:
    return tuple(ipaddress.ip_network(name, strict=False) for name in names)
