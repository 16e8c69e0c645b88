"""`python -m matching.engine evaluate`: read the reference data, rank, print the table."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Literal

from matching.engine.catalogue import Catalogue
from matching.engine.evaluation import reference_data as data
from matching.engine.evaluation.market import Market
from matching.engine.evaluation.measures import half_of
from matching.engine.evaluation.reporting import as_json, as_table
from matching.engine.evaluation.tasks import Gain, Result, Task, judge
from matching.engine.evaluation.units import unit_tasks
from matching.engine.evaluation.universities import university_tasks
from matching.engine.evaluation.vocational import occupations_of, vocational_tasks
from matching.engine.reading import Unreadable

DONE, UNUSABLE = 0, 2
HALVES = {"development": 0, "held-back": 1}
Measure = Literal["records", "places"]


@dataclass(frozen=True, slots=True)
class Settings:
    """half: of HALVES; gain and graduates: as the options of the command; sample: queries of each kind, at most."""

    half: int
    gain: Gain = "log"
    universities: Measure = "places"
    colleges: Measure = "records"
    sample: int | None = None


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; returns the exit code: 2 if the data cannot be used, with the reason."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = _parser().parse_args(given)
    settings = Settings(HALVES[options.half], options.gain, options.universities, options.colleges, options.sample)
    if not options.data.is_dir():
        sys.stderr.write(f"{options.data}:0: file: no such folder; the reference data are not part of the product\n")
        return UNUSABLE
    try:
        results = evaluate(options.data, settings)
        if options.json:
            command = shlex.join(["python", "-m", "matching.engine", "evaluate", *given])
            today = datetime.now(tz=UTC).date()
            options.json.write_text(as_json(results, options.half, command, on=today), encoding="utf-8")
    except Unreadable as error:
        sys.stderr.write(f"{error}\n")
        return UNUSABLE
    except OSError as error:
        sys.stderr.write(f"{options.json}:0: file: {error.strerror or error}\n")
        return UNUSABLE
    sys.stdout.write(as_table(results))
    return DONE


def evaluate(folder: Path, settings: Settings) -> list[Result]:
    """The results of all tasks in their order; raises Unreadable."""
    catalogue = data.read_catalogue(folder)
    tasks = chain(_vocational(folder, catalogue, settings), _public(folder, catalogue, settings))
    judged = (judge(task, settings.gain) for task in tasks)
    return [result for result in judged if result is not None]


def _vocational(folder: Path, catalogue: Catalogue, settings: Settings) -> Iterator[Task]:
    profiles = data.read_profiles(folder, catalogue)
    graduates = _read_graduates(folder, data.JUNIOR_COLLEGE, settings.colleges)
    market = Market.of(catalogue, graduates, {code: profile.skills for code, profile in profiles.items()})
    occupations = [one for one in occupations_of(market, profiles) if half_of(one.name) == settings.half]
    yield from vocational_tasks(market, profiles, occupations[: settings.sample])


def _public(folder: Path, catalogue: Catalogue, settings: Settings) -> Iterator[Task]:
    expansion = data.read_expansion(folder, catalogue)
    posts = data.read_posts(folder, expansion)
    market = Market.of(catalogue, _read_graduates(folder, data.BACHELOR, settings.universities), {})
    own = [post for post in posts if half_of(post.code) == settings.half]
    yield from university_tasks(market, own[: settings.sample], expansion)
    of_units = [post for post in posts if half_of(post.unit) == settings.half]
    yield from unit_tasks(market, of_units[: settings.sample], expansion)


def _read_graduates(folder: Path, level: str, measure: Measure) -> data.Graduates:
    return (data.read_places if measure == "places" else data.read_records)(folder, level)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m matching.engine evaluate", description="How good the ranking is, beside its peers (nDCG@10)."
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the reference data")
    parser.add_argument("--half", choices=HALVES, default="held-back", help="constants were chosen on development")
    parser.add_argument("--gain", choices=("log", "linear"), default="log", help="ln(1 + persons), or persons")
    for name, default in (("universities", "places"), ("colleges", "records")):
        parser.add_argument(
            f"--{name}", choices=("places", "records"), default=default, help=f"their graduates: by what ({default})"
        )
    parser.add_argument("--sample", type=_positive, help="so many posts and occupations at most")
    parser.add_argument("--json", type=Path, help="where to write the same for programs")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number
