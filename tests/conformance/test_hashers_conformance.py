"""Every installed hasher passes the shipped kit, and the kit can tell a hasher that should not pass."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tutela.core.matching.errors import BadFingerprint
from tutela.core.matching.fingerprints import Fingerprint, Kind
from tutela.core.matching.hashers import Example, Hasher, Source, hasher_named, hashers
from tutela.testing import hashers as kit

HASHERS = hashers()


def test_there_is_a_hasher_of_every_kind() -> None:
    assert {hasher.kind for hasher in HASHERS.values()} == set(Kind)
    assert all(name == hasher.kind for name, hasher in HASHERS.items())


def test_a_hasher_that_is_not_there_is_refused() -> None:
    with pytest.raises(BadFingerprint, match="unknown_kind"):
        hasher_named("photodna")


@pytest.mark.parametrize("check", kit.CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("name", HASHERS)
def test_a_hasher_keeps_the_promises_of_the_kit(name: str, check: Callable[[Hasher], None]) -> None:
    check(HASHERS[name])


class _Careless:
    """Hashes whatever comes, and trips over what it does not expect."""

    kind = Kind.MD5
    algorithm = ""
    EXAMPLES = (
        Example("three letters", lambda: b"abc", "00" * 16),
        Example("nothing", bytes, refused="nothing"),
    )

    def needs_content(self, head: bytes) -> bool:
        return True

    def hash(self, source: Source, exact: bool) -> Fingerprint:
        content = source.content()
        if content.startswith(b"a") and content != b"abc":
            raise RuntimeError(content)
        return Fingerprint(Kind.SHA1, b"\x01" * 16)

    def variants(self, source: Source, exact: bool) -> tuple[Fingerprint, ...]:
        return ()


@pytest.mark.parametrize("check", [kit.check_examples, kit.check_sizes, kit.check_no_bytes])
def test_the_kit_finds_a_hasher_that_does_not_do_what_it_promises(check: Callable[[Hasher], None]) -> None:
    with pytest.raises(AssertionError):
        check(_Careless())


def test_the_kit_finds_a_hasher_that_breaks_on_hostile_bytes() -> None:
    with pytest.raises(RuntimeError):
        kit.check_hostile_bytes(_Careless())


def test_the_kit_finds_a_hasher_that_shows_no_refusal() -> None:
    careless = _Careless()
    careless.EXAMPLES = careless.EXAMPLES[:1]
    with pytest.raises(AssertionError, match="no example of a refusal"):
        kit.check_promises(careless)
