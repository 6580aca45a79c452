"""The machine under a node fails: the disk is full, the database is away, processes die, power is cut.

What must hold: who sends a report reads a clear sentence and keeps what was typed, nothing is half-written,
the same form sent again is one report, and the node comes up by itself and goes down cleanly.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import httpx
import psycopg
import pytest

from tutela.doors.cli.visitor import StoryBroken, Visitor
from tutela.testing.nodes import Node
from tutela.testing.processes import wait_for

pytestmark = pytest.mark.processes

TYPED = "Nine paper boats on the canal"
ADDRESS = "https://files.example.org/paper-boats"
UNKNOWN = "1234 5678 9012 3456 7891"
CODE = r"(\d{4} \d{4} \d{4} \d{4} \d{4})"


Step = Callable[[], object]


class Broken(NamedTuple):
    """A node, what breaks it, and what mends it."""

    node: Node
    spoil: Step
    mend: Step


@pytest.fixture(scope="module", params=["tmpfs", "limit"])
def small(request: pytest.FixtureRequest, make_node: Callable[..., Node]) -> Iterator[Broken]:
    """A node with site and worker whose disk can be filled.

    ``tmpfs`` is a real file system of a few megabytes, which only root may mount. ``limit`` lets no file
    that the site writes grow (RLIMIT_FSIZE): it needs no rights and fails the same write.
    """
    with make_node() as node:
        yield from {"tmpfs": _on_tmpfs, "limit": _under_a_limit}[request.param](node)


def _on_tmpfs(node: Node) -> Iterator[Broken]:
    kept = node.folder / "kept"
    node.home.rename(kept)
    node.home.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=12m,mode=0700", "tmpfs", str(node.home)]
    mounted = subprocess.run(mount, capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("only root may mount a small file system; the limit on file sizes is tested instead")
    subprocess.run(["cp", "-a", f"{kept}/.", str(node.home)], check=True)
    filler = node.home / "filler"

    def fill() -> None:
        with filler.open("wb", 0) as handle, contextlib.suppress(OSError):
            while True:
                handle.write(bytes(4096))

    try:
        node.start("site", "worker")
        yield Broken(node, fill, filler.unlink)
    finally:
        node.close_processes()
        subprocess.run(["umount", str(node.home)], check=True)


def _under_a_limit(node: Node) -> Iterator[Broken]:
    node.start("site", "worker")

    def limit(most: str) -> None:
        for pid in node.processes["site"].family():
            subprocess.run(["prlimit", f"--pid={pid}", f"--fsize={most}:unlimited"], check=True)

    yield Broken(node, lambda: limit("4096"), lambda: limit("unlimited"))


def send(visitor: Visitor) -> httpx.Response:
    """Send the form that is open, whatever the answer."""
    with contextlib.suppress(StoryBroken):
        visitor.send("places", "more", places=ADDRESS, more=TYPED)
    assert visitor.page is not None
    return visitor.page


def test_a_full_disk_is_said_clearly_and_nothing_is_lost_or_half_written(
    small: Broken,
) -> None:
    node, fill, make_room = small
    with contextlib.closing(Visitor("reporter", node.url("site"))) as reporter:
        reporter.open("/en/")
        fill()
        for _ in range(2):
            answer = send(reporter)
            assert answer.status_code in (503, 507)
            reporter.expect("We could not store it just now", "what you typed is still here")
            kept = reporter.form("places", "more").values
            assert (kept["places"].strip(), kept["more"].strip()) == (ADDRESS, TYPED)
        assert httpx.get(f"{node.url('site')}/en/help/", trust_env=False).status_code == 200
        make_room()
        written = ("receipts_receipt", "receipts_submission", "ledger_line")
        assert [node.count(table) for table in written] == [0, 0, 0]
        assert send(reporter).status_code == 200
        code = reporter.find(CODE)
        reporter.open("/en/code/").send("code", code=code).expect("Your report arrived")
    node.wait_for_rows("SELECT id FROM receipts_submission WHERE state = 'opened'", 1)
    said = node.processes["site"].said()
    assert "Traceback" not in said
    assert not re.search(r"paper|canal|\d{4} \d{4}", said)
    assert node.tutela("ledger", "verify").returncode == 0


def test_the_worker_waits_for_room_and_goes_on(
    small: Broken,
) -> None:
    node, fill, make_room = small
    before = node.count("cases_report")
    node.processes["worker"].kill()
    with contextlib.closing(Visitor("reporter", node.url("site"))) as reporter:
        reporter.open("/en/").send("places", places=f"{ADDRESS}-{before}")
    fill()
    node.start("worker")
    make_room()
    node.wait_for_rows("SELECT id FROM receipts_submission WHERE state = 'opened'", before + 1)
    assert node.count("cases_report") == before + 1
    assert "Traceback" not in node.processes["worker"].said()


@pytest.fixture(params=["sqlite", "postgresql"])
def cut_off(request: pytest.FixtureRequest, make_node: Callable[..., Node]) -> Iterator[Broken]:
    """A node whose site has no database: not yet there at its start, or gone while it runs."""
    with make_node(on=request.param) as node:
        if request.param == "sqlite":
            database, away = node.home / "tutela.sqlite3", node.folder / "away.sqlite3"
            database.rename(away)
            node.start("site", ready=False)
            yield Broken(node, lambda: None, lambda: away.rename(database))
            return
        with psycopg.connect(node.database, autocommit=True) as owner:
            owner.execute("CREATE ROLE cut_off LOGIN SUPERUSER")
            node.decide('site_database = ""', f'site_database = "{node.database_as("cut_off")}"')

            def cut() -> None:
                owner.execute("ALTER ROLE cut_off NOLOGIN")
                owner.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'cut_off'"
                )

            node.start("site")
            yield Broken(node, cut, lambda: owner.execute("ALTER ROLE cut_off LOGIN"))


def test_a_site_without_its_database_answers_with_a_page_and_recovers(cut_off: Broken) -> None:
    node, cut, bring_back = cut_off
    site = node.url("site")
    with (
        contextlib.closing(Visitor("reporter", site)) as reporter,
        httpx.Client(base_url=site, trust_env=False, timeout=60) as stranger,
    ):
        reporter.open("/en/")
        cut()
        assert send(reporter).status_code == 503
        reporter.expect("We could not store it just now", "what you typed is still here")
        assert reporter.form("places", "more").values["more"].strip() == TYPED
        answer = stranger.post("/en/code/", data={"code": UNKNOWN})
        assert answer.status_code == 503
        assert "We could not open it just now" in answer.text
        assert UNKNOWN in answer.text
        assert "Error" not in answer.text
        assert stranger.get("/health").status_code == 503
        bring_back()
        wait_for(lambda: stranger.get("/health").status_code == 200)
        assert send(reporter).status_code == 200
        assert reporter.find(CODE)
    assert node.count("receipts_receipt") == 1
    assert "Traceback" not in node.processes["site"].said()


@pytest.fixture(scope="module")
def served(make_node: Callable[..., Node]) -> Iterator[Node]:
    """A whole node under ``tutela serve``."""
    with make_node() as node:
        node.serve()
        yield node


def children_of(pid: int) -> dict[str, int]:
    """Return the processes that ``tutela serve`` started, by name."""
    found = {}
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        command = Path(f"/proc/{child}/cmdline").read_text()
        name = re.search(r"web_(\w+):|doors\.(worker)", command)
        if name:
            found[name[1] or name[2]] = int(child)
    return found


def test_a_backup_taken_while_reports_arrive_is_whole(served: Node, tmp_path: Path) -> None:
    """Every report whose code was given out before the backup began is in it."""
    stop, codes = threading.Event(), []

    def keep_sending() -> None:
        with contextlib.closing(Visitor("reporter", served.url("site"))) as reporter:
            while not stop.is_set() and len(codes) < 25:
                reporter.open("/en/").send("places", places=f"https://files.example.org/{len(codes)}")
                codes.append(reporter.find(CODE))

    sender = threading.Thread(target=keep_sending)
    sender.start()
    try:
        wait_for(lambda: len(codes) >= 3)
        before = len(codes)
        archive = tmp_path / "backup.tar.gz"
        made = served.tutela("backup", archive)
        after = len(codes)
    finally:
        stop.set()
        sender.join()
    assert made.returncode == 0, made.stderr
    assert after > before, "no report arrived while the backup was made"
    proved = served.tutela("restore", archive, "--verify")
    assert proved.returncode == 0, proved.stderr
    assert "database intact" in proved.stdout

    (tmp_path / "restored").mkdir()
    with Node(tmp_path / "restored") as restored:
        done = restored.tutela("restore", archive)
        assert done.returncode == 0, done.stderr
        assert before <= restored.count("receipts_receipt") <= len(codes)
        assert restored.tutela("ledger", "verify").returncode == 0


def test_a_second_node_does_not_share_the_port_of_the_first(served: Node) -> None:
    refused = served.tutela("serve", "site")
    assert refused.returncode == 1
    assert "somebody answers already" in refused.stderr


def test_a_killed_process_is_started_again(served: Node) -> None:
    supervisor = served.processes["serve"]
    # What a killed worker had claimed waits for its claim to lapse (test_worker_processes.py).
    served.wait_for_rows("SELECT id FROM receipts_submission WHERE state <> 'opened'", 0)
    before = children_of(supervisor.pid)
    assert set(before) == {"site", "provider", "desk", "worker"}
    killed = {before["site"], before["worker"]}
    for pid in killed:
        os.kill(pid, signal.SIGKILL)

    def started_again() -> dict[str, int]:
        now = children_of(supervisor.pid)
        return now if set(now) == set(before) and not killed & set(now.values()) else {}

    after = wait_for(started_again)
    assert {name for name in before if after[name] == before[name]} == {"provider", "desk"}
    served.await_process("site", "serve")
    assert "site ended with -9; starting again" in supervisor.said()
    with contextlib.closing(Visitor("reporter", served.url("site"))) as reporter:
        reporter.open("/en/").send("places", places=ADDRESS)
        assert reporter.find(CODE)
    served.wait_for_rows("SELECT id FROM receipts_submission WHERE state <> 'opened'", 0)


def test_serve_ends_cleanly_and_leaves_no_process_behind(served: Node) -> None:
    """Last in this file: it ends the node."""
    supervisor = served.processes["serve"]
    assert len(supervisor.family()) >= 5
    assert supervisor.end() == 0
    assert wait_for(lambda: not supervisor.family())
    for door in ("site", "provider", "desk"):
        with pytest.raises(httpx.TransportError):
            httpx.get(f"{served.url(door)}/health", trust_env=False)
