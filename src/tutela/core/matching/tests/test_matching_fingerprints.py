"""How fingerprints are written, and which must never be matched (field formats, annex B)."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.core.matching.errors import BadFingerprint
from tutela.core.matching.fingerprints import SIZES, Fingerprint, Kind, read_fingerprint

VALUE = bytes(range(1, 33))


@pytest.mark.parametrize(
    ("kind", "text", "size"),
    [
        ("md5", VALUE[:16].hex().upper(), 16),
        ("md5", base64.b64encode(VALUE[:16]).decode(), 16),
        ("sha1", base64.b32encode(VALUE[:20]).decode(), 20),
        ("sha1", base64.b32encode(VALUE[:20]).decode().lower(), 20),
        ("sha1", VALUE[:20].hex(), 20),
        ("sha256", f"  {VALUE.hex()}\n", 32),
        ("pdq", base64.b64encode(VALUE).decode(), 32),
        ("pdq", VALUE.hex(), 32),
    ],
)
def test_each_spelling_seen_in_the_wild_is_read(kind: str, text: str, size: int) -> None:
    assert read_fingerprint(kind, text) == Fingerprint(Kind(kind), VALUE[:size])


@pytest.mark.parametrize(
    ("kind", "text", "quality", "reason"),
    [
        ("photodna", VALUE.hex(), None, "unknown_kind"),
        ("", VALUE.hex(), None, "unknown_kind"),
        ("md5", VALUE.hex(), None, "wrong_length"),
        ("md5", "", None, "wrong_length"),
        ("md5", "x" * 32, None, "wrong_alphabet"),
        ("pdq", VALUE.hex(), 101, "bad_quality"),
        ("pdq", "0" * 64, 90, "degenerate"),
        ("pdq", "F" * 64, 90, "degenerate"),
        ("md5", hashlib.md5(b"").hexdigest(), None, "known_empty"),
        ("sha1", hashlib.sha1(b"").hexdigest(), None, "known_empty"),
        ("sha256", hashlib.sha256(b"").hexdigest(), None, "known_empty"),
    ],
)
def test_what_is_no_fingerprint_is_refused_by_name(
    kind: str, text: str, quality: int | None, reason: str
) -> None:
    with pytest.raises(BadFingerprint) as caught:
        read_fingerprint(kind, text, quality)
    assert caught.value.reason == reason


@given(kind=st.sampled_from(list(Kind)), text=st.text(max_size=80))
def test_no_text_does_worse_than_a_refusal(kind: Kind, text: str) -> None:
    try:
        read = read_fingerprint(kind, text)
    except BadFingerprint:
        return
    assert read_fingerprint(kind, read.text) == read
    assert len(read.value) == SIZES[kind]
