"""The import contracts hold; `make borders` shows them one by one."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_import_contracts_hold() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:]
    assert re.search(r"Contracts: \d+ kept, 0 broken", done.stdout)


def test_nothing_of_one_machine_stands_in_the_tree() -> None:
    """No path of a developer's machine, no package host, no key material."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    pattern = re.compile(
        r"/(?:work|root)/[A-Za-z.]"
        r"|(?:pypi|pythonhosted|npmjs)\.(?:org|com)"
        r"|BEGIN (?:RSA |EC |OPENSSH )?PRIVATE KEY"
    )
    own = {"tests/architecture/test_borders.py"}
    wrong = []
    for name in filter(None, done.stdout.split("\0")):
        path = ROOT / name
        if name in own or not path.is_file() or path.stat().st_size > 3_000_000:
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if found := pattern.search(text):
            wrong.append((name, found.group()))
    assert wrong == []
