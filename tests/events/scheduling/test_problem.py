"""Problems and timetables: their formats, and what they refuse."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from events.scheduling.problem import Pair, Participant, Problem, ProblemError, Rules
from events.scheduling.timetable import Meeting, Report, Timetable
from tests.events.scheduling.fairs import fair, fairs

FAIR: dict[str, Any] = {
    "format": "fair/1",
    "name": "春季双选会",
    "slots": [{"day": 0, "session": 0, "start": 540}, {"day": 0, "session": 0, "start": 570}],
    "tables": [{"id": "T1", "zone": 0}, {"id": "T2", "zone": 1}],
    "closed": [[1, 1]],
    "participants": [
        {"id": "S1", "side": 0, "min": 0, "max": 2, "cap": [1, 1]},
        {"id": "E1", "side": 1, "min": 1, "max": 2, "cap": [0, 2]},
        {"id": "E2", "side": 1, "min": 0, "max": 1, "cap": [1, 1]},
    ],
    "pairs": [[0, 1, 7], [0, 2, 3]],
    "forbidden": [[0, 2]],
    "must": [[0, 1]],
    "fixed": [[0, 1, 1, None]],
    "rules": {"zone_change_gap": 1, "max_run": 3, "max_break_difference": None, "precedences": [[0, 1, 0, 2]]},
}
DROP = object()


def changed(path: list[str | int], value: object) -> str:
    """The fair above with the value at the path replaced (or dropped), as JSON."""
    document = json.loads(json.dumps(FAIR))
    place = document
    for key in path[:-1]:
        place = place[key]
    if value is DROP:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return json.dumps(document)


@settings(max_examples=50, deadline=None)
@given(fairs())
def test_problem_survives_its_format(problem: Problem) -> None:
    assert Problem.from_json(problem.to_json()) == problem


def test_problem_is_read_as_it_is_written() -> None:
    problem = Problem.from_json(json.dumps(FAIR, ensure_ascii=False).encode())
    assert problem.name == "春季双选会"
    assert problem.participants[1] == Participant("E1", 1, 1, 2, (0, 2))
    assert problem.pairs == (Pair(0, 1, 7), Pair(0, 2, 3))
    assert problem.rules == Rules(1, 3, None, ((0, 1, 0, 2),))
    assert json.loads(problem.to_json()) == FAIR


def test_problem_needs_only_what_has_no_default() -> None:
    document = {key: FAIR[key] for key in ("format", "name", "slots", "tables", "participants", "pairs")}
    problem = Problem.from_json(json.dumps(document))
    assert (problem.must, problem.fixed, problem.rules) == ((), (), Rules())


@pytest.mark.parametrize(
    ("path", "value", "at", "reason"),
    [
        (["format"], "fair/2", "$.format", 'must be "fair/1", not "fair/2"'),
        (["pairs"], DROP, "$", "lacks 'pairs'"),
        (["forbiden"], [], "$.forbiden", "is not a known field"),
        (["rules", "max_runs"], 2, "$.rules.max_runs", "is not a known field"),
        (["slots", 1, "start"], 540, "$.slots[1]", "must come after the slot before it (by day, then start)"),
        (["slots", 0, "start"], "9:00", "$.slots[0].start", 'must be a whole number, not "9:00"'),
        (["slots", 0, "day"], -1, "$.slots[0].day", "must be at least 0, not -1"),
        (["tables", 1, "id"], "T1", "$.tables[1].id", "'T1' is also the id of tables[0]"),
        (["closed", 0], [2, 0], "$.closed[0][0]", "2 is not the index of a slot"),
        (["closed", 0], [0, 2], "$.closed[0][1]", "2 is not the index of a table"),
        (["participants", 0, "side"], 1, "$.pairs[0][0]", "0 is not the index of a school"),
        (["participants", 2, "side"], 0, "$.participants[2].side", "schools (side 0) must come before all enterprises"),
        (["participants", 0, "side"], 2, "$.participants[0].side", "must be 0 (school) or 1 (enterprise), not 2"),
        (["participants", 1, "min"], 3, "$.participants[1].min", "3 lies outside 0 … max (2)"),
        (["participants", 1, "cap"], [1], "$.participants[1].cap", "must have an entry per slot: 2, not 1"),
        (["participants", 1, "cap"], [1, -1], "$.participants[1].cap", "must not be negative"),
        (["participants", 1, "cap", 0], True, "$.participants[1].cap[0]", "must be a whole number, not true"),
        (["participants", 1, "id"], "S1", "$.participants[1].id", "'S1' is also the id of participants[0]"),
        (["pairs", 1], [0, 1, 2], "$.pairs[1]", "this pair occurs before"),
        (["pairs", 1], [0, 2, 0], "$.pairs[1][2]", "a score lies within 1 … 1000000000, not 0"),
        (["pairs", 1], [0, 2], "$.pairs[1]", "must have 3 entries, not 2"),
        (["pairs", 1], [0, 3, 1], "$.pairs[1][1]", "3 is not the index of an enterprise"),
        (["must", 0], [1, 0], "$.must[0][0]", "1 is not the index of a school"),
        (["fixed"], [[0, 1, 1, None], [0, 1, 0, 0]], "$.fixed[1]", "this pair is fixed before"),
        (["fixed", 0], [0, 1, 9, None], "$.fixed[0][2]", "9 is not the index of a slot"),
        (["fixed", 0], [0, 1, 1, 2], "$.fixed[0][3]", "2 is not the index of a table"),
        (["rules", "max_run"], 0, "$.rules.max_run", "must be at least 1, not 0"),
        (["rules", "precedences"], [[0, 1, 2, 1]], "$.rules.precedences[0][2]", "2 is not the index of a school"),
        (["rules"], [], "$.rules", "must be an object, not []"),
    ],
)
def test_problem_refuses_what_is_wrong_by_its_path(path: list[str | int], value: object, at: str, reason: str) -> None:
    Problem.from_json(json.dumps(FAIR))
    with pytest.raises(ProblemError) as refused:
        Problem.from_json(changed(path, value))
    assert (refused.value.path, refused.value.reason) == (at, reason)


@pytest.mark.parametrize("text", ["", "{", b"\xff\xfe{}", "[" * 100_000, '{"format": NaN' + "}", "1" * 5000])
def test_problem_refuses_what_is_no_document(text: str | bytes) -> None:
    with pytest.raises(ProblemError) as refused:
        Problem.from_json(text)
    assert refused.value.path.startswith("$")


def test_problem_built_from_rows_is_checked_too() -> None:
    problem = fair(1, 1, 1)
    with pytest.raises(ProblemError, match=r"\$\.rules\.zone_change_gap: must not be negative"):
        replace(problem, rules=Rules(zone_change_gap=-1))
    assert replace(problem, rules=Rules(zone_change_gap=1)).rules.zone_change_gap == 1


def test_problem_scores_leave_out_the_forbidden_and_add_the_required() -> None:
    problem = fair(1, 3, 1, pairs=(Pair(0, 1, 5), Pair(0, 2, 6)), forbidden=((0, 2),), must=((0, 3),))
    assert problem.scores == {(0, 1): 5, (0, 3): 0}


def test_timetable_survives_its_format() -> None:
    report = Report(7, 9, 0.222222, False, 1, 0, 2, 3, 0.25, 4)
    timetable = Timetable("双选会", (Meeting(0, 1, 1, 0),), report)
    assert Timetable.from_json(timetable.to_json()) == timetable
    bare = replace(timetable, report=None)
    assert Timetable.from_json(bare.to_json()) == bare


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ('{"format": "fair/1", "fair": "x", "meetings": []}', "$.format"),
        ('{"format": "timetable/1", "fair": "x", "meetings": [[0, 1, 2]]}', "$.meetings[0]"),
        ('{"format": "timetable/1", "fair": "x", "meetings": [[0, 1, 2, null]]}', "$.meetings[0][3]"),
        ('{"format": "timetable/1", "fair": "x", "meetings": [], "report": {}}', "$.report"),
    ],
)
def test_timetable_refuses_what_is_wrong_by_its_path(text: str, at: str) -> None:
    with pytest.raises(ProblemError) as refused:
        Timetable.from_json(text)
    assert refused.value.path == at
