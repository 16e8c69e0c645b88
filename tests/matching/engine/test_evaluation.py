"""The evaluation: its measures by hand, its peers on tiny examples, no truth in the query, and a folder end to end."""

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from matching.engine.__main__ import main as engine
from matching.engine.evaluation import main, peers
from matching.engine.evaluation.command import Settings, evaluate
from matching.engine.evaluation.market import Market, Query
from matching.engine.evaluation.measures import best_of, half_of, ndcg, paired_interval
from matching.engine.evaluation.reference_data import (
    MajorProfile,
    Post,
    read_catalogue,
    read_expansion,
    read_places,
    read_posts,
    wants_of,
)
from matching.engine.evaluation.specified import specified_scores
from matching.engine.evaluation.universities import TASKS, one_item, university_tasks
from matching.engine.evaluation.vocational import Occupation, vocational_tasks
from matching.quality import last_quality
from tests.matching.engine.reference_folder import OCCUPATIONS, make_folder

REFERENCE = Path(__file__).resolve().parents[4] / "shared" / "data"


def numbers(*rows: list[float]) -> np.ndarray:
    return np.array(rows, np.float32)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_folder(tmp_path_factory.mktemp("reference"))


@pytest.fixture(scope="module")
def market(folder: Path) -> Market:
    return Market.of(read_catalogue(folder), read_places(folder, "本科"), {})


# Measures


def test_ndcg_is_what_the_hand_computes():
    gains = numbers([3, 0, 1, 2])
    ideal = 3 + 2 / math.log2(3) + 1 / 2
    assert ndcg(np.array([[0, 3, 2, 1]]), gains).tolist() == [1.0]
    assert ndcg(np.array([[2, 0]]), gains)[0] == pytest.approx((1 + 3 / math.log2(3)) / (3 + 2 / math.log2(3)))
    assert ndcg(np.array([[1, 2, -1, -1]]), gains)[0] == pytest.approx(1 / math.log2(3) / ideal)
    assert ndcg(np.array([[-1, -1]]), gains).tolist() == [0.0]


def test_best_are_by_score_then_position_and_nothing_without_a_score():
    scores = numbers([0.2, 0.5, 0, 0.5], [0, 0, 0, 0.1])
    assert best_of(scores, 3).tolist() == [[1, 3, 0], [3, -1, -1]]
    assert best_of(scores, 5).tolist() == [[1, 3, 0, -1, -1], [3, -1, -1, -1, -1]]


def test_interval_is_the_same_again_and_draws_whole_groups():
    differences = np.array([1.0, 1.0, 1.0, 1.0, -1.0, -1.0, -1.0, -1.0])
    alone, pairs = np.arange(8), np.repeat(np.arange(2), 4)
    first = paired_interval(differences, alone)
    assert first == paired_interval(differences, alone)
    assert first.mean == 0.0
    assert -1 < first.low < 0 < first.high < 1
    # Two groups of four, drawn as a whole: both of one kind in half of the draws.
    assert paired_interval(differences, pairs) == (0.0, -1.0, 1.0)
    assert paired_interval(np.full(8, 0.25), pairs) == (0.25, 0.25, 0.25)


def test_halves_do_not_depend_on_who_else_is_there():
    assert [half_of(name) for name in ("a", "b", "c", "d", "e")] == [0, 0, 0, 0, 1]
    drawn = [half_of(f"post {number}") for number in range(2_000)]
    assert 900 < sum(drawn) < 1_100


# Peers: one query for terms 0 and 1; three documents over three terms.

QUERY = numbers([1, 1, 0])
DOCUMENTS = numbers([1, 0, 1], [2, 1, 0], [0, 0, 3])


def test_counts_and_sums_are_those_of_sql():
    assert peers.exact_count(QUERY, DOCUMENTS).tolist() == [[1.0, 2.0, 0.0]]
    assert peers.summed(QUERY, numbers([80, 0, 5], [30, 9, 0], [0, 0, 70])).tolist() == [[80.0, 39.0, 0.0]]


def test_bm25_is_what_the_hand_computes():
    both, one = (math.log1p((3 - df + 0.5) / (df + 0.5)) for df in (2, 1))
    lengths = [1.2 * (0.25 + 0.75 * length / (8 / 3)) for length in (2, 3)]
    first = both * 2.2 / (1 + lengths[0])
    second = both * 2 * 2.2 / (2 + lengths[1]) + one * 2.2 / (1 + lengths[1])
    assert peers.bm25(QUERY, DOCUMENTS)[0] == pytest.approx([first, second, 0.0], rel=1e-6)


