"""One reading gives every fingerprint, and a process that is warm never compiles."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.core.matching import hashers
from tutela.core.matching.errors import BadFingerprint
from tutela.core.matching.fingerprints import Kind
from tutela.core.matching.hashers import examples, kernels, source

KINDS = ["sha256", "sha1", "md5"]


class Once(io.RawIOBase):
    """A pipe: gives little at a time and cannot go back."""

    def __init__(self, data: bytes, most: int = 1000) -> None:
        self.given = 0
        self._rest, self._most = memoryview(data), most

    def read(self, size: int = -1) -> bytes:
        piece = bytes(self._rest[: min(size, self._most)])
        self._rest = self._rest[len(piece) :]
        self.given += len(piece)
        return piece


@given(st.binary(min_size=1, max_size=4000))
def test_digests_are_those_of_the_standard_library(data: bytes) -> None:
    hashed = hashers.hash_file(Once(data), KINDS)
    assert [one.text for one in hashed.fingerprints] == [
        hashlib.new(kind, data).hexdigest() for kind in KINDS
    ]
    assert (hashed.size, hashed.refusals, hashed.notes) == (len(data), {}, ())


def test_a_picture_is_read_once_for_all_kinds() -> None:
    data = examples.rings(700, 900)
    pipe = Once(data, most=100_000)
    hashed = hashers.hash_file(pipe, [*KINDS, "pdq"])
    assert pipe.given == len(data) > source.PIECE
    assert hashed == hashers.hash_bytes(data, [*KINDS, "pdq"])
    assert hashed.fingerprints[0].value == hashlib.sha256(data).digest()


def test_no_bytes_have_no_fingerprint_of_any_kind() -> None:
    hashed = hashers.hash_bytes(b"", list(Kind))
    assert hashed.fingerprints == ()
    assert hashed.refusals == dict.fromkeys(Kind, "empty")


def test_a_kind_asked_for_twice_is_given_once() -> None:
    assert len(hashers.hash_bytes(b"abc", ["md5", "md5"]).fingerprints) == 1


def test_a_kind_that_nobody_makes_is_refused_before_the_file_is_read() -> None:
    pipe = Once(b"abc")
    with pytest.raises(BadFingerprint, match="unknown_kind"):
        hashers.hash_file(pipe, ["sha256", "photodna"])
    assert pipe.given == 0


def test_what_is_too_large_to_keep_still_has_its_digest(monkeypatch) -> None:
    monkeypatch.setattr(source, "MOST_BYTES", 2 << 20)
    data = examples.rings(900, 900) + bytes(1 << 20)
    hashed = hashers.hash_bytes(data, ["sha256", "pdq"])
    assert hashed.refusals == {"pdq": "too_many_bytes"}
    assert hashed.fingerprints[0].value == hashlib.sha256(data).digest()


def test_what_is_no_picture_is_never_kept() -> None:
    asked = source.Source(io.BytesIO(b"text" * 1000), [], hashers.hasher_named("pdq").needs_content)
    with pytest.raises(Exception, match="too_many_bytes"):
        asked.content()


def test_a_missing_file_is_the_systems_own_error(tmp_path) -> None:
    with pytest.raises(FileNotFoundError):
        hashers.hash_file(tmp_path / "gone", ["md5"])


def test_a_type_that_was_not_foreseen_is_an_error_and_no_compilation() -> None:
    with pytest.raises(TypeError):
        kernels.transform(np.zeros((64, 64), np.float64))


def test_warming_up_makes_every_fingerprint_once() -> None:
    assert 0 < hashers.warm_up() < 600


def test_the_next_process_finds_everything_compiled() -> None:
    hashers.warm_up()
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "from tutela.core.matching import hashers\n"
            "from tutela.core.matching.hashers import kernels\n"
            "hashers.warm_up()\n"
            "made = [one.stats for one in vars(kernels).values() if hasattr(one, 'stats')]\n"
            "print(len(made), sum(sum(one.cache_misses.values()) for one in made))",
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    number, missed = map(int, told.stdout.split())
    assert number >= 8
    assert missed == 0


def test_digests_need_neither_numpy_nor_numba() -> None:
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys\n"
            "from tutela.core.matching import hashers\n"
            "hashers.hash_bytes(b'abc', ['sha256', 'md5'])\n"
            "print({'numpy', 'numba', 'PIL', 'django'} & set(sys.modules))",
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    assert told.stdout.strip() == "set()"


def test_kinds_without_an_order_are_hashed_in_one_order() -> None:
    hashed = hashers.hash_bytes(b"ordinary", frozenset({"sha256", "md5", "sha1"}))
    assert [one.kind.value for one in hashed.fingerprints] == ["md5", "sha1", "sha256"]
