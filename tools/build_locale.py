"""Compile every ``.po`` file in the package to the ``.mo`` file that gettext reads.

Runs as a hatchling build hook (so that a wheel or an editable install carries its translations) and
as ``python tools/build_locale.py`` after a translation was changed. Needs only Babel, not the gettext
tools of the operating system.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent


def compile_all(root: Path = ROOT) -> list[Path]:
    """Write the ``.mo`` beside each ``.po`` below ``src`` and return the files written."""
    written = []
    for source in sorted((root / "src").rglob("locale/*/LC_MESSAGES/*.po")):
        with source.open("rb") as handle:
            catalog = read_po(handle, locale=source.parent.parent.name)
        target = source.with_suffix(".mo")
        with target.open("wb") as handle:
            write_mo(handle, catalog)
        written.append(target)
    return written


try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by hand, outside a build
    pass
else:

    class LocaleHook(BuildHookInterface[Any]):
        """Hatchling's name for a custom hook: compile before files are collected."""

        def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
            build_data["artifacts"].extend(
                f"/{path.relative_to(self.root).as_posix()}" for path in compile_all(Path(self.root))
            )


if __name__ == "__main__":
    for path in compile_all():
        print(path.relative_to(ROOT))
