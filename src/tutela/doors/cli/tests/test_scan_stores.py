"""Scanning an object store that speaks S3 over real HTTP."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tutela.core.matching import hashers
from tutela.doors.cli.scan.known import Known
from tutela.doors.cli.scan.places import Chunk, Place
from tutela.doors.cli.scan.reading import Orders, Reader, Root
from tutela.doors.cli.scan.stores import SMALL
from tutela.testing import loaded, pictures

pytestmark = pytest.mark.processes

BUCKET = "ordinary-things"
STRANGE = ("[a]*?.txt", "with space+plus%20#hash.txt", "ქართული.txt", "a//b.txt", "deep/er/one.txt")
ACCESS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    with pytest.MonkeyPatch.context() as patch:
        # So few to a page that the listing of a few objects has many pages.
        patch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "7")
        for name, value in ACCESS.items():
            patch.setenv(name, value)
        server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        server.start()
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
        server.stop()


@pytest.fixture(scope="module")
def store(endpoint: str) -> Any:
    """A bucket with 40 texts, strange names, a folder mark, two photographs and one large object."""
    import boto3

    client = boto3.client("s3", endpoint_url=endpoint)
    client.create_bucket(Bucket=BUCKET)
    for number in range(40):
        client.put_object(Bucket=BUCKET, Key=f"in/text-{number}", Body=f"ordinary text {number}".encode())
    for name in STRANGE:
        client.put_object(Bucket=BUCKET, Key=f"in/{name}", Body=f"ordinary {name}".encode())
    for number in range(2):
        client.put_object(Bucket=BUCKET, Key=f"in/{number}.bin", Body=pictures.photograph(number)[0])
    client.put_object(Bucket=BUCKET, Key="in/large", Body=bytes(SMALL + 1))
    client.put_object(Bucket=BUCKET, Key="in/empty", Body=b"")
    client.put_object(Bucket=BUCKET, Key="in/folder/", Body=b"")
    client.put_object(Bucket=BUCKET, Key="inner", Body=b"beside the folder")
    return client


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    known = [f"ordinary {name}".encode() for name in STRANGE] + [b"ordinary text 7", bytes(SMALL + 1)]
    (look,) = hashers.hash_bytes(pictures.photograph(1)[0], ["pdq"]).fingerprints
    path = tmp_path / "known.txt"
    path.write_text(
        "".join(f"sha256 {hashlib.sha256(data).hexdigest()}\n" for data in known)
        + f"pdq {look.text} {look.quality}\n"
    )
    return path


@pytest.fixture
def scan(endpoint: str, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG")}
        environment = kept | ACCESS | {"AWS_ENDPOINT_URL": endpoint, "HOME": str(tmp_path), "COLUMNS": "200"}
        return loaded.run(["scan", *arguments], environment=environment, of="tools", seconds=300)

    return run


def test_every_object_of_the_folder_is_read_once(scan: Any, store: Any, listed: Path) -> None:
    done = scan(f"s3://{BUCKET}/in", "--list", listed, "--json", "--all", "--workers", "2")
    assert done.returncode == 10, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    files = [line for line in lines if line["type"] == "file"]
    paths = sorted(line["path"] for line in files)
    wanted = [f"text-{number}" for number in range(40)] + [*STRANGE, "0.bin", "1.bin", "large", "empty"]
    assert paths == sorted(f"s3://{BUCKET}/in/{name}" for name in wanted)
    found = {line["path"].removeprefix(f"s3://{BUCKET}/in/") for line in files if line["outcome"] == "match"}
    assert found == {*STRANGE, "text-7", "1.bin", "large"}
    assert lines[-1]["passed_by"]["not_files"] == 1


def test_a_single_object_may_be_named(scan: Any, store: Any, listed: Path) -> None:
    done = scan(f"s3://{BUCKET}/in/text-7", "--list", listed)
    assert (done.returncode, done.stdout.split()[1]) == (10, f"s3://{BUCKET}/in/text-7")


def test_a_finished_part_is_not_read_again(scan: Any, store: Any, listed: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    arguments = (f"s3://{BUCKET}/in", "--list", listed, "--json", "--all", "--resume", state)
    whole = scan(*arguments)
    lines = state.read_text().splitlines(keepends=True)
    assert '"finished"' in lines[-1]
    state.write_text("".join(lines[:-2]))
    rest = scan(*arguments)
    assert rest.returncode == 10
    count = [len(json.loads(line)["done"]) // 32 for line in lines[1:-1]]
    assert len(count) > 1
    assert len(rest.stdout.splitlines()) == count[-1] + 1
    assert set(rest.stdout.splitlines()) <= set(whole.stdout.splitlines())


@pytest.mark.parametrize("address", ["s3://no-such-bucket/in", f"s3://{BUCKET}/nowhere", "nosuch://a/b"])
def test_an_address_that_leads_nowhere_is_told_at_once(
    scan: Any, store: Any, listed: Path, address: str
) -> None:
    done = scan(address, "--list", listed)
    assert done.returncode == 2
    assert address in done.stderr
    assert "Traceback" not in done.stderr


def test_an_object_that_goes_or_changes_meanwhile_is_named(
    store: Any, endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ACCESS.items():
        monkeypatch.setenv(name, value)
    options = {"endpoint_url": endpoint, "skip_instance_cache": True}
    root = Root(f"s3://{BUCKET}/in", options=options)
    reader = Reader(Orders((root,), Known(frozenset({"sha256"}), few=_nothing())))
    chunk = Chunk(
        (Place(0, "gone", 5, ""), Place(0, "text-1", 99, ""), Place(0, "gone-large", SMALL + 1, ""))
    )
    assert sorted((one.place.name, one.outcome, one.reason) for one in reader.read(chunk).looked) == [
        ("gone", "unreadable", "vanished"),
        ("gone-large", "unreadable", "vanished"),
        ("text-1", "unreadable", "changed"),
    ]


def _nothing() -> Any:
    from tutela.core.matching.in_memory import InMemoryIndex

    return InMemoryIndex([], [])
