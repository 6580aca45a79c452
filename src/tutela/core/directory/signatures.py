"""A keeper's key in TUF's files: a node's public set, whose two signatures must both hold.

A directory says which keys are whose; signed by less than an envelope is, it would be the way around the
envelope. python-tuf lets a key of another kind be registered; this one is ``tutela-node-keys`` with the
scheme ``ed25519.ml-dsa-65``. Its id is the key id of spec/envelope.md and is derived, never believed, so that
one key under two ids cannot count as two keepers.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from securesystemslib.exceptions import UnverifiedSignatureError
from securesystemslib.signer import (  # type: ignore[attr-defined]  # it exports them without saying so
    KEY_FOR_TYPE_AND_SCHEME,
    Key,
    Signature,
    Signer,
)

from tutela.core.envelope import signing
from tutela.core.envelope.errors import BadKey, BadSignature
from tutela.core.envelope.node_keys import NodeKeys, PublicKeys

KEY_TYPE = "tutela-node-keys"
SCHEME = "ed25519.ml-dsa-65"
PURPOSE = b"tutela/directory-signature/1"


class KeeperKey(Key):
    """The public part."""

    def __init__(self, public: PublicKeys) -> None:
        keyval = {"public": base64.b64encode(public.raw).decode("ascii")}
        super().__init__(public.key_id, KEY_TYPE, SCHEME, keyval)
        self.public = public

    @classmethod
    def from_dict(cls, keyid: str, key_dict: dict[str, Any]) -> KeeperKey:
        """Read a key; ValueError, which python-tuf names, when it is not one or stands under another id."""
        if key_dict.keys() != {"keytype", "scheme", "keyval"} or key_dict["keyval"].keys() != {"public"}:
            raise ValueError("a key has other members than its own")
        try:
            key = cls(PublicKeys(base64.b64decode(key_dict["keyval"]["public"], validate=True)))
        except (binascii.Error, TypeError, ValueError, BadKey):
            raise ValueError("a key cannot be one") from None
        if key.keyid != keyid or key.keyval != key_dict["keyval"]:
            raise ValueError("a key stands under an id that is not its own")
        return key

    def to_dict(self) -> dict[str, Any]:
        """Return the key as it stands in root.json."""
        return {"keytype": self.keytype, "scheme": self.scheme, "keyval": dict(self.keyval)}

    def verify_signature(self, signature: Signature, data: bytes) -> None:
        """Return when both signatures hold; UnverifiedSignatureError otherwise."""
        try:
            both = bytes.fromhex(signature.signature)
            signing.verify(both, data, purpose=PURPOSE, public=self.public)
        except (ValueError, TypeError, BadSignature):
            raise UnverifiedSignatureError(f"the signatures of {self.keyid} do not hold") from None


class KeeperSigner(Signer):
    """The private part."""

    def __init__(self, keys: NodeKeys) -> None:
        self._keys = keys
        self._public = KeeperKey(keys.public)

    @classmethod
    def from_priv_key_uri(cls, *_: object, **__: object) -> KeeperSigner:
        """Refuse: key files are opened by the command that was given them, never by a name in a file."""
        raise ValueError("a keeper's key has no address")

    @property
    def public_key(self) -> Key:
        return self._public

    def sign(self, payload: bytes) -> Signature:
        """Return both signatures as one, in hexadecimal."""
        return Signature(self._public.keyid, signing.sign(payload, purpose=PURPOSE, keys=self._keys).hex())


KEY_FOR_TYPE_AND_SCHEME[(KEY_TYPE, SCHEME)] = KeeperKey
