from __future__ import annotations

from datetime import date

import pytest

from portal.pages import registry
from portal.pages.registry import NextAction, Number, Severity
from tests.factories import UserFactory

TODAY = date(2024, 5, 17)


def action(name, *, day=None, severity=Severity.NORMAL):
    deadline = date(2024, 5, day) if day else None
    return NextAction(name, "/", "Go", deadline=deadline, severity=severity)


@pytest.fixture
def clean_registry(monkeypatch):
    """A registry without the slices' own providers."""
    monkeypatch.setattr(registry, "_actions", {})
    monkeypatch.setattr(registry, "_numbers", {})
    monkeypatch.setattr(registry, "_sections", {})


@pytest.mark.usefixtures("clean_registry")
def test_actions_come_overdue_then_blocking_then_by_deadline_then_optional():
    given = [
        action("optional", day=18, severity=Severity.OPTIONAL),
        action("no deadline"),
        action("later", day=30),
        action("today", day=17),
        action("blocking", severity=Severity.BLOCKING),
        action("overdue", day=16),
        action("long overdue and optional", day=1, severity=Severity.OPTIONAL),
    ]
    registry.register_next_actions(lambda user: given)
    assert [found.text for found in registry.next_actions(UserFactory.build(), today=TODAY)] == [
        "long overdue and optional",
        "overdue",
        "blocking",
        "today",
        "later",
        "no deadline",
        "optional",
    ]


@pytest.mark.usefixtures("clean_registry")
def test_only_the_seven_most_urgent_are_shown():
    registry.register_next_actions(lambda user: [action(str(day), day=day) for day in range(30, 17, -1)])
    shown = registry.next_actions(UserFactory.build(), today=TODAY)
    assert [found.text for found in shown] == [str(day) for day in range(18, 25)]


@pytest.mark.usefixtures("clean_registry")
def test_a_provider_registered_twice_is_asked_once_and_with_the_person():
    asked = []

    def provider(user):
        asked.append(user)
        return [Number("n", 1)]

    registry.register_numbers(provider)
    registry.register_numbers(provider)
    person = UserFactory.build()
    assert registry.numbers(person) == [Number("n", 1)]
    assert asked == [person]


@pytest.mark.usefixtures("clean_registry")
def test_public_section_is_rendered_with_its_context_and_escaped(rf):
    numbers = [Number("<b>", 3)]
    registry.register_public_section("includes/stats.html", lambda request: {"numbers": numbers})
    [section] = registry.public_sections(rf.get("/"))
    assert "&lt;b&gt;" in section
    assert '<span class="stat-value">3</span>' in section
