"""Promises of archives: what is unpacked stays in its folder, whoever wrote it."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from tutela.doors.cli import backups


def _member(name: str, kind: bytes = tarfile.REGTYPE, leads_to: str = "") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname, member.size = kind, leads_to, 2 if kind == tarfile.REGTYPE else 0
    return member


@pytest.mark.parametrize(
    "member",
    [
        _member("../outside"),
        _member("keys/../../outside"),
        _member("/outside"),
        _member("link", tarfile.SYMTYPE, "../outside"),
        _member("link", tarfile.LNKTYPE, "../outside"),
        _member("pipe", tarfile.FIFOTYPE),
        _member("device", tarfile.CHRTYPE),
    ],
    ids=["above", "above_by_a_way_round", "absolute", "symlink", "hard_link", "pipe", "device"],
)
def test_nothing_is_written_outside_and_nothing_but_files(member: tarfile.TarInfo, tmp_path: Path) -> None:
    archive, target = tmp_path / "a.tar.gz", tmp_path / "target"
    target.mkdir()
    with tarfile.open(archive, "w:gz") as tar:
        tar.addfile(member, io.BytesIO(b"{}"))
    with pytest.raises(backups.BadBackup):
        backups.unpack(archive, target)
    assert list(target.iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.tar.gz", "target"]
