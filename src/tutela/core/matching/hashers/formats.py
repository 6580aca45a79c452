"""Which picture formats are decoded, told by how a file begins and never by its name.

The list is short on purpose: each decoder is a door for hostile files. Pillow knows more, among them
formats that start other programs; those are named as not supported, apart from what is no picture at all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import IO

from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    ImageFile,
    Jpeg2KImagePlugin,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

Opener = Callable[[IO[bytes]], ImageFile.ImageFile]

_OPENERS: dict[str, Opener] = {
    "JPEG": lambda file: JpegImagePlugin.jpeg_factory(file, ""),
    "PNG": PngImagePlugin.PngImageFile,
    "GIF": GifImagePlugin.GifImageFile,
    "WEBP": WebPImagePlugin.WebPImageFile,
    "BMP": BmpImagePlugin.BmpImageFile,
    "TIFF": TiffImagePlugin.TiffImageFile,
    "AVIF": AvifImagePlugin.AvifImageFile,
    "JPEG2000": Jpeg2KImagePlugin.Jpeg2KImageFile,
}
_SIGNS = {
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"BM": "BMP",
    b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF",
    b"II+\x00": "TIFF",
    b"MM\x00+": "TIFF",
    b"\x00\x00\x00\x0cjP  \r\n\x87\n": "JPEG2000",
    b"\xff\x4f\xff\x51": "JPEG2000",
}
# Camera raw files that begin like TIFF are opened as such: their first page is their preview.
_OTHERS = (
    b"\x00\x00\x00\x0cJXL ",
    b"\xff\x0a",
    b"8BPS",
    b"%PDF",
    b"%!PS",
    b"\x00\x00\x01\x00",
    b"qoif",
    b"P1\n",
    b"P2\n",
    b"P3\n",
    b"P4\n",
    b"P5\n",
    b"P6\n",
    b"DDS ",
    b"\x76\x2f\x31\x01",
    b"gimp xcf",
    b"\x1aE\xdf\xa3",
    b"\x00\x00\x01\xba",
    b"FLV\x01",
    b"OggS",
)


def format_of(head: bytes) -> str:
    """Return the name of the format of a file that begins so; otherwise the refusal in lower case.

    The refusals are ``format_not_supported`` (HEIC, JPEG XL, SVG, PDF, film, …) and ``not_a_picture``.
    """
    for sign, name in _SIGNS.items():
        if head.startswith(sign):
            return name
    if head.startswith(b"RIFF"):
        return "WEBP" if head[8:12] == b"WEBP" else "format_not_supported"
    if head[4:8] == b"ftyp":
        brands = head[8 : min(64, int.from_bytes(head[:4], "big"))]
        return "AVIF" if b"avif" in brands or b"avis" in brands else "format_not_supported"
    if head.startswith(_OTHERS) or _is_svg(head):
        return "format_not_supported"
    return "not_a_picture"


def opener_of(name: str) -> Opener | None:
    """Return what opens a format, None when it is a refusal."""
    return _OPENERS.get(name)


def _is_svg(head: bytes) -> bool:
    start = head[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith(b"<") and b"<svg" in start
