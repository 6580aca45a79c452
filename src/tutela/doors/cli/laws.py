"""``tutela law``: what the law of a country says, beside a standard and to an assessment; without a node."""

from __future__ import annotations

import functools
import json
import tomllib
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, ParamSpec, TypeVar

import typer

from tutela.core.kernel import clock
from tutela.core.kernel.tables import BadTable
from tutela.core.law import checking, comparing, countries, evaluating
from tutela.core.law.errors import Contradiction, LawRefusal
from tutela.core.terms import assessment, labels
from tutela.core.terms.assessment import Assessed
from tutela.doors.cli import law_shown
from tutela.doors.cli.node_setup import EXIT_REFUSED, fail

P = ParamSpec("P")
R = TypeVar("R")

app = typer.Typer(help="What the law of each country says, with sources.", no_args_is_help=True)
Code = Annotated[str, typer.Argument(metavar="COUNTRY", help="Two letters of ISO 3166-1, as GE.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON lines.")]
Language = Annotated[str, typer.Option("--language", help="en or ka.")]
Day = Annotated[
    datetime | None,
    typer.Option("--on", formats=["%Y-%m-%d"], help="The day to speak of; today if left out."),
]


_UNSAID = dict.fromkeys(("series_known", "self_generated", "livestream", "commercial"), "unclear")


def told(command: Callable[P, R]) -> Callable[P, R]:
    """Turn a refused question and a wrong file into one line and exit code 1."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except Contradiction as refused:
            said = "; ".join(labels.label("contradiction", code) for code in refused.codes)
            raise fail(f"{refused.code}: {said}") from refused
        except LawRefusal as refused:
            raise fail(f"{refused.code}: {refused}") from refused
        except BadTable as bad:
            raise fail(str(bad)) from bad

    return run


@app.command("country")
@told
def show_country(code: Code, on: Day = None, as_json: Json = False, language: Language = "en") -> None:
    """Print everything that is known of a country's law, each answer with its sources."""
    country = countries.country(code)
    known = countries.known_of(country, _day(on))
    if as_json:
        _print_json({"country": country.code, **law_shown.known_fields(one)} for one in known.values())
    else:
        _print(law_shown.country_lines(country, known, language))


@app.command("compare")
@told
def compare(
    codes: Annotated[list[str], typer.Argument(metavar="COUNTRY…", help="Two letters each, as GE DE NL.")],
    standard: Annotated[
        str,
        typer.Option(
            help="lanzarote, budapest, opsc, eu_directive, icmec, ilo182 or un_cybercrime.",
        ),
    ] = "lanzarote",
    on: Day = None,
    as_json: Json = False,
    language: Language = "en",
) -> None:
    """Lay the laws of countries beside what a standard asks for: met, partly, not, unknown."""
    found = comparing.compare(codes, standard, _day(on))
    if as_json:
        _print_json([law_shown.comparison_fields(found)])
    else:
        _print(law_shown.comparison_lines(found, language))


@app.command("gaps")
@told
def gaps(code: Code, on: Day = None, as_json: Json = False, language: Language = "en") -> None:
    """Print what stands between a country's law and every standard; unknown is said to be unknown."""
    found = comparing.gaps(code, _day(on))
    if as_json:
        _print_json(law_shown.gap_fields(gap) for gap in found)
    else:
        _print(law_shown.gap_lines(found, language))


@app.command("evaluate")
@told
def evaluate(
    facts: Annotated[
        Path, typer.Argument(help="TOML file: the assessment in codes, reality = ... and so on.")
    ],
    country: Annotated[
        list[str] | None, typer.Option("--country", help="Two letters; repeatable; all when left out.")
    ] = None,
    assessed_under: Annotated[
        str | None, typer.Option(help="Country whose law the analyst had in mind.")
    ] = None,
    on: Day = None,
    as_json: Json = False,
    language: Language = "en",
) -> None:
    """Print what each law says to an assessment, with the reasons in order and their sources."""
    assessed = _assessment(facts)
    among = [countries.country(code) for code in country] if country else None
    found = evaluating.evaluate_all(assessed, _day(on), among=among, assessed_under=assessed_under)
    if as_json:
        _print_json(law_shown.finding_fields(one) for one in found)
    else:
        for one in found:
            _print(law_shown.finding_lines(one, countries.country(one.country).name(language), language))


@app.command("check-data")
def check_data(
    folder: Annotated[
        Path, typer.Argument(help="The data folder; the installed one if left out.")
    ] = countries.DATA,
) -> None:
    """Examine every file of the law and name each fault by file and line. Exit 1 when there is one."""
    faults = checking.check_data(folder)
    for fault in faults:
        typer.echo(str(fault), err=True)
    if faults:
        raise typer.Exit(EXIT_REFUSED)
    known = countries.countries()
    facts = sum(len(one.facts) for one in known)
    typer.echo(f"No faults: {facts} facts of {sum(bool(one.facts) for one in known)} countries.")


def _day(on: datetime | None) -> date:
    return on.date() if on else clock.now().date()


def _assessment(path: Path) -> Assessed:
    """Read the codes of an assessment; what is left out was unclear."""
    try:
        codes = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise fail(f"{path.name}: {error}") from error
    try:
        return assessment.from_codes({**_UNSAID, **codes})
    except assessment.UnknownCode as refused:
        kind = assessment.FIELDS.get(refused.field)
        values = ", ".join(kind) if kind else f"no such field; there are {', '.join(assessment.FIELDS)}"
        raise fail(f"{path.name}: {refused.field}: {values}") from refused


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        typer.echo(line)


def _print_json(rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        typer.echo(json.dumps(row, ensure_ascii=False))
