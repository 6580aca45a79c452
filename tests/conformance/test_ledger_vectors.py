"""The ledger against its spec's vectors, read by the node's own rules and by a second, short reader."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from pathlib import Path
from typing import Any

import pytest

from tutela.apps.ledger import rules
from tutela.apps.ledger.errors import NotALine
from tutela.core.kernel import clock

VECTORS = json.loads((Path(__file__).parents[2] / "spec/vectors/ledger.json").read_text("ascii"))
CHAINS = {chain["name"]: chain for chain in VECTORS["chains"]}
REFUSED = {refused["name"]: refused for refused in VECTORS["refused"]}


def chained(stored: dict[str, Any]) -> rules.Chained | None:
    """Return a line of the vectors as the rules take it: None when its fields cannot be read."""
    try:
        return _chained(stored, stored["line"])
    except ValueError:
        return None


def _chained(stored: dict[str, Any], line: dict[str, Any]) -> rules.Chained:
    entry = rules.Entry(
        sequence=line["sequence"],
        id=uuid.UUID(line["id"]),
        at=clock.from_text(line["at"]),
        kind=line["kind"],
        actor=line["actor"],
        about_kind=line["about_kind"],
        about_id=line["about_id"] and uuid.UUID(line["about_id"]),
        facts=line["facts"],
        previous=bytes.fromhex(line["previous"]),
    )
    return rules.Chained(entry, bytes.fromhex(stored["digest"]))


def second_reader(chain: dict[str, Any]) -> tuple[int, int | None, str]:
    """Check a chain with nothing but spec/ledger.md, SHA-256 and JSON."""
    witnessed, head = chain.get("witnessed", {}), chain["head"]
    last, previous = 0, "0" * 64
    for stored in chain["lines"]:
        line, expected = stored["line"], last + 1
        canonical = json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        if line["sequence"] != expected:
            return last, expected, "missing"
        if line["previous"] != previous:
            return last, expected, "not_chained"
        if hashlib.sha256(canonical.encode()).hexdigest() != stored["digest"] or not is_readable(line):
            return last, expected, "changed"
        if witnessed.get(str(expected), stored["digest"]) != stored["digest"]:
            return last, expected, "not_as_witnessed"
        last, previous = expected, stored["digest"]
    if head["sequence"] > last:
        return last, last + 1, "cut_off"
    if head["sequence"] < last or head["digest"] != previous:
        return last, max(last, 1), "head_differs"
    unseen = [int(number) for number in witnessed if int(number) > last]
    return (last, min(unseen), "not_as_witnessed") if unseen else (last, None, "")


def is_readable(line: dict[str, Any]) -> bool:
    return bool(
        re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", line["id"])
        and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", line["at"])
    )


@pytest.mark.parametrize("name", CHAINS)
def test_the_rules_judge_a_chain_as_the_vectors_say(name: str) -> None:
    chain = CHAINS[name]
    verdict = rules.check_chain(
        [chained(stored) for stored in chain["lines"]],
        chain["head"]["sequence"],
        bytes.fromhex(chain["head"]["digest"]),
        {int(number): digest for number, digest in chain.get("witnessed", {}).items()},
    )
    found = {"lines": verdict.lines, "broken_at": verdict.broken_at, "reason": verdict.reason}
    assert found == chain["verdict"]
    assert verdict.head == chain["head"]["digest"]


@pytest.mark.parametrize("name", CHAINS)
def test_a_second_reader_of_the_spec_judges_the_same(name: str) -> None:
    wanted = CHAINS[name]["verdict"]
    assert second_reader(CHAINS[name]) == (wanted["lines"], wanted["broken_at"], wanted["reason"])


def test_the_canonical_form_is_what_is_hashed() -> None:
    lines = CHAINS["a chain that holds"]["lines"]
    assert len(lines) == 5
    for stored in lines:
        assert hashlib.sha256(stored["canonical"].encode()).hexdigest() == stored["digest"]
        assert rules.digest(_chained(stored, stored["line"]).entry).hex() == stored["digest"]


@pytest.mark.parametrize("name", REFUSED)
def test_a_writer_refuses_what_the_vectors_refuse(name: str) -> None:
    refused = REFUSED[name]
    with pytest.raises(NotALine) as caught:
        rules.check_entry(**refused["entry"])
    words = str(caught.value)
    assert (refused["field"] if refused["field"] != "facts" else "fact") in words
    for value in refused["entry"]["facts"].values():
        assert not isinstance(value, str) or value not in words


def test_each_failure_of_the_spec_has_a_vector() -> None:
    reasons = {chain["verdict"]["reason"] for chain in CHAINS.values()}
    assert reasons == {"", "missing", "not_chained", "changed", "cut_off", "head_differs", "not_as_witnessed"}
