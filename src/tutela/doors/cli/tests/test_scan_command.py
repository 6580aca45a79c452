"""Terminal sessions: scanning a folder as a provider's engineer does, with interruptions and dead workers."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import pty
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tutela.core.matching import hashers
from tutela.testing import loaded, pictures
from tutela.testing.terminal import COMMAND

pytestmark = pytest.mark.processes

FOUND, NOT_ALL_READ, INTERRUPTED = 10, 3, 130


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    return kept | {"COLUMNS": "200", "TERM": "dumb", "XDG_STATE_HOME": str(tmp_path / "state-home")}


@pytest.fixture
def tutela(environment: dict[str, str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return loaded.run(arguments, environment=environment, of="tools", seconds=300)

    return run


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []

    def begin(*arguments: str | Path) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*COMMAND, *map(str, arguments)],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def lines_of(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def files_of(text: str) -> dict[str, dict[str, Any]]:
    """Return the lines by path; a path that has two fails the test."""
    files = [line for line in lines_of(text) if line["type"] == "file"]
    by_path = {line["path"]: line for line in files}
    assert len(by_path) == len(files), "a file has two lines"
    return by_path


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Forty texts, three photographs of ordinary things, an empty file."""
    root = tmp_path / "tree"
    (root / "pictures").mkdir(parents=True)
    for number in range(40):
        (root / f"text-{number}").write_text(f"ordinary text {number}")
    for number in range(3):
        (root / "pictures" / f"{number}.bin").write_bytes(pictures.photograph(number)[0])
    (root / "empty").touch()
    return root


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    """A list file with one text by its digest and one photograph by its look."""
    (look,) = hashers.hash_bytes(pictures.photograph(1)[0], ["pdq"]).fingerprints
    path = tmp_path / "known.txt"
    path.write_text(f"sha256 {sha256(b'ordinary text 7')}\npdq {look.text} {look.quality}\n")
    return path


@pytest.fixture
def digests(tmp_path: Path) -> Path:
    """A list of digests only: nobody has to load what looks at pictures."""
    path = tmp_path / "digests.txt"
    path.write_text(f"sha256 {sha256(b'ordinary text 7')}\n")
    return path


def test_what_is_on_the_list_is_found_and_nothing_else(tutela: Any, tree: Path, listed: Path) -> None:
    done = tutela("scan", tree, "--list", listed)
    assert done.returncode == FOUND, done.stderr
    said = sorted(line.split()[:2] for line in done.stdout.splitlines())
    assert said == [["MATCH", f"{tree}/pictures/1.bin"], ["MATCH", f"{tree}/text-7"]]
    assert "44 files" in done.stderr
    assert "2 found" in done.stderr


def test_a_terminal_shows_how_far_it_is_and_each_match_on_a_line_of_its_own(
    environment: dict[str, str], tree: Path, listed: Path
) -> None:
    ours, theirs = pty.openpty()
    scan = subprocess.Popen(
        [*COMMAND, "scan", str(tree), "--list", str(listed)],
        env=environment | {"TERM": "xterm-256color"},
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # the end of a terminal is an error
        while piece := os.read(ours, 65536):
            shown += piece
    os.close(ours)
    assert scan.wait(60) == FOUND
    words = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown.decode())
    assert "of 44 files" in words
    lines = re.split(r"[\r\n]+", words)
    assert len([line for line in lines if line.startswith(f"MATCH       {tree}/")]) == 2


