"""In the Netherlands: a notice to the provider's own node, its answer, and the way back to Tbilisi."""

from __future__ import annotations

from tutela.doors.cli.cast import assess, wait_until
from tutela.doors.cli.network.crossing import COLD, PAGE, find_item
from tutela.doors.cli.network.members import AMSTERDAM, PROVIDER
from tutela.doors.cli.tale import Play
from tutela.doors.cli.visitor import Visitor


def amsterdam_takes_it(tale: Play) -> None:
    """It waits in the queue there as what it is: handed over by a partner."""
    analyst, desk = tale.person("dutch analyst"), tale.network[AMSTERDAM].people_url
    tale.crossing.there = find_item(analyst, COLD)
    assess(analyst, tale.crossing.there)
    assess(tale.person(AMSTERDAM.name), tale.crossing.there)
    tale.teller.tell("Amsterdam: an analyst takes it, a second one agrees", f"{desk}{tale.crossing.there}")


def notice_is_said(tale: Play) -> None:
    """It goes to the provider's node, sealed, instead of by mail."""
    decider = tale.person(AMSTERDAM.name).open(f"{tale.crossing.there}decide/")
    decider.send("kind", kind="notify", then="item")
    tale.teller.tell(
        "Amsterdam: a notice to the provider is decided",
        f"{tale.network[AMSTERDAM].people_url}{tale.crossing.there}",
    )


def provider_answers(tale: Play) -> None:
    """Somebody at the abuse desk takes the page down and says so on a page of their own node."""
    desk = tale.network[PROVIDER].people_url
    person = open_request(tale, AMSTERDAM.name)
    person.expect("Notice", COLD)
    tale.world.host.remove(PAGE, 410)
    person.send("note", to=person.form("note").action, all="removed")
    tale.teller.tell("the provider takes it down and answers on its own page: removed", f"{desk}/requests/")


def open_request(tale: Play, partner: str) -> Visitor:
    """Open what a partner asks the provider and what waits for an answer."""
    person = wait_until(tale.person(PROVIDER.name), "/requests/", partner)
    return person.open(person.find(r'href="(/requests/[0-9a-f-]{36}/)"'))


def it_closes_there_and_here(tale: Play) -> None:
    """Amsterdam looks and finds it gone; Tbilisi hears it and tells who reported it."""
    analyst = wait_until(tale.person("dutch analyst"), tale.crossing.there, "Closed", "Removed")
    tale.teller.tell(
        "Amsterdam: three looks find nothing: gone, the case closes",
        f"{tale.network[AMSTERDAM].people_url}{analyst.path}",
    )
    wait_until(tale.person("second"), tale.crossing.here, "Closed", "Removed")
    talk = tale.person("second").open(tale.crossing.handover)
    talk.expect("closed")
    tale.teller.tell(
        "Tbilisi: each step came back; the case closes here too",
        f"{tale.world.url('desk')}{tale.crossing.handover}",
    )


def reporter_reads_how_it_ended(tale: Play) -> None:
    """The code opens everything that happened, in one country and in the other."""
    reporter = tale.person("third reporter").open("/en/code/").send("code", code=tale.crossing.code)
    reporter.expect(
        "Your report arrived", "A person from our team began",
        "We asked the company behind the page to take it down", "It is gone",
    )  # fmt: skip
    tale.teller.tell(
        "Tbilisi: the third reporter reads all of it with the code",
        f"{tale.world.url('site')}{reporter.path}",
    )
