"""Pages of the desk's queue with a million items on PostgreSQL, first and deep, for each filter.

A throw-away PostgreSQL is filled with items whose ranks follow from their reasons, as the desk stores
them. Pages are then read through the same query that the desk's page calls, at random depths, and what is
timed includes making the rows that the page shows. Nothing is kept warm but what one run keeps warm.

The peer is what a Django list view gives by default: ``django.core.paginator.Paginator``, which is OFFSET,
over ORDER BY the reasons as a computed expression, in the same run, on the same rows, at the same depths.

    python bench/queue_pages.py [--items 1000000] [--pages 40]

Named so because a file ``queue.py`` here would stand in the way of Python's own.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from tutela.testing.postgres import Cluster

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
BIG_HOST = "images.example.net"
PERSON = uuid.UUID(int=1)
STATES = (("waiting", 40), ("closed", 38), ("noticed", 15), ("deciding", 5), ("second_look", 1), ("asked", 1))
COLUMNS = (
    "id,kind,key,canonical,host,registered_domain,scheme,is_onion,service,account,state,state_before,pending,"
    "outcome,look,version,received_at,sightings_count,known,danger_now,self_report,hosting_country,"
    "hosted_here,returned,rank,round,assessed_at,claimed_by,claimed_until,closed_at"
)
"""As :func:`items` yields them."""


def items(number: int, chance: random.Random) -> Iterator[tuple[Any, ...]]:
    """Yield rows in the order of :data:`COLUMNS`, with the shares of a large hotline."""
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
            PERSON if mine else None,
            datetime(2099, 1, 1, tzinfo=UTC) if mine else None,
            NOW if closed else None,
        )


def fill(number: int) -> float:
    """Copy the items in and build the indexes after; return the seconds."""
    from django.db import connection

    from tutela.apps.cases.models import Item

    began = time.perf_counter()
    with connection.schema_editor() as editor:
        for index in Item._meta.indexes:
            editor.remove_index(Item, index)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY cases_item ({COLUMNS}) FROM STDIN") as copy,
    ):
        for row in items(number, random.Random(4)):
            copy.write_row(row)
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


def our_pages(pages: int, cursors: list[str]) -> dict[str, dict[str, float]]:
    """Time the desk's own query: for each filter the first page, then pages at random depths."""
    from tutela.apps.cases import queries as case_queries
    from tutela.apps.cases.queries import QueueFilters

    filters = {
        "waiting": QueueFilters(),
        "every open state": QueueFilters(state=""),
        "deciding, undecided": QueueFilters(state="deciding", undecided=True),
        "deciding, unclear": QueueFilters(state="deciding", unclear=True),
        "unclaimed": QueueFilters(unclaimed=True),
        "mine": QueueFilters(claimed_by=PERSON),
        "danger now": QueueFilters(reason="danger_now"),
        "self report": QueueFilters(reason="self_report"),
        "new": QueueFilters(reason="new"),
        "hosted here": QueueFilters(reason="hosted_here"),
        "came back, deciding": QueueFilters(state="deciding", reason="came_back"),
        "came back, none": QueueFilters(reason="came_back", state="asked"),
        "accounts": QueueFilters(kind="account"),
        "a large host": QueueFilters(host=BIG_HOST),
        "a small host": QueueFilters(host="www.d7.example.org"),
        "a country": QueueFilters(country="NL"),
        "a host and a country": QueueFilters(host=BIG_HOST, country="GE"),
        "search an address": QueueFilters(state="", text=f"hxxps://{BIG_HOST}/12345"),
        "search a domain": QueueFilters(state="", text="d7.example.org"),
        "closed": QueueFilters(state="closed"),
    }
    found = {}
    for name, chosen in filters.items():
        case_queries.queue(chosen)
        found[name] = {
            **{
                f"first_{key}": value
                for key, value in timed(5, lambda _, f=chosen: case_queries.queue(f)).items()
            },
            **timed(pages, lambda turn, f=chosen: case_queries.queue(f, cursors[turn % len(cursors)])),
        }
    return found


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
    parser.add_argument("--pages", type=int, default=40)
    asked = parser.parse_args()
    with Cluster() as cluster:
        os.environ["TUTELA_TEST_DATABASE_URL"] = cluster.url()
        os.environ["DJANGO_SETTINGS_MODULE"] = "tutela.config.testing"
        import django
        from django.core.management import call_command
        from django.db import connection

        django.setup()
        call_command("migrate", verbosity=0)
        print(f"filling {asked.items:,} items …", file=sys.stderr)
        seconds = fill(asked.items)
        report(asked.items, asked.pages, seconds)
        connection.close()


def report(number: int, pages: int, seconds: float) -> None:
    """Run both sides and print JSON."""
    from tutela.apps.cases import queries as case_queries
    from tutela.apps.cases.models import Item

    chance = random.Random(5)
    waiting = Item.objects.filter(state="waiting")
    total = waiting.count()
    depths = [chance.randrange(1, max(2, total // 50)) for _ in range(10)]
    ranks = list(waiting.order_by("rank", "id").values_list("rank", "id"))
    cursors = [f"{rank}.{row.hex}" for rank, row in (ranks[chance.randrange(total)] for _ in range(pages))]
    cursors[: len(depths)] = [f"{ranks[d * 50][0]}.{ranks[d * 50][1].hex}" for d in depths]
    ours = our_pages(pages, cursors)
    peer = peer_pages(depths)
    print(
        json.dumps(
            {
                "bench": "queue_pages",
                "items": number,
                "waiting": total,
                "fill_seconds": round(seconds, 1),
                "pages": ours,
                "counts": timed(10, lambda _: case_queries.counts(person_id=PERSON)),
                "slowest_p95_ms": max(one["p95_ms"] for one in ours.values()),
                "peer": "django.core.paginator.Paginator (OFFSET) over ORDER BY a computed expression",
                "peer_pages": peer,
                "times_faster_than_peer": round(peer["median_ms"] / ours["waiting"]["median_ms"], 1),
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
