"""Terminal sessions: the commands as a node's keeper types them, in processes of their own."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import tarfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tutela.doors.cli.stage import free_port
from tutela.testing.terminal import COMMAND, tutela

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A fresh node and what `tutela init` said; the tests only read it or copy it."""
    home = tmp_path_factory.mktemp("cli") / "node"
    done = tutela(
        "init",
        "--home",
        home,
        "--organisation",
        'The "Quiet" Line\\',
        "--contact",
        "desk@hotline.example.org",
    )
    assert done.returncode == 0, done.stderr
    return home, done.stdout


@pytest.fixture
def home(made: tuple[Path, str], tmp_path: Path) -> Path:
    """A copy that a test may break."""
    return Path(shutil.copytree(made[0], tmp_path / "node"))


def test_init_makes_a_private_folder_and_a_link_for_one(made: tuple[Path, str]) -> None:
    home, said = made
    assert home.stat().st_mode & 0o777 == 0o700
    assert all(not path.stat().st_mode & 0o077 for path in (home / "keys").rglob("*.key"))
    assert "http://localhost:8001/invitation/" in said
    assert 'organisation = "The \\"Quiet\\" Line\\\\"' in (home / "node.toml").read_text()


def test_init_leaves_what_is_there_alone(home: Path) -> None:
    before = (home / "node.toml").read_bytes()
    done = tutela("init", "--home", home)
    assert done.returncode == 1
    assert "not empty" in done.stderr
    assert (home / "node.toml").read_bytes() == before


def test_init_refuses_what_is_no_country_and_leaves_nothing_behind(tmp_path: Path) -> None:
    done = tutela("init", "--home", tmp_path / "n", "--country", "Georgia")
    assert done.returncode == 1
    assert "not a country code" in done.stderr
    assert not (tmp_path / "n").exists()


def test_a_command_without_a_node_says_how_to_make_one(tmp_path: Path) -> None:
    done = tutela("doctor", "--home", tmp_path / "none")
    assert done.returncode == 1
    assert "tutela init" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_first_coordinator_link_replaces_none_in_force(home: Path) -> None:
    done = tutela("people", "first-coordinator", "--home", home)
    assert done.returncode == 0, done.stderr
    assert "/invitation/" in done.stdout


def test_nobody_is_let_back_in_who_is_not_there(home: Path) -> None:
    done = tutela("people", "reset", "nobody@hotline.example.org", "--home", home)
    assert done.returncode == 1
    assert "nobody of the desk has this e-mail address" in done.stderr


def test_the_doctor_names_what_is_red_and_how_to_mend_it(home: Path) -> None:
    done = tutela("doctor", "--json", "--home", home)
    assert done.returncode == 1
    found = {finding["name"]: finding for finding in json.loads(done.stdout)}
    assert found["folder"]["state"] == found["keys"]["state"] == found["database"]["state"] == "green"
    assert found["ledger"]["state"] == "green"
    for name in ("https", "mail", "backup", "worker", "people"):
        assert found[name]["state"] == "red", found[name]
        assert found[name]["mend"]


def test_the_doctor_sees_an_open_folder_and_an_example_key(home: Path) -> None:
    (home / "keys" / "site" / "web.key").write_text("00112233445566778899aabbccddeeff" * 2)
    (home / "keys" / "desk" / "record.key").chmod(0o644)
    found = {entry["name"]: entry for entry in json.loads(tutela("doctor", "--json", "--home", home).stdout)}
    assert found["folder"]["state"] == "red"
    assert found["keys"]["state"] == "red"


def test_serve_names_a_key_that_it_refuses_in_one_line(home: Path) -> None:
    text = (home / "node.toml").read_text()
    # A demonstration that runs on this machine may have the usual port.
    (home / "node.toml").write_text(text.replace("port = 8000", f"port = {free_port(0)}"))
    (home / "keys" / "site" / "web.key").write_text("00112233445566778899aabbccddeeff" * 2)
    done = tutela("serve", "site", "--home", home)
    assert done.returncode == 1
    assert "web.key holds a known example" in done.stderr
    assert "Traceback" not in done.stderr


def test_serve_refuses_the_world_without_https(home: Path) -> None:
    text = (home / "node.toml").read_text()
    (home / "node.toml").write_text(text.replace("[site]\n", '[site]\nhost = "0.0.0.0"\n'))
    done = tutela("serve", "--home", home)
    assert done.returncode == 1
    assert "without HTTPS" in done.stderr


def test_a_slip_in_node_toml_is_one_line(home: Path) -> None:
    with (home / "node.toml").open("a") as handle:
        handle.write("\n[desk\n")
    done = tutela("serve", "--home", home)
    assert done.returncode == 1
    assert "node.toml cannot be read" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_ledger_holds_and_a_changed_line_is_named(home: Path) -> None:
    assert tutela("ledger", "verify", "--home", home).returncode == 0
    database = sqlite3.connect(home / "tutela.sqlite3")
    for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        database.execute(f"DROP TRIGGER {name}")
    database.execute("UPDATE ledger_line SET actor = 'worker' WHERE sequence = 1")
    database.commit()
    database.close()
    done = tutela("ledger", "verify", "--home", home)
    assert done.returncode == 1
    assert "broken at line 1: the line was changed" in done.stdout


