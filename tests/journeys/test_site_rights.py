"""What the public processes may do, on a node whose processes connect as ``tutela database roles`` says.

Site and providers' door run for real, do their work under their own role, and then the same role is tried on
every table of the database, whatever tables there are by then. What may be done is written down here a second
time, by hand, so that a right given in passing is a test that fails.

On SQLite there are no roles: whoever can write the file can read all of it. What keeps a reporter's words
from the site there is the sealing (only the worker and the desk hold the key), the import rule and the folder
of keys; those are tested on both databases. A node that wants the database to refuse too takes PostgreSQL.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tutela.doors.cli.visitor import StoryBroken, Visitor
from tutela.testing.nodes import Node
from tutela.testing.processes import Process
from tutela.testing.roles import Right, Role, everything

pytestmark = pytest.mark.processes

WORDS = "Seven green bicycles behind the library"
READERS = (
    "tutela.apps.cases",
    "tutela.apps.accounts",
    "tutela.apps.notices",
    "tutela.doors.desk",
    "tutela.entry",
    "django.contrib.auth",
    "allauth",
)
PUBLIC = ("site", "provider")
ROLES = {"site": "tutela_site", "provider": "tutela_provider"}

_LEDGER: set[Right] = {
    ("ledger_line", "INSERT", ""),
    ("ledger_head", "SELECT", "*"),
    ("ledger_head", "UPDATE", "sequence"),
    ("ledger_head", "UPDATE", "digest"),
}
MAY: dict[str, set[Right]] = {
    "site": _LEDGER
    | {
        ("receipts_receipt", "SELECT", "*"),
        ("receipts_receipt", "INSERT", ""),
        ("receipts_submission", "SELECT", "id"),
        ("receipts_submission", "SELECT", "form_digest"),
        ("receipts_submission", "INSERT", ""),
        ("receipts_message", "SELECT", "*"),
    },
    "provider": _LEDGER
    | {
        ("notices_notice", "SELECT", "*"),
        ("notices_hosting", "SELECT", "*"),
        ("notices_noticeitem", "SELECT", "*"),
        ("notices_noticeitem", "UPDATE", "state"),
        ("notices_noticeitem", "UPDATE", "answer"),
        ("notices_noticeitem", "UPDATE", "answered_at"),
        ("notices_answer", "SELECT", "*"),
        ("notices_answer", "INSERT", ""),
    },
}
"""Table, right, column; ``*`` means every column."""

PLAY_SITE = """
import io, json, re, sys
from urllib.parse import urlencode
from wsgiref.util import setup_testing_defaults

opened = []
sys.addaudithook(lambda event, facts: opened.append(str(facts[0])) if event == "open" else None)
from tutela.config.web_site import application
from django.conf import settings

def ask(method, path, fields=None):
    body, status = urlencode(fields or {}).encode(), []
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "HTTP_HOST": "localhost",
               "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body)),
               "CONTENT_TYPE": "application/x-www-form-urlencoded"}
    setup_testing_defaults(environ)
    answer = application(environ, lambda line, headers: status.append(int(line.split()[0])))
    text = b"".join(answer).decode()
    answer.close()
    return status[0], text

token = re.search(r'name="token" value="([^"]+)"', ask("GET", "/en/")[1]).group(1)
sent, page = ask("POST", "/en/", {"places": "https://files.example.org/1", "token": token})
code = "".join(re.findall(r"<span>(\\d{4})</span>", page))
read, receipt = ask("POST", "/en/code/", {"code": code})
print(json.dumps({
    "answers": [sent, read, "Your report arrived" in receipt],
    "opened": opened,
    "modules": sorted(sys.modules),
    "settings": {name: value.hex() if isinstance(value := getattr(settings, name), bytes) else repr(value)
                 for name in dir(settings) if name.isupper()},
}))
"""
"""The site's own application: takes a report, shows the receipt, then tells what it loaded and opened."""


@pytest.fixture(scope="module")
def on_postgres(make_node: Callable[..., Node]) -> Iterator[Node]:
    """Site, providers' door and worker, each connected as its role, after one report over HTTP."""
    with make_node(on="postgresql") as node:
        done = node.tutela("database", "roles")
        assert done.returncode == 0, done.stderr
        with psycopg.connect(node.database, autocommit=True) as connection:
            connection.execute(done.stdout.encode())
        node.decide('site_database = ""', f'site_database = "{node.database_as(ROLES["site"])}"')
        node.decide('provider_database = ""', f'provider_database = "{node.database_as(ROLES["provider"])}"')
        node.start("site", "provider", "worker")
        yield node


