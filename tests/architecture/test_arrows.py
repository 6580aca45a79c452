"""Imports are not the only arrows in Django: these tests watch the rest (house.md)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Field

import tutela

SOURCE = Path(tutela.__file__).parent
ROOMS = [
    "ledger", "accounts", "receipts", "cases", "hashbank", "exchange", "notices", "referrals", "requests",
]  # fmt: skip
DOORS = ["site", "provider", "partner", "desk", "police", "worker", "cli"]


def _python(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*.py") if "tests" not in path.parts)


def _relations() -> list[Field]:
    return [
        field
        for config in apps.get_app_configs()
        if config.name.startswith("tutela.apps.")
        for model in config.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, Field) and field.is_relation and not field.auto_created
    ]


def test_no_foreign_key_leaves_its_room() -> None:
    crossing = [
        str(field)
        for field in _relations()
        if field.related_model._meta.app_label != field.model._meta.app_label
        # Django's own permission tables hang below the person; nothing of ours does.
        and field.related_model._meta.app_label not in ("auth", "contenttypes")
    ]
    assert crossing == []


def test_every_room_has_its_tables_below_its_own_name() -> None:
    for label in ROOMS:
        for model in apps.get_app_config(label).get_models():
            assert model._meta.db_table.startswith(f"{label}_")


def _listens(path: Path) -> bool:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and node.attr == "connect"
            and "signal" in ast.unparse(node.value).lower()
        ):
            return True
        if "receiver" in (getattr(node, "id", ""), getattr(node, "attr", "")):
            return True
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django.db.models.signals"):
            return True
    return False


def test_no_room_listens_to_signals() -> None:
    """A lower room leaves a ledger line; only the way in reacts to its own sign-in library."""
    listening = [str(path.relative_to(SOURCE)) for path in _python(SOURCE) if _listens(path)]
    assert [path for path in listening if not path.startswith("entry/")] == []


_EXTENDS = re.compile(r"\{%\s*(?:extends|include)\s+[\"']([^\"']+)[\"']")


@pytest.mark.parametrize("door", ["site", "provider", "desk", "police"])
def test_a_template_extends_only_its_own_door_or_look(door: str) -> None:
    """Or the frame of pages behind a sign-in, which lies below the doors as the look does."""
    own = {door, "look"} | ({"entry"} if door in ("police", "provider") else set())
    wrong = [
        (path.name, name)
        for path in (SOURCE / "doors" / door).rglob("templates/**/*.html")
        for name in _EXTENDS.findall(path.read_text(encoding="utf-8"))
        if name.partition("/")[0] not in own
    ]
    assert wrong == []


def test_look_extends_nothing_of_a_door() -> None:
    wrong = [
        (path.name, name)
        for path in (SOURCE / "look").rglob("templates/**/*.html")
        for name in _EXTENDS.findall(path.read_text(encoding="utf-8"))
        if not name.startswith("look/")
    ]
    assert wrong == []


_URL_TAG = re.compile(r"\{%\s*url\s+[\"']([a-z_]+):")
_REVERSE = re.compile(r"(?:reverse|reverse_lazy|redirect)\(\s*[\"']([a-z_]+):")
_NAMESPACES = {
    "site": {"site"},
    "provider": {"provider"},
    "desk": {"desk"},
    "police": {"police"},
    "entry": set(),
    "look": set(),
}


@pytest.mark.parametrize(
    "folder", ["doors/site", "doors/provider", "doors/desk", "doors/police", "entry", "look"]
)
def test_a_url_name_is_reversed_only_by_its_own_door(folder: str) -> None:
    allowed = _NAMESPACES[folder.rpartition("/")[2]]
    used = set()
    for path in [*(SOURCE / folder).rglob("templates/**/*.html"), *_python(SOURCE / folder)]:
        pattern = _URL_TAG if path.suffix == ".html" else _REVERSE
        used |= set(pattern.findall(path.read_text(encoding="utf-8")))
    assert used <= allowed


@pytest.mark.parametrize("folder", ["apps", "formats", "core"])
def test_nothing_below_the_doors_knows_a_url(folder: str) -> None:
    knowing = [
        str(path.relative_to(SOURCE))
        for path in _python(SOURCE / folder)
        if re.search(r"django\.urls|\breverse\(", path.read_text(encoding="utf-8"))
    ]
    assert knowing == []


_HANDLER = re.compile(r"\son[a-z]+\s*=|<style\b|\sstyle\s*=|javascript:", re.IGNORECASE)
_SCRIPT = re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*application/json)", re.IGNORECASE)


def test_no_template_holds_inline_style_or_script() -> None:
    wrong = [
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("templates/**/*.html")
        if _HANDLER.search(text := path.read_text(encoding="utf-8")) or _SCRIPT.search(text)
    ]
    assert wrong == []


def test_no_page_asks_a_third_party_for_anything() -> None:
    fetched = re.compile(
        r"(?:src|srcset|poster|@import|url\()\s*=?\s*[\"'(]?\s*(?:https?:)?//", re.IGNORECASE
    )
    wrong = [
        str(path.relative_to(SOURCE))
        for pattern in ("templates/**/*.html", "static/**/*.css", "static/**/*.js")
        for path in SOURCE.rglob(pattern)
        if fetched.search(path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


def test_the_house_has_its_rooms_and_no_other() -> None:
    """Every folder below the package is a known floor; rooms with memory all have the same anatomy."""
    floors = {path.name for path in SOURCE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert floors == {"config", "doors", "middleware", "entry", "look", "apps", "formats", "core", "testing"}
    for label in ROOMS:
        names = {path.stem for path in (SOURCE / "apps" / label).iterdir()}
        assert {"__init__", "rules", "models", "queries", "actions", "errors", "migrations", "tests"} <= names


def test_a_rooms_tables_are_touched_only_inside_the_room() -> None:
    wrong = []
    for path in _python(SOURCE):
        text = path.read_text(encoding="utf-8")
        for label in re.findall(r"tutela\.apps\.(\w+)\.models|tutela\.apps\.(\w+) import models", text):
            room = next(filter(None, label))
            if (SOURCE / "apps" / room) not in path.parents:
                wrong.append((str(path.relative_to(SOURCE)), room))
    assert wrong == []


_MEDIA_FIELDS = {"FileField", "ImageField", "FilePathField"}


def test_no_table_can_hold_a_picture() -> None:
    """Content-free by construction: no file fields; binary ones for keys, digests, seals, signatures only."""
    allowed = {
        "previous", "digest", "identifier", "lookup", "public_key", "sealed", "signed", "key", "token",
        "token_hash",
    }  # fmt: skip
    for config in apps.get_app_configs():
        if not config.name.startswith("tutela.apps."):
            continue
        for model in config.get_models():
            for field in model._meta.get_fields():
                kind = type(field).__name__
                assert kind not in _MEDIA_FIELDS, str(field)
                if kind == "BinaryField":
                    assert field.name in allowed or field.name.endswith(("_locked", "_sealed", "_digest")), (
                        str(field)
                    )


def test_no_form_takes_a_file() -> None:
    pattern = re.compile(r"type=[\"']file|multipart/form-data|forms\.(?:File|Image)Field|request\.FILES")
    # Machines may hand the match service bytes to hash, as HMA's clients do; it hashes them in memory and
    # keeps none. It has no table and no folder to put them in, which its own import contract holds it to.
    machines = {SOURCE / "doors" / "wire", SOURCE / "core" / "matching" / "uploads.py"}
    wrong = [
        str(path.relative_to(SOURCE))
        for path in [*_python(SOURCE), *SOURCE.rglob("templates/**/*.html")]
        if machines.isdisjoint({path, *path.parents}) and pattern.search(path.read_text(encoding="utf-8"))
    ]
    assert wrong == []
