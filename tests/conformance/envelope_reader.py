"""A second reader of spec/envelope.md, written from that page alone; it shares no line with the node's own.

ML-KEM, X25519, Ed25519, ML-DSA, ChaCha20-Poly1305, Argon2id and hashes come from libraries. HPKE, canonical
JSON, padding, frame, order of refusals and everything else are done here, step by step.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import math
import re
import unicodedata
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey, MLDSA65PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

SUITE = "x-wing.hkdf-sha256.chacha20-poly1305.ed25519.ml-dsa-65"
MARKS = {"TLP:RED", "TLP:AMBER+STRICT", "TLP:AMBER", "TLP:GREEN", "TLP:CLEAR"}
UUID7 = "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
KINDS, NODES, KEY_IDS = "[a-z][a-z0-9_]{2,63}", "[a-z0-9][a-z0-9._-]{0,63}", "[0-9a-f]{32}"
TIMES = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"
SKEW = timedelta(hours=2)


class Refused(Exception):
    """One of the names in the specification."""


def need(holds: bool, refusal: str) -> None:
    if not holds:
        raise Refused(refusal)


def is_text(value: Any, form: str) -> bool:
    return isinstance(value, str) and re.fullmatch(form, value, re.ASCII) is not None


def is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


# Keys ------------------------------------------------------------------------------------------------------


def expand_seed(seed: bytes) -> bytes:
    return hkdf(seed, b"tutela/node-keys/1", 160)


def public_of(private: bytes) -> bytes:
    parts = (
        MLKEM768PrivateKey.from_seed_bytes(private[:64]),
        X25519PrivateKey.from_private_bytes(private[64:96]),
        Ed25519PrivateKey.from_private_bytes(private[96:128]),
        MLDSA65PrivateKey.from_seed_bytes(private[128:]),
    )
    return b"".join(part.public_key().public_bytes_raw() for part in parts)


def key_id_of(public: bytes) -> str:
    return hashlib.sha256(b"tutela/node-keys/1\x00" + public).hexdigest()[:32]


def words_of(key_id: str) -> str:
    bits = f"{int(key_id, 16):0128b}"
    words = []
    for at in range(0, 128, 16):
        word, rest = "", bits[at : at + 16]
        for width in (4, 2, 4, 2, 4):
            word += ("bdfghjklmnprstvz" if width == 4 else "aiou")[int(rest[:width], 2)]
            rest = rest[width:]
        words.append(word)
    return "-".join(words)


# HKDF, HPKE, signatures ------------------------------------------------------------------------------------


def hkdf(secret: bytes, info: bytes, length: int) -> bytes:
    extracted = hmac.digest(bytes(32), secret, "sha256")
    block = out = b""
    while len(out) < length:
        block = hmac.digest(extracted, block + info + bytes([len(out) // 32 + 1]), "sha256")
        out += block
    return out[:length]


def hpke_open(sealed: bytes, private: bytes, info: bytes) -> bytes:
    need(len(sealed) >= 1136, "seal_broken")
    suite = b"HPKE\x64\x7a\x00\x01\x00\x03"
    ciphertext, ephemeral, rest = sealed[:1088], sealed[1088:1120], sealed[1120:]

    def extract(salt: bytes, label: bytes, material: bytes) -> bytes:
        return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + material, "sha256")

    def expand(secret: bytes, label: bytes, context: bytes, length: int) -> bytes:
        labelled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + context
        return hmac.digest(secret, labelled + b"\x01", "sha256")[:length]

    own = X25519PrivateKey.from_private_bytes(private[64:96])
    try:
        second = own.exchange(X25519PublicKey.from_public_bytes(ephemeral))
        first = MLKEM768PrivateKey.from_seed_bytes(private[:64]).decapsulate(ciphertext)
        mine = own.public_key().public_bytes_raw()
        label = bytes.fromhex("5c2e2f2f5e5c")
        shared = hashlib.sha3_256(first + second + ephemeral + mine + label).digest()
        context = b"\x00" + extract(b"", b"psk_id_hash", b"") + extract(b"", b"info_hash", info)
        secret = extract(shared, b"secret", b"")
        cipher = ChaCha20Poly1305(expand(secret, b"key", context, 32))
        return cipher.decrypt(expand(secret, b"base_nonce", context, 12), rest, b"")
    except (ValueError, InvalidTag):
        raise Refused("seal_broken") from None


def check_signatures(signatures: bytes, data: bytes, purpose: bytes, public: bytes) -> None:
    message = purpose + b"\x00" + hashlib.sha512(data).digest()
    try:
        Ed25519PublicKey.from_public_bytes(public[1216:1248]).verify(signatures[:64], message)
    except InvalidSignature:
        raise Refused("bad_signature_ed25519") from None
    try:
        MLDSA65PublicKey.from_public_bytes(public[1248:]).verify(signatures[64:], message)
    except InvalidSignature:
        raise Refused("bad_signature_mldsa65") from None


# Canonical JSON and padding --------------------------------------------------------------------------------


def spell(value: Any, depth: int = 1) -> str:
    """Return ``value`` as RFC 8785 spells it, or refuse what the limits exclude."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        need(abs(value) < 2**53, "not canonical")
        return str(value)
    if isinstance(value, str):
        return '"' + "".join(escape(character) for character in value) + '"'
    need(isinstance(value, dict | list) and depth <= 16, "not canonical")
    if isinstance(value, list):
        return "[" + ",".join(spell(one, depth + 1) for one in value) + "]"
    for name in value:
        need(1 <= len(name) <= 64 and all(" " <= one <= "~" for one in name), "not canonical")
    return "{" + ",".join(f"{spell(name)}:{spell(value[name], depth + 1)}" for name in sorted(value)) + "}"


