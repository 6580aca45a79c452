"""Write docs/tour.md and take its pictures: every page of every door, in a real browser.

``python tools/make_tour.py`` takes all pictures again, with a node of its own that plays the story of the
demonstration and more (tools/tour_scene.py). ``--text`` writes docs/tour.md alone. What is shown stands in
tools/tour.toml. Light, 1280 pixels wide, and the main pages at 320 as well; times and codes differ from one
taking to the next, so that nothing is compared pixel by pixel.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tutela.testing.browser import program

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext
    from playwright.sync_api import Page as Tab

    from tour_scene import Scene

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "tour"
WIDE, NARROW = 1280, 320
TALLEST = {WIDE: 1500, NARROW: 1800}
COLOURS = 48


def doors() -> list[dict[str, Any]]:
    """Return what the tour shows."""
    found: list[dict[str, Any]] = tomllib.loads((ROOT / "tools" / "tour.toml").read_text(encoding="utf-8"))[
        "door"
    ]
    return found


def pictures(page: dict[str, Any]) -> list[str]:
    """Return the file names of a page's pictures."""
    return [f"{page['picture']}.png", *([f"{page['picture']}-320.png"] if page.get("narrow") else [])]


def text() -> str:
    """Return docs/tour.md."""
    parts = [
        "# A tour of every page\n",
        "<!-- made by tools/make_tour.py from tools/tour.toml; change these, then run: make docs -->\n",
        "The pictures are taken in a real browser from a node that plays the demonstration. All addresses\n"
        "are those that are reserved for examples; behind them stand photographs of ordinary things, and no\n"
        "page shows one.\n",
    ]
    for door in doors():
        parts.append(f"## {door['title']}\n\n{door['text']}\n")
        for page in door["page"]:
            address = f" · `{page['address']}`" if "address" in page else ""
            parts.append(f"### {page['title']}{address}\n\n{page['text']}\n")
            shown = [f"![{page['title']}](tour/{name})" for name in pictures(page)]
            parts.append("\n".join(shown) + "\n")
        if door["elsewhere"]:
            parts.append("Addresses without a page of their own:\n")
            parts.append("\n".join(f"- `{name}` {what}" for name, what in door["elsewhere"]) + "\n")
    return "\n".join(parts).rstrip() + "\n"


class Camera:
    """Takes the pictures that tour.toml names, and no others; ``missing`` are those still to be taken."""

    def __init__(self, browser: Browser, target: Path) -> None:
        self._browser, self._target = browser, target
        pages = [page for door in doors() for page in door["page"]]
        self._narrow = {page["picture"]: bool(page.get("narrow")) for page in pages}
        self.missing = set(self._narrow)

    @contextmanager
    def visitor(self, language: str = "en-GB") -> Iterator[Tab]:
        """Open a browser of somebody new."""
        context: BrowserContext = self._browser.new_context(
            viewport={"width": WIDE, "height": 800},
            color_scheme="light",
            reduced_motion="reduce",
            locale=language,
        )
        context.set_default_timeout(20_000)
        yield context.new_page()
        context.close()

    def take(self, name: str, tab: Tab) -> None:
        """Take the picture ``name`` of what the tab shows."""
        self.missing.discard(name)
        self._shoot(f"{name}.png", tab, WIDE)
        if self._narrow[name]:
            tab.set_viewport_size({"width": NARROW, "height": 640})
            self._shoot(f"{name}-320.png", tab, NARROW)
            tab.set_viewport_size({"width": WIDE, "height": 800})

    def _shoot(self, name: str, tab: Tab, width: int) -> None:
        from PIL import Image

        tab.evaluate("window.scrollTo(0, 0); document.activeElement?.blur()")
        picture = Image.open(io.BytesIO(tab.screenshot(full_page=True, animations="disabled"))).convert("RGB")
        picture = picture.crop((0, 0, width, min(picture.height, TALLEST[width])))
        picture.quantize(COLOURS, dither=Image.Dither.NONE).save(self._target / name, optimize=True)


