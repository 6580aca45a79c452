"""Lists that every test of the service knows, one service for all of them, and those who ask it."""

from __future__ import annotations

import random
from collections.abc import Iterator

import httpx
import pytest

from tutela.core.matching.fingerprints import Fingerprint, Kind
from tutela.core.matching.index import Row
from tutela.core.matching.lists import HashList
from tutela.testing.match_service import Served, serving

LISTS = (
    HashList(
        "example-list", title="An example", origin="Hotline of example.org", legal_basis="Example Act § 1",
        handling="TLP:AMBER", scheme="example scheme",
    ),
    HashList("second", origin="example.net"),
    HashList("harmless", negative=True, origin="example.com"),
)  # fmt: skip


def pdq(seed: int) -> Fingerprint:
    """A fingerprint that looks like none of the others."""
    return Fingerprint(Kind.PDQ, random.Random(seed).randbytes(32), 100)


def apart(of: Fingerprint, bits: int) -> Fingerprint:
    """A fingerprint ``bits`` away."""
    value = int.from_bytes(of.value, "big") ^ ((1 << bits) - 1)
    return Fingerprint(of.kind, value.to_bytes(len(of.value), "big"), of.quality)


ROWS = (
    Row("example-list", "E-1", pdq(1), "A1"),
    Row("example-list", "E-2", pdq(2), "B2"),
    Row("example-list", "E-2", apart(pdq(2), 12), "B2"),
    Row("second", "S-1", pdq(1), "x"),
    Row("second", "S-9", Fingerprint(Kind.MD5, bytes(range(16))), "y"),
    Row("harmless", "H-1", pdq(3)),
    Row("second", "S-3", apart(pdq(3), 2), "z"),
)


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One service for all tests that do not break it: files taken, one host allowed."""
    folder = tmp_path_factory.mktemp("wire")
    with serving(folder, "--accept-files", lists=LISTS, rows=ROWS, from_nothing=True) as running:
        yield running


@pytest.fixture
def client(served: Served) -> Iterator[httpx.Client]:
    """A platform with a key for lookups."""
    with served.client() as one:
        yield one


@pytest.fixture
def curator(served: Served) -> Iterator[httpx.Client]:
    """Somebody with a key to curate."""
    with served.client(served.curator) as one:
        yield one