def test_tf_idf_and_jaccard_are_what_the_hand_computes():
    both, one = math.log(4 / 3) + 1, math.log(4 / 2) + 1
    first = both * both / math.hypot(both, both)
    second = (2 * both * both + one * one) / math.hypot(2 * both, one)
    assert peers.tf_idf(QUERY, DOCUMENTS)[0] == pytest.approx([first, second, 0.0], rel=1e-6)
    assert peers.jaccard(QUERY, DOCUMENTS)[0] == pytest.approx([1 / 3, 1.0, 0.0])


def test_names_are_cut_into_bigrams_and_a_short_one_stands_for_itself():
    assert peers.bigrams("软件技术") == ["软件", "件技", "技术"]
    assert peers.bigrams("茶") == ["茶"]
    assert peers.text_terms(["技术技术", "术技"]).tolist() == [[2.0, 1.0], [0.0, 1.0]]


# What is shown, and what is right


def test_items_become_prefixes_where_they_are_classes(folder: Path):
    expansion = read_expansion(folder, read_catalogue(folder))
    assert wants_of(("B080901", "major"), expansion) == ("080901",)
    assert wants_of(("B0809", "subject"), expansion) == ("0809",)
    assert wants_of(("B12", "discipline"), expansion) == ("12",)
    assert wants_of(("B0812", "subject"), expansion) == ("080902",)  # alone: no class of the ministry's
    assert wants_of(("B9", "discipline"), {"B9": ("080901", "080902", "120201")}) == ("08", "120201")


def test_prefix_stands_for_all_below_it_for_the_peers_too(market: Market):
    assert market.codes == ["080901", "080902", "120201", "120202"]
    assert market.wanted([["0809"], ["12", "080902"], ["13"]]).tolist() == [[1, 1, 0, 0], [0, 1, 1, 1], [0, 0, 0, 0]]
    assert market.graduates.tolist() == [[50, 51, 0, 0], [0, 50, 51, 0], [0, 0, 0, 50]]


def test_specified_formula_is_what_the_hand_computes(market: Market):
    scores = specified_scores(market, [Query("q", "q", ("080901",), (), headcount=2)])
    near = 0.1 * 50 / (0.1 * 50 + 60) * 0.25  # U2 only has the class: supply .02 + .08, coverage .05 + .20
    exact = (50 + 0.1 * 51) / (50 + 0.1 * 51 + 60)
    assert scores[0] == pytest.approx([exact, near, 0.0])


def test_what_a_post_hides_changes_the_truth_and_no_ranking(folder: Path, market: Market):
    expansion = read_expansion(folder, read_catalogue(folder))
    post = next(post for post in read_posts(folder, expansion) if one_item(post, expansion) == ("080901",))
    other = replace(post, items=(post.items[0], ("B080902", "major")))
    shown = list(TASKS).index(next(named for named, form in TASKS.items() if form is one_item))
    one, two = (list(university_tasks(market, [which], expansion))[shown] for which in (post, other))
    assert one.truth.tolist() != two.truth.tolist()
    assert one.ours.tolist() == two.ours.tolist()
    assert one.specified.tolist() == two.specified.tolist()
    assert {name: ranked.tolist() for name, ranked in one.peers.items()} == {
        name: ranked.tolist() for name, ranked in two.peers.items()
    }
    # The control: what is shown does change them.
    shown_else = Post(post.code, post.unit, post.headcount, (("B120202", "major"), post.items[1]))
    assert list(university_tasks(market, [shown_else], expansion))[shown].ours.tolist() != one.ours.tolist()


