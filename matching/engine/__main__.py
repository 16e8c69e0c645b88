"""The matching engine for people with files: python -m matching.engine rank | explain | evaluate | bench.

Exit codes: 0 done; 2 input that cannot be used: the reason is told as `file:line: column: what is wrong`, and nothing
is written.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from matching.engine.commands import Unfound, explained, ranked_for_demands, ranked_for_schools
from matching.engine.formats import Inputs, read_inputs, read_queries
from matching.engine.reading import Unreadable
from matching.engine.writing import write_ranked

DONE, UNUSABLE = 0, 2

# Commands with arguments of their own, whose modules load what ranking has no need of: name → (module, help).
_ELSEWHERE = {
    "evaluate": ("matching.engine.evaluation", "how good the ranking is, beside its peers"),
    "bench": ("matching.engine.benchmark", "how fast it is, beside its peers"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given and given[0] in _ELSEWHERE:
        return int(import_module(_ELSEWHERE[given[0]][0]).main(given[1:]))
    parser = _parser()
    options = parser.parse_args(given)
    if options.command == "rank" and options.queries and options.by == "demand":
        parser.error("--queries are for --by school")
    try:
        _rank(options) if options.command == "rank" else _explain(options)
    except (Unreadable, Unfound) as error:
        sys.stderr.write(f"{error}\n")
        return UNUSABLE
    except OSError as error:
        sys.stderr.write(f"{options.output}:0: file: {error.strerror or error}\n")
        return UNUSABLE
    return DONE


def _rank(options: argparse.Namespace) -> None:
    inputs = _read(options, alone=options.by == "demand")
    if options.by == "demand":
        write_ranked(options.output, ranked_for_demands(inputs, options.top))
        return
    own = [(school, school) for school in inputs.school_ids]
    queries = read_queries(options.queries, inputs.school_ids) if options.queries else own
    write_ranked(options.output, ranked_for_schools(inputs, queries, options.top))


def _explain(options: argparse.Namespace) -> None:
    inputs = _read(options, alone=options.demand is not None)
    owner = options.enterprise if options.demand is None else options.demand
    sys.stdout.write(f"{explained(inputs, options.school, owner, as_json=options.json)}\n")


def _read(options: argparse.Namespace, *, alone: bool) -> Inputs:
    inputs = read_inputs(options.catalogue, options.offers, options.demands, options.schools, alone=alone)
    for note in inputs.notes:
        sys.stderr.write(f"{note}\n")
    return inputs


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m matching.engine", description="Who suits whom, and why.")
    commands = parser.add_subparsers(dest="command", required=True)
    files = _files()
    ranking = commands.add_parser("rank", parents=[files], help="rank schools for demands, or enterprises for schools")
    ranking.add_argument("--by", choices=("demand", "school"), required=True, help="whose lists are made")
    ranking.add_argument("--queries", type=Path, help="query_id,school_id: only these lists (with --by school)")
    ranking.add_argument("--top", type=_positive, default=100, help="length of a list at most (100)")
    ranking.add_argument(
        "-o", "--output", type=Path, required=True, help="where to write query_id,doc_id,score; .gz is packed"
    )
    explaining = commands.add_parser("explain", parents=[files], help="the parts of the score of one pair")
    explaining.add_argument("--school", required=True, metavar="ID")
    asking = explaining.add_mutually_exclusive_group(required=True)
    asking.add_argument("--demand", metavar="ID", help="one demand alone")
    asking.add_argument("--enterprise", metavar="ID", help="all demands of an enterprise, summed")
    explaining.add_argument("--json", action="store_true", help="for programs")
    for name, (_, purpose) in _ELSEWHERE.items():
        commands.add_parser(name, add_help=False, help=purpose)
    return parser


def _files() -> argparse.ArgumentParser:
    """The options that say where the input is; a file may be packed with gzip."""
    files = argparse.ArgumentParser(add_help=False)
    files.add_argument(
        "--catalogue", type=Path, required=True, help="major_code,major_name,level,class_code,category_code"
    )
    files.add_argument("--offers", type=Path, required=True, help="school_id,major_code,graduates[,skills]")
    files.add_argument(
        "--demands",
        type=Path,
        required=True,
        help="query_id or demand_id[,enterprise_id,majors,skills,headcount,province,city,levels]; | joins lists",
    )
    files.add_argument("--schools", type=Path, help="school_id,school_name[,province,city]; all, also without offers")
    return files


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


if __name__ == "__main__":
    sys.exit(main())
