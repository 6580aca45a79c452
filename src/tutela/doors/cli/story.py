"""The demonstration in three acts: one report, a photograph that a list knows, five nodes as one network.

Each step goes through the door that is really used for it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from tutela.doors.cli import making, node_setup, recognition
from tutela.doors.cli.cast import FOUND, assess, enter_by_invitation, invite, wait_until
from tutela.doors.cli.network import crossing, gathering, policing, proof, takedown, trouble
from tutela.doors.cli.network.members import Network
from tutela.doors.cli.stage import HOST_NAME, PROVIDER_MAIL, Stage
from tutela.doors.cli.tale import Play, Teller
from tutela.doors.cli.visitor import StoryBroken, Visitor

PAGE = "/albums/3/astronaut.png"


def play(world: Stage, *, alone: bool = False) -> dict[str, str]:
    """Tell the whole story and return the links that stay open afterwards.

    Args:
        alone: only the first two acts, which one node plays; on PostgreSQL there are no others.

    Raises:
        StoryBroken: a page, a letter or a check was not as it should be.
    """
    network = Network(world)
    world.leaving.callback(network.close)
    tale = Play(world, Teller(), network)
    try:
        for step in ALONE if alone else (_nodes_come_up, *ALONE[1:], *TOGETHER):
            step(tale)
        return _links(tale) if alone else _links(tale) | gathering.links(tale)
    finally:
        for visitor in tale.people.values():
            visitor.close()


def _nodes_come_up(tale: Play) -> None:
    tale.world.make_node()
    tale.network.join_first()
    _tables_are_made(tale)
    gathering.nodes_are_made(tale)
    _node_starts(tale)
    gathering.nodes_come_up(tale)


def _node_comes_up(tale: Play) -> None:
    tale.world.make_node()
    _tables_are_made(tale)
    _node_starts(tale)


def _tables_are_made(tale: Play) -> None:
    world = tale.world
    node_setup.load_node(world.home)
    making.make_tables()
    database = "PostgreSQL" if world.database else "SQLite"
    tale.teller.tell(f"a node was made: data folder, unique keys, {database}", str(world.home))


def _node_starts(tale: Play) -> None:
    world = tale.world
    world.start_node()
    tale.teller.tell("site, providers' door, desk and worker are up", world.url("site"))
    tale.address = world.host.show(PAGE)


def _people_come_in(tale: Play) -> None:
    desk = tale.world.url("desk")
    coordinator = enter_by_invitation(
        "Nino (coordinator)", desk, making.coordinator_link(desk), "nino@hotline.example.org"
    )
    tale.people["coordinator"] = coordinator
    for key, name, address in (
        ("analyst", "Ana (analyst)", "ana@hotline.example.org"),
        ("second", "Giorgi (analyst)", "giorgi@hotline.example.org"),
    ):
        link = invite(coordinator, name, address, "analyst")
        tale.people[key] = enter_by_invitation(name, desk, link, address)
    tale.teller.tell("a coordinator and two analysts sign in, each with a second factor", f"{desk}/people/")
    coordinator.open("/providers/new/").send(
        "name", "emails", "domains",
        name="Example Hosting", country="NL", domains=HOST_NAME.partition(".")[2], networks="127.0.0.0/8",
        emails=PROVIDER_MAIL, time_zone="Asia/Tbilisi",
    )  # fmt: skip
    tale.teller.tell("the coordinator records a provider and its contact", f"{desk}/providers/")


def _report_is_handed_in(tale: Play) -> None:
    reporter = tale.people["reporter"] = Visitor("reporter", tale.world.url("site"))
    pasted = f"I saw this: {tale.address.replace('http', 'hxxp').replace('.example.', '[.]example[.]')}."
    reporter.open("/en/").send("places", places=pasted)
    tale.code = reporter.find(r"(\d{4} \d{4} \d{4} \d{4} \d{4})")
    tale.teller.tell(f"a report is handed in; its code is {tale.code}", f"{tale.world.url('site')}/en/code/")
    reporter.send("continue", "keep").send("worry", worry="child_images", danger_now="no", go="next")
    _receipt(tale, "Your report arrived")
    tale.teller.tell("the code opens the receipt; the site has no key to read the report")


def _receipt(tale: Play, *parts: str) -> Visitor:
    reporter = tale.person("reporter")
    reporter.open("/en/code/").send("code", code=tale.code)
    return reporter.expect(*parts)


def _analyst_assesses(tale: Play) -> None:
    analyst = wait_until(tale.person("analyst"), "/queue/", HOST_NAME.replace(".", "[.]"))
    if f"//{HOST_NAME}" in (analyst.page.text if analyst.page else ""):
        raise StoryBroken("the queue shows an address that is not defanged")
    tale.teller.tell(
        "the worker opened it; it waits in the queue, defanged", f"{tale.world.url('desk')}/queue/"
    )
    analyst.send(to="/queue/next/")
    tale.item_path = re.sub(r"(/items/[0-9a-f-]{36}/).*", r"\1", analyst.path)
    wait_until(analyst, tale.item_path, "pdq")
    tale.teller.tell("the worker hashes in memory what lies there and keeps no byte of it")
    analyst.open(f"{tale.item_path}assess/").send("reality", "category", **FOUND, then="item")
    tale.teller.tell("an analyst assesses it in codes", f"{tale.world.url('desk')}{tale.item_path}")


def _second_analyst_confirms(tale: Play) -> None:
    assess(tale.person("second"), tale.item_path)
    tale.teller.tell("a second analyst, who does not see the first's codes, agrees")


def _notice_goes_out(tale: Play) -> None:
    decider = tale.person("second").open(f"{tale.item_path}decide/")
    _law_is_asked(tale, decider)
    decider.send("kind", kind="notify", ground="urgent", then="item")
    tale.teller.tell("a notice to the provider is decided; the ledger keeps the ground")
    letter = _letter_to(tale, PROVIDER_MAIL)
    kinds = [part.get_content_type() for part in letter.walk() if not part.is_multipart()]
    if set(kinds) != {"text/plain", "application/json"}:
        raise StoryBroken(f"the letter holds {kinds}; only text and XARF may be in it")
    tale.teller.tell("the letter arrives over SMTP: text and XARF, no picture", tale.world.mailbox.url)
    wait_until(tale.person("second"), tale.item_path, "Provider was notified")
    _receipt(tale, "We asked the company behind the page to take it down")


def _law_is_asked(tale: Play, decider: Visitor) -> None:
    """The hotline sits in one country and the page in another: each law is asked, and the route follows."""
    shown = " ".join(re.sub(r"<[^>]+>", " ", decider.page.text if decider.page else "").split())
    for part in (
        r"Georgia our country unknown",
        r"Netherlands where it lies illegal",
        r"Partner hotline · Netherlands",
    ):
        if not re.search(part, shown, re.IGNORECASE):
            raise StoryBroken(f"the strip of law does not say: {part}")
    tale.teller.tell(
        "law: illegal in the Netherlands, undecided here: to the partner",
        f"{tale.world.url('desk')}{tale.item_path}",
    )


def _letter_to(tale: Play, recipient: str, seconds: float = 60):  # type: ignore[no-untyped-def]
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for letter in tale.world.mail.letters:
            if recipient in letter.recipients:
                return letter.message
        time.sleep(0.2)
    raise StoryBroken(f"no letter to {recipient} arrived in {seconds:.0f} s")


def _provider_answers(tale: Play) -> None:
    tale.world.host.remove(PAGE, 410)
    tale.teller.tell("the provider takes the page down", tale.address.replace("http", "hxxp"))
    body = _letter_to(tale, PROVIDER_MAIL).get_body(("plain",)).get_content()
    found = re.search(r"https?://127\.0\.0\.1:\d+(/n/\S+)", body)
    if found is None:
        raise StoryBroken("the letter has no one-time link")
    provider = tale.people["provider"] = Visitor("provider", tale.world.url("provider"))
    provider.open(found.group(1)).send("kind", kind="removed")
    tale.teller.tell(
        "and says so through the one-time link of the letter", f"{tale.world.url('provider')}/n/…"
    )


def _case_closes(tale: Play) -> None:
    second = wait_until(tale.person("second"), tale.item_path, "Closed")
    second.expect("Removed")
    tale.teller.tell(
        "three looks in a row find nothing: gone, the case closes",
        f"{tale.world.url('desk')}{tale.item_path}",
    )
    reporter = _receipt(tale, "Your report arrived", "A person from our team began", "It is gone")
    tale.teller.tell("the reporter reads all of it with the code", f"{tale.world.url('site')}{reporter.path}")


def _record_holds(tale: Play) -> None:
    from tutela.apps.ledger import queries as ledger

    verdict = ledger.verify()
    if not verdict.holds:
        raise StoryBroken(f"the ledger is broken at line {verdict.broken_at}: {verdict.reason}")
    tale.teller.tell(
        f"the ledger holds: {verdict.lines} lines, each chained to the one before", "tutela ledger verify"
    )


def _links(tale: Play) -> dict[str, str]:
    from tutela.apps.accounts import actions as accounts
    from tutela.apps.accounts import queries as account_queries

    site, desk = tale.world.url("site"), tale.world.url("desk")
    links = {"public site": f"{site}/", f"receipt, {tale.code}": f"{site}/en/code/"}
    for person in account_queries.people():
        links[f"desk as {person.name}"] = f"{desk}/demo/{accounts.make_sign_in_link(person.id)}/"
    return links | {"mailbox": tale.world.mailbox.url}


ALONE: tuple[Callable[[Play], None], ...] = (
    _node_comes_up,
    _people_come_in,
    recognition.list_is_made,
    _report_is_handed_in,
    _analyst_assesses,
    _second_analyst_confirms,
    _notice_goes_out,
    _provider_answers,
    _case_closes,
    recognition.entry_is_listed,
    recognition.second_report_is_recognised,
    _record_holds,
)
"""What one node plays by itself."""

TOGETHER: tuple[Callable[[Play], None], ...] = (
    gathering.people_of_all_come_in,
    crossing.report_is_handed_in,
    crossing.tbilisi_assesses,
    crossing.police_are_told,
    crossing.it_is_handed_over,
    trouble.one_is_killed,
    takedown.amsterdam_takes_it,
    trouble.one_is_cut_off,
    takedown.notice_is_said,
    trouble.it_comes_back,
    takedown.provider_answers,
    takedown.it_closes_there_and_here,
    takedown.reporter_reads_how_it_ended,
    policing.referral_is_read,
    policing.preservation_is_asked,
    policing.outcome_goes_back,
    proof.everything_took_effect_once,
    proof.ledgers_hold,
    proof.nothing_lies_in_the_open,
)
"""What it plays with the four others."""