def test_a_noted_head_shows_a_rewritten_record(home: Path) -> None:
    head = json.loads(tutela("ledger", "verify", "--json", "--home", home).stdout)
    kept = tutela("ledger", "verify", "--noted", f"{head['lines']}:{head['head']}", "--home", home)
    assert kept.returncode == 0, kept.stdout
    other = tutela("ledger", "verify", "--noted", f"{head['lines']}:{'0' * 64}", "--home", home)
    assert other.returncode == 1
    assert "rewritten" in other.stdout
    assert "is not NUMBER:DIGEST" in tutela("ledger", "verify", "--noted", "head", "--home", home).stderr


def test_a_backup_is_private_can_be_proved_and_restores(home: Path, tmp_path: Path) -> None:
    archive, second = tmp_path / "a.tar.gz", tmp_path / "restored"
    assert tutela("backup", archive, "--home", home).returncode == 0
    assert archive.stat().st_mode & 0o777 == 0o600
    proved = tutela("restore", archive, "--verify")
    assert proved.returncode == 0, proved.stderr
    assert "database intact" in proved.stdout
    done = tutela("restore", archive, "--home", second)
    assert done.returncode == 0, done.stderr
    assert (second / "keys" / "desk" / "desk.private").read_text() == (
        home / "keys" / "desk" / "desk.private"
    ).read_text()
    assert tutela("ledger", "verify", "--home", second).returncode == 0
    assert tutela("restore", archive, "--home", second).returncode == 1


def test_a_damaged_backup_is_refused_and_nothing_is_written(home: Path, tmp_path: Path) -> None:
    archive = tmp_path / "a.tar.gz"
    tutela("backup", archive, "--home", home)
    whole = archive.read_bytes()
    archive.write_bytes(whole[: len(whole) // 2])
    assert tutela("restore", archive, "--verify").returncode == 1
    folder = tmp_path / "work"
    archive.write_bytes(whole)
    with tarfile.open(archive) as tar:
        tar.extractall(folder)
    (folder / "node.toml").write_text("organisation = 'somebody else'\n")
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(folder, arcname=".")
    done = tutela("restore", archive, "--verify")
    assert done.returncode == 1
    assert "changed" in done.stderr
    assert tutela("restore", archive, "--home", tmp_path / "restored").returncode == 1
    assert not (tmp_path / "restored").exists()


def test_a_backup_never_overwrites(home: Path, tmp_path: Path) -> None:
    (tmp_path / "a.tar.gz").write_text("mine")
    done = tutela("backup", tmp_path / "a.tar.gz", "--home", home)
    assert done.returncode == 1
    assert (tmp_path / "a.tar.gz").read_text() == "mine"


def test_an_upgrade_backs_up_first(home: Path) -> None:
    done = tutela("database", "upgrade", "--home", home)
    assert done.returncode == 0, done.stderr
    assert list((home / "backups").glob("before-upgrade-*.tar.gz"))


def test_parting_the_site_leaves_the_desk_behind(home: Path, tmp_path: Path) -> None:
    refused = tutela("part", "site", tmp_path / "site", "--home", home)
    assert refused.returncode == 1
    assert "site_database" in refused.stderr
    text = (home / "node.toml").read_text()
    text = text.replace('\ndatabase = ""', '\ndatabase = "postgresql://owner:very-secret@/tutela"')
    (home / "node.toml").write_text(
        text.replace('site_database = ""', 'site_database = "postgresql://tutela_site@/tutela"')
    )
    assert tutela("part", "site", tmp_path / "site", "--home", home).returncode == 0
    carried = "".join(path.read_text() for path in (tmp_path / "site").rglob("*") if path.is_file())
    assert "very-secret" not in carried
    assert (home / "keys" / "desk" / "desk.private").read_text().strip() not in carried
    assert (tmp_path / "site").stat().st_mode & 0o777 == 0o700


def test_the_roles_can_be_printed_without_a_node() -> None:
    done = tutela("database", "roles")
    assert done.returncode == 0, done.stderr
    assert 'CREATE ROLE "tutela_site"' in done.stdout
    assert "GRANT SELECT ON receipts_submission" not in done.stdout


def test_nothing_goes_on_without_its_supervisor(home: Path) -> None:
    serve = subprocess.Popen(
        [*COMMAND, "serve", "worker", "--home", str(home)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    beat = home / "run" / "worker.heartbeat"
    _until(beat.exists)
    (worker,) = _children_of(serve.pid)
    serve.kill()
    serve.wait()
    _until(lambda: not Path(f"/proc/{worker}").exists() or _is_zombie(worker))


def _children_of(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _is_zombie(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


def _until(true: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)
