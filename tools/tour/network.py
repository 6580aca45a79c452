"""The ways of other nodes' people: an officer of the police, somebody at a provider's abuse desk."""

from __future__ import annotations

from playwright.sync_api import Page as Tab

from tour.camera import Camera, enter, find, send
from tour.world import Scene
from tutela.doors.cli.network.members import POLICE, PROVIDER


def police(camera: Camera, scene: Scene) -> None:
    """A referral is read, and its provider asked to preserve."""
    with camera.visitor() as tab:
        enter(tab, scene.links[POLICE.name])
        door = _door(scene.links[POLICE.name])
        find(tab, f"{door}/referrals/", "Unread")
        camera.take("police-referrals", tab)
        _open(tab, "/referrals/")
        camera.take("police-referral", tab)
        tab.goto(f"{tab.url}preserve/")
        camera.take("police-preserve", tab)
        send(tab)
        camera.take("police-request", tab)
        tab.goto(f"{door}/requests/")
        camera.take("police-requests", tab)


def provider(camera: Camera, scene: Scene) -> None:
    """What the police asked a moment ago arrives, and can be answered."""
    with camera.visitor() as tab:
        enter(tab, scene.links[PROVIDER.name])
        find(tab, f"{_door(scene.links[PROVIDER.name])}/requests/", POLICE.name)
        camera.take("provider-own-requests", tab)
        _open(tab, "/requests/")
        camera.take("provider-own-request", tab)


def _door(link: str) -> str:
    return link.partition("/demo/")[0]


def _open(tab: Tab, below: str) -> None:
    """Follow the first link to a page below this path."""
    tab.locator(f"main td a[href^='{below}']").first.click()
    tab.wait_for_load_state()
