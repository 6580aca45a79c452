"""The police's part: a referral out of the mailbox, a request to preserve, an outcome that goes back."""

from __future__ import annotations

from tutela.doors.cli.cast import wait_until
from tutela.doors.cli.network.crossing import COLD
from tutela.doors.cli.network.members import POLICE, PROVIDER, RELAY
from tutela.doors.cli.network.takedown import open_request
from tutela.doors.cli.tale import Play


def referral_is_read(tale: Play) -> None:
    """The police's node fetched it from the relay, which could not open it."""
    officer = wait_until(tale.person(POLICE.name), "/referrals/", "Unread")
    officer.open(officer.find(r'href="(/referrals/[0-9a-f-]{36}/)"')).expect(COLD, "TLP:AMBER")
    tale.teller.tell(
        f"police: fetched from {RELAY.name}, which could not open it, and read",
        f"{tale.network[POLICE].people_url}{officer.path}",
    )


def preservation_is_asked(tale: Play) -> None:
    """With the article that allows it, and for no longer than that allows; the answer takes the mailbox."""
    officer = tale.person(POLICE.name)
    referral = officer.path
    officer.open(f"{referral}preserve/").send("days").expect("Request to preserve")
    asked = officer.path
    tale.teller.tell(
        "police: the provider is asked to preserve, by the law of its country",
        f"{tale.network[POLICE].people_url}{asked}",
    )
    person = open_request(tale, POLICE.name)
    person.send("note", to=person.form("note").action, all="preserved")
    tale.teller.tell(
        "the provider answers: preserved", f"{tale.network[PROVIDER].people_url}/requests/?answered=1"
    )
    wait_until(officer, asked, "Preserved")
    officer.open(referral)
    tale.teller.tell("police: the answer came by way of the mailbox")


def outcome_goes_back(tale: Play) -> None:
    """One click there; here it stands at the conversation."""
    officer = tale.person(POLICE.name)
    officer.send(to=officer.form("note").action, outcome="victim_safeguarded")
    tale.teller.tell("police: the outcome in one click", f"{tale.network[POLICE].people_url}{officer.path}")
    wait_until(tale.person("second"), tale.crossing.referral, "safeguarded")
    tale.teller.tell(
        "Tbilisi: the outcome stands at the referral",
        f"{tale.world.url('desk')}{tale.crossing.referral}",
    )
