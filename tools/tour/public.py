"""The ways of those who need no account: the public site, a letter's link, the demonstration's mailbox."""

from __future__ import annotations

from playwright.sync_api import Page as Tab

from tour.camera import Camera, press, send
from tour.world import Scene


def site(camera: Camera, scene: Scene) -> None:
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
        press(tab, "Send")
        camera.take("site-mistake", tab)
        tab.fill("[name=places]", "hxxps://albums[.]example[.]org/2026/beach")
        press(tab, "Send")
        camera.take("site-code", tab)
        press(tab, "Go on")
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


def provider(camera: Camera, scene: Scene) -> None:
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


def mailbox(camera: Camera, scene: Scene) -> None:
    with camera.visitor() as tab:
        tab.goto(scene.world.mailbox.url)
        camera.take("mailbox", tab)


def _forward(tab: Tab) -> None:
    tab.locator("button[name=go][value=next]").first.click()
    tab.wait_for_load_state()


def _open_receipt(tab: Tab, code: str) -> None:
    tab.fill("[name=code]", code)
    send(tab)
