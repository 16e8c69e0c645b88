from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from portal.notifications.models import Notification


def rendered(source, **context):
    return Template(source).render(Context(context))


def test_icon_is_decoration_for_screen_readers():
    svg = rendered('{% icon "home" "large" %}')
    assert 'class="icon large"' in svg
    assert 'aria-hidden="true"' in svg
    assert 'href="/static/icons.svg#i-home"' in svg


@pytest.mark.parametrize(
    ("changes", "expected"),
    [('after="x"', "?q=%E5%AE%9D%E5%AE%89&amp;after=x"), ('q=""', "?after=1"), ('q="" after=""', "?")],
)
def test_query_changes_some_parameters_and_keeps_the_others(changes, expected):
    request = RequestFactory().get("/", {"q": "宝安", "after": "1"})
    assert rendered(f"{{% query {changes} %}}", request=request) == expected


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        ("approved", "good"),
        ("running", "busy"),
        ("returned", "warn"),
        ("failed", "bad"),
        ("draft", "plain"),
        ("?", "plain"),
    ],
)
def test_status_badge_is_coloured_by_meaning_and_says_it(status, meaning):
    badge = rendered("{% status_badge status label %}", status=status, label="<b>")
    assert badge == f'<span class="status-badge status-badge-{meaning}">&lt;b&gt;</span>'


def test_status_badge_takes_another_meaning():
    assert "status-badge-warn" in rendered("{% status_badge 'approved' 'x' 'warn' %}")


BOTH = SimpleNamespace(name="订单班", name_en="Order class")
OWN = SimpleNamespace(display_name="长盈 & 精密", legal_name="深圳市长盈精密", name_en="")


@pytest.mark.parametrize(
    ("language", "row", "name"),
    [
        ("zh-hans", BOTH, "订单班"),
        ("en", BOTH, "Order class"),
        ("zh-hans", OWN, "长盈 &amp; 精密"),
        ("en", OWN, '<span lang="zh-Hans">长盈 &amp; 精密</span>'),
        ("en", None, ""),
    ],
)
def test_name_is_in_the_readers_language_or_marked_as_chinese(language, row, name):
    with translation.override(language):
        assert rendered("{% name_of row %}", row=row) == name


def test_plain_name_fits_into_an_attribute():
    with translation.override("en"):
        assert rendered("{% name_of row plain=True %}", row=OWN) == "长盈 &amp; 精密"


@pytest.mark.parametrize(
    ("days", "words", "past"),
    [(-2, "2 days overdue", True), (-1, "1 day overdue", True), (0, "today", False), (1, "1 day left", False)],
)
def test_deadline_is_said_in_days(days, words, past):
    day = timezone.localdate() + timedelta(days=days)
    with translation.override("en"):
        assert rendered("{{ day|deadline }} {{ day|is_past }}", day=day) == f"{words} {past}"


def test_sentence_is_made_in_the_language_of_the_reader_and_escaped():
    message = Notification(event="organization_approved", context={"organization": "<甲>"})
    with translation.override("en"):
        assert rendered("{{ message|sentence }}", message=message) == "&lt;甲&gt; has been approved."


def test_sentence_of_an_event_no_longer_known_is_its_name():
    assert rendered("{{ message|sentence }}", message=Notification(event="gone", context={})) == "gone"
