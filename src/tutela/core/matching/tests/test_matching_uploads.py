"""Uploads: whatever a browser or a library sends is taken apart right; nonsense is refused by name."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.core.matching.uploads import BadUpload, carries_files, files_of, parts_of

CHUNKS = st.binary(max_size=300) | st.sampled_from([b"--x", b"\r\n--x--\r\n", b"\r\n", b"\r\n--", b"--x\r\n"])


def sent(**form: object) -> tuple[str, bytes]:
    request = httpx.Request("POST", "http://example.org/", **form)  # type: ignore[arg-type]
    return request.headers["content-type"], request.read()


@given(
    data=CHUNKS, other=CHUNKS, note=st.text(max_size=50), name=st.text("abc \"'.;=é", min_size=1, max_size=20)
)
def test_a_form_is_read_as_it_was_sent(data: bytes, other: bytes, note: str, name: str) -> None:
    kind, body = sent(data={"note": note}, files={"photo": (name, data, "image/png"), "more": ("b", other)})
    note_part, photo, more = parts_of(kind, body)
    assert (note_part.name, note_part.filename, bytes(note_part.data)) == ("note", None, note.encode())
    assert (photo.name, photo.content_type, bytes(photo.data)) == ("photo", "image/png", data)
    assert (photo.filename is not None, more.name, bytes(more.data)) == (True, "more", other)
    assert len(files_of(kind, body)) == bool(data) + bool(other)


@given(st.binary(max_size=500) | st.lists(CHUNKS, max_size=6).map(b"".join))
def test_nonsense_is_refused_by_name(body: bytes) -> None:
    try:
        for part in parts_of('multipart/form-data; boundary="x"', body):
            assert part.name is not None
    except BadUpload as refused:
        assert refused.reason in ("broken", "too_many_parts")


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=", "x; boundary=" + "y" * 71]
)
def test_a_form_without_a_boundary_is_refused(kind: str) -> None:
    with pytest.raises(BadUpload, match="no_boundary"):
        parts_of(kind, b"--x--")


def test_a_form_of_too_many_parts_is_refused() -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
    assert len(parts_of("multipart/form-data; boundary=x", part * 1000 + b"--x--")) == 1000
    with pytest.raises(BadUpload, match="too_many_parts"):
        parts_of("multipart/form-data; boundary=x", part * 1001 + b"--x--")


def test_a_body_that_is_one_file_is_that_file() -> None:
    assert [bytes(one.data) for one in files_of("image/jpeg", b"abc")] == [b"abc"]
    assert [bytes(one.data) for one in files_of("application/octet-stream", b"abc")] == [b"abc"]
    assert files_of("application/json", b"{}") == []
    assert files_of("image/jpeg", b"") == []
    assert carries_files("Multipart/Form-Data; boundary=x")
    assert not carries_files("application/x-www-form-urlencoded")
