"""What goes wrong in the middle: one node is killed with messages under way, another is cut off."""

from __future__ import annotations

import time

from tutela.doors.cli.cast import wait_until
from tutela.doors.cli.network.counting import counts_of
from tutela.doors.cli.network.members import AMSTERDAM, PROVIDER, TBILISI
from tutela.doors.cli.tale import Play
from tutela.doors.cli.visitor import StoryBroken

MESSAGES = 200
"""Said beside the handover, so that there is something to lose: each only has to be acted on."""


def one_is_killed(tale: Play) -> None:
    """``kill -9`` of the worker and the partners' door in Amsterdam while they take and open messages."""
    tbilisi, amsterdam = tale.network[TBILISI], tale.network[AMSTERDAM]
    tbilisi.keeper.ping(AMSTERDAM.name, MESSAGES)
    came, acted = _until_under_way(tale)
    amsterdam.kill("worker", "partner")
    tale.teller.tell(f"kill -9 in Amsterdam: of {MESSAGES} messages {came} had come, {acted} taken effect")
    amsterdam.start("worker", "partner")
    amsterdam.await_doors()
    tbilisi.keeper.type("exchange", "retry", AMSTERDAM.name)
    _until_all_took_effect(tale)
    tale.teller.tell(
        f"started again: all {MESSAGES} have taken effect, each once, and are receipted",
        f"tutela exchange count --home {tbilisi.home}",
    )


def _pings(tale: Play) -> tuple[int, int]:
    """Return how many of the messages Amsterdam has, and how many of them took effect there."""
    found = counts_of(tale.network[AMSTERDAM])[TBILISI.name, "ping"]
    return found.heard, found.acted_here


def _until_under_way(tale: Play, seconds: float = 30) -> tuple[int, int]:
    deadline = time.monotonic() + seconds
    while True:
        came, acted = _pings(tale)
        if came:
            return came, acted
        if time.monotonic() > deadline:
            raise StoryBroken("nothing of what Tbilisi said arrives in Amsterdam")
        time.sleep(0.01)


def _until_all_took_effect(tale: Play, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while True:
        said = counts_of(tale.network[TBILISI])[AMSTERDAM.name, "ping"]
        if said.said == said.acted_there == MESSAGES:
            break
        if time.monotonic() > deadline:
            raise StoryBroken(f"{said.acted_there} of {MESSAGES} messages took effect in {seconds:.0f} s")
        time.sleep(0.2)
    if _pings(tale) != (MESSAGES, MESSAGES):
        raise StoryBroken(f"Amsterdam heard {_pings(tale)} of {MESSAGES} messages")


def one_is_cut_off(tale: Play) -> None:
    """The provider's door closes; what is said to it meanwhile waits where it was said."""
    tale.network[PROVIDER].stop("partner")
    tale.teller.tell("the provider's node is cut off: nobody answers at its door any more")


def it_comes_back(tale: Play) -> None:
    """The door opens; what waited arrives, once its keeper does not want to wait for the next try."""
    amsterdam, provider = tale.network[AMSTERDAM], tale.network[PROVIDER]
    _until_it_was_missed(tale)
    tale.teller.tell(
        "Amsterdam cannot reach it; the notice waits and is tried again",
        f"tutela exchange status --home {amsterdam.home}",
    )
    provider.start("partner")
    provider.await_doors()
    amsterdam.keeper.type("exchange", "retry", PROVIDER.name)
    wait_until(tale.person(PROVIDER.name), "/requests/", AMSTERDAM.name)
    tale.teller.tell("it is back, and the notice is there, once", f"{provider.people_url}/requests/")


def _until_it_was_missed(tale: Play, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while "(connect_failed)" not in tale.network[AMSTERDAM].keeper.type("exchange", "status"):
        if time.monotonic() > deadline:
            raise StoryBroken("Amsterdam never noticed that the provider's node is cut off")
        time.sleep(0.2)
