"""What ``tutela doctor`` says of the directory: until when it is believed, or by what name it is not."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from tutela.config.node import NodeConfig
from tutela.core.kernel import clock
from tutela.doors.cli.findings import directory
from tutela.doors.cli.findings.finding import Node

NOW = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)


def found(home: Path, *, code: str | None, days: float, version: int = 3) -> tuple[str, str]:
    config = NodeConfig()
    node = Node(home, replace(config, exchange=replace(config.exchange, directory="https://d.example.org/")))
    if code is not None:
        (home / "directory").mkdir(exist_ok=True)
        until = clock.to_text(NOW + timedelta(days=days)) if version else ""
        state = {"checked_at": clock.to_text(NOW), "code": code, "version": version, "good_until": until}
        (home / "directory" / "state.json").write_text(json.dumps(state))
    with time_machine.travel(NOW, tick=False):
        [finding] = list(directory.EXAMINATIONS[0](node))
    return finding.state, finding.text


@pytest.mark.parametrize(
    ("code", "days", "version", "state", "text"),
    [
        ("", 6, 3, "green", "version 3 is good until 2026-03-10 10:15 UTC"),
        ("", 1, 3, "amber", "version 3 is good until 2026-03-05 10:15 UTC"),
        ("unreachable", 6, 3, "amber", "unreachable: version 3 is good until"),
        ("forked", 6, 3, "red", "forked: version 3 is good until"),
        ("frozen", -1, 3, "red", "frozen: version 3 has ended"),
        ("not_pinned", 0, 0, "red", "not_pinned: none was taken"),
        (None, 0, 0, "amber", "was never looked at"),
    ],
)
def test_a_person_hears_how_the_directory_stands(
    tmp_path: Path, code: str | None, days: float, version: int, state: str, text: str
) -> None:
    seen = found(tmp_path, code=code, days=days, version=version)
    assert seen[0] == state
    assert seen[1].startswith(text)


def test_a_node_without_a_directory_hears_nothing(tmp_path: Path) -> None:
    assert list(directory.EXAMINATIONS[0](Node(tmp_path, NodeConfig()))) == []
