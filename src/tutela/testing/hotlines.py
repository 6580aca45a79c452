"""A hotline at work for journeys: people signed in at the desk of a running node, and the steps they take.

Everything goes through the doors over HTTP; only what no page tells a test (ids, counts) is read from the
database.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from email.message import EmailMessage

from tutela.doors.cli.cast import FOUND, enter_by_invitation, invite
from tutela.doors.cli.visitor import Visitor
from tutela.testing.nodes import Node
from tutela.testing.processes import wait_for


@dataclass
class Hotline:
    """Who works there. ``close`` ends the visits, not the node."""

    node: Node
    coordinator: Visitor
    analyst: Visitor
    second: Visitor
    _others: list[Visitor] = field(default_factory=list)

    def provider(self, domain: str) -> str:
        """Record a provider of ``domain``, whose names lead to the stage's web host; returns its contact."""
        contact = f"abuse@{domain}"
        self.coordinator.open("/providers/new/").send(
            "name", "emails", "domains", name=domain, domains=domain, emails=contact, time_zone="UTC"
        )
        self.node.names.answer(f"files.{domain}", "127.0.0.1")
        return contact

    def report(self, places: str, **more: str) -> str:
        """Hand in a report at the public site and return its code."""
        reporter = self._visitor("site")
        reporter.open("/en/").send("places", places=places, **more)
        return reporter.find(r"(\d{4} \d{4} \d{4} \d{4} \d{4})")

    def receipt(self, code: str) -> str:
        """Return what the reporter reads with the code."""
        return self._visitor("site").open("/en/code/").send("code", code=code).text

    def answer(self, letter: EmailMessage, kind: str) -> None:
        """Answer a notice through the one-time link of its letter."""
        self._visitor("provider").open(link_of(letter)).send("kind", kind=kind)

    def item(self, address: str) -> uuid.UUID:
        """Return the id of the item with that address; waits until the worker has made it."""
        statement = f"SELECT id FROM cases_item WHERE canonical = '{address}'"
        return uuid.UUID(str(self.node.wait_for_rows(statement, 1)[0][0]))

    def assessed(self, item_id: uuid.UUID) -> str:
        """Let the analyst claim and assess the item; returns its page."""
        page = f"/items/{item_id}/"
        self.analyst.open(page)
        if f"{page}claim/" in (self.analyst.page.text if self.analyst.page else ""):
            self.analyst.send(to=f"{page}claim/")
        self.analyst.open(f"{page}assess/").send("reality", "category", **FOUND, then="item")
        return page

    def notified(self, item_id: uuid.UUID) -> str:
        """Let the analyst assess the item and decide that its provider is told; returns its page."""
        page = self.assessed(item_id)
        self.analyst.open(f"{page}decide/").send("kind", kind="notify", ground="urgent", then="item")
        return page

    def letters(self, contact: str) -> list[EmailMessage]:
        """Return what arrived for a contact."""
        return [letter.message for letter in self.node.mail.letters if contact in letter.recipients]

    def letter(self, contact: str) -> EmailMessage:
        """Wait for the first letter to a contact."""
        return wait_for(lambda: self.letters(contact))[0]

    def _visitor(self, door: str) -> Visitor:
        self._others.append(Visitor(door, self.node.url(door)))
        return self._others[-1]

    def close(self) -> None:
        for visitor in (self.coordinator, self.analyst, self.second, *self._others):
            visitor.close()


def open_hotline(node: Node) -> Hotline:
    """Let a coordinator and two analysts in at the running desk, each with a second factor."""
    desk = node.url("desk")
    link = node.tutela("people", "first-coordinator").stdout.strip()
    coordinator = enter_by_invitation("coordinator", desk, link, "nino@hotline.example.org")

    def analyst(name: str) -> Visitor:
        email = f"{name}@hotline.example.org"
        return enter_by_invitation(name, desk, invite(coordinator, name, email, "analyst"), email)

    return Hotline(node, coordinator, analyst("ana"), analyst("giorgi"))


def link_of(letter: EmailMessage) -> str:
    """Return the path of the one-time link in a letter."""
    body = letter.get_body(("plain",))
    found = re.search(r"https?://127\.0\.0\.1:\d+(/n/\S+)", body.get_content() if body else "")
    if found is None:
        raise AssertionError("the letter has no one-time link")
    return found.group(1)
