"""Make the files of ``core/law/data/countries`` from a table of countries.

Usage: python tools/convert_law.py countries.csv FOLDER

The table has the columns ``country_code, criterion_id, value, detail, source_title, source_year, source_url,
confidence``. Every file in FOLDER whose country stands in the table is written anew, so that it is for the
first filling and for a new edition of the whole table; single corrections are made in the files by hand.
``law_corrections.toml`` beside this tool says what is changed on the way, and why.
"""

from __future__ import annotations

import csv
import json
import re
import sys
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from tutela.core.law import criteria

CORRECTIONS = Path(__file__).with_name("law_corrections.toml")
STATUTE = re.compile(
    r"Llei |Ley |Lei |Law |Loi |Act on |Code p|Código|Criminal (Code|Law)|Swiss Criminal Code|Zákon |"
    r"Wetboek |Strafgesetzbuch|Karistusseadustik|Straffeloven|Trestný|Greek Penal Code|"
    r"18 U\.S\. Code|Republic Act|"
    r"Mandatory Reporting of|Internet Child Pornography Reporting|Protection of Children Act|Online Safety|"
    r"Child Trafficking and Pornography Act|Computer Misuse and|Cybercrimes|Films and Publications Act"
)
JUDGMENT = re.compile(r"Hoge Raad|Just Rights for Children")
RECORD = re.compile(
    r"Council of Europe|UN member status|UNCTAD|US Department of Labor|Dutch treaty database|"
    r"Committee on the Rights"
)


def kind_of(title: str) -> str:
    """Return what kind of source a title names; commentary when nothing better is sure."""
    for kind, pattern in (("statute", STATUTE), ("judgment", JUDGMENT), ("record", RECORD)):
        if pattern.match(title):
            return kind
    return "commentary"


def _fits(row: dict[str, Any], rule: dict[str, Any]) -> bool:
    return (
        row["country_code"] == rule["country"]
        and rule.get("criterion", row["criterion_id"]) == row["criterion_id"]
        and row["source_title"].startswith(rule.get("source", ""))
    )


def correct(rows: list[dict[str, Any]], rules: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Return the rows with the corrections; a correction that fits no row is a mistake of its own."""
    for rule in rules["dated"] + rules["dropped"]:
        if not any(_fits(row, rule) for row in rows):
            raise SystemExit(f"law_corrections.toml: nothing to correct: {rule}")
    rows = [row for row in rows if not any(_fits(row, rule) for rule in rules["dropped"])]
    for rule in rules["dated"]:
        for row in rows:
            if _fits(row, rule):
                row["in_force_from"] = rule["in_force_from"]
    for rule in rules["added"]:
        rows.append({"country_code": rule["country"], "criterion_id": rule["criterion"], **rule})
    return rows


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _value(row: dict[str, Any]) -> str:
    number = criteria.criterion(row["criterion_id"]).value_type == "number"
    return row["value"] if number else _text(row["value"])


def _fact(row: dict[str, Any]) -> list[str]:
    lines = [
        "  [[source.fact]]",
        f"  criterion = {_text(row['criterion_id'])}",
        f"  value = {_value(row)}",
    ]
    if row["detail"]:
        lines.append(f"  detail = {_text(row['detail'])}")
    lines.append(f"  confidence = {_text(row['confidence'])}")
    lines += [
        f"  {key} = {row[key].isoformat()}"
        for key in ("in_force_from", "in_force_to")
        if isinstance(row.get(key), date)
    ]
    return [*lines, ""]


def file_of(code: str, rows: list[dict[str, Any]]) -> str:
    """Return a country's file: its sources by kind and age, under each what was read in it."""
    order = [criterion.id for criterion in criteria.criteria()]
    by_source: dict[tuple[str, int, str], list[dict[str, Any]]] = {}
    for row in rows:
        source = (row["source_title"], int(row["source_year"]), row["source_url"])
        by_source.setdefault(source, []).append(row)
    lines = [f"country = {_text(code)}", ""]
    kinds = ["statute", "judgment", "record", "commentary"]
    for title, year, url in sorted(by_source, key=lambda one: (kinds.index(kind_of(one[0])), -one[1], one)):
        lines += ["[[source]]", f"title = {_text(title)}", f"year = {year}", f"url = {_text(url)}"]
        lines += [f"kind = {_text(kind_of(title))}", ""]
        found = by_source[title, year, url]
        for row in sorted(found, key=lambda row: order.index(row["criterion_id"])):
            lines += _fact(row)
    return "\n".join(lines).rstrip() + "\n"


def main() -> int:
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    with Path(sys.argv[1]).open(encoding="utf-8", newline="") as file:
        rows: list[dict[str, Any]] = list(csv.DictReader(file))
    rows = correct(rows, tomllib.loads(CORRECTIONS.read_text(encoding="utf-8")))
    folder = Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    codes = sorted({row["country_code"] for row in rows})
    for code in codes:
        text = file_of(code, [row for row in rows if row["country_code"] == code])
        (folder / f"{code}.toml").write_text(text, encoding="utf-8")
    print(f"{len(codes)} countries, {len(rows)} facts")
    return 0


if __name__ == "__main__":
    sys.exit(main())
