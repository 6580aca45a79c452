"""Keepers at their terminals: a directory is begun, signed on two machines, published, renewed, followed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from typer.testing import CliRunner, Result

from tutela.core.directory import standing
from tutela.core.directory.errors import Frozen
from tutela.core.envelope import key_files
from tutela.core.protocol import descriptions
from tutela.core.protocol.descriptions import DescribedKey, NodeDescription
from tutela.core.terms.nodes import NodeRole
from tutela.doors.cli.app import app
from tutela.doors.cli.directory_folder import Folder, write
from tutela.doors.cli.directory_keys import public_text
from tutela.testing.directories import KEEPERS, NODE_KEYS, ONLINE

NOW = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)
Command = Callable[..., Result]
CHEAP = key_files.Cost(memory_kib=64, iterations=1, lanes=1)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """Key files of three keepers and of the online machine, and what two nodes say of themselves."""
    for name, keys in zip(("ana", "ben", "cai"), KEEPERS, strict=True):
        write(tmp_path / name, key_files.write_locked(keys, f"{name} only", cost=CHEAP))
        write(tmp_path / f"{name}.phrase", f"{name} only\n".encode())
        write(tmp_path / f"{name}.pub", public_text(keys.public))
    write(tmp_path / "online", key_files.write_plain(ONLINE))
    write(tmp_path / "online.pub", public_text(ONLINE.public))
    for node in ("hotline.ge", "hotline.nl"):
        public = NODE_KEYS[node].public
        said = NodeDescription(
            node=node, organisation=f"Example {node}", role=NodeRole.HOTLINE, country=node[-2:].upper(),
            url=f"https://{node}.example.org/", versions=(1,),
            keys=(DescribedKey(id=public.key_id, public=public.raw, valid_from=NOW),),
        )  # fmt: skip
        write(tmp_path / f"{node}.json", descriptions.to_bytes(said))
    return tmp_path


@pytest.fixture
def directory(desk: Path) -> Command:
    def run(*arguments: object, exit_code: int = 0, typed: str = "", now: datetime = NOW) -> Result:
        words = [str(desk / one) if isinstance(one, Path) else str(one) for one in arguments]
        with time_machine.travel(now, tick=False):
            done = CliRunner().invoke(app, ["directory", *words], input=typed)
        assert done.exit_code == exit_code, done.output
        return done

    return run


FOLDER = Path("dir")
INIT = ("init", FOLDER, "--keeper", Path("ana.pub"), "--keeper", Path("ben.pub"), "--keeper", Path("cai.pub"),
        "--online", Path("online.pub"))  # fmt: skip


def signed_by(name: str, folder: Path = FOLDER) -> tuple[object, ...]:
    return ("sign", folder, "--key", Path(name), "--passphrase-file", Path(f"{name}.phrase"), "--yes")


PUBLISH = ("publish", FOLDER, "--key", Path("online"))


def begun(directory: Command) -> None:
    directory(*INIT)
    for name in ("ana", "ben"):
        directory(*signed_by(name))
    directory(*PUBLISH)


def test_the_threshold_holds(directory: Command, desk: Path) -> None:
    begin = directory(*INIT)
    assert "pending root.json version 1 lacks 2 signatures" in begin.output
    assert "threshold_not_met" in directory(*PUBLISH, exit_code=1).output
    directory(*signed_by("ana"))
    directory(*signed_by("ana"))
    assert "threshold_not_met" in directory(*PUBLISH, exit_code=1).output
    assert not (desk / "dir" / "published").exists()
    directory(*signed_by("cai"))
    assert "good until 2026-03-11" in directory(*PUBLISH).output
    assert not (desk / "dir" / "pending").exists()


def test_keepers_sign_on_different_machines(directory: Command, desk: Path) -> None:
    directory(*INIT)
    shutil.copytree(desk / "dir", desk / "elsewhere")
    directory(*signed_by("ana"))
    directory(*signed_by("ben", Path("elsewhere")))
    assert "2 signatures taken" in directory("sign", FOLDER, "--from", Path("elsewhere")).output
    directory(*PUBLISH)


def test_a_node_on_one_machine_is_listed_under_the_address_that_its_keeper_names(
    directory: Command, desk: Path
) -> None:
    """A node does not give away an address without TLS; who makes a directory for one machine knows it."""
    begun(directory)
    said = descriptions.from_bytes((desk / "hotline.ge.json").read_bytes())
    write(desk / "here.json", descriptions.to_bytes(replace(said, url="")))
    elsewhere = directory(
        "add", FOLDER, Path("here.json"), "--url", "http://hotline.example.org", "--yes", exit_code=1
    )
    assert "url" in elsewhere.output, "without TLS only this machine is listed"
    listed = directory("add", FOLDER, Path("here.json"), "--url", "http://127.0.0.1:8004", "--yes")
    assert "hotline.ge: Example hotline.ge, hotline, GE, http://127.0.0.1:8004" in listed.output
    own = directory("add", FOLDER, Path("hotline.ge.json"), "--url", "http://127.0.0.1:8004", "--yes")
    assert "https://hotline.ge.example.org/" in own.output, "what a node says itself counts"


def test_an_organisation_comes_and_goes(directory: Command, desk: Path) -> None:
    begun(directory)
    refused = directory("add", FOLDER, Path("hotline.ge.json"), exit_code=1, typed="n\n")
    assert NODE_KEYS["hotline.ge"].public.words in refused.output
    directory("add", FOLDER, Path("hotline.ge.json"), typed="y\n")
    directory("add", FOLDER, Path("hotline.nl.json"), "--yes")
    assert "threshold_not_met" in directory(*PUBLISH, exit_code=1).output
    for name in ("ben", "cai"):
        assert "Example hotline.nl" in directory(*signed_by(name)).output
    directory(*PUBLISH)
    directory("revoke", FOLDER, "hotline.nl")
    assert "not in the directory" in directory("revoke", FOLDER, "nobody", exit_code=1).output
    for name in ("ana", "cai"):
        directory(*signed_by(name))
    directory(*PUBLISH)
    said = json.loads(directory("verify", FOLDER, "--json").output)
    assert [(one["node"], one["status"]) for one in said["organisations"]] == [
        ("hotline.ge", "active"), ("hotline.nl", "revoked")
    ]  # fmt: skip
    directory("add", FOLDER, Path("hotline.nl.json"), "--yes")
    waiting = Folder(desk / "dir").entries()["hotline.nl.json"]
    assert b'"revoked_at":"2026' in waiting, "a revoked key does not come back with a description"


def test_one_key_is_revoked_alone(directory: Command, desk: Path) -> None:
    begun(directory)
    directory("add", FOLDER, Path("hotline.ge.json"), "--yes")
    key_id = NODE_KEYS["hotline.ge"].public.key_id
    assert "has no key" in directory("revoke", FOLDER, "hotline.ge", "--key", "0" * 32, exit_code=1).output
    directory("revoke", FOLDER, "hotline.ge", "--key", key_id)
    waiting = Folder(desk / "dir").entries()["hotline.ge.json"]
    assert b'"revoked_at":"2026' in waiting and b'"status":"active"' in waiting


def test_the_online_key_says_anew_that_nothing_changed(directory: Command, desk: Path) -> None:
    begun(directory)
    place, late = Folder(desk / "dir"), NOW + timedelta(days=8)
    assert "frozen" in directory("verify", FOLDER, exit_code=1, now=late).output
    assert "good until 2026-03-19" in directory(*PUBLISH, now=late).output
    assert len(list((place.published / "metadata").glob("*.snapshot.json"))) == 1
    directory(*PUBLISH, now=NOW + timedelta(days=60))
    assert len(list((place.published / "metadata").glob("*.snapshot.json"))) == 2
    with pytest.raises(Frozen):
        standing.read_published(place.file, now=NOW + timedelta(days=70))


def test_keepers_change_and_the_old_ones_must_agree(directory: Command) -> None:
    begun(directory)
    directory("renew", FOLDER, "--keeper", Path("cai.pub"), "--keeper", Path("ana.pub"), "--threshold", 2)
    directory(*signed_by("cai"))
    assert "threshold_not_met" in directory(*PUBLISH, exit_code=1).output
    directory(*signed_by("ana"))
    directory(*PUBLISH)
    assert "root.json version 2 until 2027" in directory("verify", FOLDER).output
    assert "not_a_keeper" in directory(*signed_by("ben"), exit_code=1).output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (INIT[:-2], "name each keeper"),
        ((*INIT, "--threshold", 4), "too_few_keepers"),
        (("renew", FOLDER), "nothing was published"),
        (("add", FOLDER, Path("hotline.ge.json"), "--yes"), "is no directory yet"),
        (("add", FOLDER, Path("ana.pub"), "--yes"), "is no directory yet"),
        (PUBLISH, "is no directory yet"),
        (("sign", FOLDER), "name your key"),
        (("verify", FOLDER), "broken_metadata"),
        (("init", FOLDER, "--keeper", Path("ana"), "--online", Path("online.pub")), "is no public key"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    directory: Command, arguments: tuple[object, ...], said: str
) -> None:
    assert said in directory(*arguments, exit_code=1).output


def test_another_passphrase_opens_nothing(directory: Command) -> None:
    directory(*INIT)
    done = directory(
        "sign", FOLDER, "--key", Path("ana"), "--passphrase-file", Path("ben.phrase"), "--yes", exit_code=1
    )
    assert "wrong_passphrase" in done.output


def test_a_stop_in_the_middle_of_publishing_is_gone_on_with(
    directory: Command, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(directory)
    directory("add", FOLDER, Path("hotline.ge.json"), "--yes")
    for name in ("ana", "ben"):
        directory(*signed_by(name))
    original = Path.replace

    def stop(self: Path, target: Path) -> Path:
        if self.name.startswith("timestamp"):
            raise OSError(28, "no space left on device", str(self))
        return original(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", stop)
        directory(*PUBLISH, exit_code=1)
    assert json.loads(directory("verify", FOLDER, "--json").output)["organisations"] == []
    directory("add", FOLDER, Path("hotline.nl.json"), "--yes")
    assert "threshold_not_met" in directory(*PUBLISH, exit_code=1).output
    for name in ("ana", "cai"):
        directory(*signed_by(name))
    directory(*PUBLISH)
    assert len(json.loads(directory("verify", FOLDER, "--json").output)["organisations"]) == 2


def test_a_key_is_made_where_it_stays(directory: Command, desk: Path) -> None:
    made = directory("key", Path("dora"), typed="long phrase\nlong phrase\n")
    assert "words: " in made.output
    assert (desk / "dora").stat().st_mode & 0o777 == 0o600
    assert key_files.read((desk / "dora").read_bytes(), "long phrase").public.words in made.output
    assert "exists" in directory("key", Path("dora"), exit_code=1).output
    directory("key", Path("machine"), "--plain")
    assert key_files.read((desk / "machine").read_bytes())


def test_a_node_follows_once_the_words_were_compared(directory: Command, desk: Path) -> None:
    begun(directory)
    home, root = desk / "node", desk / "dir" / "published" / "metadata" / "1.root.json"
    write(home / "node.toml", b'organisation = "Example"\n')
    follow = ("follow", "https://directory.example.org/", "--root", root, "--home", home)
    assert "words_differ" in directory(*follow, "--words", "babab-babab", exit_code=1).output
    assert not (home / "directory").exists()
    shown = directory("verify", FOLDER).output
    words = next(line for line in shown.splitlines() if line.startswith("root words: "))[12:]
    done = directory(*follow, typed=words.upper().replace("-", " ") + "\n")
    assert 'directory = "https://directory.example.org/"' in done.output
    assert (home / "directory" / "root.json").read_bytes() == root.read_bytes()
    (home / "directory" / "metadata").mkdir()
    directory(*follow, "--words", words)
    assert (home / "directory" / "metadata").exists(), "the same root again forgets nothing"
    assert "neither https" in directory("follow", "http://d.example.org/", *follow[2:], exit_code=1).output
