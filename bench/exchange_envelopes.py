"""Envelopes written and read, beside OpenPGP and age on the same messages in the same run.

For ``bench/exchange.py``, which prints what is found here.

Ours seals a message and signs it twice, then verifies, opens and checks everything that spec/envelope.md asks
for. ``pysequoia`` (Sequoia, compiled) does the nearest thing that OpenPGP has: with the same algorithms
(ML-KEM-768 + X25519, ML-DSA-65 + Ed25519), and with Curve25519 alone, which is what is common. ``pyrage``
(age, compiled, X25519) seals and does not sign, so that it stands beside our sealing alone, which is hybrid.
Every way takes and returns an object. Neither peer checks addressees, time, replay or spelling, nor pads.
Whichever is not installed is left out, and said to be.

A second is one of the processor, on one core; the rate is the median of five parts of the time. ``overhead``
is the bytes that are added to the message, padding included.
"""

from __future__ import annotations

import importlib
import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from tutela.core.envelope import canonical, node_keys, reading, sealing, writing
from tutela.core.envelope.trust import KnownKey, OwnNode, Trust
from tutela.core.kernel import ids
from tutela.core.terms.marks import HandlingMark

SIZES = (200, 2_000, 50_000)
PARTS = 5
Json = dict[str, Any]
NOW = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)


@dataclass(frozen=True)
class Way:
    """One way to send a message, in both directions."""

    write: Callable[[Json], bytes]
    read: Callable[[bytes], Json]


def plain(write: Callable[[bytes], bytes], read: Callable[[bytes], bytes]) -> Way:
    """Return the way of something that seals bytes."""
    return Way(lambda message: write(spelled(message)), lambda sealed: as_json(read(sealed)))


def spelled(message: Json) -> bytes:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()


def as_json(data: bytes) -> Json:
    return dict(json.loads(data))


def never_seen(_node: str, _id: UUID) -> None:
    """Nothing was taken before."""


def ours() -> Way:
    """Seal and sign, verify and open."""
    here, there = (node_keys.from_seed(letter * 32) for letter in (b"h", b"t"))
    sender, own = OwnNode("here", (here,)), OwnNode("there", (there,))
    trust = Trust([KnownKey("here", here.public, NOW - timedelta(days=1))])
    to = [KnownKey("there", there.public, NOW)]

    def write(content: Json) -> bytes:
        letter = writing.Letter(ids.new_id(), "handover", ids.new_id(), 1, NOW, HandlingMark.AMBER, content)
        return writing.write(letter, sender=sender, to=to)

    def read(envelope: bytes) -> Json:
        message = reading.read(envelope, own=own, trust=trust, now=NOW, kinds={"handover"}, seen=never_seen)
        return message.content

    return Way(write, read)


def ours_sealed() -> Way:
    """Only seal and open, as age does."""
    private = sealing.private_key_from_seed(b"t" * 32)
    public = sealing.public_key(private)
    return plain(
        lambda message: sealing.seal(message, to=public, info=b"bench"),
        lambda sealed: sealing.open_sealed(sealed, private=private, info=b"bench"),
    )


def openpgp(suite: str) -> Way:
    """Sequoia: one binary message, signed and encrypted."""
    sequoia = importlib.import_module("pysequoia")

    def key(name: str) -> Any:
        return sequoia.Tsk.generate(
            user_id=f"{name} <{name}@example.org>",
            cipher_suite=getattr(sequoia.CipherSuite, suite),
            profile=sequoia.Profile.RFC9580,
        )

    here, there = key("here"), key("there")
    certificate, recipient = here.extract_certificate(), there.extract_certificate()

    def write(message: bytes) -> bytes:
        sealed = sequoia.encrypt(signer=here.signer(), recipients=[recipient], bytes=message, armor=False)
        return bytes(sealed)

    def read(sealed: bytes) -> bytes:
        opened = sequoia.decrypt(decryptor=there.decryptor(), bytes=sealed, store=lambda _: [certificate])
        if len(opened.valid_sigs) != 1:
            raise SystemExit("the peer did not verify the signature")
        return bytes(opened.bytes)

    return plain(write, read)


def age() -> Way:
    """Age to one X25519 recipient; it has no signatures."""
    pyrage = importlib.import_module("pyrage")
    identity = pyrage.x25519.Identity.generate()
    recipient = identity.to_public()
    return plain(
        lambda message: bytes(pyrage.encrypt(message, [recipient])),
        lambda sealed: bytes(pyrage.decrypt(sealed, [identity])),
    )


WAYS: dict[str, tuple[Callable[[], Way], str]] = {
    "ours, sealed and signed": (ours, ""),
    "openpgp, the same algorithms": (lambda: openpgp("MLDSA65_Ed25519"), "ours, sealed and signed"),
    "openpgp, Curve25519": (lambda: openpgp("Cv25519"), "ours, sealed and signed"),
    "ours, sealed only": (ours_sealed, ""),
    "age, X25519, sealed only": (age, "ours, sealed only"),
}


def message_of(size: int) -> Json:
    """Return an object of exactly ``size`` bytes in canonical JSON, of the kind that a handover holds."""
    items = [{"address": f"https://files{number}.example.org/a/{number:08d}"} for number in range(size // 90)]
    empty = canonical.to_bytes({"items": items, "note": "", "v": 1})
    return {"items": items, "note": "n" * (size - len(empty)), "v": 1}


def rate(work: Callable[[], object], seconds: float) -> float:
    """Return how often ``work`` is done in a second of the processor."""
    work()
    rates = []
    for _ in range(PARTS):
        began, done = time.process_time(), 0
        while (taken := time.process_time() - began) < seconds / PARTS:
            work()
            done += 1
        rates.append(done / taken)
    return round(statistics.median(rates), 1)


def measure(way: Way, size: int, seconds: float) -> dict[str, float]:
    """Measure one way, after looking whether it brings the message across."""
    message = message_of(size)
    sealed = way.write(message)
    if way.read(sealed) != message:
        raise SystemExit("the message did not come across")
    return {
        "written_a_second": rate(lambda: way.write(message), seconds),
        "read_a_second": rate(lambda: way.read(sealed), seconds),
        "overhead": len(sealed) - size,
    }


def with_ratio(found: dict[str, Any], beside: dict[str, Any]) -> dict[str, Any]:
    """Say how many times as fast ours is; below 1 the peer is faster."""
    names = ("written_a_second", "read_a_second")
    return found | {f"ours_times_{name}": round(beside[name] / found[name], 2) for name in names}


def compare(seconds: float, sizes: Sequence[int] = SIZES) -> Json:
    """Measure every way that is there, each for ``seconds`` a size and direction."""
    found: Json = {}
    for name, (make, beside) in WAYS.items():
        try:
            way = make()
        except ImportError:
            found[name] = {"left_out": "not installed"}
            continue
        found[name] = {}
        for size in sizes:
            taken: Json = measure(way, size, seconds)
            shown = f"{size} bytes"
            found[name][shown] = with_ratio(taken, found[beside][shown]) if beside else taken
    return found
