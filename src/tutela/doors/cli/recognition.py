"""The second act of the demonstration: a photograph that a list knows is recognised before anybody looks."""

from __future__ import annotations

import io
import re
import time
from urllib.parse import urlsplit

import httpx

from tutela.doors.cli.cast import wait_until
from tutela.doors.cli.stage import HOST_NAME
from tutela.doors.cli.tale import Play
from tutela.doors.cli.visitor import StoryBroken, Visitor

LIST = "confirmed-here"
ELSEWHERE = "/mirror/7/copy.jpg"


def list_is_made(tale: Play) -> None:
    """The coordinator makes a hash list; what the worker sees from now on can be listed."""
    coordinator = tale.person("coordinator").open("/lists/new/")
    coordinator.send(
        "name", "title", "origin", "legal_basis",
        name=LIST, title="Confirmed here", origin="Demonstration Hotline",
        legal_basis="Demonstration", scheme="demonstration",
    )  # fmt: skip
    # A copy of what the host serves now, for the second reporter; by then the first address is gone.
    at = urlsplit(tale.address)
    tale.picture = httpx.get(f"http://127.0.0.1:{at.port}{at.path}", trust_env=False).content
    tale.teller.tell("the coordinator makes a hash list", f"{tale.world.url('desk')}/lists/")


def entry_is_listed(tale: Play) -> None:
    """One analyst proposes the fingerprints that the worker made; another approves them."""
    analyst = tale.person("analyst").open(f"{tale.item_path}propose/")
    lists = analyst.form("list_id").offered["list_id"]
    analyst.send("list_id", list_id=lists[-1], seen="on", classification="demonstration")
    entry = analyst.path
    second = tale.person("second").open(entry)
    second.send(to=f"{entry}approve/").expect("In force")
    tale.teller.tell(
        "an analyst proposes its fingerprints for the list, another approves",
        f"{tale.world.url('desk')}{entry}",
    )


def second_report_is_recognised(tale: Play) -> None:
    """The same photograph, smaller and saved anew, lies elsewhere; the list knows it."""
    address = tale.world.host.show(ELSEWHERE, _smaller(tale.picture), "image/jpeg")
    Visitor("another reporter", tale.world.url("site")).open("/en/").send("places", places=address)
    tale.teller.tell("somebody else reports another address: a smaller copy", f"{tale.world.url('site')}/en/")
    analyst = wait_until(tale.person("analyst"), "/queue/", HOST_NAME.replace(".", "[.]"), LIST)
    found = re.search(r"/items/[0-9a-f-]{36}/", analyst.page.text if analyst.page else "")
    if found is None:
        raise StoryBroken("the queue does not lead to the second report's item")
    analyst.open(found.group(0)).expect(LIST, "pdq")
    _ledger_names_the_list()
    tale.teller.tell(
        "a list knew it before anybody looked, and the ledger says which",
        f"{tale.world.url('desk')}{found.group(0)}",
    )


def _smaller(photograph: bytes) -> bytes:
    """Return the photograph of the first report at half its size, as a JPEG."""
    from PIL import Image

    with Image.open(io.BytesIO(photograph)) as picture:
        smaller = picture.convert("RGB").resize((picture.width // 2, picture.height // 2))
    to = io.BytesIO()
    smaller.save(to, "JPEG", quality=85)
    return to.getvalue()


def _ledger_names_the_list(seconds: float = 20) -> None:
    from tutela.apps.ledger import queries as ledger

    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        lines = ledger.lines_after(0, kinds=("item_recognised",))
        if any(LIST in str(line.facts) for line in lines):
            return
        time.sleep(0.3)
    raise StoryBroken("the ledger does not say which list knew the second report")
