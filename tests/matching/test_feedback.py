from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from matching.feedback import NeedsReason, NotAPartner, NothingSaid, note, say, unsay
from matching.models import Feedback, FeedbackKind
from matching.rebuilding import rebuild_now
from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.organizations.models import Organization
from tests.conftest import NOON
from tests.matching import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def two() -> tuple[Organization, Organization, User]:
    world.lay_catalogue()
    firm, school = world.enterprise("长盈"), world.school("昭通职院", "510205", 90)
    return firm, school, world.member(firm)


def said() -> list[tuple[str, str]]:
    return list(Feedback.objects.order_by("pk").values_list("kind", "reason"))


def test_say_twice_is_once(two):
    firm, school, actor = two

    for _ in range(2):
        say(organization=firm, partner=school, kind=FeedbackKind.INTERESTED, actor=actor, at=NOON)

    assert said() == [("interested", "")]
    assert AuditEvent.objects.filter(verb="partner.interested").count() == 1


def test_hiding_takes_back_interest_and_showing_interest_takes_back_hiding(two):
    firm, school, actor = two
    say(organization=firm, partner=school, kind=FeedbackKind.INTERESTED, actor=actor, at=NOON)

    say(organization=firm, partner=school, kind=FeedbackKind.HIDDEN, actor=actor, at=NOON, reason="too_far")
    hidden = said()
    say(organization=firm, partner=school, kind=FeedbackKind.INTERESTED, actor=actor, at=NOON)

    assert (hidden, said()) == ([("hidden", "too_far")], [("interested", "")])


@pytest.mark.parametrize("reason", ["", "because"])
def test_hiding_needs_a_reason_that_is_known(two, reason):
    firm, school, actor = two

    with pytest.raises(NeedsReason) as refused:
        say(organization=firm, partner=school, kind=FeedbackKind.HIDDEN, actor=actor, at=NOON, reason=reason)

    assert (refused.value.field, said()) == ("reason", [])


def test_only_an_approved_school_and_an_enterprise_are_partners(two):
    firm, school, actor = two
    other = world.enterprise("对手")
    for stranger in (other, firm):
        with pytest.raises(NotAPartner):
            say(organization=firm, partner=stranger, kind=FeedbackKind.INTERESTED, actor=actor, at=NOON)
    Organization.objects.filter(pk=school.pk).update(status="suspended")

    with pytest.raises(NotAPartner):
        say(organization=firm, partner=school, kind=FeedbackKind.INTERESTED, actor=actor, at=NOON)


def test_what_happened_is_not_said(two):
    firm, school, actor = two

    with pytest.raises(ValueError, match="signed"):
        say(organization=firm, partner=school, kind=FeedbackKind.SIGNED, actor=actor, at=NOON)
    note(organization_id=firm.pk, partner_id=school.pk, kind=FeedbackKind.SIGNED, at=NOON)
    with pytest.raises(ValueError, match="signed"):
        unsay(organization=firm, partner=school, kind=FeedbackKind.SIGNED, actor=actor, at=NOON)


def test_unsay_takes_back_once(two):
    firm, school, actor = two
    say(organization=firm, partner=school, kind=FeedbackKind.INTERESTED, actor=actor, at=NOON)

    unsay(organization=firm, partner=school, kind=FeedbackKind.INTERESTED, actor=actor, at=NOON)

    assert said() == []
    with pytest.raises(NothingSaid):
        unsay(organization=firm, partner=school, kind=FeedbackKind.INTERESTED, actor=actor, at=NOON)


def test_note_is_kept_for_both_once_with_its_first_time(two):
    firm, school, _ = two

    note(organization_id=firm.pk, partner_id=school.pk, kind=FeedbackKind.MET, at=NOON)
    note(organization_id=school.pk, partner_id=firm.pk, kind=FeedbackKind.MET, at=NOON.replace(year=2025))

    kept = Feedback.objects.order_by("organization").values_list("organization", "partner", "kind", "created_at")
    assert set(kept) == {(firm.pk, school.pk, "met", NOON), (school.pk, firm.pk, "met", NOON)}


def test_what_is_said_keeps_how_the_partner_stood(two):
    firm, school, actor = two
    better = world.school("更好", "510205", 400)
    world.demand(firm, "510205")
    rebuild_now()

    first, second = (
        say(organization=firm, partner=partner, kind=FeedbackKind.INTERESTED, actor=actor, at=NOON)
        for partner in (better, school)
    )

    assert (first.place, second.place) == (1, 2)
    assert first.score > second.score > 0


@pytest.mark.django_db(transaction=True)
def test_of_two_colleagues_at_once_the_later_one_counts():
    world.lay_catalogue()
    firm, school = world.enterprise("长盈"), world.school("昭通职院", "510205", 90)
    ends = {"organization": firm, "partner": school, "actor": world.member(firm), "at": NOON}

    def other_colleague() -> None:
        say(kind=FeedbackKind.INTERESTED, **ends)
        connection.close()

    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            say(kind=FeedbackKind.HIDDEN, reason="other", **ends)
            later = thread.submit(other_colleague)
            time.sleep(0.3)
        later.result(timeout=10)

    assert list(Feedback.objects.values_list("kind", flat=True)) == ["interested"]
