"""What a timetable of Bao'an's size costs and is worth: `pytest -s tests/benchmarks/test_scheduling.py` prints it.

The whole bench, with larger fairs and a general solver: `python -m events.scheduling bench`.
"""

import json
import subprocess
import sys

import pytest

from events.scheduling.bench.measuring import WHOLE, WHOLE_BREAKS
from events.scheduling.bench.peers import PEERS
from events.scheduling.bench.runner import main


@pytest.mark.parametrize("fair", ["real57-windows-21", "real57-scattered-21", "real57-rush-21", "real57-rushscat-21"])
def test_plan_meets_every_target_and_beats_every_organizer(fair: str) -> None:
    assert {WHOLE, WHOLE_BREAKS}.isdisjoint(PEERS)
    assert main(["--fairs", fair, "--peers", *PEERS]) == 0


def test_plan_of_a_province_meets_every_target() -> None:
    assert main(["--fairs", "mid200-windows-21", "--peers", "greedy-balanced"]) == 0


def test_first_call_in_a_fresh_process_is_as_quick_as_the_second() -> None:
    """What was compiled once is loaded: what a fresh process pays is the imports and the loading."""
    code = """
import json, time
started = time.perf_counter()
from events.scheduling.solver import plan
from events.scheduling.bench.fairs import generate
imported = time.perf_counter()
problem, seconds = generate("real57", "windows", 1), []
for _ in range(2):
    before = time.perf_counter()
    plan(problem)
    seconds.append(round(time.perf_counter() - before, 2))
print(json.dumps([round(imported - started, 2), *seconds]))
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    imports, cold, warm = json.loads(run.stdout)
    print(f"\nimports {imports} s, first call {cold} s, second {warm} s")
    assert imports + cold < 20
