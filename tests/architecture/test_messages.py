"""Every text that a person reads is translated; the tool that says so can say no."""

from __future__ import annotations

import contextlib
import io
import runpy
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Done:
    """How a run of the tool ended, and what it said."""

    returncode: int
    stdout: str


def _run(root: Path, *arguments: str) -> Done:
    """Run the tool of that tree as a program, in this process: most of its time would be its imports."""
    tool = root / "tools" / "messages.py"
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(io.StringIO()) as said:
        patch.setattr(sys, "argv", [str(tool), *arguments])
        try:
            runpy.run_path(str(tool), run_name="__main__")
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
    return Done(code, said.getvalue())


def test_every_text_of_every_door_is_translated() -> None:
    """As ``make messages`` starts the tool: a process of its own, without a configured node."""
    command = [sys.executable, str(ROOT / "tools" / "messages.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A tree with one door that says one thing, and says it in Georgian."""
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "messages.py", tmp_path / "tools")
    door = tmp_path / "src" / "tutela" / "doors" / "gate"
    (door / "templates").mkdir(parents=True)
    (tmp_path / "src" / "tutela" / "look").mkdir()
    (tmp_path / "src" / "tutela" / "apps").mkdir()
    (door / "__init__.py").write_text("")
    (door / "templates" / "page.html").write_text('{% load i18n %}<p>\n  {% translate "Come in" %}</p>')
    assert _run(tmp_path).returncode == 0
    _translate(tmp_path, 'msgid "Come in"\nmsgstr ""', 'msgid "Come in"\nmsgstr "შემოდით"')
    assert _run(tmp_path, "--check").returncode == 0
    return tmp_path


def _translate(root: Path, old: str, new: str) -> None:
    path = root / "src/tutela/doors/gate/locale/ka/LC_MESSAGES/django.po"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def _say(root: Path, text: str) -> str:
    (root / "src/tutela/doors/gate/views.py").write_text(text)
    done = _run(root, "--check")
    assert done.returncode == 1
    return done.stdout


def test_a_missing_text_is_found(small: Path) -> None:
    said = 'from django.utils.translation import gettext_lazy as _\nTITLE = _("Go out")\n'
    assert "missing: 'Go out'" in _say(small, said)


def test_a_plural_without_forms_is_found(small: Path) -> None:
    assert "missing: 'a'" in _say(small, 'ngettext("a", "b", 2)\n')


def test_an_unused_text_is_found(small: Path) -> None:
    (small / "src/tutela/doors/gate/templates/page.html").write_text("<p></p>")
    done = _run(small, "--check")
    assert done.returncode == 1
    assert "unused: 'Come in'" in done.stdout


def test_a_fuzzy_text_is_found(small: Path) -> None:
    _translate(small, 'msgid "Come in"', '#, fuzzy\nmsgid "Come in"')
    done = _run(small, "--check")
    assert done.returncode == 1
    assert "fuzzy: 'Come in'" in done.stdout


def test_a_lost_placeholder_is_found(small: Path) -> None:
    said = "TITLE = _('%(number)s items')\n"
    (small / "src/tutela/doors/gate/views.py").write_text(said)
    assert _run(small).returncode == 0
    _translate(
        small, 'msgid "%(number)s items"\nmsgstr ""', 'msgid "%(number)s items"\nmsgstr "%(nomeri)s რამ"'
    )
    done = _run(small, "--check")
    assert done.returncode == 1
    assert "placeholders" in done.stdout


def test_an_update_keeps_translations_and_changes_nothing_when_nothing_changed(small: Path) -> None:
    path = small / "src/tutela/doors/gate/locale/ka/LC_MESSAGES/django.po"
    before = path.read_text()
    assert _run(small).returncode == 0
    assert path.read_text() == before
    assert "შემოდით" in before


def test_a_part_with_translations_of_its_own_is_not_collected_twice(small: Path) -> None:
    inner = small / "src/tutela/doors/gate/entry"
    (inner / "locale").mkdir(parents=True)
    (inner / "__init__.py").write_text("")
    (inner / "views.py").write_text('_("Inside")\n')
    done = _run(small, "--check")
    assert done.stdout.count("Inside") == 1
    assert "entry/locale" in done.stdout
