"""From what people paste to what a URL parser reads: defanged, disguised and half-copied addresses.

Only the part up to the path is mended. A path may hold brackets and dots of its own, so there only
``[.]`` is mended, and only when scheme or host show that the address had been defanged. An address that
stands inside another one is mended always.
"""

from __future__ import annotations

import re
import unicodedata

from idna.core import valid_contextj

from tutela.core.record.reasons import NotAnAddress, PlaceReason

# Bidirectional marks and characters without width: they disguise an address and never belong to it.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
_JOINER = re.compile("[\u200c\u200d]")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3002: 0x2E, 0xFF61: 0x2E}
_OPEN, _SHUT = r"[\[({]", r"[\])}]"
_SCHEME = re.compile(
    rf"(?P<name>h(?:tt|xx|\*\*|__)ps?|ttps?|f[tx]ps?)\s?{_OPEN}?\s?[:：]\s?{_SHUT}?\s?{_OPEN}?[/／\\]{{2}}{_SHUT}?",
    re.IGNORECASE,
)
_TWICE = re.compile(r"(?:https?://)+(?=h(?:tt|xx)ps?[:：\[(])", re.IGNORECASE)
_AUTHORITY_ENDS = re.compile(r"[/／\\?#]")
_BRACKETED = re.compile(
    rf"{_OPEN}{{1,4}} ?(?P<sign>[.。．｡:]|dot|punkt|punto|point) ?{_SHUT}{{1,4}}", re.IGNORECASE
)
_SPACED = re.compile(
    rf"[ \t]{{0,2}}({_OPEN})[ \t]{{0,2}}(\.|:|://|dot)[ \t]{{0,2}}({_SHUT})[ \t]{{0,2}}", re.IGNORECASE
)
_NAMED = re.compile(r"(?P<name>[a-z][a-z0-9+.-]{0,30}):(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_PORT = re.compile(r"\d{1,5}(?:[/\\?#]|$)")

COLD_LETTERS = str.maketrans("tT", "xX")
_WARM_LETTERS = str.maketrans("xX", "tT")
_INNER = re.compile(r"(?P<scheme>h(?:tt|xx)ps?|f[tx]p)(?P<rest>://[^/?#&\s]*)", re.IGNORECASE)

ALLOWED = ("http", "https", "ftp")
"""Schemes that are taken in. ``ftp`` is recorded and never fetched."""

# What follows these names is no host, so a colon after them is no port.
_NEVER_HOSTS = frozenset(
    {"about", "blob", "chrome", "content", "data", "ed2k", "file", "intent", "ipfs", "javascript", "magnet"}
    | {"mailto", "sms", "tel", "tg", "vbscript", "view-source", "whatsapp"}
)
_SPELLED = dict.fromkeys(("dot", "punkt", "punto", "point"), ".")


def close_gaps(text: str) -> str:
    """Return ``text`` with ``example [.] org`` closed up to ``example[.]org``."""
    return _SPACED.sub(r"\1\2\3", text)


def without_invisible(text: str) -> str:
    """Return ``text`` without characters that have no width or turn the direction of writing.

    Joiners stay where the rules of their script need them (RFC 5892 appendix A) and between pictograms.
    """
    text = _INVISIBLE.sub("", text)
    return _JOINER.sub(lambda match: match.group() if _joins(text, match.start()) else "", text)


def _joins(text: str, position: int) -> bool:
    if position and unicodedata.category(text[position - 1]) in ("So", "Sk"):
        return True
    try:
        return valid_contextj(text, position)
    except ValueError:
        return False


def refang(text: str) -> str:
    """Return ``text`` as ``scheme://authority…``, ready for a URL parser; ``https`` where it has no scheme.

    Raises:
        NotAnAddress: another scheme than :data:`ALLOWED`, or a mail address.
    """
    text = close_gaps(without_invisible(text)).strip()
    if text[:4].lower() == "url:":
        text = text[4:].lstrip()
    if twice := _TWICE.match(text):
        text = text[twice.end() :]
    scheme, rest, defanged = _split_scheme(text)
    authority, tail = _split_authority(rest.lstrip("/\\"))
    mended = _BRACKETED.sub(lambda match: _SPELLED.get(match["sign"].lower(), match["sign"]), authority)
    if defanged or mended != authority:
        tail = tail.replace("[.]", ".")
    tail = _INNER.sub(_warm_inner, tail)
    return f"{scheme}://{mended.translate(_FULL_WIDTH)}{tail}"


def _warm_inner(found: re.Match[str]) -> str:
    """Mend an address inside the address, as archives and redirects carry it, cold or not."""
    return found["scheme"].translate(_WARM_LETTERS) + found["rest"].replace("[.]", ".")


def _split_authority(text: str) -> tuple[str, str]:
    end = _AUTHORITY_ENDS.search(text)
    if not end:
        return text, ""
    slash = "/" if end.group() == "／" else end.group()
    return text[: end.start()], slash + text[end.end() :]


def _split_scheme(text: str) -> tuple[str, str, bool]:
    found = _SCHEME.match(text[:24].translate(_FULL_WIDTH))
    if not found:
        return (*_other_scheme(text), False)
    name = found["name"].lower()
    scheme = "ftp" if name.startswith("f") else "https" if name.endswith("s") else "http"
    return scheme, text[found.end() :], found.group().lower() != f"{scheme}://"


def _other_scheme(text: str) -> tuple[str, str]:
    named = _NAMED.match(text)
    if text.startswith("//") or not named:
        return "https", _bare(text.lstrip("/"))
    name, rest = named["name"].lower(), named["rest"]
    if name in _NEVER_HOSTS:
        raise NotAnAddress(PlaceReason.SCHEME_NOT_ALLOWED)
    if name in ALLOWED:
        return name, rest
    if _PORT.match(rest) or (not rest.startswith("/") and "@" in _split_authority(rest)[0]):
        return "https", text
    raise NotAnAddress(PlaceReason.SCHEME_NOT_ALLOWED)


def _bare(text: str) -> str:
    authority, tail = _split_authority(text)
    if "@" in authority and not tail:
        raise NotAnAddress(PlaceReason.MAIL_ADDRESS)
    if authority.count(":") > 1 and not authority.startswith("["):
        return f"[{authority}]{tail}"
    return text