@pytest.fixture(scope="module")
def on_sqlite(make_node: Callable[..., Node]) -> Iterator[Node]:
    with make_node(on="sqlite") as node:
        yield node.start("site", "provider", "worker")


@pytest.fixture(params=["on_postgres", "on_sqlite"])
def node(request: pytest.FixtureRequest) -> Node:
    made: Node = request.getfixturevalue(request.param)
    return made


def test_a_report_is_taken_in_shown_and_opened(node: Node) -> None:
    before = node.count("cases_report")
    with contextlib.closing(Visitor("reporter", node.url("site"))) as reporter:
        reporter.open("/en/").send("places", places="https://files.example.org/2", more=WORDS)
        code = reporter.find(r"(\d{4} \d{4} \d{4} \d{4} \d{4})")
        reporter.send("continue", "keep").send("worry", worry="threat", go="next")
        reporter.open("/en/code/").send("code", code=code).expect("Your report arrived")
        reporter.send("text", text=WORDS).expect("Your report arrived")
    node.wait_for_rows("SELECT id FROM receipts_submission WHERE state <> 'opened'", 0)
    assert node.count("cases_report") == before + 1
    assert node.count("receipts_submission") >= 3


def test_the_providers_door_works_and_knows_no_link_that_was_not_sent(node: Node) -> None:
    with (
        contextlib.closing(Visitor("stranger", node.url("provider"))) as stranger,
        pytest.raises(StoryBroken, match="answered 404"),
    ):
        stranger.open("/n/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/")
    assert "database_failed" not in node.processes["provider"].said()


def test_the_processes_are_connected_as_their_roles(on_postgres: Node) -> None:
    connected = on_postgres.rows(
        "SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid()"
    )
    assert {*ROLES.values(), "postgres"} == {name for (name,) in connected}


@pytest.fixture(params=PUBLIC)
def role(request: pytest.FixtureRequest, on_postgres: Node) -> Iterator[tuple[str, Role]]:
    with contextlib.closing(Role(on_postgres.database_as(ROLES[request.param]))) as made:
        yield request.param, made


def test_a_role_may_do_what_is_written_here_and_nothing_else(
    on_postgres: Node, role: tuple[str, Role]
) -> None:
    tables = everything(on_postgres)
    assert len(tables) > 25, sorted(tables)
    name, tried = role
    found = set().union(*(tried.may(table, columns) for table, columns in tables.items()))
    # The right to change a column lets a table be locked; a lock ends with the connection.
    changed = {table for table, right, _ in found if right == "UPDATE"}
    assert found - {(table, "LOCK", "") for table in changed} == MAY[name]


def test_neither_role_reads_what_was_handed_in_nor_touches_the_desks_tables(
    on_postgres: Node, role: tuple[str, Role]
) -> None:
    _, tried = role
    assert tried.refused("SELECT sealed FROM receipts_submission")
    assert tried.refused("SELECT * FROM receipts_submission")
    closed = [name for name in everything(on_postgres) if name.startswith(("cases_", "accounts_"))]
    assert len(closed) > 8
    assert [name for name in closed if not tried.refused(f"SELECT FROM {name}")] == []


def test_nothing_is_changed_but_the_head_of_the_ledger_and_an_answer(
    on_postgres: Node, role: tuple[str, Role]
) -> None:
    name, tried = role
    changed = {
        table
        for table, columns in everything(on_postgres).items()
        for _, right, _ in tried.may(table, columns)
        if right in ("UPDATE", "DELETE", "TRUNCATE")
    }
    assert changed == {"ledger_head"} | ({"notices_noticeitem"} if name == "provider" else set())


def test_a_table_that_is_made_tomorrow_is_closed(on_postgres: Node, role: tuple[str, Role]) -> None:
    _, tried = role
    with psycopg.connect(on_postgres.database, autocommit=True) as owner:
        owner.execute("CREATE TABLE cases_tomorrow (words text)")
        try:
            assert tried.may("cases_tomorrow", ["words"]) == set()
        finally:
            owner.execute("DROP TABLE cases_tomorrow")


@pytest.mark.parametrize(
    "statement",
    [
        "SET ROLE postgres",
        "SET SESSION AUTHORIZATION postgres",
        "CREATE TABLE mine (words text)",
        "CREATE SCHEMA mine",
        "CREATE ROLE mine",
        "COPY receipts_submission TO PROGRAM 'cat'",
        "COPY ledger_line FROM PROGRAM 'echo'",
        "SELECT pg_read_file('postgresql.conf')",
        "SELECT lo_export(1, 'x')",
        "ALTER TABLE ledger_line DISABLE TRIGGER ALL",
        "GRANT SELECT ON cases_report TO PUBLIC",
    ],
)
def test_there_is_no_way_around(role: tuple[str, Role], statement: str) -> None:
    assert role[1].refused(statement)


