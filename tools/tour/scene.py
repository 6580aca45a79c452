"""What stands on the pages of the tour: the story of the demonstration, and reports on their way around it.

Everything is done through the doors over HTTP, on five nodes of its own in a temporary folder.
"""

from __future__ import annotations

import sqlite3
import uuid
from datetime import timedelta

from tour import others
from tour.world import Scene, World
from tutela.doors.cli import story
from tutela.doors.cli.cast import FOUND, wait_until
from tutela.doors.cli.visitor import Visitor
from tutela.testing.hotlines import Hotline, link_of
from tutela.testing.processes import wait_for

BASELINE = FOUND
GENERATED = {**BASELINE, "reality": "generated", "age_band": "11_13", "category": "national"}
NOT_REACHABLE = dict.fromkeys(BASELINE, "unclear") | {"category": "not_reachable"}
QUESTION = "Thank you. Which day was it, and is the name of the group written in small letters?"
ABROAD = "198.51.100.20"


def set_scene(world: World) -> Scene:
    """Play the story, then bring other reports as far as each page of the tour needs them."""
    links = story.play(world)
    scene = Scene(world)
    scene.codes["closed"] = next(name for name in links if name.startswith("receipt")).partition(", ")[2]
    hotline = _sign_in_again(world)
    try:
        _hand_in(scene, hotline)
        _work(scene, hotline)
        _write(scene, hotline)
        _find(scene, hotline)
        _invite(scene, hotline)
        others.fill_lists(scene, hotline)
        others.speak(scene, hotline)
        _tire(scene, "second")
    finally:
        hotline.close()
    scene.links |= {role: _link(world, name) for role, name in _PEOPLE.items()} | others.ways_in(links)
    return scene


_PEOPLE = {"coordinator": "Nino (coordinator)", "analyst": "Ana (analyst)", "second": "Giorgi (analyst)"}


def _link(world: World, name: str) -> str:
    from tutela.apps.accounts import actions as accounts
    from tutela.apps.accounts import queries as account_queries

    (person,) = [person for person in account_queries.people() if person.name == name]
    return f"{world.url('desk')}/demo/{accounts.make_sign_in_link(person.id)}/"


def _sign_in_again(world: World) -> Hotline:
    def enter(name: str) -> Visitor:
        return Visitor(name, world.url("desk")).open(_link(world, name)).send("token")

    return Hotline(world, enter(_PEOPLE["coordinator"]), enter(_PEOPLE["analyst"]), enter(_PEOPLE["second"]))


def _hand_in(scene: Scene, hotline: Hotline) -> None:
    world = scene.world
    for domain in ("refusing.example.net", "friendly.example.com"):
        hotline.provider(domain)
    world.names.answer("forum.abroad.example.net", ABROAD)
    pages = {
        "known": f"http://pictures.example.org:{world.host.port}/albums/3/brick.png",
        "second_look": "https://pictures.example.org/albums/9/",
        "disputed": "https://boards.example.com/topic/204",
        "deciding": f"http://files.friendly.example.com:{world.host.port}/share/77",
        "fresh": f"http://files.friendly.example.com:{world.host.port}/share/79",
        "answered": f"http://files.friendly.example.com:{world.host.port}/share/78",
        "failed": f"http://files.refusing.example.net:{world.host.port}/view/5",
        "abroad": "https://forum.abroad.example.net/thread/1200",
        "asked": "https://groups.example.com/g/holiday",
    }
    for name, address in pages.items():
        scene.codes[name] = hotline.report(address)
        scene.items[name] = hotline.item(address)
    many = [f"https://mirror.example.com/set/{number}" for number in range(1, 6)]
    hotline.report("\n".join(many))
    scene.items["many"] = hotline.item(many[0])
    hotline.report("", service="Example chat", account="walnut_umbrella")
    _hand_in_urgent(scene, hotline)


def _hand_in_urgent(scene: Scene, hotline: Hotline) -> None:
    reporter = Visitor("reporter", scene.world.url("site"))
    address = f"http://pictures.example.org:{scene.world.host.port}/albums/4/"
    reporter.open("/en/").send("places", places=address)
    scene.codes["urgent"] = reporter.find(r"(\d{4} \d{4} \d{4} \d{4} \d{4})")
    reporter.send("continue", "keep").send("worry", worry="about_me", danger_now="yes", go="next")
    reporter.send("more", more="It is me. Somebody from school put it there on Sunday.", go="next")
    reporter.close()
    scene.items["urgent"] = hotline.item(address)
    scene.world.wait_for_rows("SELECT id FROM receipts_submission WHERE state <> 'opened'", 0)


def _assess(person: Visitor, item_id: uuid.UUID, found: dict[str, str]) -> None:
    page = f"/items/{item_id}/"
    person.open(page)
    if f"{page}claim/" in (person.page.text if person.page else ""):
        person.send(to=f"{page}claim/")
    person.open(f"{page}assess/").send("reality", "category", **found, then="item")


