"""Terminal sessions: single fingerprints and files looked up, and the index that larger lists go to."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tutela.core.matching import hashers, index
from tutela.core.matching.fingerprints import Fingerprint, Kind
from tutela.testing import pictures
from tutela.testing.terminal import without_node

pytestmark = pytest.mark.processes

TEXT = b"ordinary text"
FOUND = 10


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def look(number: int) -> Fingerprint:
    (found,) = hashers.hash_bytes(pictures.photograph(number)[0], ["pdq"]).fingerprints
    return found


@pytest.fixture
def tutela(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    def run(*arguments: str | Path, given: str = "") -> subprocess.CompletedProcess[str]:
        return without_node(*arguments, given=given, folder=tmp_path)

    return run


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    one = look(1)
    path = tmp_path / "known.csv"
    path.write_text(
        "entry,kind,value,quality,classification\n"
        f"seven,sha256,{sha256(TEXT)},,a\n"
        f"eight,pdq,{one.text},{one.quality},b\n"
    )
    return path


def test_hashes_and_files_are_answered_in_their_order(tutela: Any, listed: Path, tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(pictures.photograph(1)[0])
    (tmp_path / "b.txt").write_bytes(b"another text")
    done = tutela("match", "b.txt", f"SHA256:{sha256(TEXT)}", "a.bin", "--list", listed, "--json")
    assert done.returncode == FOUND, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["outcome"] for line in lines] == ["no_match", "match", "match"]
    assert [line["type"] for line in lines] == ["file", "fingerprint", "file"]
    (hit,) = lines[1]["hits"]
    assert (hit["list"], hit["entry"], hit["classification"]) == ("known", "seven", "a")
    assert lines[2]["hits"][0]["entry"] == "eight"


def test_a_near_look_is_found_within_the_radius_and_not_beyond(tutela: Any, listed: Path) -> None:
    near = bytearray(look(1).value)
    near[0] ^= 0b111
    asked = ("match", f"pdq:{near.hex()}:100", "--list", listed)
    assert "pdq, 3 bits" in tutela(*asked).stdout
    assert tutela(*asked, "--radius", "2").returncode == 0
    assert tutela("match", f"pdq:{near.hex()}:20", "--list", listed).returncode == 0


def test_lines_from_a_pipe_are_looked_up(tutela: Any, listed: Path) -> None:
    typed = f"# from a log\nsha256 {sha256(TEXT)}\n\nsha256:{sha256(b'other')}\n"
    done = tutela("match", "-", "--list", listed, given=typed)
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["MATCH", "NO_MATCH"]
    bare = tutela("match", "-", "--kind", "sha256", "--list", listed, given=sha256(TEXT) + "\n")
    assert bare.returncode == FOUND


@pytest.mark.parametrize(
    ("thing", "said"),
    [
        ("ab" * 32, "KIND:VALUE"),
        ("sha256:abcd", "wrong_length"),
        ("sha256:" + "zz" * 32, "wrong_alphabet"),
        ("sha256:" + sha256(b""), "known_empty"),
        ("pdq:" + "00" * 32, "degenerate"),
        ("/", "tutela scan"),
        ("/dev/null", "no regular file"),
    ],
)
def test_a_slip_says_what_is_wrong_with_it(tutela: Any, listed: Path, thing: str, said: str) -> None:
    done = tutela("match", thing, "--list", listed)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_small_list_needs_neither_numpy_nor_numba(listed: Path) -> None:
    """An answer at once on a laptop: what is not loaded takes no time."""
    script = (
        "import sys\n"
        "from tutela.doors.cli.app import app\n"
        "try:\n"
        "    app(sys.argv[1:])\n"
        "except SystemExit as end:\n"
        "    print(end.code, sorted({'numpy', 'numba', 'PIL', 'django'} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "match", f"pdq:{look(1).text}:100", "--list", str(listed)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines()[-1] == f"{FOUND} []", done.stderr


def test_a_large_list_becomes_an_index_for_the_moment(tutela: Any, tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    looks = (sha256(b"%d" % number) for number in range(5000))
    path.write_text("".join(f"pdq {one} 100\n" for one in looks) + f"pdq {look(1).text} 100\n")
    (tmp_path / "tmp").mkdir()
    done = tutela("match", "-", "--list", path, given=f"pdq {look(1).text} 100\npdq {sha256(b'4999')} 100\n")
    assert done.returncode == FOUND, done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["MATCH", "MATCH"]


def test_help_and_the_names_of_commands_are_not_looked_up(tutela: Any) -> None:
    assert "HASH…|FILE…|COMMAND" in tutela("match", "--help").stdout
    assert "--list" in tutela("match", "these", "--help").stdout
    assert "Traceback" not in tutela("match").stderr


def test_an_index_is_made_examined_verified_and_merged(tutela: Any, listed: Path, tmp_path: Path) -> None:
    harmless = tmp_path / "harmless.txt"
    harmless.write_text(f"md5 {hashlib.md5(TEXT).hexdigest()}\n")
    made = tutela("index", "build", "made", "--list", listed, "--negative", harmless, "--radius", "20")
    assert made.returncode == 0, made.stderr
    with index.write_index(tmp_path / "made") as writer:
        writer.put("known", "nine", [Fingerprint(Kind.SHA1, hashlib.sha1(TEXT).digest())])
        writer.withdraw("known", "seven")
        writer.commit()
    told = json.loads(tutela("index", "info", "made", "--json").stdout)
    assert (told["generation"], told["added"]) == (1, 1)
    assert {one["name"]: (one["radius"], one["negative"]) for one in told["lists"]} == {
        "harmless": (20, True),
        "known": (20, False),
    }
    assert tutela("match", f"sha1:{hashlib.sha1(TEXT).hexdigest()}", "--index", "made").returncode == FOUND
    assert tutela("match", f"sha256:{sha256(TEXT)}", "--index", "made").returncode == 0
    merged = json.loads(tutela("index", "merge", "made", "--json").stdout)
    assert (merged["generation"], merged["added"], merged["entries"]) == (2, 0, {"harmless": 1, "known": 2})
    assert "whole" in tutela("index", "verify", "made").stdout


def test_damage_to_an_index_is_named(tutela: Any, listed: Path, tmp_path: Path) -> None:
    tutela("index", "build", "made", "--list", listed)
    (array,) = (tmp_path / "made").glob("snapshot-*/pdq*values*")
    array.write_bytes(bytes(32))
    done = tutela("index", "verify", "made")
    assert done.returncode == 1
    assert "damaged" in done.stderr
    assert len(done.stderr.splitlines()) == 1
