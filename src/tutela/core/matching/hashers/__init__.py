"""Fingerprints of files.

For what: one reading of a file gives every fingerprint asked for, or says by name why there is none. Owns:
which files are pictures and how they are decoded (``pictures``), PDQ (``kernels``, ``pdq``), the plug-ins
under the entry point group ``tutela.hashers`` and what they promise (``tutela.testing.hashers`` checks it).
"""

from tutela.core.matching.hashers.hashing import Hashed, hash_bytes, hash_file
from tutela.core.matching.hashers.registry import (
    Example,
    Hasher,
    hasher_named,
    hashers,
    modules_of,
    warm_up,
)
from tutela.core.matching.hashers.source import Source

__all__ = [
    "Example",
    "Hashed",
    "Hasher",
    "Source",
    "hash_bytes",
    "hash_file",
    "hasher_named",
    "hashers",
    "modules_of",
    "warm_up",
]
