"""Where a node or a directory may be reached: HTTPS, or plain HTTP on the machine itself."""

from __future__ import annotations

import ipaddress
import re

MOST_URL = 300
_URL = re.compile(
    r"(?P<scheme>https?)://"
    r"(?P<host>[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])"
    r"(?::(?P<port>[1-9][0-9]{0,4}))?"
    r"(?:/[A-Za-z0-9._~/-]*)?"
)


def may_be_reached(url: str) -> bool:
    """Say whether ``url`` names a host in lower case, perhaps a port and a path, and nothing else."""
    found = _URL.fullmatch(url)
    if len(url) > MOST_URL or found is None or int(found["port"] or 1) > 65535:
        return False
    host = found["host"].strip("[]")
    if found["host"].startswith("[") and not _is_address(host):
        return False
    return found["scheme"] == "https" or _is_this_machine(host)


def _is_address(host: str) -> bool:
    try:
        ipaddress.IPv6Address(host)
    except ValueError:
        return False
    return True


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