def test_a_clean_folder_ends_with_nothing_and_zero(tutela: Any, tree: Path, listed: Path) -> None:
    (tree / "text-7").unlink()
    done = tutela("scan", tree, "--list", listed, "--exclude", "pictures", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_json_lines_carry_list_entry_distance_and_reason(tutela: Any, tree: Path, listed: Path) -> None:
    done = tutela("scan", tree, "--list", listed, "--json", "--all")
    files = files_of(done.stdout)
    assert len(files) == 44
    found = files[f"{tree}/text-7"]
    assert (found["outcome"], found["size"]) == ("match", 15)
    (hit,) = found["hits"]
    assert (hit["list"], hit["kind"], hit["distance"]) == ("known", "sha256", 0)
    assert (hit["counts"], hit["reason"]) == (True, "identical")
    picture = files[f"{tree}/pictures/2.bin"]
    assert picture["outcome"] == "no_match"
    assert {one["kind"] for one in picture["fingerprints"]} == {"sha256", "pdq"}
    assert {one["kind"] for one in files[f"{tree}/text-1"]["fingerprints"]} == {"sha256"}
    assert lines_of(done.stdout)[-1]["type"] == "summary"
    assert done.stdout.isascii()


def test_a_name_of_any_bytes_can_be_opened_again(tutela: Any, tree: Path, listed: Path) -> None:
    name = os.fsencode(tree) + b"/\xff\xfe\n\x1b[2J"
    Path(os.fsdecode(name)).write_text("ordinary text 7")
    done = tutela("scan", tree, "--list", listed, "--json")
    lines = [line for line in lines_of(done.stdout) if "path_bytes" in line]
    assert [base64.b64decode(line["path_bytes"]) for line in lines] == [name]
    assert os.fsencode(lines[0]["path"]) == name
    shown = tutela("scan", tree, "--list", listed)
    assert "\x1b" not in shown.stdout
    assert len(shown.stdout.splitlines()) == 3


def test_a_picture_that_cannot_be_decoded_is_named(tutela: Any, tree: Path, listed: Path) -> None:
    (tree / "text-7").unlink()
    (tree / "pictures" / "1.bin").write_bytes(b"\xff\xd8\xff\xe0" + b"broken" * 50)
    done = tutela("scan", tree, "--list", listed)
    assert done.returncode == NOT_ALL_READ
    assert "1.bin  (pdq:" in done.stdout


def test_a_known_good_digest_silences_a_look(tutela: Any, tree: Path, listed: Path, tmp_path: Path) -> None:
    good = tmp_path / "good.txt"
    good.write_text(f"sha256 {sha256((tree / 'pictures' / '1.bin').read_bytes())}\n")
    done = tutela("scan", tree / "pictures", "--list", listed, "--negative", good, "--json")
    assert done.returncode == 0
    (line,) = files_of(done.stdout).values()
    assert line["outcome"] == "known_good"
    assert {hit["list"] for hit in line["hits"]} == {"good", "known"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["TREE"], "name a list"),
        (["nowhere", "--list", "LIST"], "there is no 'nowhere'"),
        (["TREE", "--list", "nowhere.csv"], "no file 'nowhere.csv'"),
        (["TREE", "--list", "LIST", "--workers", "0"], "workers"),
    ],
)
def test_a_slip_is_told_before_anything_is_read(
    tutela: Any, tree: Path, listed: Path, arguments: list[str], said: str
) -> None:
    meant = {"TREE": str(tree), "LIST": str(listed)}
    done = tutela("scan", *(meant.get(one, one) for one in arguments))
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_no_index_and_no_list_file_are_one_line(tutela: Any, tree: Path, tmp_path: Path) -> None:
    done = tutela("scan", tree, "--index", tmp_path / "nowhere")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    broken = tmp_path / "broken.json"
    broken.write_text('{"entries": [')
    done = tutela("scan", tree, "--list", broken)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_reader_that_goes_away_ends_the_scan_in_silence(start: Any, tree: Path, digests: Path) -> None:
    scan = start("scan", tree, "--list", digests, "--json", "--all", "--quiet")
    scan.stdout.close()
    assert scan.wait(120) == INTERRUPTED
    assert scan.stderr.read() == ""


def large(root: Path, count: int, megabytes: int) -> None:
    """Make files that take a while to hash and no room on the disk."""
    root.mkdir(exist_ok=True)
    for number in range(count):
        with (root / f"large-{number}").open("wb") as handle:
            handle.truncate(megabytes * 1_000_000 + number)


def until(true: Callable[[], Any], seconds: float = 120) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found


def test_ctrl_c_leaves_a_state_and_the_rest_is_the_rest(
    start: Any, tutela: Any, tree: Path, listed: Path, tmp_path: Path
) -> None:
    """First part and second part together are a whole scan: no file twice, none lost."""
    large(tree / "large", 6, 40)
    arguments = ("scan", tree, "--list", listed, "--json", "--all", "--workers", "1")
    state = tmp_path / "scan.state"
    scan = start(*arguments, "--resume", state)
    until(lambda: state.exists() and len(state.read_bytes().splitlines()) >= 4)
    os.killpg(scan.pid, signal.SIGINT)  # as the terminal does: to the workers too
    first, said = scan.communicate(timeout=120)
    assert scan.returncode == INTERRUPTED, said
    assert f"--resume {state}" in said
    second = tutela(*arguments, "--resume", state)
    assert second.returncode == FOUND, second.stderr
    whole = tutela(*arguments)
    parts, full = first.splitlines() + second.stdout.splitlines(), whole.stdout.splitlines()
    assert sorted(parts) == sorted(full)
    assert 0 < len(first.splitlines()) < len(full)
    again = tutela(*arguments, "--resume", state)
    assert (again.returncode, again.stdout) == (FOUND, "")
    assert "finished before" in again.stderr


