"""What ``tutela doctor`` finds out about matching; looking also compiles it, so that no request has to."""

from __future__ import annotations

from collections.abc import Iterator

from tutela.core.matching.errors import IndexBroken, NoIndex
from tutela.doors.cli.findings.finding import Examination, Finding, Node

_MERGE_FROM = 100_000


def _search(_: Node) -> Iterator[Finding]:
    from tutela.core.matching import hashers, index

    seconds = hashers.warm_up() + index.warm_up()
    yield Finding("matching", "green", f"compiled and ready ({seconds:.1f} s)")


def _index(node: Node) -> Iterator[Finding]:
    from tutela.core.matching import index

    try:
        with index.open_index(node.home / "index", watch=False) as opened:
            status = opened.status()
    except NoIndex:
        return
    except IndexBroken as error:
        yield Finding("index", "red", f"broken: {error.reason}", "the worker builds it anew; is it running?")
        return
    waiting, count = status.added + status.withdrawn, sum(status.fingerprints.values())
    many = waiting > _MERGE_FROM
    yield Finding(
        "index",
        "amber" if many else "green",
        f"fingerprints: {count}, lists: {len(status.entries)}, changes since the last merge: {waiting}",
        f"tutela index merge {node.home / 'index'}" if many else "",
    )


EXAMINATIONS: list[Examination] = [_search, _index]
