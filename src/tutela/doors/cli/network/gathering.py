"""Five nodes come up and believe each other; the people of each come in by their own door."""

from __future__ import annotations

from tutela.doors.cli.cast import enter_by_invitation, invite
from tutela.doors.cli.network.members import AMSTERDAM, POLICE, PROVIDER, RELAY
from tutela.doors.cli.network.nodes import Member
from tutela.doors.cli.stage import PROVIDER_MAIL
from tutela.doors.cli.tale import Play
from tutela.doors.cli.visitor import Visitor


def nodes_are_made(tale: Play) -> None:
    """Four more data folders; nobody but the directory makes them partners."""
    tale.network.make()
    tale.teller.tell(
        "four more: a hotline abroad, police, a provider, a relay",
        str(tale.world.home.parent),
    )
    tale.teller.tell(
        "a directory that two keepers signed makes all five partners",
        tale.network.directory.url,
    )
    tale.network.start()


def nodes_come_up(tale: Play) -> None:
    """Whatever can be asked answers, and everybody believes everybody's keys."""
    tale.network.await_doors()
    tale.network.await_trust()
    doors = " ".join(tale.network[one].door_url.rpartition(":")[2] for one in (AMSTERDAM, PROVIDER, RELAY))
    tale.teller.tell(
        "all five are up and believe each other; the police have a mailbox",
        f"partners' doors {doors}",
    )


def people_of_all_come_in(tale: Play) -> None:
    """A coordinator and an analyst in Amsterdam, an officer, somebody at the provider's abuse desk."""
    coordinator = _first(tale, AMSTERDAM, "Sanne (coordinator)", "sanne@meldpunt.example.net")
    desk, address = tale.network[AMSTERDAM].people_url, "daan@meldpunt.example.net"
    link = invite(coordinator, "Daan (analyst)", address, "analyst")
    tale.people["dutch analyst"] = enter_by_invitation("Daan (analyst)", desk, link, address)
    _first(tale, POLICE, "Levan (officer)", "levan@police.example.org")
    _first(tale, PROVIDER, "Eva (abuse desk)", "eva@hosting.example.org")
    tale.teller.tell("the people of the other nodes sign in, each with a second factor", f"{desk}/people/")
    coordinator.open("/providers/new/").send(
        "name", "emails", "domains",
        name="Example Hosting", country="NL", networks="127.0.0.0/8", emails=PROVIDER_MAIL,
        time_zone="Europe/Amsterdam", partner=PROVIDER.name,
    )  # fmt: skip
    tale.teller.tell("in Amsterdam the provider is known, and that it has a node", f"{desk}/providers/")


def _first(tale: Play, member: Member, name: str, email: str) -> Visitor:
    """Let the first person of a node in; the link is what its keeper's terminal prints."""
    node = tale.network[member]
    link = node.keeper.type("people", "first-coordinator").strip()
    tale.people[member.name] = enter_by_invitation(name, node.people_url, link, email)
    return tale.people[member.name]


def links(tale: Play) -> dict[str, str]:
    """Return where the other nodes are, with a way in for everybody, and where partners reach all five."""
    found = {f"receipt, {tale.crossing.code}": f"{tale.world.url('site')}/en/code/"}
    for node in (tale.network[one] for one in (AMSTERDAM, POLICE, PROVIDER)):
        for name, token in node.keeper.sign_in_links().items():
            found[f"{node.name} as {name}"] = f"{node.people_url}/demo/{token}/"
    for node in tale.network.nodes.values():
        if node.door_url:
            found[f"{node.name} for partners"] = f"{node.door_url}/.well-known/tutela"
    return found | {"directory": f"{tale.network.directory.url}metadata/timestamp.json"}
