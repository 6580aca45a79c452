"""Write ``spec/vectors/directory.json``: what every follower of spec/directory.md takes or refuses.

``python tools/vector_directory.py``. Keys, times and stories are fixed; ML-DSA-65 signatures take fresh
randomness, so that the bytes differ each time and the outcomes do not: run it only when the specification
changes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from pathlib import Path
from typing import Any

from tutela.core.directory import entries
from tutela.core.directory.errors import DirectoryRefusal
from tutela.core.directory.standing import read_published
from tutela.core.envelope import canonical
from tutela.core.kernel import clock
from tutela.testing.directories import entry
from tutela.testing.directory_stories import DAY, NOW, STORIES, Scene, play

PATH = Path(__file__).resolve().parent.parent / "spec" / "vectors" / "directory.json"
Json = dict[str, Any]
_files: dict[str, str] = {}


def named(data: bytes) -> str:
    """Return the name of these bytes in ``files``, where each stands once."""
    name = hashlib.sha256(data).hexdigest()[:16]
    _files[name] = base64.b64encode(zlib.compress(data, 9)).decode("ascii")
    return name


def entry_cases() -> list[Json]:
    whole = entries.to_bytes(entry("hotline.ge", at=NOW, url="https://hotline.example.org/tutela"))
    members = canonical.from_bytes(whole)
    key = members["keys"][0]
    cases: list[tuple[str, bytes]] = [
        ("plain", whole),
        ("with a member of tomorrow", canonical.to_bytes(members | {"motto": "later"})),
        ("with a relay and no address", canonical.to_bytes(members | {"url": "", "relay": "relay.example"})),
        ("on this machine", canonical.to_bytes(members | {"url": "http://127.0.0.1:8004/"})),
        ("revoked", canonical.to_bytes(members | {"status": "revoked"})),
        ("not canonical", whole + b"\n"),
        ("another version", canonical.to_bytes(members | {"version": 2})),
        ("without a role", canonical.to_bytes({k: v for k, v in members.items() if k != "role"})),
        ("plain http elsewhere", canonical.to_bytes(members | {"url": "http://hotline.example.org/"})),
        ("its own relay", canonical.to_bytes(members | {"relay": "hotline.ge"})),
        ("no keys", canonical.to_bytes(members | {"keys": []})),
        ("a key twice", canonical.to_bytes(members | {"keys": [key, key]})),
        ("a key that is none", canonical.to_bytes(members | {"keys": [key | {"public": "AAAA"}]})),
        ("a key with another member", canonical.to_bytes(members | {"keys": [key | {"id": "x"}]})),
        ("a key over before it begins",
         canonical.to_bytes(members | {"keys": [key | {"valid_until": key["valid_from"]}]})),
    ]  # fmt: skip
    return [{"name": name, "entry": named(data), **_read(data)} for name, data in cases]


def _read(data: bytes) -> Json:
    try:
        found = entries.from_bytes(data)
    except DirectoryRefusal as refusal:
        return {"refusal": refusal.code}
    return {"node": found.node, "keys": [one.public.key_id for one in found.keys]}


def a_good_year(scene: Scene) -> None:
    """A newcomer, a revocation, new roots: everything that is taken."""
    scene.now = scene.keepers.now = NOW + DAY
    scene.keepers.put(entry("police.ge", at=NOW))
    scene.look()
    scene.keepers.revoke("hotline.nl")
    scene.look()
    scene.now = scene.keepers.now = NOW + 100 * DAY
    scene.keepers.renew_root()
    scene.keepers.renew_root()
    scene.keepers.put()


def following_cases() -> list[Json]:
    cases = [_case("a good year", play(a_good_year), None)]
    return cases + [_case(story.__name__.replace("_", " "), play(story), code) for story, code in STORIES]


def _case(name: str, scene: Scene, refusal: str | None) -> Json:
    looks = []
    for number, (now, files) in enumerate(scene.looks, start=1):
        refused = refusal is not None and number == len(scene.looks)
        look: Json = {
            "now": clock.to_text(now),
            "serves": {path: named(data) for path, data in files.items()},
        }
        if refused:
            look["refusal"] = refusal
        else:
            said = read_published(files.get, now=now)
            look |= {
                "version": said.targets.version,
                "good_until": clock.to_text(said.good_until),
                "entries": {one.node: one.status for one in said.entries},
            }
        looks.append(look)
    return {"name": name, "pinned": named(scene.pinned), "looks": looks}


def main() -> None:
    vectors = {"version": 1, "entries": entry_cases(), "following": following_cases(), "files": _files}
    PATH.write_text(json.dumps(vectors, indent=1) + "\n", encoding="ascii")
    print(f"{PATH}: {PATH.stat().st_size} bytes")


if __name__ == "__main__":
    main()