def test_which_majors_lead_to_an_occupation_changes_the_truth_and_no_ranking(folder: Path):
    skills = frozenset({"a", "b", "c", "d"})
    codes = ("510201", "510203", "530701")
    taught = dict.fromkeys(codes, skills)
    profiles = {code: MajorProfile("junior_college", frozenset(), skills) for code in codes}
    offered = {("C1", "510201"): 5.0, ("C2", "510203"): 7.0, ("C3", "530701"): 6.0}
    market = Market.of(read_catalogue(folder), offered, taught)
    narrow, wide = (
        {task.name: task for task in vocational_tasks(market, profiles, [Occupation("职业", colleges, ())])}
        for colleges in (codes[:2], codes)
    )
    name = "4 skills only → colleges"
    assert narrow[name].truth[0].tolist() == [5.0, 7.0, 0.0]
    assert wide[name].truth[0].tolist() == [5.0, 7.0, 6.0]
    assert narrow[name].ours.tolist() == wide[name].ours.tolist() == [[1, 2, 0] + [-1] * 7] * 4


def test_enterprises_lists_and_schools_lists_are_the_engines(market: Market):
    queries = [Query("p", "u", ("080901",), (), 3, "unit a"), Query("q", "v", ("1202",), (), 1, "unit b")]
    assert market.rank_schools(queries, 3).tolist() == [[0, 1, -1], [1, 2, -1]]
    assert market.rank_owners(queries, ["unit a", "unit b"], 2).tolist() == [[0, -1], [1, 0], [1, -1]]


# The command


def test_evaluate_prints_the_table_and_leaves_it_for_the_staff(folder: Path, tmp_path: Path, capsys):
    file = tmp_path / "quality.json"
    assert main(["--data", str(folder), "--json", str(file)]) == 0
    lines = capsys.readouterr().out.splitlines()
    found = json.loads(file.read_text(encoding="utf-8"))
    assert [line.split(" | ")[0].removeprefix("| ") for line in lines[2:]] == [task["task"] for task in found["tasks"]]
    assert len(found["tasks"]) == 13
    assert found["command"] == f"python -m matching.engine evaluate --data {folder} --json {file}"
    assert found["engine"]["weights"]["coverage"]["code"] == 1.0
    full = next(task for task in found["tasks"] if task["task"].startswith("the full list"))
    assert full["peers"]["SQL Σ graduates"] == 1.0
    assert full["best_peer"] == full["peers"][full["peer"]]
    assert full["difference"] == pytest.approx(full["ours"] - full["best_peer"], abs=2e-4)
    shown = last_quality(file)
    assert [task.task for task in shown.tasks] == [task["task"] for task in found["tasks"]]
    assert (shown.date, shown.is_held_back) == (found["date"], True)


def test_halves_share_no_post_and_no_occupation(folder: Path):
    development, held_back = (evaluate(folder, Settings(half)) for half in (0, 1))
    counts = {result.task: result.n for result in development}
    for result in held_back:
        counts[result.task] += result.n
    assert counts["one listed item (code, class or category) → universities"] == 24
    assert counts["4 skills only → colleges"] == 4 * len(OCCUPATIONS)


def test_evaluate_says_what_it_cannot_use(folder: Path, tmp_path: Path, capsys):
    absent = tmp_path / "absent"
    assert engine(["evaluate", "--data", str(absent)]) == 2
    assert capsys.readouterr().err.startswith(f"{absent}:0: file: no such folder")
    broken = make_folder(tmp_path)
    assert main(["--data", str(broken), "--sample", "1"]) == 0
    capsys.readouterr()
    majors = broken / "majors_vocational.csv"
    majors.write_text(majors.read_text(encoding="utf-8").replace("中职", "小学"), encoding="utf-8")
    assert main(["--data", str(broken), "--sample", "1"]) == 2
    assert capsys.readouterr() == ("", f"{majors}:5: level: unknown level '小学'\n")
    assert main(["--data", str(folder), "--sample", "1", "--json", str(absent / "quality.json")]) == 2
    assert capsys.readouterr() == ("", f"{absent / 'quality.json'}:0: file: No such file or directory\n")


@pytest.mark.skipif(not REFERENCE.is_dir(), reason=f"NOT RUN: no reference data in {REFERENCE}")
def test_engine_is_better_than_every_peer_on_a_sample_of_real_data():
    results = {result.task: result for result in evaluate(REFERENCE, Settings(0, sample=100))}
    assert len(results) == 13
    full = results.pop("the full list → universities")
    assert full.peer == "SQL Σ graduates"  # which is the truth itself where everything is shown
    assert full.ours > 0.98 > full.specified
    item = results.pop("a school → units, one item of each post shown")
    assert item.ours > item.best_peer - 0.01
    for result in results.values():
        assert result.difference.low > 0, result
