"""The papers are true today: what can be generated equals the source, what is listed exists."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_generated_pages_equal_the_source() -> None:
    done = subprocess.run(
        [sys.executable, "tools/write_docs.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_dependency_has_its_line() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {
        re.split(r"[\[<>=~! ]", requirement)[0]
        for group in (project["dependencies"], *project["optional-dependencies"].values())
        for requirement in group
    } - {"tutela"}
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    rows = {
        name.strip() for row in re.findall(r"^\| ([^|]+) \|", page, re.MULTILINE) for name in row.split(",")
    }
    assert wanted - rows == set()
    assert rows - wanted - {"package", "---", "hatchling"} == set()


def test_every_link_in_the_papers_leads_somewhere() -> None:
    broken = []
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "spec").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if (
                not target.startswith(("http://", "https://", "mailto:"))
                and not (page.parent / target).exists()
            ):
                broken.append((page.name, target))
    assert broken == []


def test_every_path_that_the_threat_page_names_exists() -> None:
    page = (ROOT / "docs" / "threats.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:src|tests|deploy|docs|bench|spec)/[^`:]+)", page))
    assert named
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_the_page_of_the_way_names_every_kind_of_ledger_line() -> None:
    labels = (ROOT / "src" / "tutela" / "doors" / "desk" / "ledger_labels.py").read_text(encoding="utf-8")
    table = re.search(r"^LEDGER.*?^}", labels, re.MULTILINE | re.DOTALL)
    assert table is not None
    kinds = set(re.findall(r'^    "([a-z_]+)": ', table.group(), re.MULTILINE))
    page = (ROOT / "docs" / "flow.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", page))
    assert kinds
    assert kinds - named == set(), "written to the ledger and not on the page"
    assert named - kinds == set(), "on the page and never written"
