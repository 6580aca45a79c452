"""The ways of an analyst and of a coordinator through the desk."""

from __future__ import annotations

import sys

from tour.camera import Camera, enter
from tour.world import Scene


def analyst(camera: Camera, scene: Scene) -> None:
    desk, items, paths = scene.world.url("desk"), scene.items, scene.paths
    with camera.visitor() as tab:
        tab.goto(scene.links["analyst"])
        camera.take("desk-demo-link", tab)
        enter(tab, scene.links["analyst"])
        for name, path in {
            "queue": "/queue/",
            "item": f"/items/{items['urgent']}/",
            "item-closed": paths["closed"],
            "assess": f"/items/{items['known']}/assess/",
            "together": paths["together"],
            "on-host": paths["host"],
            "propose": f"{paths['list']}propose/",
            "propose-item": f"{paths['recognised']}propose/",
            "hand-over": f"/items/{items['leaving']}/hand-over/",
            "refer": f"/items/{items['leaving']}/refer/",
            "partners": "/partners/",
            "partner": paths["partner"],
            "conversation": paths["conversation"],
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
        enter(tab, scene.links["second"])
        tab.goto(f"{desk}/items/{items['urgent']}/")
        if not tab.url.endswith("/clock/enough/"):
            sys.exit("no limit of a day is reached yet; take the pictures after five o'clock UTC")
        camera.take("desk-stopped", tab)


def coordinator(camera: Camera, scene: Scene) -> None:
    desk = scene.world.url("desk")
    with camera.visitor() as tab:
        enter(tab, scene.links["coordinator"])
        for name, path in {
            "disputed": f"/items/{scene.items['disputed']}/assess/",
            "notices": "/notices/",
            "notice": scene.paths["answered"],
            "notice-failed": scene.paths["failed"],
            "contacts": "/contacts/",
            "providers": "/providers/",
            "provider-new": "/providers/new/",
            "provider": scene.paths["provider"],
            "lists": "/lists/",
            "list": scene.paths["list"],
            "list-new": "/lists/new/",
            "list-change": f"{scene.paths['list']}change/",
            "entry": scene.paths["entry"],
            "overview": "/overview/",
            "people": "/people/",
            "invite": "/people/invite/",
            "person": scene.paths["person"],
        }.items():
            tab.goto(f"{desk}{path}")
            camera.take(f"desk-{name}", tab)
