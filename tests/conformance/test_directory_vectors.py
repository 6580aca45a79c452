"""The directory against the vectors of its specification, fetched over HTTP as a node fetches it."""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path
from typing import Any

import pytest
import time_machine

from tutela.core.directory import entries, errors, metadata
from tutela.core.directory.errors import DirectoryRefusal
from tutela.core.kernel import clock
from tutela.doors.worker.legs import directory as leg
from tutela.doors.worker.legs.egress import Gate
from tutela.doors.worker.legs.follow import Way
from tutela.testing.servers import WebHost
from tutela.testing.web_host import Request, begin_answer

SPEC = Path(__file__).parents[2] / "spec"
VECTORS = json.loads((SPEC / "vectors" / "directory.json").read_text("ascii"))
FILES = {name: zlib.decompress(base64.b64decode(data)) for name, data in VECTORS["files"].items()}


def _names(cases: list[dict[str, Any]]) -> list[str]:
    return [case["name"].replace(" ", "_") for case in cases]


@pytest.mark.parametrize("case", VECTORS["entries"], ids=_names(VECTORS["entries"]))
def test_an_entry_is_read_or_refused(case: dict[str, Any]) -> None:
    data = FILES[case["entry"]]
    if "refusal" in case:
        with pytest.raises(DirectoryRefusal) as refusal:
            entries.from_bytes(data)
        assert refusal.value.code == case["refusal"]
        return
    found = entries.from_bytes(data)
    assert (found.node, [one.public.key_id for one in found.keys]) == (case["node"], case["keys"])
    assert entries.to_bytes(found) == data


@pytest.mark.parametrize("case", VECTORS["following"], ids=_names(VECTORS["following"]))
def test_a_follower_takes_or_refuses(case: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "directory").mkdir()
    (tmp_path / "directory" / "root.json").write_bytes(FILES[case["pinned"]])
    with WebHost() as host:
        for look in case["looks"]:
            served = {f"/{path}": FILES[name] for path, name in look["serves"].items()}
            host.otherwise = lambda request, served=served: _answer(request, served)
            _look(look, host.url("", "127.0.0.1"), tmp_path)


def _look(look: dict[str, Any], url: str, home: Path) -> None:
    now = clock.from_text(look["now"])
    with time_machine.travel(now, tick=False):
        try:
            said = leg.fetch(url, home=home, way=Way(gate=Gate(["127.0.0.0/8"])), now=now)
        except DirectoryRefusal as refused:
            assert refused.code == look.get("refusal")
            return
    assert "refusal" not in look
    assert (said.version, clock.to_text(said.good_until)) == (look["version"], look["good_until"])
    assert {one.node: one.status for one in said.entries} == look["entries"]


def _answer(request: Request, served: dict[str, bytes]) -> None:
    data = served.get(request.path)
    begin_answer(request, 404 if data is None else 200, {"Content-Length": str(len(data or b""))})
    request.wfile.write(data or b"")


def test_every_refusal_of_a_follower_has_a_vector() -> None:
    looks = [look for case in VECTORS["following"] for look in case["looks"]]
    met = {one.get("refusal") for one in [*looks, *VECTORS["entries"]]} - {None}
    makers_only = {"directory_refused", "not_a_keeper", "too_few_keepers"}
    codes = {
        one.code for one in vars(errors).values()
        if isinstance(one, type) and issubclass(one, DirectoryRefusal)
    }  # fmt: skip
    assert met == codes - makers_only


def test_the_specification_names_every_refusal_and_every_limit() -> None:
    text = (SPEC / "directory.md").read_text(encoding="utf-8")
    looks = [look for case in VECTORS["following"] for look in case["looks"]]
    for code in {one["refusal"] for one in [*looks, *VECTORS["entries"]] if "refusal" in one}:
        assert f"`{code}`" in text
    for number in (leg.MOST_ENTRIES, entries.MOST_BYTES, *(life.days for life in metadata.LIFE.values())):
        assert f"{number:,}" in text
