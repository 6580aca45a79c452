"""The way in: invitation, second factor, one's own account, and what only some roles see."""

from __future__ import annotations

from playwright.sync_api import Page as Tab

from tour.camera import Camera, send
from tour.world import Scene
from tutela.doors.cli.cast import PASSWORD, one_time_code


def newcomers(camera: Camera, scene: Scene) -> None:
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
    tab.goto(link)
    camera.take("desk-invitation", tab)
    tab.fill("[name=password]", PASSWORD)
    send(tab)
    tab.goto(f"{'/'.join(tab.url.split('/')[:3])}/account/app/")
    camera.take("desk-app", tab)
    secret = tab.locator(".secret").first.inner_text().replace(" ", "")
    tab.fill("[name=code]", one_time_code(secret))
    send(tab)


def _account(camera: Camera, tab: Tab, scene: Scene) -> None:
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
    send(tab)
    tab.goto(f"{desk}/sign-in/")
    camera.take("desk-sign-in", tab)
    tab.fill("[name=login]", "davit@hotline.example.org")
    tab.fill("[name=password]", PASSWORD)
    send(tab)
    camera.take("desk-second", tab)
