"""Sign outgoing mail (RFC 6376), so that an abuse desk can tell our notices from somebody's prank."""

from __future__ import annotations

import email
from dataclasses import dataclass, field
from pathlib import Path

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

LEAST_BITS = 2048
SIGNED = (
    "From",
    "Reply-To",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
)
# Named once more than they occur: a second one that is added on the way breaks the signature.
_SEALED = ("From", "Reply-To", "To", "Subject", "Date")


class BadKey(Exception):  # noqa: N818 - an answer about the node's own settings
    """The key file cannot be read, is no RSA key, or is too short."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A domain's key. ``key`` is PEM in the one form that dkimpy reads."""

    domain: str
    selector: str
    key: bytes = field(repr=False)

    def sign(self, content: bytes) -> bytes:
        """Return the DKIM-Signature header line, relaxed/relaxed, rsa-sha256, for a mail with CRLF lines."""
        present = email.message_from_bytes(content)
        names = [name for name in SIGNED if name in present]
        line: bytes = dkim.sign(
            content,
            self.selector.encode("ascii"),
            self.domain.encode("ascii"),
            self.key,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=[name.encode("ascii") for name in (*names, *_SEALED)],
        )
        return line


def load_signer(domain: str, selector: str, key_file: str, home: Path) -> Signer | None:
    """Return the signer that ``node.toml`` names, ``None`` when it names no key.

    Raises:
        BadKey: see the class.
    """
    if not key_file:
        return None
    try:
        key = serialization.load_pem_private_key((home / key_file).read_bytes(), password=None)
        f"{domain}{selector}".encode("ascii")
    except (OSError, ValueError, TypeError) as error:
        raise BadKey from error
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size < LEAST_BITS or not domain or not selector:
        raise BadKey
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    return Signer(domain, selector, pem)
