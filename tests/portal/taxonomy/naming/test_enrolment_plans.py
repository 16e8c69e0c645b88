"""Raw names of real enrolment plans: what is accepted without a person is right."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.benchmarks.normalisation import PLANS, Plan, measure, read_plans, shipped_majors


@pytest.mark.skipif(not PLANS.exists(), reason=f"NOT TESTED: {PLANS} is not there")
def test_accepted_codes_of_official_plans_are_right() -> None:
    figures = measure(read_plans(), shipped_majors())
    assert figures["major"].precision == 1.0
    assert figures["major"].coverage == 1.0
    assert figures["all"].precision >= 0.99
    # The file gives 经济学类 the code of 金融学类, and 医学技术类 that of one major outside the tree: its misprints.
    wrong = {(plan.code, accepted) for plan, accepted in figures["all"].differences}
    assert wrong == {("0203", "0201"), ("1400", "1010")}


def test_figures_count_what_is_wrong() -> None:
    codes = {"法学": "030101K", "计算机类": "0809", "软件工程（甲）": "080901", "无此专业名": "080901"}
    plans = Counter(Plan(raw, "bachelor", code) for raw, code in codes.items())
    figures = measure(plans, shipped_majors())
    assert (figures["all"].rows, figures["all"].accepted, figures["all"].right) == (4, 3, 2)
    assert figures["class"].precision == 1.0
    assert figures["major"].precision == 0.5