def test_a_scan_that_named_no_state_can_go_on_too(
    start: Any, tutela: Any, tree: Path, digests: Path, tmp_path: Path
) -> None:
    large(tree / "large", 6, 40)
    scan = start("scan", tree, "--list", digests, "--json", "--all", "--workers", "1")
    scan.stdout.readline()
    scan.send_signal(signal.SIGTERM)
    _, said = scan.communicate(timeout=120)
    assert scan.returncode == INTERRUPTED
    state = Path(said.rpartition("--resume ")[2].strip())
    assert state.parent == tmp_path / "state-home" / "tutela"
    other = tutela("scan", tree / "large", "--list", digests, "--resume", state)
    assert other.returncode == 1
    assert "belongs to another scan" in other.stderr
    assert tutela("scan", tree / "text-7", "--list", digests).returncode == FOUND
    assert list(state.parent.iterdir()) == [state], "a finished scan leaves no state of its own"


def test_a_killed_scan_goes_on_with_its_output(
    start: Any, tutela: Any, tree: Path, listed: Path, tmp_path: Path
) -> None:
    large(tree / "large", 6, 40)
    state, output = tmp_path / "scan.state", tmp_path / "out.jsonl"
    arguments = ("scan", tree, "--list", listed, "--all", "--workers", "2", "--resume", state)
    scan = start(*arguments, "--output", output)
    until(lambda: state.exists() and len(state.read_bytes().splitlines()) >= 4)
    scan.kill()
    scan.communicate()
    with output.open("ab") as handle:
        handle.write(b'{"type":"file","path":"half a li')
    done = tutela(*arguments, "--output", output)
    assert done.returncode == FOUND, done.stderr
    files = files_of(output.read_text())
    assert len(files) == 44 + 6
    assert lines_of(output.read_text())[-1]["files"] == 44 + 6
    refused = tutela("scan", tree, "--list", listed, "--output", output)
    assert refused.returncode == 1
    assert "exists" in refused.stderr


def workers_of(scan: subprocess.Popen[str]) -> list[int]:
    """Return what was forked from the process in which everything is loaded."""
    return [
        pid
        for child in children_of(scan.pid)
        if b"forkserver" in command_of(child)
        for pid in children_of(child)
    ]


def children_of(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def command_of(pid: int) -> bytes:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def readers_of(scan: subprocess.Popen[str], path: Path) -> list[int]:
    """Return the workers that have ``path`` open now."""
    return [pid for pid in workers_of(scan) if str(path) in opened_by(pid)]


def opened_by(pid: int) -> list[str]:
    found = []
    with contextlib.suppress(OSError):
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                found.append(str(entry.readlink()))
    return found


def test_a_file_that_kills_its_worker_twice_is_named_and_the_rest_is_read(
    start: Any, tree: Path, digests: Path, tmp_path: Path
) -> None:
    large(tree, 1, 60_000)
    output = tmp_path / "out.jsonl"
    scan = start("scan", tree, "--list", digests, "--all", "--workers", "1", "--output", output)
    (first,) = until(lambda: readers_of(scan, tree / "large-0"))
    os.kill(first, signal.SIGKILL)
    (second,) = until(lambda: [one for one in readers_of(scan, tree / "large-0") if one != first])
    os.kill(second, signal.SIGKILL)
    _, said = scan.communicate(timeout=120)
    assert scan.returncode == FOUND, said
    files = files_of(output.read_text())
    assert len(files) == 45
    named = [line for line in files.values() if line["outcome"] == "unreadable"]
    assert [(line["path"], line["reason"]) for line in named] == [(f"{tree}/large-0", "worker_died")]
    assert files[f"{tree}/text-7"]["outcome"] == "match"


def test_no_worker_outlives_its_scan(start: Any, tmp_path: Path, digests: Path) -> None:
    large(tmp_path / "tree", 1, 60_000)
    scan = start("scan", tmp_path / "tree", "--list", digests, "--workers", "1")
    (worker,) = until(lambda: workers_of(scan))
    scan.kill()
    scan.wait()
    until(lambda: not Path(f"/proc/{worker}").exists() or is_zombie(worker))


def is_zombie(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


def test_an_index_folder_answers_as_its_list_file(
    tutela: Any, tree: Path, listed: Path, tmp_path: Path
) -> None:
    made = tutela("index", "build", tmp_path / "index", "--list", listed, "--json")
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["entries"] == {"known": 2}
    by_file = tutela("scan", tree, "--list", listed, "--json")
    by_index = tutela("scan", tree, "--list", "known", "--index", tmp_path / "index", "--json")
    assert by_index.returncode == FOUND, by_index.stderr
    assert sorted(by_index.stdout.splitlines()) == sorted(by_file.stdout.splitlines())
    unknown = tutela("scan", tree, "--list", "unknown", "--index", tmp_path / "index")
    assert unknown.returncode == 2
    assert "no list 'unknown'" in unknown.stderr