@pytest.fixture(scope="module")
def seen(request: pytest.FixtureRequest) -> Callable[[Node], dict[str, Any]]:
    """What the site's application says about itself after it took a report; asked once for each node."""
    known: dict[Path, dict[str, Any]] = {}

    def ask(node: Node) -> dict[str, Any]:
        if node.home not in known:
            done = subprocess.run(
                [sys.executable, "-c", PLAY_SITE],
                env=node.environment("site"),
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            known[node.home] = json.loads(done.stdout)
        return known[node.home]

    return ask


def test_the_site_works_without_loading_a_line_that_could_read_a_report(
    node: Node, seen: Callable[[Node], dict[str, Any]]
) -> None:
    told = seen(node)
    assert told["answers"] == [200, 200, True]
    forbidden = (
        "tutela.apps.cases",
        "tutela.apps.accounts",
        "tutela.apps.notices",
        "tutela.doors.desk",
        "tutela.entry",
        "allauth",
    )
    assert [name for name in told["modules"] if name.startswith(forbidden)] == []
    assert "tutela.apps.receipts.actions" in told["modules"]


def test_the_site_never_opens_a_file_of_the_desk(node: Node, seen: Callable[[Node], dict[str, Any]]) -> None:
    opened = {Path(path) for path in seen(node)["opened"]}
    assert node.home / "keys" / "site" / "form.key" in opened
    theirs = {path for path in opened if path.is_relative_to(node.home / "keys")}
    assert {path.parent.name for path in theirs} == {"site"}


def key_of(node: Node, name: str) -> bytes:
    return bytes.fromhex((node.home / "keys" / "desk" / name).read_text().strip())


def test_the_settings_of_the_site_hold_no_key_of_the_desk(
    node: Node, seen: Callable[[Node], dict[str, Any]]
) -> None:
    told = seen(node)["settings"]
    assert {"TUTELA_DESK_PRIVATE_KEY", "TUTELA_RECORD_KEY"} & set(told) == set()
    assert bytes.fromhex(told["TUTELA_DESK_PUBLIC_KEY"]) == key_of(node, "desk.public")
    for name in ("desk.private", "record.key", "web.key"):
        secret = key_of(node, name)
        shapes = (secret.hex(), repr(secret), str(secret.hex().upper()))
        assert [setting for setting, text in told.items() if any(shape in text for shape in shapes)] == []


def memory_of(process: Process) -> Iterator[bytes]:
    """Return what the process and its children hold in memory, piece by piece."""
    for pid in process.family():
        with contextlib.suppress(OSError), open(f"/proc/{pid}/mem", "rb", 0) as memory:  # noqa: PTH123
            for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
                span, rights = line.split()[:2]
                if not rights.startswith("rw"):
                    continue
                begin, end = (int(part, 16) for part in span.split("-"))
                with contextlib.suppress(OSError, OverflowError):
                    memory.seek(begin)
                    yield memory.read(end - begin)


def test_the_memory_of_a_public_process_holds_no_key_of_the_desk(node: Node) -> None:
    private, record = key_of(node, "desk.private"), key_of(node, "record.key")
    secrets = {
        "ml-kem": private[:64],
        "x25519": private[64:],
        "record": record,
        "text": private.hex().encode()[:64],
    }
    held = {
        name: {secret for piece in memory_of(process) for secret, key in secrets.items() if key in piece}
        for name, process in node.processes.items()
    }
    # The search works: the worker, which opens what is handed in, holds them.
    assert held["worker"] >= {"ml-kem", "x25519", "record"}
    assert held["site"] == held["provider"] == set()


def test_a_public_process_has_no_file_of_the_desk_open(node: Node) -> None:
    for name in PUBLIC:
        for pid in node.processes[name].family():
            files = {str(path.readlink()) for path in Path(f"/proc/{pid}/fd").iterdir()}
            assert [path for path in files if "/keys/" in path] == [], name


def test_on_sqlite_what_was_handed_in_is_closed_to_the_site_by_its_seal_alone(on_sqlite: Node) -> None:
    """The site's process could read these bytes there; without the desk's key they say nothing."""
    sealed = [bytes(row[0]) for row in on_sqlite.rows("SELECT sealed FROM receipts_submission")]
    assert sealed
    assert all(WORDS.encode() not in content and b"example.org" not in content for content in sealed)
    public = key_of(on_sqlite, "desk.public")
    assert all(public not in content for content in sealed)