def escape(character: str) -> str:
    short = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    need(not "\ud800" <= character <= "\udfff", "not canonical")
    return short.get(character) or (f"\\u{ord(character):04x}" if character < " " else character)


def canonical(data: bytes, refusal: str) -> dict[str, Any]:
    try:
        value = json.loads(data.decode("utf-8"))
        need(isinstance(value, dict) and spell(value).encode() == data, refusal)
    except (ValueError, RecursionError, Refused):
        raise Refused(refusal) from None
    return dict(value)


def padded_length(length: int) -> int:
    whole = 4 + length
    if whole <= 256:
        return 256
    exponent = math.floor(math.log2(whole))
    step = 2 ** (exponent - math.floor(math.log2(exponent)) - 1)
    return math.ceil(whole / step) * step


def unpad(padded: bytes) -> bytes:
    length = int.from_bytes(padded[:4], "big")
    fits = 4 + length <= min(len(padded), 2**26) and padded_length(length) == len(padded)
    need(fits and padded[4 + length :].count(0) == len(padded) - 4 - length, "padding_broken")
    return padded[4 : 4 + length]


# The envelope ----------------------------------------------------------------------------------------------


def read(case: dict[str, Any], envelope: bytes, keys: dict[str, Any]) -> dict[str, Any]:
    """Return header, content and digest, or refuse by name; ``keys`` are those of the vectors."""
    need(len(envelope) <= 8388608, "too_large")
    need(envelope[:8] == b"tutela/e" and len(envelope) >= 12, "broken_frame")
    body_at = 12 + int.from_bytes(envelope[8:12], "big")
    need(body_at <= len(envelope), "broken_frame")
    plain = envelope[12:body_at]
    header = read_header(plain)
    wraps, rest = [], envelope[body_at:]
    for _ in header["to"]:
        wraps.append(rest[:1168])
        rest = rest[1168:]
    commitment, size, rest = rest[:32], int.from_bytes(rest[32:36], "big"), rest[36:]
    need(size >= 16 and len(rest) == size + 3373, "broken_frame")
    body, signatures = rest[:size], rest[size:]

    private, wrapped = find_own(header, wraps, case["own"], keys)
    public = find_signer(header["from"], header["sent_at"], case["trust"], keys)
    check_signatures(signatures, envelope[:-3373], b"tutela/envelope-signature/1", public)
    now = datetime.fromisoformat(case["now"])
    need(datetime.fromisoformat(header["sent_at"]) <= now + SKEW, "from_the_future")
    need(datetime.fromisoformat(header["expires_at"]) > now - SKEW, "expired")
    digest = hashlib.sha256(envelope).hexdigest()
    for one in case["seen"]:
        if (one["node"], one["id"]) == (header["from"]["node"], header["id"]):
            raise Refused("replayed" if one["digest"] == digest else "id_reused")
    need(header["kind"] in case["kinds"], "unknown_kind")

    bound = hashlib.sha256(plain).digest()
    key = hpke_open(wrapped, private, b"tutela/envelope-key/1\x00" + bound)
    derived = hkdf(key, b"tutela/envelope-body/1\x00" + bound, 64)
    need(derived[32:] == commitment, "not_committed")
    try:
        padded = ChaCha20Poly1305(derived[:32]).decrypt(bytes(12), body, plain)
    except InvalidTag:
        raise Refused("broken_body") from None
    inside = canonical(unpad(padded), "broken_content")
    whole = set(inside) == {"id", "from", "to", "content"} and isinstance(inside["content"], dict)
    need(whole, "broken_content")
    need(all(inside[name] == header[name] for name in ("id", "from", "to")), "inside_differs")
    return {"header": header, "content": inside["content"], "digest": digest}


