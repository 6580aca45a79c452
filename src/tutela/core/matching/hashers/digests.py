"""The hashers of bytes: SHA-256, SHA-1 and MD5.

SHA-1 and MD5 are here because lists carry them, and protect nothing: two files can be made to share one.
"""

from __future__ import annotations

from tutela.core.matching.errors import CannotHash
from tutela.core.matching.fingerprints import Fingerprint, Kind
from tutela.core.matching.hashers.registry import Example
from tutela.core.matching.hashers.source import Source


def _abc() -> bytes:
    return b"abc"


class DigestHasher:
    """Makes the fingerprints of one digest."""

    def __init__(self, kind: Kind, of_abc: str) -> None:
        self.kind = kind
        self.algorithm = str(kind)
        self.EXAMPLES = (
            Example("the letters that the standards use", _abc, of_abc),
            Example("no bytes", bytes, refused="empty"),
        )

    def needs_content(self, head: bytes) -> bool:  # noqa: ARG002
        """Whether the whole must be kept: never."""
        return False

    def hash(self, source: Source, exact: bool) -> Fingerprint:  # noqa: ARG002 - a digest is always exact
        """Return the digest.

        Raises:
            CannotHash: ``empty``.
        """
        if not source.size:
            raise CannotHash("empty")
        return Fingerprint(self.kind, source.digest(self.algorithm))

    def variants(self, source: Source, exact: bool) -> tuple[Fingerprint, ...]:  # noqa: ARG002
        """Return nothing: bytes are not turned or mirrored."""
        return ()


# FIPS 180-4 and RFC 1321 name these.
SHA256 = DigestHasher(Kind.SHA256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
SHA1 = DigestHasher(Kind.SHA1, "a9993e364706816aba3e25717850c26c9cd0d89d")
MD5 = DigestHasher(Kind.MD5, "900150983cd24fb0d6963f7d28e17f72")
