"""Findings for 200 countries at once, beside two general evaluators of rules in the same run.

    python bench/law.py [--rounds 200] [--peers FOLDER]

Ours returns findings with their reasons, sources and notes. The peers evaluate the same rules, written once
as JSON Logic, on facts that are settled already, and return the bare outcome: less than ours does. They are
``json-logic-qubit`` (pure Python) and ``datalogic-py`` (compiled Rust); FOLDER is where they were installed
with ``pip install --target FOLDER json-logic-qubit datalogic-py``. Whichever is not there is left out, and
said to be. Before anything is measured, every outcome of a peer is compared with ours.

Seconds are of the processor, the median of all rounds, so that other work on the machine weighs less. Between
two changes of a law what is known of it is remembered: ``repeated`` is what a desk does all day.
``in_a_fresh_process`` is the very first time: reading and checking all files, then settling what is known and
finding.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from tutela.core.law import countries, evaluating
from tutela.core.law.countries import Country
from tutela.core.law.knowing import Known
from tutela.core.terms import assessment
from tutela.core.terms.assessment import YOUNG, Assessed

COUNT = 200
DAY = date(2026, 11, 23)
UNSAID = dict.fromkeys(("series_known", "livestream", "commercial"), "unclear")
CASES = {
    "photograph, baseline": ("photo_video", "7_10", "baseline", "unclear"),
    "photograph, 16 to 17": ("photo_video", "16_17", "national", "yes"),
    "generated": ("generated", "7_10", "national", "unclear"),
    "drawn": ("drawn", "11_13", "national", "no"),
    "text": ("text", "14_15", "national", "unclear"),
}
AGES = {"7_10": (7, 10), "11_13": (11, 13), "14_15": (14, 15), "16_17": (16, 17)}
NO, UNKNOWN, DEPENDS, YES = 1, 2, 3, 4
OUTCOMES = {NO: "not_illegal", UNKNOWN: "unknown", DEPENDS: "depends", YES: "illegal"}


def var(name: str) -> dict[str, str]:
    return {"var": name}


def choose(*steps: Any) -> dict[str, Any]:
    return {"if": list(steps)}


BASELINE = {"==": [var("category"), "baseline"]}
CONTENT = choose(
    BASELINE,
    choose({"or": [{"==": [var("D-NUDITY"), NO]}, {"==": [var("D-NUDITY"), DEPENDS]}]}, DEPENDS, YES),
    choose({"==": [var("D-NUDITY"), YES]}, YES, DEPENDS),
)
KIND = choose(
    {"==": [var("reality"), "photo_video"]},
    YES,
    {"==": [var("reality"), "generated"]},
    var("D-VIRTUAL"),
    {"==": [var("reality"), "drawn"]},
    var("D-DRAWN"),
    var("D-TEXT"),
)
BELOW = choose(
    {"==": [var("D-AGE"), 0]},
    choose({"<": [var("high"), var("D-AGETIER")]}, YES, BASELINE, YES, UNKNOWN),
    {"<": [var("high"), var("D-AGE")]},
    YES,
    {">=": [var("low"), var("D-AGE")]},
    choose(BASELINE, DEPENDS, NO),
    DEPENDS,
)
CHILD = choose(
    {"and": [{"==": [BELOW, YES]}, {"!": [var("young")]}, {"!=": [var("D-APPEARS"), YES]}]}, DEPENDS, BELOW
)
OFFENCE = {"max": [var("O-DISTRIB"), var("O-POSSESS")]}
EXEMPT = choose(
    {"and": [{"==": [var("self_generated"), "yes"]}, {"!": [BASELINE]}, {">=": [var("O-SELFGEN"), DEPENDS]}]},
    DEPENDS,
    YES,
)
RULE = {"min": [CONTENT, KIND, CHILD, OFFENCE, EXEMPT]}
"""The rules of docs/law.md for the cases above, as one expression."""


def assessed(codes: tuple[str, str, str, str]) -> Assessed:
    names = ("reality", "age_band", "category", "self_generated")
    return assessment.from_codes({**UNSAID, **dict(zip(names, codes, strict=True))})


def level(known: Known) -> int:
    """Return a settled answer as the number that the expression joins."""
    if known.status == "disputed":
        return DEPENDS
    return {True: YES, "partial": DEPENDS, False: NO, None: UNKNOWN}[known.value]  # type: ignore[index]


def facts_for_peers(country: Country, one: Assessed) -> dict[str, Any]:
    known = countries.known_of(country, DAY)
    names = ("D-NUDITY", "D-VIRTUAL", "D-DRAWN", "D-TEXT", "D-APPEARS", "O-DISTRIB", "O-POSSESS", "O-SELFGEN")
    low, high = AGES[one.age_band]
    return {
        **one.as_codes(),
        **{name: level(known[name]) for name in names},
        "D-AGE": known["D-AGE"].value or 0,
        "D-AGETIER": known["D-AGETIER"].value or 0,
        "low": low,
        "high": high,
        "young": one.age_band in YOUNG,
    }


def pure_python() -> Callable[[dict[str, Any]], int]:
    json_logic = importlib.import_module("json_logic")
    return lambda facts: int(json_logic.jsonLogic(RULE, facts))


def compiled() -> Callable[[dict[str, Any]], int]:
    engine = importlib.import_module("datalogic_py").Engine()
    rule = engine.compile(RULE)
    return lambda facts: int(rule.evaluate(facts))


PEERS = {"json-logic-qubit": pure_python, "datalogic-py": compiled}


def milliseconds(work: Callable[[int], object], rounds: int) -> dict[str, float]:
    """Return the median and the 95th of a hundred, of this thread's processor time."""
    work(-1)
    taken = []
    for number in range(rounds):
        began = time.thread_time()
        work(number)
        taken.append((time.thread_time() - began) * 1000)
    return {
        "median": round(statistics.median(taken), 3),
        "95_of_100": round(statistics.quantiles(taken, n=20)[-1], 3),
    }


