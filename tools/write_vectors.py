"""Write ``spec/vectors/envelope.json``: what every reader of spec/envelope.md reads or refuses, by what name.

``python tools/write_vectors.py``. Keys, ids, times and contents are fixed. Wrapped keys and ML-DSA-65
signatures take fresh randomness in the library, so that the bytes differ each time and the outcomes do not:
run it only when the specification changes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import vector_envelopes
from tutela.core.envelope import canonical, key_files, padding, rotations, sealing, signing, writing
from tutela.core.envelope import header as headers
from tutela.core.envelope.node_keys import NodeKeys
from tutela.core.kernel import clock
from vector_envelopes import (
    DAY,
    KEYS,
    NOW,
    READER,
    SEEDS,
    SENDER,
    TICK,
    TRUSTED,
    Json,
    known,
    text,
    trust_json,
)

PATH = Path(__file__).resolve().parent.parent / "spec" / "vectors" / "envelope.json"


def canonical_cases() -> list[Json]:
    yes = [
        b"{}", b'{"a":1,"b":[true,false,null]}', b'{"A":1,"a":-1}', b'{"n":9007199254740991}',
        '{"t":"ა\u2028\x7f"}'.encode(), rb'{"t":"\"\\\b\f\n\r\t\u0000\u001f/"}',
        b'{"d":' + b"[" * 15 + b"]" * 15 + b"}",
    ]  # fmt: skip
    no = [
        b"", b"[]", b"1", b'{"a":1} ', b'{"b":1,"a":1}', b'{"a":1,"a":1}', b'{"a":1.0}', b'{"a":1e3}',
        b'{"a":-0}', b'{"a":NaN}', b'{"n":9007199254740992}', b'{"n":' + b"1" * 5000 + b"}", rb'{"t":"\/"}',
        rb'{"t":"\u0041"}', rb'{"t":"\u001F"}', rb'{"t":"\ud800"}', b'{"t":"\xff"}', b"\xef\xbb\xbf{}",
        b'{"":1}', '{"ა":1}'.encode(), b'{"' + b"n" * 65 + b'":1}', b'{"d":' + b"[" * 16 + b"]" * 16 + b"}",
        b'{"d":' + b"[" * 3000,
        b"\xff\xfe{\x00}\x00",
    ]  # fmt: skip
    return [
        {"bytes": text(one), "canonical": wanted}
        for wanted, all_ in ((True, yes), (False, no))
        for one in all_
    ]


def padding_cases() -> list[Json]:
    lengths = (0, 1, 252, 253, 300, 508, 509, 1000, 4092, 65535, 1048572, 8388604)
    return [{"length": length, "padded": padding.padded_length(length + 4)} for length in lengths]


def relay_cases() -> list[Json]:
    wrapped = writing.wrap_for_relay(b"any bytes", to=READER.public)
    elsewhere = sealing.seal(b"any bytes", to=READER.public.sealing_raw, info=b"elsewhere")
    cases: list[tuple[str, bytes, Json]] = [
        ("wrapped", wrapped, {"plaintext": text(b"any bytes")}),
        ("cut short", wrapped[:-1], {"refusal": "seal_broken"}),
        ("another version", b"\x02" + wrapped[1:], {"refusal": "unknown_version"}),
        ("sealed for another purpose", elsewhere, {"refusal": "seal_broken"}),
    ]
    return [{"name": name, "wrapped": text(data), "keys": "nl-hotline", **rest} for name, data, rest in cases]


def rotation_cases() -> list[Json]:
    new, until = KEYS["ge-hotline, next"], NOW + 14 * DAY
    plain = rotations.write_rotation("ge-hotline", old=SENDER, new=new, valid_from=NOW, old_until=until)
    statement = plain[len(rotations.MAGIC) : -2 * signing.LENGTH]

    def stated(old: NodeKeys = SENDER, by: NodeKeys = new, **members: Any) -> bytes:
        data = rotations.MAGIC + canonical.to_bytes(canonical.from_bytes(statement) | members)
        return data + b"".join(signing.sign(data, purpose=rotations.PURPOSE, keys=keys) for keys in (old, by))

    def flipped(at: int) -> bytes:
        return plain[:at] + bytes([plain[at] ^ 1]) + plain[at + 1 :]

    read: Json = {"node": "ge-hotline", "old": SENDER.public.key_id, "new": new.public.key_id,
                  "valid_from": clock.to_text(NOW), "old_until": clock.to_text(until)}  # fmt: skip
    revoked = trust_json([known("ge-hotline", SENDER, revoked_at=NOW)])
    too_late = clock.to_text(NOW + 90 * DAY + TICK)
    no_hour = "2026-03-04T24:00:00.000000Z"
    same = {"new": text(SENDER.public.raw)}
    cases: list[tuple[str, bytes, str | None, Json]] = [
        ("plain", plain, None, {}),
        ("nothing", b"", "broken_rotation", {}),
        ("cut short", plain[:-1], "broken_rotation", {}),
        ("too long", rotations.MAGIC + bytes(16377) + bytes(2 * signing.LENGTH), "broken_rotation", {}),
        ("another version", stated(version=2), "unknown_version", {}),
        ("with another member", stated(more=1), "broken_rotation", {}),
        ("the same keys", stated(**same), "broken_rotation", {}),
        ("keys that cannot be keys", stated(new=text(b"\xff" * 3200)), "broken_rotation", {}),
        ("too long an overlap", stated(old_until=too_late), "broken_rotation", {}),
        ("over before it begins", stated(old_until=clock.to_text(NOW - TICK)), "broken_rotation", {}),
        ("a time that does not exist", stated(old_until=no_hour), "broken_rotation", {}),
        ("nobody is trusted", plain, "unknown_sender", {"trust": []}),
        ("by a key that is not known", plain, "unknown_sender_key",
         {"trust": trust_json([known("ge-hotline", KEYS["stranger"])])}),
        ("by a key that was revoked", plain, "revoked_key", {"trust": revoked}),
        ("by a key whose time is over", plain, "key_not_valid",
         {"trust": trust_json([known("ge-hotline", SENDER, valid_until=NOW - TICK)])}),
        ("old Ed25519 changed", flipped(len(plain) - 2 * signing.LENGTH), "bad_signature_ed25519", {}),
        ("old ML-DSA-65 changed", flipped(len(plain) - signing.LENGTH - 1), "bad_signature_mldsa65", {}),
        ("signed by a stranger as old", stated(old=KEYS["stranger"]), "bad_signature_ed25519", {}),
        ("signed by a stranger as new", stated(by=KEYS["stranger"]), "bad_signature_ed25519", {}),
        ("new ML-DSA-65 changed", flipped(len(plain) - 1), "bad_signature_mldsa65", {}),
    ]  # fmt: skip
    return [
        {"name": name, "rotation": text(data), "trust": trust_json([TRUSTED]), **changes,
         **({"refusal": refusal} if refusal else {"read": read})}
        for name, data, refusal, changes in cases
    ]  # fmt: skip


def key_file_cases() -> list[Json]:
    plain = key_files.write_plain(SENDER)
    locked = key_files.write_locked(SENDER, "caf\u00e9 au lait", cost=key_files.Cost(64, 1, 2))
    costly = locked[:9] + (1 << 21).to_bytes(4, "big") + locked[13:]
    cases: list[tuple[str, bytes, str | None, str | None]] = [
        ("plain", plain, None, None),
        ("under a passphrase", locked, "caf\u00e9 au lait", None),
        ("the passphrase typed in parts", locked, "cafe\u0301 au lait", None),
        ("nothing", b"", None, "broken_key_file"),
        ("plain, cut short", plain[:-1], None, "broken_key_file"),
        ("cut short", locked[:-1], "caf\u00e9 au lait", "broken_key_file"),
        ("another form", plain[:8] + b"\x02" + plain[9:], None, "broken_key_file"),
        ("too much memory", costly, None, "too_costly"),
        ("no lanes", locked[:17] + bytes(4) + locked[21:], None, "too_costly"),
        ("without the passphrase", locked, None, "passphrase_needed"),
        ("an empty passphrase", locked, "", "passphrase_needed"),
        ("another passphrase", locked, "cafe au lait", "wrong_passphrase"),
        ("changed", locked[:-1] + bytes([locked[-1] ^ 1]), "caf\u00e9 au lait", "wrong_passphrase"),
        ("cost changed", locked[:16] + b"\x02" + locked[17:], "caf\u00e9 au lait", "wrong_passphrase"),
    ]
    return [
        {"name": name, "file": text(data), "passphrase": passphrase,
         **({"refusal": refusal} if refusal else {"keys": "ge-hotline"})}
        for name, data, passphrase, refusal in cases
    ]  # fmt: skip


def key_cases() -> Json:
    return {
        name: {
            "seed": SEEDS[name].hex(),
            "private": text(keys.raw),
            "public": text(keys.public.raw),
            "key_id": keys.public.key_id,
            "words": keys.public.words,
        }
        for name, keys in KEYS.items()
    }


def main() -> None:
    vectors = {
        "version": headers.VERSION,
        "keys": key_cases(),
        "canonical": canonical_cases(),
        "padding": padding_cases(),
        "envelopes": vector_envelopes.all_cases(),
        "relayed": relay_cases(),
        "rotations": rotation_cases(),
        "key_files": key_file_cases(),
    }
    PATH.write_text(json.dumps(vectors, indent=1) + "\n", encoding="ascii")
    print(f"{PATH.name}: {len(vectors['envelopes'])} envelopes")  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
