from __future__ import annotations

import re
from datetime import date, datetime, time

import pytest
from django import forms
from django.utils import translation


class SampleForm(forms.Form):
    name = forms.CharField(label="Name", help_text="As on the licence.")
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"class": "wide"}))
    day = forms.DateField(label="Day", required=False)
    moment = forms.DateTimeField(label="Moment", required=False)
    hour = forms.TimeField(label="Hour", required=False)
    kind = forms.ChoiceField(label="Kind", required=False, choices=[("a", "A"), ("b", "B")])
    side = forms.ChoiceField(label="Side", choices=[("l", "Left"), ("r", "Right")], widget=forms.RadioSelect)
    levels = forms.MultipleChoiceField(
        label="Levels", choices=[("s", "Secondary"), ("t", "<T>")], widget=forms.CheckboxSelectMultiple
    )
    agreed = forms.BooleanField(label="Agreed", required=False)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def control(html, name):
    """The tag of the control of a name."""
    found = re.search(rf"<(?:input|select|textarea)[^>]*name=\"{name}\"[^>]*>", html)
    assert found, name
    return found.group(0)


def test_controls_wear_the_classes_of_the_design_system():
    html = str(SampleForm())
    assert 'class="form-control"' in control(html, "name")
    assert 'class="wide form-control"' in control(html, "note")
    assert 'class="form-select"' in control(html, "kind")
    for name in ("side", "levels", "agreed"):
        assert 'class="form-check-input"' in control(html, name)
    assert "class" not in control(html, "secret")


def test_every_control_has_its_label_and_help():
    html = str(SampleForm())
    assert re.search(r'<label class="form-label required" for="id_name" id="id_name_label">Name</label>', html)
    assert 'aria-describedby="id_name_helptext"' in control(html, "name")
    assert '<div class="form-hint" id="id_name_helptext">As on the licence.</div>' in html
    assert html.count("<legend") == 2
    assert '<label class="form-check" for="id_levels_1">' in html
    assert "&lt;T&gt;" in html


def test_required_is_marked_and_explained_only_where_something_is():
    assert "are required" in str(SampleForm())

    class Easy(forms.Form):
        note = forms.CharField(required=False)

    assert "required" not in str(Easy())


def test_dates_and_times_are_native_and_in_the_form_browsers_want():
    initial = {"day": date(2024, 5, 7), "moment": datetime(2024, 5, 7, 9, 30), "hour": time(9, 30)}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            html = str(SampleForm(initial=initial))
        assert 'type="date"' in control(html, "day")
        assert 'value="2024-05-07"' in control(html, "day")
        assert 'type="datetime-local"' in control(html, "moment")
        assert 'value="2024-05-07T09:30"' in control(html, "moment")
        assert 'value="09:30"' in control(html, "hour")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_native_controls_send_is_understood(language):
    with translation.override(language):
        form = SampleForm(
            {
                "name": "x",
                "side": "l",
                "levels": ["s"],
                "day": "2024-05-07",
                "moment": "2024-05-07T09:30",
                "hour": "09:30",
            }
        )
        assert form.is_valid(), form.errors
    assert form.cleaned_data["day"] == date(2024, 5, 7)
    assert form.cleaned_data["hour"] == time(9, 30)


def test_errors_stand_in_the_summary_and_beside_the_field_and_typed_values_stay():
    form = SampleForm({"name": "", "note": "<typed>", "side": "", "day": "x"})
    form.add_error(None, "Altogether wrong.")
    html = str(form)
    assert 'class="error-summary" role="alert" tabindex="-1" data-title-prefix="Error: "' in html
    links = re.findall(r'<li><a href="#([^"]+)">([^<]+)</a>', html)
    assert links == [
        ("id_name", "Name: This field is required."),
        ("id_day", "Day: Enter a valid date."),
        ("id_side_0", "Side: This field is required."),
        ("id_levels_0", "Levels: This field is required."),
    ]
    assert "<li>Altogether wrong.</li>" in html
    assert 'aria-invalid="true"' in control(html, "name")
    assert 'aria-describedby="id_name_helptext id_name_error"' in control(html, "name")
    assert 'id="id_name_error"' in html
    assert "&lt;typed&gt;" in html
    for target, _ in links:
        assert f'id="{target}"' in html


def test_form_without_errors_has_no_summary():
    assert "error-summary" not in str(SampleForm({"name": "x", "side": "l", "levels": ["s"]}))
    assert "error-summary" not in str(SampleForm())
