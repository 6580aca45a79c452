"""The desk's queue with a million items on PostgreSQL, over HTTP: each filter, first pages and deep ones.

A throw-away PostgreSQL is filled with items whose ranks follow from their reasons, as the desk stores them.
Then the desk's own process serves its pages to a client that has signed in as an analyst, and what is timed
is what that person waits for: the request, the session, the counts, the rows, the rendered page. Every
page is asked for at other depths; nothing is kept warm but what one run keeps warm.

The peer is what a Django list view gives by default: ``django.core.paginator.Paginator``, which is OFFSET,
over ORDER BY the reasons as a computed expression. It is compared with the desk's query alone, in the same
run, on the same rows, at the same depths, because it has no page of its own.

    python bench/queue_pages.py [--items 1000000] [--pages 20]

Named so because a file ``queue.py`` here would stand in the way of Python's own.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import re
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from tutela.testing.nodes import Node, migrate
from tutela.testing.postgres import Cluster
from tutela.testing.processes import Process

AIM_MS = 100
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
BIG_HOST = "images.example.net"
STATES = (("waiting", 40), ("closed", 38), ("noticed", 15), ("deciding", 5), ("second_look", 1), ("asked", 1))
COLUMNS = (
    "id,kind,key,canonical,host,registered_domain,scheme,is_onion,service,account,state,state_before,pending,"
    "outcome,look,version,received_at,sightings_count,known,danger_now,self_report,hosting_country,"
    "hosted_here,returned,rank,round,assessed_at,claimed_by,claimed_until,closed_at"
)
"""As :func:`items` yields them."""


def items(number: int, chance: random.Random, person: uuid.UUID) -> Iterator[tuple[Any, ...]]:
    """Yield rows in the order of :data:`COLUMNS`, with the shares of a hotline; some are ``person``'s."""
    from tutela.apps.cases import rules

    states = chance.choices([name for name, _ in STATES], [share for _, share in STATES], k=number)
    for place, state in enumerate(states):
        received = NOW - timedelta(seconds=chance.random() * 365 * 86_400)
        closed = state == "closed"
        assessed = state in ("noticed", "deciding", "closed") or chance.random() < 0.02
        country = chance.choices(("", "US", "NL", "FR", "DE", "GE"), (30, 30, 20, 10, 9, 1))[0]
        facts = rules.RankFacts(
            danger_now=chance.random() < 0.005,
            self_report=chance.random() < 0.01,
            assessed_before=assessed,
            hosted_here=country == "GE",
            returned=not closed and assessed and chance.random() < 0.05,
            received_at=received,
        )
        domain = f"d{place % 50_000}.example.org"
        host = BIG_HOST if chance.random() < 0.2 else f"www.{domain}"
        account = chance.random() < 0.04
        mine = state == "waiting" and chance.random() < 0.0005
        yield (
            uuid.UUID(int=(int(received.timestamp() * 1000) << 80) | 7 << 76 | 2 << 62 | place),
            "account" if account else "address",
            chance.randbytes(32),
            "" if account else f"https://{host}/{place}",
            "" if account else host,
            "" if account else ("example.net" if host == BIG_HOST else domain),
            "" if account else "https",
            False,
            "chat.example.com" if account else "",
            f"account{place}" if account else "",
            state,
            "",
            "notify" if state == "deciding" and chance.random() < 0.5 else "",
            "removed" if closed else "",
            "unclear" if state == "deciding" and chance.random() < 0.1 else "",
            1,
            received,
            1,
            False,
            facts.danger_now,
            facts.self_report,
            country,
            facts.hosted_here,
            facts.returned,
            rules.rank(facts, NOW)[0],
            1,
            received if assessed else None,
            person if mine else None,
            datetime(2099, 1, 1, tzinfo=UTC) if mine else None,
            NOW if closed else None,
        )


def fill(number: int, person: uuid.UUID) -> float:
    """Copy the items in and build the indexes after; return the seconds."""
    from django.db import connection

    from tutela.apps.cases.models import Item

    began = time.perf_counter()
    with connection.schema_editor() as editor:
        for index in Item._meta.indexes:
            editor.remove_index(Item, index)
    columns = COLUMNS.split(",")
    others = [field for field in Item._meta.concrete_fields if field.column not in columns and not field.null]
    names = ",".join([*columns, *(field.column for field in others)])
    defaults = tuple(field.get_default() for field in others)
    with connection.cursor() as cursor, cursor.copy(f"COPY cases_item ({names}) FROM STDIN") as copy:
        for row in items(number, random.Random(4), person):
            copy.write_row((*row, *defaults))
    with connection.schema_editor() as editor:
        for index in Item._meta.indexes:
            editor.add_index(Item, index)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE cases_item")
    return time.perf_counter() - began


