"""Write docs/tour.md and take its pictures: every page of every door, in a real browser.

``python tools/make_tour.py`` takes all pictures again, with nodes of its own that play the story of the
demonstration and more (tools/tour). ``--text`` writes docs/tour.md alone. What is shown stands in
tools/tour.toml. Light, 1280 pixels wide, and the main pages at 320 as well; times and codes differ from one
taking to the next, so that nothing is compared pixel by pixel.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from tutela.testing.browser import program

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "tour"


def doors() -> list[dict[str, Any]]:
    """Return what the tour shows."""
    found: list[dict[str, Any]] = tomllib.loads((ROOT / "tools" / "tour.toml").read_text(encoding="utf-8"))[
        "door"
    ]
    return found


def pictures(page: dict[str, Any]) -> list[str]:
    """Return the file names of a page's pictures."""
    return [f"{page['picture']}.png", *([f"{page['picture']}-320.png"] if page.get("narrow") else [])]


def _link_to(door: dict[str, Any]) -> str:
    """Return a link to the part of the tour where this door's pages of getting in are shown."""
    (title,) = [one["title"] for one in doors() if one["name"] == door["entry_at"]]
    return f"[{title[0].lower()}{title[1:]}](#{title.lower().replace(' ', '-')})"


def text() -> str:
    """Return docs/tour.md."""
    parts = [
        "# A tour of every page\n",
        "<!-- made by tools/make_tour.py from tools/tour.toml; change these, then run: make docs -->\n",
        "The pictures are taken in a real browser from the five nodes that play the demonstration. All\n"
        "addresses are those that are reserved for examples; behind them stand photographs of ordinary\n"
        "things, and no page shows one.\n",
    ]
    for door in doors():
        parts.append(f"## {door['title']}\n\n{door['text']}\n")
        for page in door["page"]:
            address = f" · `{page['address']}`" if "address" in page else ""
            parts.append(f"### {page['title']}{address}\n\n{page['text']}\n")
            shown = [f"![{page['title']}](tour/{name})" for name in pictures(page)]
            parts.append("\n".join(shown) + "\n")
        if "entry_at" in door:
            parts.append(
                f"Signing in, people and one's own account are the pages shown at {_link_to(door)}.\n"
            )
        if door["elsewhere"]:
            parts.append("Addresses without a page of their own:\n")
            parts.append("\n".join(f"- `{name}` {what}" for name, what in door["elsewhere"]) + "\n")
    return "\n".join(parts).rstrip() + "\n"


def take_pictures(target: Path) -> None:
    """Take every picture into ``target``."""
    from playwright.sync_api import sync_playwright

    from tour import desk, entry, network, public, scene
    from tour.camera import Camera

    ways = (
        *(public.site, public.provider, public.mailbox, desk.analyst, desk.coordinator),
        *(network.police, network.provider, entry.newcomers),
    )
    pages = {page["picture"]: page for door in doors() for page in door["page"]}
    browser_path = program()
    if browser_path is None:
        sys.exit("no browser found; install it with: sudo apt-get install chromium")
    with tempfile.TemporaryDirectory() as folder, scene.World(Path(folder)) as world:
        there = scene.set_scene(world)
        with sync_playwright() as player:
            browser = player.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
            camera = Camera(browser, target, pages)
            for way in ways:
                way(camera, there)
            browser.close()
    if camera.missing:
        sys.exit(f"no picture was taken of: {', '.join(sorted(camera.missing))}")


def main() -> None:
    if "--text" not in sys.argv:
        with tempfile.TemporaryDirectory() as folder:
            take_pictures(Path(folder))
            shutil.rmtree(PICTURES, ignore_errors=True)
            shutil.copytree(folder, PICTURES)
    (ROOT / "docs" / "tour.md").write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