def beside(name: str, among: list[Country], rounds: int, ours: dict[str, float]) -> dict[str, Any]:
    """Compare every outcome with a peer's, then measure it."""
    try:
        evaluate = PEERS[name]()
    except ImportError:
        return {"left_out": "not installed; see --peers"}
    found: dict[str, Any] = {}
    for case, codes in CASES.items():
        one = assessed(codes)
        rows = [facts_for_peers(country, one) for country in among]
        expected = [finding.outcome for finding in evaluating.evaluate_all(one, DAY, among=among)]
        differing = sum(OUTCOMES[evaluate(row)] != said for row, said in zip(rows, expected, strict=True))
        if differing:
            raise SystemExit(f"{name} answers {differing} countries differently: the rules are not the same")
        taken = milliseconds(lambda _, rows=rows: [evaluate(row) for row in rows], rounds)
        found[case] = {**taken, "ratio": round(taken["median"] / ours[case], 2)}
    return found


FRESH = """
import time
from datetime import date
from tutela.core.law import countries, evaluating
from tutela.core.terms import assessment
began = time.process_time()
found = countries.countries()
loaded = time.process_time()
among = sorted(found, key=lambda one: len(one.facts), reverse=True)[:200]
one = assessment.from_codes(dict(reality="photo_video", age_band="7_10", category="baseline",
    series_known="unclear", self_generated="unclear", livestream="unclear", commercial="unclear"))
ready = time.process_time()
evaluating.evaluate_all(one, date(2026, 11, 23), among=among)
print((loaded - began) * 1000, (time.process_time() - ready) * 1000)
"""


def fresh() -> dict[str, float]:
    """Return the milliseconds of reading every file and of the first findings, each in a fresh process."""
    runs = []
    for _ in range(5):
        done = subprocess.run([sys.executable, "-c", FRESH], capture_output=True, check=True, text=True)
        runs.append([float(part) for part in done.stdout.split()])
    reading, finding = zip(*runs, strict=True)
    return {
        "reading_every_file": round(statistics.median(reading), 1),
        "first_findings": round(statistics.median(finding), 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--peers", type=Path)
    given = parser.parse_args()
    if given.peers:
        sys.path.append(str(given.peers))
    known = sorted(countries.countries(), key=lambda one: len(one.facts), reverse=True)
    among = known[:COUNT]
    repeated = {}
    for case, codes in CASES.items():
        one = assessed(codes)
        repeated[case] = milliseconds(
            lambda _, one=one: evaluating.evaluate_all(one, DAY, among=among), given.rounds
        )
    medians = {case: taken["median"] for case, taken in repeated.items()}
    report = {
        "bench": "law",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, one used",
        "python": platform.python_version(),
        "load_average": round(os.getloadavg()[0], 1),
        "countries": f"the {COUNT} of which most is known, {sum(len(one.facts) for one in among)} facts",
        "aim_ms": 5,
        "repeated_ms": repeated,
        "in_a_fresh_process_ms": fresh(),
        "peers_ms_outcome_only": {name: beside(name, among, given.rounds, medians) for name in PEERS},
    }
    print(json.dumps(report, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