def timed(times: int, task: Callable[[int], object]) -> dict[str, float]:
    """Return median and p95 of running ``task`` so often, in milliseconds."""
    taken = []
    for turn in range(times):
        began = time.perf_counter()
        task(turn)
        taken.append((time.perf_counter() - began) * 1000)
    taken.sort()
    return {
        "median_ms": round(statistics.median(taken), 2),
        "p95_ms": round(taken[min(len(taken) - 1, int(len(taken) * 0.95))], 2),
    }


FILTERS = {
    "to do": "",
    "mine": "who=me",
    "nobody's": "who=nobody",
    "waiting": "state=waiting",
    "deciding": "state=deciding",
    "second look": "state=second_look",
    "noticed": "state=noticed",
    "asked": "state=asked",
    "closed": "state=closed",
    "danger now": "reason=danger_now",
    "self report": "reason=self_report",
    "new": "reason=new",
    "hosted here": "reason=hosted_here",
    "came back": "reason=came_back",
    "accounts": "kind=account",
    "a large country": "country=NL",
    "a small country": "country=GE",
    "accounts of nobody in danger": "kind=account&who=nobody&reason=danger_now",
    "closed in a country": "state=closed&country=FR",
}
"""What the page offers to filter by, as it stands in its address."""

SEARCHES = {
    "an address": f"hxxps://{BIG_HOST}/12345",
    "a large host": BIG_HOST,
    "a domain": "d7.example.org",
    "an account": "account12345",
    "nothing": "https://nowhere.example.com/",
}


def analyst(desk: str) -> tuple[uuid.UUID, str]:
    """Make a person who may work on items; return the id and the address of a one-time sign-in."""
    from tutela.apps.accounts import actions as accounts

    token = accounts.invite_first_coordinator()
    person = accounts.accept_invitation(
        token=token, name="Nino", password=uuid.uuid4().hex, email="nino@hotline.example.org"
    )
    return person, f"{desk}/demo/{accounts.make_sign_in_link(person)}/"


def signed_in(desk: str, link: str) -> httpx.Client:
    """Return a client that came in by the one-time sign-in."""
    client = httpx.Client(base_url=desk, timeout=60, follow_redirects=True, trust_env=False)
    fields = hidden(client.get(link).text)
    answer = client.post("/demo/", data={name: fields[name] for name in ("csrfmiddlewaretoken", "token")})
    assert answer.url.path == "/queue/", answer.url.path
    return client


def hidden(page: str) -> dict[str, str]:
    """Return the hidden fields of a page."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))


def cpu_ms(process: Process) -> float:
    """Return what the desk has used of a processor so far: what it takes of it does not depend on others."""
    ticks = 0
    for pid in process.family():
        ticks += sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]))
    return ticks * 1000 / os.sysconf("SC_CLK_TCK")


def pages(desk: httpx.Client, times: int, cursors: list[str]) -> dict[str, dict[str, float]]:
    """Time the page of each filter: its beginning, then random depths."""

    def page(query: str) -> None:
        answer = desk.get(f"/queue/?{query}")
        assert answer.status_code == 200, answer.status_code
        assert "Queue" in answer.text

    found = {}
    for name, query in FILTERS.items():
        page(query)
        found[name] = {
            **{f"first_{key}": value for key, value in timed(times, lambda _, q=query: page(q)).items()},
            **timed(times, lambda n, q=query: page(f"{q}&after={cursors[n % len(cursors)]}")),
        }
    return found


def searches(desk: httpx.Client, times: int) -> dict[str, dict[str, float]]:
    """Time finding, which is a form."""
    token = hidden(desk.get("/queue/").text)["csrfmiddlewaretoken"]

    def find(text: str) -> None:
        answer = desk.post("/queue/find/", data={"csrfmiddlewaretoken": token, "q": text})
        assert answer.status_code == 200, answer.status_code

    return {name: timed(times, lambda _, t=text: find(t)) for name, text in SEARCHES.items()}


def items_pages(desk: httpx.Client, some: list[uuid.UUID]) -> dict[str, float]:
    """Time an item's own page: each of these once."""

    def page(number: int) -> None:
        answer = desk.get(f"/items/{some[number]}/")
        assert answer.status_code == 200, answer.status_code

    return timed(len(some), page)


