"""Fingerprints of what an address serves: streamed into memory up to a cap, hashed, and gone.

Nothing is written to a disk, shown or passed on. A body that is longer than the cap has no fingerprint: half
a file is another file.
"""

from __future__ import annotations

import httpcore

from tutela.core.matching.fingerprints import Fingerprint, Kind
from tutela.core.matching.hashers import hash_bytes
from tutela.doors.worker.legs.egress import Refused
from tutela.doors.worker.legs.follow import Way, follow

KINDS = tuple(kind.value for kind in Kind)


def hash_address(address: str, *, way: Way, most_bytes: int) -> tuple[Fingerprint, ...]:
    """Return the fingerprints of what ``address`` serves, none when it serves nothing that has one.

    Never raises for what the other side does.
    """
    try:
        with follow(way, "GET", address) as arrival:
            announced = arrival.headers.get("content-length", "")
            if arrival.status != 200 or (announced.isdigit() and int(announced) > most_bytes):
                return ()
            served = bytearray()
            for chunk in arrival.body:
                served += chunk
                if len(served) > most_bytes:
                    return ()
    except (Refused, httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError):
        return ()
    return hash_bytes(bytes(served), KINDS).fingerprints
