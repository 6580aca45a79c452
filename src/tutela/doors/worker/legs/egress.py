"""Which addresses and ports the worker may connect to: the whole public internet and nothing else.

A reported address is written by a stranger. Without this rule it could make the node talk to itself, to
its neighbours or to a cloud's metadata service. The ranges are written out, because what a library calls
"global" changes between its releases.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

_NOT_PUBLIC_4 = tuple(
    ipaddress.IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",  # metadata of one large cloud, on an address that looks public
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_PUBLIC_6 = ipaddress.IPv6Network("2000::/3")
_NOT_PUBLIC_6 = tuple(
    ipaddress.IPv6Network(text) for text in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")

# The Fetch standard's "bad ports" that a web server could be mistaken for: a request there would be read
# as a command by another protocol.
_BAD_PORTS = (
    "1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113 115 "
    "117 119 123 135 137 139 143 161 179 389 427 465 512 513 514 515 526 530 531 532 540 548 554 556 563 "
    "587 601 636 989 990 993 995 1719 1720 1723 2049 3659 4045 4190 5060 5061 6000 6566 6665 6666 6667 "
    "6668 6669 6679 6697 10080"
)
_NEVER_PORTS = frozenset(int(port) for port in _BAD_PORTS.split())
WEB_PORTS = frozenset((80, 443))


class Refused(Exception):  # noqa: N818 - an answer of the policy, not an accident
    """The worker does not go there; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Gate:
    """Judges addresses.

    Args:
        allow: networks outside the public internet that this node may reach (``checks.egress_allow``).
    """

    def __init__(self, allow: Sequence[str] = ()) -> None:
        self._allow: tuple[IPNetwork, ...] = tuple(ipaddress.ip_network(text) for text in allow)

    def permits(self, text: str) -> bool:
        """Whether the worker may connect to this IP address. Text that is none is not permitted."""
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return False
        if isinstance(address, ipaddress.IPv6Address):
            if address.scope_id is not None:
                return False
            inner = _carried(address)
            if inner is not None:
                return self._permitted(inner)
        return self._permitted(address)

    def _permitted(self, address: IPAddress) -> bool:
        return is_public(address) or any(address in network for network in self._allow)


def is_public(address: IPAddress) -> bool:
    """Whether anybody on the internet could have this address."""
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_4)
    return address in _PUBLIC_6 and not any(address in network for network in _NOT_PUBLIC_6)


def _carried(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that a mapped, 6to4, Teredo or NAT64 address leads to."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def check_port(port: int, *, written: int) -> None:
    """Refuse ports other than the web's, unless the reported address itself names this one (``written``).

    Raises:
        Refused: ``bad_port``.
    """
    if port in _NEVER_PORTS or port not in WEB_PORTS | {written}:
        raise Refused("bad_port")
