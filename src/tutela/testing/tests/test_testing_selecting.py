"""Promises about what runs again on PostgreSQL: nothing with a table is left out of both shares."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutela.testing import selecting


def written(folder: Path, text: str) -> Path:
    path = folder / "test_something.py"
    path.write_text(text)
    return path


def test_each_test_with_a_table_belongs_to_one_share(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked of all tests of the run that this one belongs to: kept, and in a file that is read."""
    monkeypatch.setenv(selecting.DATABASE, "postgresql")

    def kept(share: str) -> list[pytest.Item]:
        monkeypatch.setenv(selecting.SHARE, share)
        return [one for one in selecting.parted(request.session.items)[0] if not selecting.unread(one.path)]

    monkeypatch.setenv(selecting.SHARE, "")
    with_tables, _ = selecting.parted(request.session.items)
    rooms, doors = kept("rooms"), kept("doors")
    assert {*rooms, *doors} == set(with_tables)
    assert not {*rooms} & {*doors}


@pytest.mark.parametrize(
    ("share", "place", "text", "unread"),
    [
        ("", "core", "", True),
        ("", "doors", "", False),
        ("", "apps", "", False),
        ("rooms", "apps", "", False),
        ("rooms", "doors", "", True),
        ("rooms", "doors", "pytestmark = pytest.mark.on_postgresql", False),
        ("doors", "apps", "", True),
        ("doors", "doors", "", False),
    ],
)
def test_only_what_has_no_test_of_the_share_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, share: str, place: str, text: str, unread: bool
) -> None:
    monkeypatch.setattr(selecting, "_DOORS", tmp_path / "doors")
    monkeypatch.setattr(selecting, "_WITHOUT_TABLES", (tmp_path / "core",))
    monkeypatch.setenv(selecting.DATABASE, "postgresql")
    monkeypatch.setenv(selecting.SHARE, share)
    (tmp_path / place).mkdir()
    path = written(tmp_path / place, text)
    assert selecting.unread(path) is unread
    assert not selecting.unread(path.with_name("conftest.py")) or place == "core"
    monkeypatch.delenv(selecting.DATABASE)
    assert not selecting.unread(path)