def _site(camera: Camera, scene: Scene) -> None:
    site = scene.world.url("site")
    with camera.visitor() as tab:
        for page in ("help", "about", "privacy", "leaving", "accessibility"):
            tab.goto(f"{site}/en/{page}/")
            camera.take(f"site-{page}", tab)
        for name, path in {
            "law": "law/",
            "law-country": "law/GE/",
            "law-compare": "law/compare/?country=GE&country=DE&country=NL",
            "law-correct": "law/correct/",
        }.items():
            tab.goto(f"{site}/en/{path}")
            camera.take(f"site-{name}", tab)
        tab.goto(f"{site}/en/nowhere/")
        camera.take("site-not-found", tab)
        tab.goto(f"{site}/en/")
        camera.take("site-report", tab)
        tab.fill("[name=places]", "a group chat, I think")
        _press(tab, "Send")
        camera.take("site-mistake", tab)
        tab.fill("[name=places]", "hxxps://albums[.]example[.]org/2026/beach")
        _press(tab, "Send")
        camera.take("site-code", tab)
        _press(tab, "Go on")
        tab.check("[name=worry][value=child_images]")
        camera.take("site-questions", tab)
        tab.check("[name=danger_now][value=yes]")
        _forward(tab)
        camera.take("site-more", tab)
        _forward(tab)
        camera.take("site-wish", tab)
        _forward(tab)
        camera.take("site-done", tab)
        tab.goto(f"{site}/en/code/")
        camera.take("site-come-back", tab)
        _open_receipt(tab, scene.codes["closed"])
        camera.take("site-receipt", tab)
        tab.goto(f"{site}/en/code/")
        _open_receipt(tab, scene.codes["asked"])
        camera.take("site-question", tab)
    with camera.visitor("ka-GE") as tab:
        tab.goto(f"{site}/ka/")
        camera.take("site-georgian", tab)


def _press(tab: Tab, name: str) -> None:
    tab.get_by_role("button", name=name, exact=True).first.click()
    tab.wait_for_load_state()


def _forward(tab: Tab) -> None:
    tab.locator("button[name=go][value=next]").first.click()
    tab.wait_for_load_state()


def _open_receipt(tab: Tab, code: str) -> None:
    tab.fill("[name=code]", code)
    tab.locator("main form button[type=submit]").first.click()
    tab.wait_for_load_state()


def _provider(camera: Camera, scene: Scene) -> None:
    door = scene.world.url("provider")
    with camera.visitor() as tab:
        tab.goto(f"{door}/")
        camera.take("provider-front", tab)
        tab.goto(f"{door}/n/{'A' * 43}/")
        camera.take("provider-closed", tab)
        tab.goto(f"{door}{scene.paths['fresh link']}")
        camera.take("provider-notice", tab)
        tab.goto(f"{door}{scene.paths['link']}?thanks=1")
        camera.take("provider-thanks", tab)


def _enter(tab: Tab, link: str) -> None:
    tab.goto(link)
    tab.locator("main form button[type=submit]").first.click()
    tab.wait_for_load_state()


def _analyst(camera: Camera, scene: Scene) -> None:
    desk, items = scene.world.url("desk"), scene.items
    with camera.visitor() as tab:
        tab.goto(scene.links["analyst"])
        camera.take("desk-demo-link", tab)
        _enter(tab, scene.links["analyst"])
        for name, path in {
            "queue": "/queue/",
            "item": f"/items/{items['urgent']}/",
            "item-closed": scene.paths["closed"],
            "assess": f"/items/{items['known']}/assess/",
            "together": scene.paths["together"],
            "on-host": scene.paths["host"],
            "clock": "/clock/",
            "not-allowed": "/people/",
        }.items():
            tab.goto(f"{desk}{path}")
            camera.take(f"desk-{name}", tab)
        tab.goto(f"{desk}/items/{items['deciding']}/decide/")
        tab.check("[name=kind][value=notify]")
        camera.take("desk-decide", tab)
        tab.goto(f"{desk}/queue/")
        tab.fill("[name=q]", "mirror.example.com")
        tab.press("[name=q]", "Enter")
        tab.wait_for_load_state()
        camera.take("desk-search", tab)
    with camera.visitor() as tab:
        _enter(tab, scene.links["second"])
        tab.goto(f"{desk}/items/{items['urgent']}/")
        if not tab.url.endswith("/clock/enough/"):
            sys.exit("no limit of a day is reached yet; take the pictures after five o'clock UTC")
        camera.take("desk-stopped", tab)


