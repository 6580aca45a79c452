"""This node's private keys as files: ``keys/exchange/<key id>.key`` in the data folder.

Only the worker and the commands of the node's keeper come here; no table holds a private key and no door
reads these files. They are under a passphrase when the node has one. A service manager can hand one over in
``$CREDENTIALS_DIRECTORY/tutela-node-key`` instead; it counts beside the files.
"""

from __future__ import annotations

import os
from pathlib import Path

from tutela.core.envelope import key_files
from tutela.core.envelope.errors import BrokenKeyFile, PassphraseNeeded
from tutela.core.envelope.node_keys import NodeKeys

PASSPHRASE_VARIABLE = "TUTELA_KEY_PASSPHRASE_FILE"  # noqa: S105 - names a file
CREDENTIAL = "tutela-node-key"


class Keyring:
    """The private keys that this process may read; each is opened once."""

    def __init__(self, home: Path, passphrase_file: str = "") -> None:
        self.folder = home / "keys" / "exchange"
        named = os.environ.get(PASSPHRASE_VARIABLE, "") or passphrase_file
        self._passphrase_file = (home / named) if named else None
        self._opened: dict[str, NodeKeys] = {}
        self._handed = False

    def get(self, key_id: str) -> NodeKeys | None:
        """Return the private keys with this id, ``None`` when they are not here.

        Raises:
            BrokenKeyFile, PassphraseNeeded, WrongPassphrase, TooCostly: the file is here and does not open.
        """
        if not self._handed:
            self._take_handed()
        if key_id not in self._opened:
            try:
                data = (self.folder / f"{key_id}.key").read_bytes()
            except FileNotFoundError:
                return None
            keys = key_files.read(data, self.passphrase())
            if keys.public.key_id != key_id:
                raise BrokenKeyFile("the file holds other keys than its name says")
            self._opened[key_id] = keys
        return self._opened[key_id]

    def put(self, keys: NodeKeys) -> Path:
        """Write new keys to a file of their own (0600), under the passphrase if there is one."""
        passphrase = self.passphrase()
        data = key_files.write_locked(keys, passphrase) if passphrase else key_files.write_plain(keys)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.folder / f"{keys.public.key_id}.key"
        path.touch(mode=0o600, exist_ok=False)
        path.write_bytes(data)
        return path

    def destroy(self, key_id: str) -> None:
        """Overwrite and remove the file: what was sealed to these keys opens no more, for anybody."""
        self._opened.pop(key_id, None)
        path = self.folder / f"{key_id}.key"
        if path.exists():
            with path.open("r+b") as file:
                file.write(bytes(path.stat().st_size))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()

    def passphrase(self) -> str | None:
        """Return the passphrase that the node's keeper put into a file; ``None`` without one.

        Raises:
            PassphraseNeeded: a file is named and cannot be read, or is empty.
        """
        if self._passphrase_file is None:
            return None
        try:
            text = self._passphrase_file.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError):
            text = ""
        if not text:
            raise PassphraseNeeded("the file with the passphrase cannot be read")
        return text

    def _take_handed(self) -> None:
        self._handed = True
        folder = os.environ.get("CREDENTIALS_DIRECTORY", "")
        path = Path(folder) / CREDENTIAL
        if folder and path.is_file():
            keys = key_files.read(path.read_bytes(), None)
            self._opened[keys.public.key_id] = keys
