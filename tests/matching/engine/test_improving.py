"""A step is worth what the changed school, or the changed demands, would be worth."""

from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matching.engine import Offer, Snapshot, rank_for_enterprise
from matching.engine.improving import Improvement, Matter, Step, best_of, place_of, with_less, with_more
from matching.engine.rows import score_column
from tests.matching.engine.worlds import CATALOGUE, CODES, LEVEL_OF, SKILLS, World, demand, school, worlds

quick = settings(max_examples=40, deadline=None)
WANTED = demand("510205", skills=("python", "sql"), headcount=10)
EXACT = school(1, Offer("510205", "junior_college", 90, frozenset({"python", "sql"})))
NEAR = school(2, Offer("510203", "junior_college", 80))


def placed(schools, demands, key: int) -> tuple[int, float]:
    """Place and score of a school, everything ranked from the beginning."""
    listed = rank_for_enterprise(Snapshot.of(CATALOGUE, schools), demands, 1000)
    for place, pair in enumerate(listed, start=1):
        if pair.school == key:
            return place, pair.enterprise_score
    return len(listed) + 1, 0.0


@quick
@given(world=worlds(), code=st.sampled_from(CODES), people=st.integers(1, 300), data=st.data())
def test_a_major_more_is_worth_what_the_larger_school_is_worth(
    world: World, code: str, people: int, data: st.DataObject
):
    changed = data.draw(st.sampled_from(world.schools))
    demands = next(iter(world.enterprises.values()))
    snapshot = Snapshot.of(CATALOGUE, world.schools)
    column = snapshot.columns([demands])
    table = score_column(snapshot.supply, column, 0)
    step = Step(Matter.MAJOR, code)

    found = with_more(snapshot.supply, snapshot.row(changed.id), column, table, [step], people)

    larger = replace(changed, offers=(*changed.offers, Offer(code, LEVEL_OF[code], people)))
    assume(found)  # a school of a shape that the index does not know is not tried
    single = replace(snapshot, schools={**snapshot.schools, changed.id: larger})
    again = score_column(snapshot.supply, column, 0, [single.row(changed.id)])
    assert (found[0].place, found[0].score) == place_of(again, changed.id)


def test_a_skill_more_is_worth_what_the_school_that_teaches_it_is_worth():
    snapshot = Snapshot.of(CATALOGUE, [EXACT, NEAR])
    column = snapshot.columns([[WANTED]])
    table = score_column(snapshot.supply, column, 0)

    found = with_more(snapshot.supply, snapshot.row(2), column, table, [Step(Matter.SKILL, "python")], 80)

    taught = replace(NEAR, offers=(replace(NEAR.offers[0], skills=frozenset({"python"})),))
    single = replace(snapshot, schools={2: taught})
    again = score_column(snapshot.supply, column, 0, [single.row(2)])
    assert [(one.place, one.score) for one in found] == [place_of(again, 2)]


@quick
@given(world=worlds(), data=st.data())
def test_less_asked_for_is_worth_what_a_new_ranking_says(world: World, data: st.DataObject):
    demands = next(iter(world.enterprises.values()))
    key = data.draw(st.sampled_from(world.schools)).id
    snapshot = Snapshot.of(CATALOGUE, world.schools)
    steps = [Step(Matter.MAJOR, code) for one in demands for code in one.majors]
    steps += [Step(Matter.SKILL, skill) for one in demands for skill in one.skills]
    steps += [Step(Matter.LEVEL, level) for level in ("secondary", "junior_college")]

    found = with_less(snapshot, [], key, demands, steps)

    for one in found:
        changed = [_changed(profile, one.step) for profile in demands]
        assert (one.place, one.score) == placed(world.schools, changed, key)


def _changed(profile, step: Step):
    if step.matter is Matter.LEVEL:
        return replace(profile, levels=profile.levels | {step.of}) if profile.levels else profile
    name = "majors" if step.matter is Matter.MAJOR else "skills"
    rest = tuple(other for other in getattr(profile, name) if other != step.of)
    left = replace(profile, **{name: rest})
    return left if left.majors or left.skills else profile


def test_a_step_that_changes_nothing_is_no_step():
    snapshot = Snapshot.of(CATALOGUE, [EXACT, NEAR])
    steps = [Step(Matter.SKILL, SKILLS[-1]), Step(Matter.LEVEL, "secondary"), Step(Matter.MAJOR, "460101")]

    assert with_less(snapshot, [], 2, [WANTED], steps) == []
    assert with_less(snapshot, [], 2, [demand("510205")], [Step(Matter.MAJOR, "510205")]) == []


def test_a_skill_that_nobody_knows_is_no_step():
    snapshot = Snapshot.of(CATALOGUE, [EXACT, NEAR])
    column = snapshot.columns([[WANTED]])
    table = score_column(snapshot.supply, column, 0)

    assert with_more(snapshot.supply, snapshot.row(2), column, table, [Step(Matter.SKILL, "latin")], 80) == []


def test_the_best_steps_come_first_and_idle_ones_not_at_all():
    def step(name: str, place: int, score: float) -> Improvement:
        return Improvement(Step(Matter.SKILL, name), place, score)

    found = [step("worse", 6, 0.1), step("idle", 5, 0.2), step("up", 3, 0.4), step("more", 5, 0.3), step("top", 1, 0.6)]

    assert [one.step.of for one in best_of(found, (5, 0.2), 3)] == ["top", "up", "more"]
    assert [one.step.of for one in best_of(found, (5, 0.2), 1)] == ["top"]


def test_a_school_without_a_score_stands_after_all_that_have_one():
    snapshot = Snapshot.of(CATALOGUE, [EXACT, NEAR, school(3, Offer("500211", "junior_college", 50))])
    table = score_column(snapshot.supply, snapshot.columns([[WANTED]]), 0)

    assert [place_of(table, key)[0] for key in (1, 2, 3)] == [1, 2, 3]
    assert place_of(table, 3)[1] == 0.0