def read_header(plain: bytes) -> dict[str, Any]:
    need(len(plain) <= 16384, "broken_header")
    header = canonical(plain, "broken_header")
    need(is_integer(header.get("version")), "broken_header")
    need(header["version"] == 1, "unknown_version")
    need(isinstance(header.get("suite"), str), "broken_header")
    need(header["suite"] == SUITE, "unknown_suite")
    forms = {"id": UUID7, "kind": KINDS, "conversation": UUID7, "sent_at": TIMES, "expires_at": TIMES}
    need(all(is_text(header.get(name), form) for name, form in forms.items()), "broken_header")
    need(is_integer(header.get("sequence")) and header["sequence"] >= 1, "broken_header")
    to = header.get("to")
    need(isinstance(to, list) and 1 <= len(to) <= 16, "broken_header")
    need(all(is_party(one) for one in [header.get("from"), *to]), "broken_header")
    need(len({one["node"] for one in to}) == len(to), "broken_header")
    need(isinstance(header.get("mark"), str) and header["mark"] in MARKS, "broken_header")
    life = moment(header["expires_at"], "broken_header") - moment(header["sent_at"], "broken_header")
    need(timedelta(0) < life <= timedelta(days=45), "broken_header")
    return header


def is_party(value: Any) -> bool:
    whole = isinstance(value, dict) and set(value) == {"node", "key"}
    return whole and is_text(value["node"], NODES) and is_text(value["key"], KEY_IDS)


def moment(text: str, refusal: str) -> datetime:
    need(text >= "1000" and text[11:13] <= "23", refusal)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise Refused(refusal) from None


def find_own(
    header: dict[str, Any], wraps: list[bytes], own: dict[str, Any], keys: dict[str, Any]
) -> tuple[bytes, bytes]:
    for party, wrapped in zip(header["to"], wraps, strict=True):
        if party["node"] == own["node"]:
            for name in own["keys"]:
                private = expand_seed(bytes.fromhex(keys[name]["seed"]))
                if key_id_of(public_of(private)) == party["key"]:
                    return private, wrapped
            raise Refused("unknown_own_key")
    raise Refused("not_for_us")


def find_signer(party: dict[str, Any], at: str, trust: list[dict[str, Any]], keys: dict[str, Any]) -> bytes:
    theirs = [one for one in trust if one["node"] == party["node"]]
    need(bool(theirs), "unknown_sender")
    for one in theirs:
        public = base64.b64decode(keys[one["keys"]]["public"])
        if key_id_of(public) == party["key"]:
            need(one["revoked_at"] is None, "revoked_key")
            # Times have one spelling, so that texts sort as moments do.
            need(one["valid_from"] <= at <= (one["valid_until"] or at), "key_not_valid")
            return public
    raise Refused("unknown_sender_key")


# Relay, rotation, keys at rest -----------------------------------------------------------------------------


def unwrap(wrapped: bytes, private: bytes) -> bytes:
    need(wrapped[:1] == b"\x01", "unknown_version")
    return unpad(hpke_open(wrapped[1:], private, b"tutela/sealed/1\x00tutela/relay/1"))


def read_rotation(data: bytes, trust: list[dict[str, Any]], keys: dict[str, Any]) -> dict[str, Any]:
    signed, by_old, by_new = data[:-6746], data[-6746:-3373], data[-3373:]
    need(signed[:8] == b"tutela/r" and 8 < len(signed) <= 16384, "broken_rotation")
    members = canonical(signed[8:], "broken_rotation")
    need(is_integer(members.get("version")), "broken_rotation")
    need(members.pop("version") == 1, "unknown_version")
    forms = {"node": NODES, "old": KEY_IDS, "new": ".*", "valid_from": TIMES, "old_until": TIMES}
    need(set(members) == set(forms), "broken_rotation")
    need(all(is_text(members[name], form) for name, form in forms.items()), "broken_rotation")
    try:
        new = base64.b64decode(members["new"], validate=True)
        MLKEM768PublicKey.from_public_bytes(new[:1184])
    except ValueError:
        raise Refused("broken_rotation") from None
    need(len(new) == 3200 and key_id_of(new) != members["old"], "broken_rotation")
    begin, end = (moment(members[name], "broken_rotation") for name in ("valid_from", "old_until"))
    need(timedelta(0) <= end - begin <= timedelta(days=90), "broken_rotation")
    party = {"node": members["node"], "key": members["old"]}
    old = find_signer(party, members["valid_from"], trust, keys)
    for signatures, public in ((by_old, old), (by_new, new)):
        check_signatures(signatures, signed, b"tutela/rotation-signature/1", public)
    return members | {"new": key_id_of(new)}


def read_key_file(data: bytes, passphrase: str | None) -> bytes:
    need(data[:8] == b"tutela/k", "broken_key_file")
    if data[8:9] == b"\x00" and len(data) == 169:
        return data[9:]
    need(data[8:9] == b"\x01" and len(data) == 225, "broken_key_file")
    memory, iterations, lanes = (int.from_bytes(data[at : at + 4], "big") for at in (9, 13, 17))
    need(1 <= lanes <= 16 and 1 <= iterations <= 16 and 8 * lanes <= memory <= 2**20, "too_costly")
    need(bool(passphrase), "passphrase_needed")
    key = Argon2id(
        salt=data[21:37], length=32, iterations=iterations, lanes=lanes, memory_cost=memory
    ).derive(unicodedata.normalize("NFC", passphrase or "").encode())
    try:
        return ChaCha20Poly1305(key).decrypt(data[37:49], data[49:], data[:37])
    except InvalidTag:
        raise Refused("wrong_passphrase") from None