def _coordinator(camera: Camera, scene: Scene) -> None:
    desk = scene.world.url("desk")
    with camera.visitor() as tab:
        _enter(tab, scene.links["coordinator"])
        for name, path in {
            "disputed": f"/items/{scene.items['disputed']}/assess/",
            "notices": "/notices/",
            "notice": scene.paths["answered"],
            "notice-failed": scene.paths["failed"],
            "contacts": "/contacts/",
            "providers": "/providers/",
            "provider-new": "/providers/new/",
            "provider": scene.paths["provider"],
            "overview": "/overview/",
            "people": "/people/",
            "invite": "/people/invite/",
            "person": scene.paths["person"],
        }.items():
            tab.goto(f"{desk}{path}")
            camera.take(f"desk-{name}", tab)


def _newcomers(camera: Camera, scene: Scene) -> None:
    """Come in by invitation with a second factor, as everybody does; then see what the role shows."""
    for role, pages in (("welfare_lead", {"welfare": "/welfare/"}), ("auditor", {"audit": "/audit/"})):
        with camera.visitor() as tab:
            _come_in(camera, tab, scene.links[f"invited {role}"])
            for name, path in pages.items():
                tab.goto(f"{scene.world.url('desk')}{path}")
                camera.take(f"desk-{name}", tab)
            if role == "auditor":
                _account(camera, tab, scene)


def _come_in(camera: Camera, tab: Tab, link: str) -> None:
    from tutela.doors.cli.cast import PASSWORD, one_time_code

    tab.goto(link)
    camera.take("desk-invitation", tab)
    tab.fill("[name=password]", PASSWORD)
    tab.locator("main form button[type=submit]").first.click()
    tab.wait_for_load_state()
    tab.goto(f"{'/'.join(tab.url.split('/')[:3])}/account/app/")
    camera.take("desk-app", tab)
    secret = tab.locator(".secret").first.inner_text().replace(" ", "")
    tab.fill("[name=code]", one_time_code(secret))
    tab.locator("main form button[type=submit]").first.click()
    tab.wait_for_load_state()


def _account(camera: Camera, tab: Tab, scene: Scene) -> None:
    from tutela.doors.cli.cast import PASSWORD

    desk = scene.world.url("desk")
    for name, path in {
        "recovery-codes": "/account/recovery-codes/",
        "account": "/account/",
        "passkeys": "/account/passkeys/",
        "passkey-add": "/account/passkeys/add/",
        "password": "/account/password/",
        "again": "/sign-in/again/",
        "sign-out": "/sign-out/",
    }.items():
        tab.goto(f"{desk}{path}")
        camera.take(f"desk-{name}", tab)
    tab.locator("main form button[type=submit]").first.click()
    tab.wait_for_load_state()
    tab.goto(f"{desk}/sign-in/")
    camera.take("desk-sign-in", tab)
    tab.fill("[name=login]", "davit@hotline.example.org")
    tab.fill("[name=password]", PASSWORD)
    tab.locator("main form button[type=submit]").first.click()
    tab.wait_for_load_state()
    camera.take("desk-second", tab)


def _mailbox(camera: Camera, scene: Scene) -> None:
    with camera.visitor() as tab:
        tab.goto(scene.world.mailbox.url)
        camera.take("mailbox", tab)


WAYS: tuple[Callable[[Camera, Scene], None], ...] = (
    _site,
    _provider,
    _analyst,
    _coordinator,
    _newcomers,
    _mailbox,
)


def take_pictures(target: Path) -> None:
    """Take every picture into ``target``."""
    from playwright.sync_api import sync_playwright

    sys.path.insert(0, str(ROOT / "tools"))
    import tour_scene

    browser_path = program()
    if browser_path is None:
        sys.exit("no browser found; install it with: sudo apt-get install chromium")
    with tempfile.TemporaryDirectory() as folder, tour_scene.World(Path(folder)) as world:
        scene = tour_scene.set_scene(world)
        with sync_playwright() as player:
            browser = player.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
            camera = Camera(browser, target)
            for way in WAYS:
                way(camera, scene)
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
