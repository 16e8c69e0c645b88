"""Absences and wishes: what can be said, by whom, and who learns of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from events.fairs.fitting import best_demands
from events.fairs.models import Absence, Fair, FairStatus, Participation, Wish, WishKind
from events.fairs.selectors import partners_to_wish_for
from events.fairs.services import (
    AbsenceRefused,
    AnswerConflict,
    NotTheirs,
    WishRefused,
    set_absences,
    set_wish,
    set_wishes,
)
from matching.asking import scores_between
from matching.rebuilding import rebuild_now
from portal.common.paging import keyset_page
from tests.conftest import NOON
from tests.factories import DemandFactory, SchoolFactory, StaffFactory, UserFactory
from tests.factories_events import (
    FairFactory,
    ParticipationFactory,
    SchoolParticipationFactory,
    SlotFactory,
    WishFactory,
    make_fit,
    organizer_person,
    people_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> Participation:
    return SchoolParticipationFactory()


def test_set_absences_replaces_what_was_said(school: Participation) -> None:
    slots = [SlotFactory(fair=school.fair) for _ in range(3)]
    given: dict[str, Any] = {"participation_id": school.pk, "actor": people_of(school), "at": NOON}
    set_absences(slot_ids=[slots[0].pk, slots[1].pk], **given)
    set_absences(slot_ids=[slots[1].pk, slots[2].pk], **given)
    assert set(school.absences.values_list("slot", flat=True)) == {slots[1].pk, slots[2].pk}
    set_absences(slot_ids=[], **given)
    assert not Absence.objects.exists()


def test_set_absences_refuses_a_slot_of_another_fair(school: Participation) -> None:
    own, foreign = SlotFactory(fair=school.fair), SlotFactory()
    with pytest.raises(AbsenceRefused):
        set_absences(participation_id=school.pk, slot_ids=[own.pk, foreign.pk], actor=people_of(school), at=NOON)
    assert not Absence.objects.exists()


def test_set_wishes_adds_changes_and_takes_back(school: Participation) -> None:
    first, second, third = (ParticipationFactory(fair=school.fair) for _ in range(3))
    given: dict[str, Any] = {"participation_id": school.pk, "actor": people_of(school), "at": NOON}
    set_wishes(wishes={first.pk: WishKind.MUST, second.pk: WishKind.OK, third.pk: WishKind.NO}, **given)
    left = set_wishes(wishes={first.pk: WishKind.NO, second.pk: None}, **given)
    assert left == {first.pk: WishKind.NO, third.pk: WishKind.NO}
    assert dict(Wish.objects.values_list("partner", "kind")) == left


@pytest.mark.parametrize("status", ["invited", "declined", "absent", "cancelled"])
def test_set_wish_refuses_a_partner_that_is_not_taking_part(school: Participation, status: str) -> None:
    partner = ParticipationFactory(fair=school.fair, status=status)
    with pytest.raises(WishRefused) as refused:
        set_wish(participation_id=school.pk, partner_id=partner.pk, kind=WishKind.OK, actor=people_of(school), at=NOON)
    assert refused.value.field == "partner"
    assert not Wish.objects.exists()


def test_set_wish_refuses_the_own_side_and_other_fairs(school: Participation) -> None:
    colleague, stranger = SchoolParticipationFactory(fair=school.fair), ParticipationFactory()
    for partner in (colleague, stranger, school):
        with pytest.raises(WishRefused):
            set_wish(
                participation_id=school.pk, partner_id=partner.pk, kind=WishKind.OK, actor=people_of(school), at=NOON
            )
    assert not Wish.objects.exists()


def test_set_wishes_allows_no_more_musts_than_meetings(school: Participation) -> None:
    partners = [ParticipationFactory(fair=school.fair).pk for _ in range(6)]
    given: dict[str, Any] = {"participation_id": school.pk, "actor": people_of(school), "at": NOON}
    with pytest.raises(WishRefused) as refused:
        set_wishes(wishes=dict.fromkeys(partners, WishKind.MUST), **given)
    assert "5" in str(refused.value)
    assert refused.value.field == "kind"
    assert not Wish.objects.exists()
    assert len(set_wishes(wishes=dict.fromkeys(partners[:5], WishKind.MUST), **given)) == 5


def test_set_wishes_counts_only_musts_for_partners_that_still_come(school: Participation) -> None:
    partners = [ParticipationFactory(fair=school.fair) for _ in range(6)]
    given: dict[str, Any] = {"participation_id": school.pk, "actor": people_of(school), "at": NOON}
    set_wishes(wishes={partner.pk: WishKind.MUST for partner in partners[:5]}, **given)
    type(partners[0]).objects.filter(pk=partners[0].pk).update(status="cancelled")
    assert len(set_wishes(wishes={partners[5].pk: WishKind.MUST}, **given)) == 6


def test_set_wishes_is_for_its_people_and_the_organizer(school: Participation) -> None:
    partner = ParticipationFactory(fair=school.fair)
    given: dict[str, Any] = {"participation_id": school.pk, "partner_id": partner.pk, "kind": WishKind.OK, "at": NOON}
    for stranger in (UserFactory(), people_of(partner)):
        with pytest.raises(NotTheirs):
            set_wish(actor=stranger, **given)
    assert not Wish.objects.exists()
    for person in (people_of(school), organizer_person(school.fair)):
        assert set_wish(actor=person, **given) == {partner.pk: WishKind.OK}


def test_set_wishes_after_the_closing_is_for_the_organizer() -> None:
    school = SchoolParticipationFactory(fair__status=FairStatus.MATCHING)
    partner = ParticipationFactory(fair=school.fair)
    given: dict[str, Any] = {"participation_id": school.pk, "partner_id": partner.pk, "kind": WishKind.NO, "at": NOON}
    with pytest.raises(AnswerConflict):
        set_wish(actor=people_of(school), **given)
    assert set_wish(actor=organizer_person(school.fair), **given) == {partner.pk: WishKind.NO}


def test_set_wishes_asks_for_the_answer_first() -> None:
    school = SchoolParticipationFactory(status="invited")
    partner = ParticipationFactory(fair=school.fair)
    with pytest.raises(WishRefused):
        set_wish(participation_id=school.pk, partner_id=partner.pk, kind=WishKind.OK, actor=people_of(school), at=NOON)


def test_wish_is_visible_to_its_own_side_and_the_organizer_only() -> None:
    wish = WishFactory(kind="must")
    seen: dict[str, Any] = {
        "wisher": people_of(wish.wisher),
        "organizer": organizer_person(wish.wisher.fair),
        "staff": StaffFactory(),
        "partner": people_of(wish.partner),
        "another": people_of(ParticipationFactory(fair=wish.wisher.fair)),
        "stranger": UserFactory(),
        "public": AnonymousUser(),
    }
    told = {who for who, person in seen.items() if Wish.objects.visible_to(person).exists()}
    assert told == {"wisher", "organizer", "staff"}


@pytest.fixture
def ranked_fair() -> Fair:
    """A school and two enterprises that want what it teaches; one that wants something else, one only invited."""
    fair = FairFactory()
    school = SchoolParticipationFactory(fair=fair).organization
    near, far, _other = (ParticipationFactory(fair=fair).organization for _ in range(3))
    make_fit(school, near, headcount=60)
    make_fit(school, far, headcount=10)
    make_fit(SchoolFactory(), _other)
    make_fit(school, ParticipationFactory(fair=fair, status="invited").organization)
    rebuild_now()
    return fair


def test_partners_to_wish_for_shows_the_own_score_and_the_own_wish(ranked_fair: Fair) -> None:
    school, (near, far, other) = _sides(ranked_fair)
    WishFactory(wisher=near, partner=school, kind="must")
    WishFactory(wisher=school, partner=near, kind="no")
    scores = scores_between(schools=[school.organization_id], enterprises=[near.organization_id, far.organization_id])
    of_school: list[Any] = list(partners_to_wish_for(school).order_by("pk"))
    assert [(row.pk, row.fit, row.wish) for row in of_school] == [
        (near.pk, scores.school_score[0], "no"),
        (far.pk, scores.school_score[1], None),
        (other.pk, 0.0, None),
    ]
    of_firm: list[Any] = list(partners_to_wish_for(near))
    assert [(row.pk, row.fit, row.wish) for row in of_firm] == [(school.pk, scores.enterprise_score[0], "must")]
    assert 0 < scores.school_score[1] < scores.school_score[0] != scores.enterprise_score[0]


def _sides(fair: Fair) -> tuple[Participation, list[Participation]]:
    coming = fair.participations.filter(status="confirmed").order_by("pk")
    return coming.schools().get(), list(coming.enterprises())


def test_partners_to_wish_for_can_be_read_page_by_page(ranked_fair: Fair) -> None:
    school, (near, far, other) = _sides(ranked_fair)
    found, after = [], ""
    for _ in range(3):
        page = keyset_page(partners_to_wish_for(school), order=("-fit", "id"), after=after, size=1)
        found += page.rows
        after = page.next
    assert (found, after) == ([near, far, other], "")


def test_partners_to_wish_for_shows_everybody_before_the_first_ranking() -> None:
    fair = FairFactory()
    school, firm = SchoolParticipationFactory(fair=fair), ParticipationFactory(fair=fair)
    make_fit(school.organization, firm.organization)
    unranked: list[Any] = list(partners_to_wish_for(school))
    assert [(row.pk, row.fit) for row in unranked] == [(firm.pk, 0.0)]
    rebuild_now()
    ranked: list[Any] = list(partners_to_wish_for(school))
    assert [row.fit > 0 for row in ranked] == [True]


def test_best_demands_names_the_demand_that_fits_best(ranked_fair: Fair) -> None:
    school, (near, far, other) = _sides(ranked_fair)
    major = school.organization.programmes.earliest("pk").major
    unrelated = other.organization.demands.get().majors.get()
    DemandFactory(enterprise=near.organization, title="不相干的岗位", status="published", majors=[unrelated])
    DemandFactory(enterprise=near.organization, title="少招几人", status="published", majors=[major], headcount=1)
    DemandFactory(enterprise=near.organization, title="草稿", majors=[major], headcount=1)
    enterprises = [row.organization_id for row in (near, far, other)]
    found = best_demands(schools=[school.organization_id], enterprises=enterprises)
    assert {pair: best.title for pair, best in found.items()} == {
        (school.organization_id, near.organization_id): "少招几人",
        (school.organization_id, far.organization_id): far.organization.demands.get().title,
    }
    best = found[school.organization_id, near.organization_id]
    assert (best.headcount, best.eligible) == (1, 40)
    assert [(met.wanted, met.offered, met.is_exact) for met in best.majors] == [(major.name, major.name, True)]


def test_best_demands_takes_as_many_queries_for_many(ranked_fair: Fair, django_assert_max_num_queries: Any) -> None:
    school, firms = _sides(ranked_fair)
    enterprises = [firm.organization_id for firm in firms]
    best_demands(schools=[school.organization_id], enterprises=enterprises)  # the process comes to know the run
    for asked in (enterprises[:1], enterprises):
        with django_assert_max_num_queries(8):
            best_demands(schools=[school.organization_id], enterprises=asked)