def peer_pages(depths: list[int]) -> dict[str, float]:
    """Time Django's Paginator over a computed order at these depths (page numbers)."""
    from django.core.paginator import Paginator
    from django.db.models import Case, IntegerField, Value, When

    from tutela.apps.cases.models import Item

    grave = {"danger_now": 16, "self_report": 8, "hosted_here": 2, "returned": 1}
    score = sum(
        (Case(When(**{name: True}, then=Value(worth)), default=0, output_field=IntegerField())
         for name, worth in grave.items()),
        start=Case(When(assessed_at__isnull=True, then=Value(4)), default=0, output_field=IntegerField()),
    )  # fmt: skip
    rows = Item.objects.filter(state="waiting").annotate(score=score).order_by("-score", "received_at", "id")

    def page(turn: int) -> None:
        list(Paginator(rows, 50).page(depths[turn % len(depths)]))

    return timed(len(depths), page)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--pages", type=int, default=20, help="pages timed for each filter and depth")
    asked = parser.parse_args()
    with (
        Cluster() as cluster,
        tempfile.TemporaryDirectory(prefix="tutela-bench-") as folder,
        Node(Path(folder), database=cluster.url()) as node,
    ):
        node.make()
        migrate(node.home)
        os.environ |= {"TUTELA_HOME": str(node.home), "DJANGO_SETTINGS_MODULE": "tutela.config.owner"}
        import django
        from django.db import connection

        django.setup()
        person, link = analyst(node.url("desk"))
        print(f"filling {asked.items:,} items …", file=sys.stderr)
        seconds = fill(asked.items, person)
        node.start("desk")
        with contextlib.closing(signed_in(node.url("desk"), link)) as desk:
            report(desk, node.processes["desk"], asked.items, asked.pages, seconds)
        connection.close()


def report(desk: httpx.Client, process: Process, number: int, times: int, seconds: float) -> None:
    """Run both sides and print JSON."""
    from tutela.apps.cases import queries as case_queries
    from tutela.apps.cases.models import Item

    chance = random.Random(5)
    waiting = Item.objects.filter(state="waiting")
    total = waiting.count()
    depths = [chance.randrange(1, max(2, total // 50)) for _ in range(10)]
    ranks = list(waiting.order_by("rank", "id").values_list("rank", "id"))
    cursors = [f"{rank}.{row.hex}" for rank, row in (ranks[chance.randrange(total)] for _ in range(times))]
    deep = [f"{ranks[depth * 50][0]}.{ranks[depth * 50][1].hex}" for depth in depths]
    before = cpu_ms(process)
    ours = pages(desk, times, cursors)
    each = (cpu_ms(process) - before) / (len(FILTERS) * (2 * times + 1))
    found = searches(desk, times)
    one = items_pages(desk, [ranks[chance.randrange(total)][1] for _ in range(times)])
    query = timed(
        len(deep), lambda n: case_queries.queue(case_queries.QueueFilters(state="waiting"), deep[n])
    )
    peer = peer_pages(depths)
    slowest = max(
        (max(times["p95_ms"], times.get("first_p95_ms", 0)), name)
        for name, times in {**ours, **{f"find {name}": one for name, one in found.items()}}.items()
    )
    print(
        json.dumps(
            {
                "bench": "queue_pages",
                "items": number,
                "waiting": total,
                "fill_seconds": round(seconds, 1),
                "load_before": round(os.getloadavg()[0], 1),
                "pages_over_http": ours,
                "cpu_of_the_desk_ms_a_page": round(each, 1),
                "finding_over_http": found,
                "an_items_page_over_http": one,
                "slowest": {"page": slowest[1], "p95_ms": slowest[0], "aim_ms": AIM_MS},
                "query_alone": query,
                "peer": "django.core.paginator.Paginator (OFFSET) over ORDER BY a computed expression",
                "peer_query": peer,
                "times_faster_than_peer": round(peer["median_ms"] / query["median_ms"], 1),
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
