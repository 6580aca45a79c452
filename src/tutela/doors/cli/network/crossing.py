"""A report from Tbilisi about an address in the Netherlands: assessed there, referred, handed over."""

from __future__ import annotations

import re

from tutela.doors.cli.cast import assess, wait_until
from tutela.doors.cli.network.members import AMSTERDAM, POLICE, RELAY
from tutela.doors.cli.tale import Play
from tutela.doors.cli.visitor import StoryBroken, Visitor

HOST = "files.example.net"
PAGE = "/albums/9/rocket.jpg"
COLD = HOST.replace(".", "[.]")


def report_is_handed_in(tale: Play) -> None:
    """Somebody in Tbilisi reports an address that lies in the Netherlands."""
    site = tale.world.url("site")
    tale.world.names.answer(HOST, "127.0.0.1")
    tale.world.host.show(PAGE, number=1)
    tale.crossing.address = tale.world.host.url(PAGE, HOST)
    reporter = tale.people["third reporter"] = Visitor("a third reporter", site)
    reporter.open("/en/").send("places", places=f"It is here: {tale.crossing.address}")
    tale.crossing.code = reporter.find(r"(\d{4} \d{4} \d{4} \d{4} \d{4})")
    reporter.send("continue", "keep").send("worry", worry="child_images", danger_now="no", go="next")
    tale.teller.tell(f"Tbilisi: an address abroad is reported; code {tale.crossing.code}", f"{site}/en/code/")


def tbilisi_assesses(tale: Play) -> None:
    """Two analysts agree; the law shows where it is illegal, and whose hotline acts there."""
    tale.crossing.here = find_item(tale.person("analyst"), COLD)
    assess(tale.person("analyst"), tale.crossing.here)
    assess(tale.person("second"), tale.crossing.here)
    tale.teller.tell(
        "Tbilisi: two analysts agree; it lies in the Netherlands",
        f"{tale.world.url('desk')}{tale.crossing.here}",
    )


def police_are_told(tale: Play) -> None:
    """The referral leaves sealed, for a mailbox: nobody reaches the police's node from outside."""
    second = tale.person("second").open(f"{tale.crossing.here}refer/")
    second.send(
        "partner", "source", partner=POLICE.name, mark="TLP:AMBER", source="B", information="2",
        ground="agreed_with_partner", send="1",
    )  # fmt: skip
    tale.crossing.referral = second.path
    tale.teller.tell(
        f"Tbilisi: referred to police, sealed, into their mailbox at {RELAY.name}",
        f"{tale.world.url('desk')}{tale.crossing.referral}",
    )


def it_is_handed_over(tale: Play) -> None:
    """The law proposes the hotline in the Netherlands; from here on it is held in Tbilisi."""
    second = tale.person("second").open(f"{tale.crossing.here}hand-over/")
    second.expect("proposed by the law").send("partner", partner=AMSTERDAM.name, send="1")
    tale.crossing.handover = second.path
    tale.teller.tell(
        f"Tbilisi: handed over to {AMSTERDAM.name}; who reported it stays here",
        f"{tale.world.url('desk')}{tale.crossing.handover}",
    )


def find_item(visitor: Visitor, host: str) -> str:
    """Wait until an item on this host (defanged) is in the queue; returns the path of its page."""
    wait_until(visitor, "/queue/", host)
    page = visitor.page.text if visitor.page else ""
    found = re.search(rf'id="place-([0-9a-f-]{{36}})"[^>]*>[^<]*{re.escape(host)}', page)
    if found is None:
        raise StoryBroken(f"{visitor.name}: the queue does not lead to the item on {host}")
    return f"/items/{found.group(1)}/"
