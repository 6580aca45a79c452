"""What is hashed of a file that is no plain picture, and what is refused by name."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pdqhash
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin

from tutela.core.matching import hashers
from tutela.core.matching.fingerprints import SIZES, Kind
from tutela.core.matching.hashers import examples, pictures

EXIF = Image.Exif()
EXIF[0x0112] = 6


def rings(rows: int = 120, columns: int = 160) -> Image.Image:
    return Image.open(io.BytesIO(examples.rings(rows, columns))).convert("RGB")


def saved(image: Image.Image, kind: str, **how: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **how)
    return buffer.getvalue()


def pdq_of(data: bytes) -> hashers.Hashed:
    return hashers.hash_bytes(data, ["pdq"])


def refusal(data: bytes) -> str:
    hashed = pdq_of(data)
    assert not hashed.fingerprints
    return hashed.refusals["pdq"]


def bits_between(data: bytes, other: bytes) -> int:
    values = [int.from_bytes(pdq_of(one).fingerprints[0].value, "big") for one in (data, other)]
    return (values[0] ^ values[1]).bit_count()


PLAIN = saved(rings(), "PNG")
GREY = rings().convert("L")


@pytest.mark.parametrize(
    ("kind", "how"),
    [
        ("JPEG", {"quality": 90}),
        ("JPEG", {"quality": 90, "progressive": True}),
        ("PNG", {}),
        ("BMP", {}),
        ("WEBP", {"lossless": True}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("TIFF", {"big_tiff": True}),
        ("AVIF", {"quality": 90}),
        ("JPEG2000", {}),
    ],
)
def test_the_same_picture_is_near_itself_in_every_format(kind: str, how: dict[str, object]) -> None:
    data = saved(rings(), kind, **how)
    assert bits_between(data, PLAIN) <= 10
    assert pdq_of(data).notes == ()


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_alpha_is_dropped_as_others_drop_it(mode: str) -> None:
    image = rings().convert(mode)
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    hashed = pdq_of(saved(image, "PNG"))
    expected = pdqhash.compute(np.asarray(image.convert("RGB")))
    assert hashed.fingerprints[0].value == np.packbits(expected[0]).tobytes()
    assert hashed.notes == ("alpha_ignored",)


@pytest.mark.parametrize("kind", ["PNG", "GIF", "BMP", "TIFF"])
def test_a_palette_becomes_its_colours(kind: str) -> None:
    few = rings().quantize(64)
    colours = saved(few.convert("RGB"), "PNG")
    assert bits_between(saved(few, kind), colours) == 0
    assert pdq_of(saved(few, kind)).notes == ()


def test_a_palette_that_is_seen_through_becomes_its_colours_too() -> None:
    few = rings().quantize(64)
    data = saved(few, "PNG", transparency=bytes(range(64)))
    assert bits_between(data, saved(few.convert("RGB"), "PNG")) == 0
    assert pdq_of(data).notes == ("alpha_ignored",)


def test_cmyk_becomes_rgb() -> None:
    data = saved(rings().convert("CMYK"), "JPEG", quality=92)
    assert bits_between(data, PLAIN) <= 10
    assert pdq_of(data).notes == ("cmyk",)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_lose_the_lower_eight(kind: str) -> None:
    grey = np.asarray(rings().convert("L"))
    wide = saved(Image.fromarray(grey.astype(np.uint16) * 256 + 77), kind)
    assert bits_between(wide, saved(Image.fromarray(grey), "PNG")) == 0
    assert pdq_of(wide).notes == ("sixteen_bits",)


def test_black_and_white_and_grey_are_pictures() -> None:
    for mode in ("1", "L"):
        image = rings().convert(mode)
        expected = pdqhash.compute(np.asarray(image.convert("RGB")))
        (found,) = pdq_of(saved(image, "PNG")).fingerprints
        assert (found.value, found.quality) == (np.packbits(expected[0]).tobytes(), expected[1])


def test_orientation_is_ignored_as_others_ignore_it_and_said() -> None:
    turned = pdq_of(saved(rings(), "JPEG", quality=90, exif=EXIF))
    assert turned.fingerprints == pdq_of(saved(rings(), "JPEG", quality=90)).fingerprints
    assert turned.notes == ("orientation_ignored",)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
def test_of_many_frames_the_first_is_hashed_and_said(kind: str) -> None:
    how = {"lossless": True} if kind == "WEBP" else {}
    data = saved(GREY, kind, save_all=True, append_images=[GREY.rotate(90), GREY.rotate(180)], **how)
    assert bits_between(data, saved(GREY, "PNG")) == 0
    assert "first_frame" in pdq_of(data).notes


def test_a_broken_second_frame_does_no_harm_to_the_first() -> None:
    data = saved(GREY, "GIF", save_all=True, append_images=[GREY.rotate(90)])
    cut = data[: len(saved(GREY, "GIF")) + 400]
    assert len(cut) < len(data)
    assert bits_between(cut, saved(GREY, "PNG")) == 0


def test_a_text_called_jpg_is_no_picture(tmp_path) -> None:
    path = tmp_path / "holiday.jpg"
    path.write_text("Dear all,\n")
    hashed = hashers.hash_file(path, ["pdq", "sha256"])
    assert hashed.refusals == {"pdq": "not_a_picture"}
    assert [one.kind for one in hashed.fingerprints] == [Kind.SHA256]


def test_a_picture_called_txt_is_a_picture(tmp_path) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(PLAIN)
    assert hashers.hash_file(path, ["pdq"]).fingerprints


@pytest.mark.parametrize(
    "head",
    [
        b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic",
        b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41",
        b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>',
        b"\xff\x0a\xfa\x1f",
        b"%PDF-1.7\n",
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
        b"8BPS\x00\x01",
        b"RIFF\x00\x00\x00\x00AVI LIST",
    ],
)
def test_what_is_known_and_not_decoded_is_refused_as_such(head: bytes) -> None:
    assert refusal(head + bytes(100)) == "format_not_supported"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", "AVIF"])
def test_a_truncated_picture_is_refused(kind: str) -> None:
    data = saved(rings(), kind)
    assert refusal(data[: len(data) // 2]) in ("truncated", "broken")


def test_truncated_jpeg_and_png_are_called_so() -> None:
    for kind in ("JPEG", "PNG"):
        data = saved(rings(), kind)
        assert refusal(data[: len(data) // 2]) == "truncated"


def test_no_bytes_and_one_colour_and_four_rows_have_no_fingerprint() -> None:
    assert refusal(b"") == "empty"
    assert refusal(saved(Image.new("RGB", (200, 200), "teal"), "PNG")) == "featureless"
    assert refusal(saved(rings().resize((300, 4)), "PNG")) == "too_small"
    assert refusal(b"\xff\xd8\xff") in ("truncated", "broken")


def test_colours_without_a_rule_are_refused() -> None:
    lab = ImageCms.createProfile("LAB")
    into = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), lab, "RGB", "LAB")
    assert refusal(saved(ImageCms.applyTransform(rings(), into), "TIFF")) == "colours_not_supported"
    floats = Image.fromarray(np.asarray(rings().convert("L")).astype(np.float32))
    assert refusal(saved(floats, "TIFF")) == "colours_not_supported"


def bomb(columns: int, rows: int) -> bytes:
    """A PNG that says it is large and holds next to nothing."""
    header = struct.pack(">IIBBBBB", columns, rows, 1, 0, 0, 0, 0)
    chunks = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(8000))), (b"IEND", b""))
    )
    return b"\x89PNG\r\n\x1a\n" + chunks


@pytest.mark.parametrize("sides", [(12_001, 10_000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_a_bomb_is_refused_before_it_is_decoded(sides: tuple[int, int]) -> None:
    assert sides[0] * sides[1] > pictures.MOST_PIXELS
    assert refusal(bomb(*sides)) in ("too_many_pixels", "broken")


def test_a_bomb_within_what_pillow_allows_is_refused_by_our_limit() -> None:
    assert refusal(bomb(13_000, 13_000)) == "too_many_pixels"


def test_a_bomb_of_text_in_a_picture_is_refused() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("note", "x" * (2 << 20), zip=True)
    assert refusal(saved(rings(), "PNG", pnginfo=notes)) == "broken"


SEEDS = {
    kind: saved(rings(40, 56), kind, **how)
    for kind, how in {
        "JPEG": {"exif": EXIF},
        "PNG": {},
        "GIF": {"save_all": True, "append_images": [rings(40, 56).rotate(90)]},
        "WEBP": {},
        "BMP": {},
        "TIFF": {"compression": "tiff_deflate"},
        "AVIF": {},
        "JPEG2000": {},
    }.items()
}
CHANGES = st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=12)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(SEEDS)), CHANGES, st.floats(0, 1), st.booleans(), st.booleans())
def test_whatever_the_bytes_there_is_a_fingerprint_or_a_reason(
    kind: str, changes: list[tuple[float, int]], end: float, early: bool, exact: bool
) -> None:
    data = bytearray(SEEDS[kind])
    for where, value in changes:
        data[int(where * (min(len(data), 120) if early else len(data)))] = value
    cut = bytes(data if end > 0.5 else data[: int(len(data) * end * 2)])
    hashed = hashers.hash_bytes(cut, list(Kind), exact=exact, variants=True)
    assert {one.kind for one in hashed.fingerprints} | {Kind(kind) for kind in hashed.refusals} == set(Kind)
    assert all(len(one.value) == SIZES[one.kind] for one in (*hashed.fingerprints, *hashed.variants))
    assert all(reason.replace("_", "").isalpha() for reason in hashed.refusals.values())


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([seed[:n] for seed in SEEDS.values() for n in (0, 4, 16)]))
def test_a_familiar_beginning_and_anything_after_it_is_no_crash(rest: bytes, head: bytes) -> None:
    hashed = hashers.hash_bytes(head + rest, ["pdq"])
    assert bool(hashed.fingerprints) != bool(hashed.refusals)
