"""The conformance kit that every hasher is run through, those of others too.

A hasher brings its ``EXAMPLES``: files that it draws, and for each the fingerprint or the reason why there
is none. Each check raises AssertionError and says which example of which hasher is wrong.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from tutela.core.matching.errors import CannotHash
from tutela.core.matching.fingerprints import SIZES, Fingerprint, Kind
from tutela.core.matching.hashers import Example, Hasher, Source

_CUTS = 30
_FLIPS = 60
_THREADS = 4


def check_promises(subject: Hasher) -> None:
    """The hasher says what it makes and shows both a fingerprint and a refusal."""
    assert isinstance(subject.kind, Kind), f"{subject.kind!r} is no kind"
    assert any(example.text for example in subject.EXAMPLES), f"{subject.kind}: no example of a fingerprint"
    assert any(example.refused for example in subject.EXAMPLES), f"{subject.kind}: no example of a refusal"
    for example in subject.EXAMPLES:
        assert bool(example.text) != bool(example.refused), f"{subject.kind}: {example.name} is ambiguous"
        assert example.make() == example.make(), f"{subject.kind}: {example.name} is drawn anew each time"


def check_examples(subject: Hasher) -> None:
    """Each example has the fingerprint or the refusal that it promises, exact or not."""
    for example in subject.EXAMPLES:
        for exact in (False, True):
            made = _outcome(subject, example.make(), exact)
            promised: object = example.refused
            if example.text:
                promised = Fingerprint(subject.kind, bytes.fromhex(example.text), example.quality)
            assert made == promised, f"{subject.kind}: {example.name} gives {_said(made)}, exact: {exact}"


def check_sizes(subject: Hasher) -> None:
    """Fingerprints and variants are of the hasher's kind and of that kind's size."""
    for example in _hashed(subject):
        source = _source(subject, example.make())
        for made in (subject.hash(source, False), *subject.variants(source, False)):
            assert made.kind is subject.kind, f"{subject.kind}: {example.name} is of kind {made.kind}"
            assert len(made.value) == SIZES[made.kind], f"{subject.kind}: size of {example.name}"


def check_no_bytes(subject: Hasher) -> None:
    """Nothing has no fingerprint."""
    assert _outcome(subject, b"", False) == "empty", f"{subject.kind}: no bytes are not refused as empty"


def check_threads(subject: Hasher) -> None:
    """Many threads at once get the fingerprints that one gets."""
    made = [example.make() for example in _hashed(subject)] * _THREADS
    alone = [_outcome(subject, data, False) for data in made]
    with ThreadPoolExecutor(_THREADS) as pool:
        together = list(pool.map(lambda data: _outcome(subject, data, False), made))
    assert together == alone, f"{subject.kind}: threads disturb each other"


def check_hostile_bytes(subject: Hasher) -> None:
    """Whatever bytes arrive, there is a fingerprint or ``CannotHash`` and nothing else."""
    for example in _hashed(subject):
        for data in _hostile(example.make()):
            _outcome(subject, data, False)


CHECKS: tuple[Callable[[Hasher], None], ...] = (
    check_promises,
    check_examples,
    check_sizes,
    check_no_bytes,
    check_threads,
    check_hostile_bytes,
)


def _hashed(subject: Hasher) -> list[Example]:
    return [example for example in subject.EXAMPLES if example.text]


def _source(subject: Hasher, data: bytes) -> Source:
    return Source(io.BytesIO(data), {subject.algorithm} - {""}, subject.needs_content)


def _outcome(subject: Hasher, data: bytes, exact: bool) -> Fingerprint | str:
    try:
        return subject.hash(_source(subject, data), exact)
    except CannotHash as refusal:
        return refusal.reason


def _said(outcome: Fingerprint | str) -> str:
    return outcome if isinstance(outcome, str) else f"{outcome.text} of quality {outcome.quality}"


def _hostile(data: bytes) -> Iterator[bytes]:
    dice = random.Random(20260304)
    head = min(200, len(data))
    for _ in range(_CUTS):
        yield data[: dice.randrange(len(data))]
    for _ in range(_FLIPS):
        changed = bytearray(data)
        for _ in range(dice.randint(1, 6)):
            # Most of what a decoder believes stands at the beginning.
            changed[dice.randrange(head if dice.random() < 0.8 else len(data))] = dice.randrange(256)
        yield bytes(changed)
