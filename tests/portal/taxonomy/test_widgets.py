"""Selects that hold the chosen options only, and the field that understands old names."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django import forms
from django.utils import translation

from portal.taxonomy.fields import MajorField, majors_field, skills_field
from portal.taxonomy.models import Major
from tests.factories import SkillFactory

pytestmark = pytest.mark.django_db


class ChoiceForm(forms.Form):
    major = MajorField(required=False)
    majors = majors_field(required=False)
    skills = skills_field(required=False)


def test_select_renders_the_chosen_options_only(
    catalogue: dict[str, Major], django_assert_num_queries: Callable
) -> None:
    form = ChoiceForm(initial={"majors": [catalogue["460103"]], "major": "510301"})
    with django_assert_num_queries(1):
        several = str(form["majors"])
    assert several.count("<option") == 1
    assert '<option value="460103" selected>数控技术 · 460103' in several
    assert 'data-search-url="/taxonomy/search/majors/"' in several
    assert "js-search-select" in several
    assert [line for line in str(form["major"]).splitlines() if "<option" in line] == [
        '  <option value=""></option>',
        '  <option value="510301" selected>现代通信技术 · 510301 · 高职专科</option>',
    ] or '<option value="510301" selected>' in str(form["major"])


def test_select_keeps_what_was_posted_and_drops_what_no_row_has(catalogue: dict[str, Major]) -> None:
    SkillFactory(name="PLC应用技术")
    form = ChoiceForm({"majors": ["460103", "999999"], "skills": ["PLC应用技术"]})
    assert not form.is_valid()
    assert list(form.errors) == ["majors"]
    assert str(form["majors"]).count("<option") == 1
    assert '<option value="PLC应用技术" selected>' in str(form["skills"])


def test_select_takes_what_no_text_can_be_for_an_unknown_choice(catalogue: dict[str, Major]) -> None:
    form = ChoiceForm({"majors": ["46\x000103", "\x00"], "major": "\x005"})
    assert sorted(form.errors) == ["major", "majors"]


@pytest.mark.parametrize(
    ("posted", "code"),
    [("510301", "510301"), ("大数据技术", "510205"), ("数控机床", "460103"), ("现代通信技术专业", "510301")],
)
def test_major_field_understands_codes_present_and_old_names(
    catalogue: dict[str, Major], posted: str, code: str
) -> None:
    form = ChoiceForm({"major": posted})
    assert form.is_valid()
    assert form.cleaned_data["major"] == catalogue[code]


def test_major_field_says_what_a_name_may_mean(catalogue: dict[str, Major]) -> None:
    with translation.override("en"):
        form = ChoiceForm({"major": "大数据技术与应用"})
        assert form.errors["major"] == [
            "“大数据技术与应用” does not name one major. Did you mean: "
            "大数据技术 · 510205 · Junior college; 大数据技术应用 · 710205 · Secondary vocational?"
        ]
        unknown = ChoiceForm({"major": "葡萄栽培"})
        assert unknown.errors["major"] == ["No major of the catalogue has the name or code “葡萄栽培”."]