def _decide(person: Visitor, item_id: uuid.UUID, **chosen: str) -> None:
    person.open(f"/items/{item_id}/decide/").send("kind", **chosen, then="item")


def _work(scene: Scene, hotline: Hotline) -> None:
    """Assess what has to be assessed; each state of an item is left standing once."""
    ana, giorgi, items = hotline.analyst, hotline.second, scene.items
    _assess(ana, items["second_look"], BASELINE)
    _assess(ana, items["disputed"], BASELINE)
    _assess(giorgi, items["disputed"], GENERATED)
    _assess(giorgi, items["deciding"], BASELINE)
    _assess(ana, items["deciding"], BASELINE)
    for name in ("answered", "fresh", "failed", "abroad"):
        _assess(ana, items[name], BASELINE)
        _assess(giorgi, items[name], BASELINE)
    _assess(ana, items["asked"], NOT_REACHABLE)
    _decide(ana, items["asked"], kind="ask_reporter", question_text=QUESTION)


def _write(scene: Scene, hotline: Hotline) -> None:
    """Let letters leave, fail, wait and be answered."""
    world, giorgi, items = scene.world, hotline.second, scene.items
    world.mail.refuse("550 5.1.1 No such user here")
    _decide(giorgi, items["failed"], kind="notify", ground="urgent")
    world.wait_for_rows("SELECT id FROM notices_notice WHERE state = 'failed'", 1)
    world.mail.accept()
    _decide(giorgi, items["abroad"], kind="notify", ground="urgent")
    _decide(giorgi, items["answered"], kind="notify", ground="urgent")
    letter = hotline.letter("abuse@friendly.example.com")
    scene.paths["link"] = link_of(letter)
    _decide(giorgi, items["fresh"], kind="notify", ground="urgent")
    wait_for(lambda: len(hotline.letters("abuse@friendly.example.com")) == 2)
    scene.paths["fresh link"] = link_of(hotline.letters("abuse@friendly.example.com")[1])
    world.wait_for_rows("SELECT id FROM notices_contact WHERE state = 'proposed'", 1)
    provider = Visitor("provider", world.url("provider"))
    provider.open(scene.paths["link"]).send(
        "kind", "text", kind="need_more", text="We see 40 files there. Which one is meant?"
    )
    provider.close()
    wait_until(hotline.coordinator, "/notices/", "abuse@friendly.example.com")


def _find(scene: Scene, hotline: Hotline) -> None:
    """Read the addresses of pages that stand in other pages."""
    desk = hotline.coordinator
    for state in ("failed", "answered"):
        (row,) = scene.world.rows(
            "SELECT notice_id FROM notices_noticeitem WHERE notice_id IS NOT NULL AND item_id = "
            f"'{scene.items[state].hex}'"
        )
        scene.paths[state] = f"/notices/{uuid.UUID(row[0])}/"
    scene.paths["provider"] = desk.open("/providers/").find(r'href="(/providers/[0-9a-f-]{36}/)"')
    scene.paths["person"] = desk.open("/people/").find(r'href="(/people/[0-9a-f-]{36}/)"')
    closed = scene.world.rows("SELECT id FROM cases_item WHERE state = 'closed' AND outcome = 'removed'")
    scene.paths["closed"] = f"/items/{uuid.UUID(closed[0][0])}/"
    many = f"/items/{scene.items['many']}/"
    scene.paths["together"] = desk.open(many).find(rf"({many}together/(?!host)[0-9a-f-]{{36}}/)")
    scene.paths["host"] = f"{many}together/host/"


def _invite(scene: Scene, hotline: Hotline) -> None:
    """Invite a welfare lead and an auditor; who comes in by which link is shown by the camera."""
    for role, name in (("welfare_lead", "Lali"), ("auditor", "Davit"), ("analyst", "Eka")):
        page = hotline.coordinator.open("/people/invite/")
        page.send("name", "email", "role", name=name, email=f"{name.lower()}@hotline.example.org", role=role)
        scene.links[f"invited {role}"] = page.find(r"(https?://[^\s<\"]+/invitation/[^\s<\"]+)")


def _tire(scene: Scene, role: str) -> None:
    """Let a person's limit of today be used up, which nobody can wait for."""
    from tutela.apps.accounts import queries as account_queries
    from tutela.core.kernel import clock, ids

    (person,) = [person for person in account_queries.people() if person.name == _PEOPLE[role]]
    now = clock.now()
    connection = sqlite3.connect(scene.world.home / "tutela.sqlite3", timeout=20)
    with connection:
        connection.execute(
            "INSERT INTO cases_exposure (id, person_id, item_id, day, opened_at, seen_at, closed_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                ids.new_id().hex,
                person.id.hex,
                scene.items["answered"].hex,
                now.date().isoformat(),
                *(str((now - timedelta(minutes=minutes)).replace(tzinfo=None)) for minutes in (300, 0, 0)),
            ),
        )
    connection.close()
