"""What the engine refuses, each beside what it takes."""

import pytest

from matching.engine import (
    Credits,
    Offer,
    Snapshot,
    UnknownMajor,
    Weights,
    rank_for_enterprise,
    rank_schools,
    score_all,
)
from tests.matching.engine.worlds import CATALOGUE, demand, school

ALL = 1000


def test_unknown_major_is_refused_on_both_sides():
    snapshot = Snapshot.of(CATALOGUE, [school(1, Offer("460301", "junior_college", 10))])
    for wanted in ("999999", "47", "46030", ""):
        with pytest.raises(UnknownMajor) as refused:
            rank_schools(snapshot, demand(wanted), ALL)
        assert refused.value.code == wanted
    with pytest.raises(UnknownMajor):
        Snapshot.of(CATALOGUE, [school(1, Offer("4603", "junior_college", 10))])  # a prefix is no offer


def test_wrong_input_is_refused():
    with pytest.raises(ValueError, match="headcount"):
        demand("460301", headcount=0)
    with pytest.raises(ValueError, match="levels"):
        demand("460301", levels=("master",))
    with pytest.raises(ValueError, match="level"):
        Offer("460301", "master", 10)
    with pytest.raises(ValueError, match="graduates"):
        Offer("460301", "junior_college", -1)
    with pytest.raises(ValueError, match="fall"):
        Credits(1.0, 0.1, 0.2, 0.0)
    with pytest.raises(ValueError, match="kappa"):
        Weights(kappa=0.0)
    with pytest.raises(ValueError, match=r"\[0, 1\]"):
        Weights(skill=1.5)


def test_misfiled_demands_and_doubled_schools_are_refused():
    snapshot = Snapshot.of(CATALOGUE, [school(1)])
    with pytest.raises(ValueError, match="several enterprises"):
        rank_for_enterprise(snapshot, [demand("460301"), demand("460301", id=2, enterprise=8)], ALL)
    with pytest.raises(ValueError, match="filed under"):
        score_all(snapshot, {8: [demand("460301")]}, ALL)
    with pytest.raises(ValueError, match="twice"):
        Snapshot.of(CATALOGUE, [school(1), school(1)])
    with pytest.raises(ValueError, match="top"):
        rank_schools(snapshot, demand("460301"), 0)
