"""What the command line does with the files: rank them, or explain one pair."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from matching.engine.columns import Columns, build_columns
from matching.engine.explaining import Contribution, DemandExplanation, Explanation, explain
from matching.engine.formats import Inputs
from matching.engine.from_profiles import pack_demands
from matching.engine.kernel import rank_block
from matching.engine.profiles import DemandProfile
from matching.engine.writing import Ranked

_AT_ONCE = 16_384  # demands whose lists are in memory together
_BAR = 40  # characters


class Unfound(LookupError):
    """What was asked for is not in the files; the text says what."""


def ranked_for_demands(inputs: Inputs, top: int) -> Iterator[Ranked]:
    """(demand, school, A) of every demand, each alone, in the order of the file; best first, ties by id."""
    supply, columns = inputs.snapshot.supply, _columns(inputs)
    per_demand = min(top, max(1, len(supply)))
    for lo in range(0, len(columns), _AT_ONCE):
        hi = min(lo + _AT_ONCE, len(columns))
        found = rank_block(supply, columns, lo, hi, per_demand, 1, _lanes()).enterprise_lists
        lists = (found.enterprise.tolist(), found.school.tolist(), found.enterprise_score.tolist())
        for enterprise, school, score in zip(*lists, strict=True):
            yield inputs.enterprise_ids[enterprise], inputs.school_ids[school], score


def ranked_for_schools(inputs: Inputs, queries: Sequence[tuple[str, str]], top: int) -> Iterator[Ranked]:
    """(query, enterprise, B) of the school of every query, in their order; best first, ties by id."""
    supply, columns = inputs.snapshot.supply, _columns(inputs)
    per_school = min(top, max(1, len(columns)))
    block = rank_block(supply, columns, 0, len(columns), 1, per_school, _lanes())
    table = block.school_lists.table(supply)
    found: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
    lists = (table.school.tolist(), table.enterprise.tolist(), table.school_score.tolist())
    for school, enterprise, score in zip(*lists, strict=True):
        found[inputs.school_ids[school]].append((inputs.enterprise_ids[enterprise], score))
    for query, wanted in queries:
        for document, score in found.get(wanted, ()):
            yield query, document, score


def explained(inputs: Inputs, school: str, owner: str, *, as_json: bool) -> str:
    """The parts of the score of one pair, as text or JSON; raises Unfound for an id that is not in the files."""
    if school not in inputs.names:
        raise Unfound(f"no school {school!r}")
    demands = [demand for demand in inputs.demands if inputs.enterprise_ids[demand.enterprise] == owner]
    if not demands:
        raise Unfound(f"no demand or enterprise {owner!r}")
    found = explain(inputs.snapshot, inputs.school_ids.index(school), demands)
    ids = {demand.id: inputs.demand_ids[demand.id] for demand in demands}
    if as_json:
        return json.dumps(_with_ids(found.as_dict(), school, owner, ids), ensure_ascii=False, indent=1)
    lines = [f"{school} {inputs.names[school]}".rstrip(), *_head(found)]
    for demand, reasons in zip(demands, found.demands, strict=True):
        lines += ["", *_demand(inputs, demand, reasons)]
    return "\n".join(lines)


def _columns(inputs: Inputs) -> Columns:
    snapshot = inputs.snapshot
    return build_columns(snapshot.supply, pack_demands(inputs.demands, snapshot.supply.vocabulary, snapshot.numbers))


def _lanes() -> int:
    """Threads; their number changes no byte."""
    return os.cpu_count() or 1


def _with_ids(plain: dict[str, object], school: str, owner: str, ids: dict[int, str]) -> dict[str, object]:
    """The same with the ids of the files instead of numbers."""

    def told(value: object) -> object:
        if isinstance(value, list):
            return [told(item) for item in value]
        if isinstance(value, dict):
            return {key: ids[item] if key == "demand" else told(item) for key, item in value.items()}
        return value

    return {**{key: told(value) for key, value in plain.items()}, "school": school, "enterprise": owner}


def _head(found: Explanation) -> list[str]:
    return [
        f"enterprise's side {found.enterprise_score:.4f}   school's side {found.school_score:.4f}"
        f"   mutual {found.mutual:.4f}",
        f"coverage {found.coverage:.4f}   eligible graduates {found.graduates:.1f}"
        f"   matched vacancies {found.vacancies:.2f}",
    ]


def _demand(inputs: Inputs, demand: DemandProfile, reasons: DemandExplanation) -> list[str]:
    seats = reasons.seats
    lines = [
        f"demand {inputs.demand_ids[demand.id]}: {demand.headcount} vacancies;"
        f" graduates of the very majors {seats.exact_graduates:g},"
        f" eligible {seats.eligible_graduates:.1f}; level × {reasons.level_fit:g}, place × {reasons.region_fit:g}"
    ]
    by = {met.wanted: f" by {_called(inputs, met.offer)}, {met.depth}" for met in reasons.majors_met}
    lines += [_term(inputs, term, by) for term in reasons.contributions]
    lines += [f"  missing  major {_called(inputs, code)}" for code in reasons.majors_missing]
    return [*lines, *(f"  missing  skill {skill}" for skill in reasons.skills_missing)]


def _term(inputs: Inputs, term: Contribution, by: Mapping[str, str]) -> str:
    of = f"{_called(inputs, str(term.of))}{by[str(term.of)]}" if term.kind == "major" else term.of
    return f"  {term.value:.4f}   {term.kind} {of}  {'█' * round(term.value * _BAR)}".rstrip()


def _called(inputs: Inputs, code: str) -> str:
    """A code with its name, if it is that of a major that the catalogue names."""
    major = inputs.snapshot.catalogue.majors.get(code)
    return f"{code} {major.name}" if major and major.name else code
