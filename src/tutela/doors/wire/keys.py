"""Keys: who may ask, and for what. Kept as digests in one small file that may change while the service runs.

A key is 256 random bits, so a plain SHA-256 of it cannot be turned round and needs no slow derivation. Its
number stands in front, so that the digest to compare with is found without a search; the comparison takes
the same time wherever two digests differ.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from limits import RateLimitItem, parse_many

from tutela.core.kernel import clock
from tutela.core.kernel.errors import Refusal

MOST_KEYS = 4096
MOST_LIMITS = 4
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_TOKEN = re.compile(r"tm([0-9]{1,6})\.([A-Za-z0-9_-]{43})")


class Right(StrEnum):
    """What a key may do."""

    LOOKUP = "lookup"
    CURATE = "curate"
    METRICS = "metrics"


class BadKey(Refusal):
    """A key cannot be made or revoked; ``reason`` says why in a few words."""

    code = "bad_key"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Key:
    """A key as the file holds it. ``rate`` is written as the package ``limits`` reads it, empty for none."""

    number: int
    name: str
    digest: str
    rights: tuple[Right, ...]
    rate: str = ""
    made_at: str = ""
    revoked_at: str = ""
    limits: tuple[RateLimitItem, ...] = field(default=(), compare=False, repr=False)


def make_key(path: Path, name: str, rights: set[Right], rate: str = "") -> str:
    """Add a key to the file at ``path`` and return its token, which is shown once and stored nowhere.

    Raises:
        BadKey: the name is taken or not one, no right is given, or the rate cannot be read.
    """
    if not _NAME.fullmatch(name):
        raise BadKey("a name has up to 64 letters, digits, dots, dashes and underscores")
    if not rights:
        raise BadKey("a key needs a right: lookup, curate or metrics")
    _limits(rate)
    with _writing(path) as keys:
        if any(key.name == name and not key.revoked_at for key in keys):
            raise BadKey(f"there is a key {name} already; revoke it first")
        number = 1 + max((key.number for key in keys), default=0)
        if number > MOST_KEYS:
            raise BadKey(f"there were {MOST_KEYS} keys; start with a new file")
        token = f"tm{number}.{secrets.token_urlsafe(32)}"
        made_at = clock.to_text(clock.now())
        keys.append(Key(number, name, _digest(token), tuple(sorted(rights)), rate, made_at))
    return token


def revoke_key(path: Path, name: str) -> None:
    """Make the key ``name`` useless, also to services that run.

    Raises:
        BadKey: there is no such key in use.
    """
    with _writing(path) as keys:
        for place, key in enumerate(keys):
            if key.name == name and not key.revoked_at:
                keys[place] = replace(key, revoked_at=clock.to_text(clock.now()))
                return
        raise BadKey(f"there is no key {name} in use")


def read_keys(path: Path) -> list[Key]:
    """Return all keys of the file, revoked ones too; none if there is no file.

    Raises:
        BadKey: the file is not one of keys.
    """
    try:
        told = json.loads(path.read_bytes())
    except FileNotFoundError:
        return []
    except ValueError:
        raise BadKey(f"{path.name} cannot be read") from None
    try:
        return [_key(row) for row in told["keys"]]
    except (KeyError, TypeError, ValueError):
        raise BadKey(f"{path.name} cannot be read") from None


class KeyRing:
    """The keys in use. The file is looked at again every ``pause_seconds``, so revoking needs no restart."""

    def __init__(self, path: Path, pause_seconds: float = 0.2) -> None:
        self._path = path
        self._pause_seconds = pause_seconds
        self._look_at = 0.0
        self._stamp: tuple[int, int, int] | None = None
        self._keys: dict[int, Key] = {}

    def key_of(self, token: str) -> Key | None:
        """Return the key that ``token`` is, or None; equally slow for every wrong one.

        Before it is refused the file is looked at once more: the key may have been made this moment.
        """
        now = time.monotonic()
        if now >= self._look_at:
            self._look_at = now + self._pause_seconds
            self._refresh()
        if key := self._known(token):
            return key
        self._refresh()
        return self._known(token)

    def _known(self, token: str) -> Key | None:
        shape = _TOKEN.fullmatch(token)
        key = self._keys.get(int(shape[1])) if shape else None
        known = hmac.compare_digest(_digest(token), key.digest if key else "0" * 64)
        return key if known else None

    def _refresh(self) -> None:
        try:
            found = self._path.stat()
            stamp = (found.st_mtime_ns, found.st_size, found.st_ino)
        except FileNotFoundError:
            stamp = (0, 0, 0)
        if stamp == self._stamp:
            return
        try:
            keys = read_keys(self._path)
        except BadKey:
            keys = []  # a file that cannot be read opens nothing
        self._keys = {key.number: key for key in keys if not key.revoked_at}
        self._stamp = stamp


def _key(row: dict[str, object]) -> Key:
    given = {name: row[name] for name in ("number", "name", "digest", "rate", "made_at", "revoked_at")}
    rights = row["rights"]
    if not isinstance(rights, list) or not isinstance(given["number"], int):
        raise TypeError("not a key")
    text = {name: str(value) for name, value in given.items() if name != "number"}
    return Key(
        number=given["number"],
        rights=tuple(Right(right) for right in rights),
        limits=_limits(text["rate"]),
        **text,
    )


def _limits(rate: str) -> tuple[RateLimitItem, ...]:
    if not rate:
        return ()
    try:
        found = tuple(parse_many(rate))
    except ValueError:
        raise BadKey(f"{rate!r} is not a rate such as 1000/second or 20/second;100000/day") from None
    if len(found) > MOST_LIMITS:
        raise BadKey(f"a key has at most {MOST_LIMITS} limits")
    return found


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


@contextmanager
def _writing(path: Path) -> Iterator[list[Key]]:
    """Give the keys to change, one writer at a time, and put the new file in place whole or not at all."""
    with path.with_suffix(".lock").open("w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        keys = read_keys(path)
        yield keys
        rows = [{k: v for k, v in asdict(replace(key, limits=())).items() if k != "limits"} for key in keys]
        new = path.with_suffix(".new")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump({"version": 1, "keys": rows}, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
