"""What the scene adds for pages that exist because a node is not alone: lists, partners, police."""

from __future__ import annotations

import hashlib
import subprocess
import uuid

from tour.world import Scene
from tutela.doors.cli.cast import assess, wait_until
from tutela.doors.cli.network import crossing
from tutela.doors.cli.network.members import AMSTERDAM, POLICE, PROVIDER
from tutela.doors.cli.recognition import ELSEWHERE
from tutela.testing.hotlines import Hotline
from tutela.testing.terminal import COMMAND

BORROWED = "partner-list"


def fill_lists(scene: Scene, hotline: Hotline) -> None:
    """Let a file of another organisation stand on a list, and a proposal wait on the story's own."""
    _borrow(scene)
    desk = hotline.coordinator.open("/lists/")
    scene.paths["list"] = desk.find(r'href="(/lists/[0-9a-f-]{36}/)">Confirmed here')
    proposer = hotline.analyst.open(f"{scene.paths['list']}propose/")
    proposer.send("lines", "list_id", lines=f"sha256 {_digest(0)}", classification="B2")
    scene.paths["entry"] = proposer.path
    (row,) = scene.world.rows(f"SELECT id FROM cases_item WHERE canonical LIKE '%{ELSEWHERE}'")
    scene.paths["recognised"] = f"/items/{uuid.UUID(row[0])}/"


def _borrow(scene: Scene) -> None:
    file = scene.world.folder / "list.txt"
    file.write_text("".join(f"{_digest(number)}\n" for number in range(1, 21)), encoding="ascii")
    make = (
        *("lists", "make", BORROWED, "--title", "Known at a partner", "--origin", "Demonstration Meldpunt"),
        *("--legal-basis", "Agreement of both organisations"),
    )
    take = (
        *("lists", "import", str(file), "--list", BORROWED),
        *("--name", "file-of-november", "--kind", "sha256"),
    )
    for command in (make, take):
        # The command as a keeper types it: the tests' quicker way to one is of no use for two.
        subprocess.run([*COMMAND, *command], env=scene.world.environment("owner"), check=True)


def _digest(number: int) -> str:
    return hashlib.sha256(f"nothing but this line {number}".encode()).hexdigest()


def speak(scene: Scene, hotline: Hotline) -> None:
    """Refer one item more to the police, and bring another as far as the forms that let it leave."""
    ana, giorgi = hotline.analyst, hotline.second
    for name, path in (("referred", "/albums/11/"), ("leaving", "/albums/12/")):
        address = scene.world.host.url(path, crossing.HOST)
        hotline.report(address)
        scene.items[name] = hotline.item(address)
        for person in (giorgi, ana):
            assess(person, f"/items/{scene.items[name]}/")
    wait_until(ana, f"/items/{scene.items['leaving']}/hand-over/", "proposed by the law")
    ana.open(f"/items/{scene.items['referred']}/refer/").send(
        "partner", "source", partner=POLICE.name, mark="TLP:AMBER", source="B", information="2",
        ground="agreed_with_partner", send="1",
    )  # fmt: skip
    scene.paths["partner"] = ana.open("/partners/").find(
        rf'href="(/partners/[0-9a-f-]{{36}}/)"[^>]*>{AMSTERDAM.organisation}'
    )
    scene.paths["conversation"] = ana.open(scene.paths["partner"]).find(
        r'href="(/conversations/[0-9a-f-]{36}/)"'
    )


def ways_in(links: dict[str, str]) -> dict[str, str]:
    """Return the one-time links of the police's and the provider's people, by the names of their nodes."""
    return {
        node.name: next(link for name, link in links.items() if name.startswith(f"{node.name} as "))
        for node in (POLICE, PROVIDER)
    }
