"""Examination of the directory of partners: is it believed, and until when."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

from tutela.core.kernel import clock
from tutela.doors.cli.findings.finding import Examination, Finding, Node

_SOON = timedelta(days=2)
_MEND = {
    "not_pinned": "tutela directory follow URL --root FILE",
    "forked": "two histories were signed: speak to the keepers before anything else",
    "unreachable": "is the address in node.toml right, and may the worker reach it?",
}


def _directory(node: Node) -> Iterator[Finding]:
    if not node.config.exchange.directory:
        return
    try:
        state = json.loads((node.home / "directory" / "state.json").read_text(encoding="utf-8"))
        code, version, until = str(state["code"]), int(state["version"]), str(state["good_until"])
        left = clock.from_text(until) - clock.now() if until else timedelta(0)
    except (OSError, ValueError, TypeError, KeyError):
        yield Finding("directory", "amber", "was never looked at", "the worker does it; is it running?")
        return
    said = (
        f"version {version} is good until {until[:16].replace('T', ' ')} UTC" if version else "none was taken"
    )
    if not code:
        late = left < _SOON
        mend = "the keepers have not renewed it: tell them" if late else ""
        yield Finding("directory", "amber" if late else "green", said, mend)
        return
    if version and left <= timedelta(0):
        said = f"version {version} has ended; whom only it vouched for is not believed"
    state_now = "red" if left <= timedelta(0) or code != "unreachable" else "amber"
    mend = _MEND.get(code, "ask the keepers; docs/guides/directory.md says what it means")
    yield Finding("directory", state_now, f"{code}: {said}", mend)


EXAMINATIONS: list[Examination] = [_directory]
