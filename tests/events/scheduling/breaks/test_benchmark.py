from __future__ import annotations

import io
import json

import pytest

from events.scheduling.__main__ import main
from events.scheduling.breaks.benchmark import run

INSTANCE = {
    "name": "tiny",
    "n_participants": 4,
    "n_meetings": 3,
    "n_tables": 1,
    "n_slots": 4,
    "n_morning": 3,
    "meetings": [[0, 1, 1], [0, 2, 2], [0, 3, 3]],
    "forbidden": [[2], [], [], []],
    "fixed": [None, None, 0],
    "precedences": [[2], [], []],
}
"""0 meets 3 first, then 1 (in slot 1, for 2 is forbidden), then, in the afternoon, 2: one break."""


def _run(folder, instance, *known):
    (folder / "tiny.json").write_text(json.dumps(instance))
    rows = [{"instance": "tiny", "fairness": d, "optimum": optimum} for d, optimum in known]
    (folder / "best_known.json").write_text(json.dumps(rows))
    out = io.StringIO()
    return run(folder, out), out.getvalue()


def test_run_proves_optimum_and_infeasibility(tmp_path):
    code, text = _run(tmp_path, INSTANCE, (1, 1), (0, None))
    assert code == 0
    assert "tiny d=1" in text
    assert "1 breaks proven" in text
    assert "infeasible proven" in text
    assert "2 of 2 as published" in text


def test_run_fails_on_another_result_than_published(tmp_path):
    code, text = _run(tmp_path, INSTANCE, (1, 0))
    assert code == 1
    assert "PUBLISHED 0" in text


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"meetings": [[0, 1, 1], [0, 2, 2], [0, 3, 4]]}, "$.meetings[2][2]: must be 1, 2 or 3, not 4"),
        ({"meetings": [[0, 1, 1], [0, 9, 2], [0, 3, 3]]}, "$.meetings[1][1]: 9 is not the index of a participant"),
        ({"meetings": [[0, 0, 1], [0, 2, 2], [0, 3, 3]]}, "$.meetings[0]: a participant meets itself"),
        ({"fixed": [None, None]}, "$.fixed: must have 3 entries, not 2"),
        ({"forbidden": [[4], [], [], []]}, "$.forbidden[0][0]: 4 is not the index of a slot"),
        ({"n_tables": -1}, "$.n_tables: must be at least 0, not -1"),
    ],
)
def test_run_names_what_is_wrong_and_where(tmp_path, changed, told):
    code, text = _run(tmp_path, INSTANCE | changed, (1, 1))
    assert code == 2
    assert text.rstrip().endswith(told)


def test_run_refuses_a_folder_without_results(tmp_path):
    out = io.StringIO()
    assert run(tmp_path, out) == 2
    assert "best_known.json" in out.getvalue()


@pytest.mark.parametrize(("changed", "code"), [({}, 0), ({"n_tables": -1}, 2)])
def test_bench_of_a_folder_ends_with_its_code(tmp_path, capsys, changed, code):
    _run(tmp_path, INSTANCE | changed, (1, 1))
    assert main(["bench", "--b2b", str(tmp_path)]) == code
    shown = capsys.readouterr().out
    assert ("1 of 1 as published" in shown) is (code == 0)
    assert ("tiny.json: $.n_tables" in shown) is (code == 2)
