"""Pages of the fairs: who sees what, what a form stores, what wrong input says."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.fairs.models import Fair, FairStatus, Participation, Wish
from matching.rebuilding import rebuild_now
from portal.organizations.models import MemberRole
from tests.conftest import NOON
from tests.factories import EnterpriseFactory, RegionFactory, SchoolFactory, StaffFactory, UserFactory, member_of
from tests.factories_events import (
    MORNING,
    FairFactory,
    MatchFactory,
    OrganizerFactory,
    ParticipationFactory,
    SchoolParticipationFactory,
    SessionFactory,
    SlotFactory,
    TableFactory,
    WishFactory,
    make_fit,
    organizer_person,
    people_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def fair() -> Fair:
    """Three schools and three enterprises that are coming, two slots, two tables, a programme."""
    fair = FairFactory(name="百校千企·职爱宝安")
    for number in range(3):
        school, firm = SchoolParticipationFactory(fair=fair), ParticipationFactory(fair=fair)
        make_fit(school.organization, firm.organization)
        WishFactory(wisher=school, partner=firm)
        SlotFactory(fair=fair, starts_at=MORNING + timedelta(minutes=30 * number))
        TableFactory(fair=fair)
    SessionFactory(fair=fair)
    rebuild_now()
    return fair


@pytest.fixture
def organizer(client: Client, fair: Fair) -> Client:
    client.force_login(organizer_person(fair))
    return client


def visit(client: Client, name: str, *args: object, **query: str) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


def test_list_shows_announced_fairs_to_the_public_and_plans_to_their_organizer(client: Client, fair: Fair) -> None:
    plan = FairFactory(name="尚在筹备的对接会", status=FairStatus.PLANNING)
    assert fair.name in (public := visit(client, "fairs:list"))
    assert plan.name not in public
    client.force_login(organizer_person(plan))
    assert plan.name in visit(client, "fairs:list")
    client.force_login(organizer_person(fair))
    assert plan.name not in visit(client, "fairs:list")


def test_list_can_be_narrowed(client: Client, fair: Fair) -> None:
    coming = FairFactory(name="将来的对接会", starts_on=timezone.localdate(), ends_on=timezone.localdate())
    for query, shown in (({"when": "coming"}, [coming]), ({"when": "past"}, [fair]), ({"q": "职爱"}, [fair])):
        text = visit(client, "fairs:list", **query)
        assert [each for each in (coming, fair) if each.name in text] == shown


def test_detail_of_a_plan_is_hidden_from_others(client: Client) -> None:
    plan = FairFactory(status=FairStatus.PLANNING)
    url = plan.get_absolute_url()
    assert client.get(url).status_code == 404
    client.force_login(UserFactory())
    assert client.get(url).status_code == 404
    client.force_login(organizer_person(plan))
    assert client.get(url).status_code == 200


def test_detail_names_those_who_come_to_those_who_come(client: Client, fair: Fair) -> None:
    row = fair.participations.schools().earliest("pk")
    other = fair.participations.enterprises().earliest("pk").organization.legal_name
    assert other not in visit(client, "fairs:detail", fair.slug)
    client.force_login(UserFactory())
    assert other not in visit(client, "fairs:detail", fair.slug)
    client.force_login(people_of(row))
    assert other in visit(client, "fairs:detail", fair.slug)


@pytest.mark.parametrize("status", list(FairStatus))
def test_detail_renders_in_every_state(organizer: Client, fair: Fair, status: str) -> None:
    Fair.objects.filter(pk=fair.pk).update(status=status)
    assert fair.name in visit(organizer, "fairs:detail", fair.slug)


ORGANIZER_PAGES = ["edit", "cancel", "grounds", "session_add", "participants", "invite"]


@pytest.mark.parametrize("page", ORGANIZER_PAGES)
def test_organizer_pages_are_a_404_to_everybody_else(client: Client, fair: Fair, page: str) -> None:
    url = reverse(f"fairs:{page}", args=[fair.slug])
    assert client.get(url).status_code == 302  # to the sign-in
    for person in (UserFactory(), people_of(fair.participations.earliest("pk")), organizer_person(FairFactory())):
        client.force_login(person)
        assert client.get(url).status_code == 404
    for person in (organizer_person(fair), StaffFactory()):
        client.force_login(person)
        assert client.get(url).status_code == 200


@pytest.mark.parametrize(
    ("page", "most"),
    [("detail", 12), ("grounds", 12), ("participants", 12), ("invite", 12), ("edit", 12)],
)
def test_organizer_pages_take_few_queries(
    organizer: Client, fair: Fair, page: str, most: int, django_assert_max_num_queries: Any
) -> None:
    Fair.objects.filter(pk=fair.pk).update(status=FairStatus.LIVE)
    with django_assert_max_num_queries(most):
        visit(organizer, f"fairs:{page}", fair.slug)


@pytest.mark.parametrize("page", ["participation", "wishes"])
def test_participant_pages_take_few_queries(
    client: Client, fair: Fair, page: str, django_assert_max_num_queries: Any
) -> None:
    row = fair.participations.schools().earliest("pk")
    client.force_login(people_of(row))
    with django_assert_max_num_queries(12):
        visit(client, f"fairs:{page}", row.pk)


def _typed(**changes: object) -> dict[str, object]:
    return {
        "name": "新对接会",
        "slug": "new-fair",
        "region": RegionFactory().pk,
        "venue": "会展中心",
        "starts_on": "2024-06-01",
        "ends_on": "2024-06-02",
        "graduating_year": 2024,
        "min_meetings": 2,
        "max_meetings": 16,
    } | changes


def test_create_stores_a_plan(client: Client) -> None:
    organization = OrganizerFactory()
    client.force_login(member_of(organization, role=MemberRole.ORGANIZER))
    answer = client.post(reverse("fairs:create"), _typed(organizer=organization.pk))
    assert answer.headers["Location"] == reverse("fairs:grounds", args=["new-fair"])
    assert Fair.objects.get().organizer == organization


def test_create_is_for_organizers_and_for_their_own_organization(client: Client) -> None:
    client.force_login(member_of(EnterpriseFactory()))
    assert client.get(reverse("fairs:create")).status_code == 404
    own, foreign = OrganizerFactory(), OrganizerFactory()
    client.force_login(member_of(own, role=MemberRole.ORGANIZER))
    assert client.get(reverse("fairs:create")).status_code == 200
    answer = client.post(reverse("fairs:create"), _typed(organizer=foreign.pk))
    assert answer.status_code == 200
    assert not Fair.objects.exists()


def test_create_keeps_what_was_typed_when_a_field_is_wrong(client: Client) -> None:
    organization = OrganizerFactory()
    client.force_login(member_of(organization, role=MemberRole.ORGANIZER))
    answer = client.post(reverse("fairs:create"), _typed(organizer=organization.pk, ends_on="2024-05-01"))
    text = answer.content.decode()
    assert "error-summary" in text
    assert "会展中心" in text
    assert not Fair.objects.exists()


def test_edit_refuses_an_old_page(organizer: Client, fair: Fair) -> None:
    url = reverse("fairs:edit", args=[fair.slug])
    typed = _typed(slug=fair.slug, starts_on="2024-05-17", ends_on="2024-05-18")
    assert organizer.post(url, typed | {"version": 1}).status_code == 302
    answer = organizer.post(url, typed | {"version": 1, "venue": "别处"})
    assert answer.status_code == 200
    assert Fair.objects.get(pk=fair.pk).venue == "会展中心"


def test_step_moves_the_fair_or_says_why_not(organizer: Client, fair: Fair) -> None:
    answer = organizer.post(reverse("fairs:step", args=[fair.slug, "close-answers"]), follow=True)
    assert answer.context["fair"].status == FairStatus.MATCHING
    answer = organizer.post(reverse("fairs:step", args=[fair.slug, "start"]), follow=True)
    assert "notice-error" in answer.content.decode()
    assert Fair.objects.get(pk=fair.pk).status == FairStatus.MATCHING
    assert organizer.post(reverse("fairs:step", args=[fair.slug, "explode"])).status_code == 404


def test_grounds_forms_add_and_explain(organizer: Client, fair: Fair) -> None:
    url = reverse("fairs:slots_add", args=[fair.slug])
    typed: dict[str, Any] = {"day": "2024-05-18", "start": "09:00", "end": "10:00", "minutes": 20, "buffer": 10}
    assert organizer.post(url, typed).status_code == 302
    assert fair.slots.count() == 5
    refused = organizer.post(url, typed)
    assert "error-summary" in refused.content.decode()
    assert fair.slots.count() == 5
    organizer.post(reverse("fairs:tables_add", args=[fair.slug]), {"count": 4, "zones": "A B"})
    assert fair.tables.count() == 7
    assert organizer.post(reverse("fairs:tables_add", args=[fair.slug]), {"count": "many"}).status_code == 200
    organizer.post(reverse("fairs:slots_remove", args=[fair.slug]), {"day": "2024-05-18"})
    organizer.post(reverse("fairs:slots_remove", args=[fair.slug]), {"day": "no day"})
    assert fair.slots.count() == 3


def test_invite_page_suggests_and_invites(organizer: Client, fair: Fair) -> None:
    school = SchoolFactory(legal_name="昭通市职业教育中心")
    MatchFactory(school=school, enterprise=fair.participations.enterprises().earliest("pk").organization)
    assert school.legal_name in visit(organizer, "fairs:invite", fair.slug)
    assert school.legal_name in visit(organizer, "fairs:invite", fair.slug, q="zhaotong")
    organizer.post(reverse("fairs:invite", args=[fair.slug]), {"organizations": [school.pk]})
    assert fair.participations.get(organization=school).status == "invited"
    assert school.legal_name not in visit(organizer, "fairs:invite", fair.slug)


def test_participants_can_be_narrowed(organizer: Client, fair: Fair) -> None:
    school = fair.participations.schools().earliest("pk").organization.legal_name
    firm = fair.participations.enterprises().earliest("pk").organization.legal_name
    text = visit(organizer, "fairs:participants", fair.slug, side="school")
    assert school in text
    assert firm not in text
    assert firm not in visit(organizer, "fairs:participants", fair.slug, status="invited")
    assert firm in visit(organizer, "fairs:participants", fair.slug, q=firm)


def test_answer_page_takes_the_answer(client: Client) -> None:
    row = ParticipationFactory(status="invited")
    SlotFactory(fair=row.fair)
    client.force_login(people_of(row))
    url = reverse("fairs:answer", args=[row.pk])
    assert "error-summary" in client.post(url, {"delegates": 2}).content.decode()
    assert Participation.objects.get().status == "invited"
    assert client.post(url, {"accept": "1", "delegates": 3}).headers["Location"] == row.get_absolute_url()
    assert Participation.objects.get().delegates == 3


def test_answer_pages_are_a_404_to_everybody_else(client: Client, fair: Fair) -> None:
    row, partner = fair.participations.schools().earliest("pk"), fair.participations.enterprises().earliest("pk")
    pages = [row.get_absolute_url(), reverse("fairs:wishes", args=[row.pk])]
    posts = [
        reverse("fairs:answer", args=[row.pk]),
        reverse("fairs:withdraw", args=[row.pk]),
        reverse("fairs:absences", args=[row.pk]),
        reverse("fairs:wish", args=[row.pk, partner.pk]),
    ]
    for stranger in (UserFactory(), people_of(partner), organizer_person(FairFactory())):
        client.force_login(stranger)
        assert [client.get(url).status_code for url in pages] == [404, 404]
        assert {client.post(url, {"accept": "0"}).status_code for url in posts} == {404}
    for person in (people_of(row), organizer_person(fair)):
        client.force_login(person)
        assert [client.get(url).status_code for url in pages] == [200, 200]


def test_absences_page_stores_the_marked_slots(client: Client, fair: Fair) -> None:
    row, slot = fair.participations.schools().earliest("pk"), fair.slots.earliest("pk")
    client.force_login(people_of(row))
    client.post(reverse("fairs:absences", args=[row.pk]), {"slots": [slot.pk, "x", "9" * 5000]})
    assert [absence.slot for absence in row.absences.all()] == [slot]


def test_wish_buttons_answer_with_the_line_and_the_counts(client: Client, fair: Fair) -> None:
    row, partner = fair.participations.schools().earliest("pk"), fair.participations.enterprises().latest("pk")
    client.force_login(people_of(row))
    url = reverse("fairs:wish", args=[row.pk, partner.pk])
    answer = client.post(url, {"kind": "must"}, headers={"HX-Request": "true"}).content.decode()
    assert f'id="partner-{partner.pk}"' in answer
    assert 'id="wish-counts"' in answer
    assert partner.organization.legal_name in answer
    assert "<html" not in answer
    assert Wish.objects.get(wisher=row, partner=partner).kind == "must"
    assert client.post(url, {"kind": "perhaps"}).status_code == 404
    client.post(url, {"kind": ""})
    assert not Wish.objects.filter(wisher=row, partner=partner).exists()


def test_wishes_page_asks_for_the_reasons_of_those_that_fit(client: Client, fair: Fair) -> None:
    row, partner = fair.participations.schools().earliest("pk"), fair.participations.enterprises().earliest("pk")
    client.force_login(people_of(row))
    url = reverse("fairs:reasons", args=[row.pk])
    text = visit(client, "fairs:wishes", row.pk)
    assert f'hx-get="{url}?partner={partner.pk}"' in text
    assert text.count('id="why-') == 1  # nothing to tell of the other two
    demand = partner.organization.demands.get()
    reasons = visit(client, "fairs:reasons", row.pk, partner=str(partner.pk))
    for shown in (f'id="why-{partner.pk}"', demand.title, demand.majors.get().name):
        assert shown in reasons
    client.force_login(people_of(partner))
    reasons = visit(client, "fairs:reasons", partner.pk, partner=str(row.pk))
    assert f'id="why-{row.pk}"' in reasons
    assert demand.title in reasons


def test_reasons_are_of_those_who_come_to_the_same_fair(client: Client, fair: Fair) -> None:
    row, partner = fair.participations.schools().earliest("pk"), fair.participations.enterprises().earliest("pk")
    elsewhere = ParticipationFactory(organization=partner.organization)
    client.force_login(people_of(row))
    url = reverse("fairs:reasons", args=[row.pk])
    for other in (elsewhere.pk, row.pk, 10**30, "x", "", "²"):
        assert "why-" not in client.get(url, {"partner": other}).content.decode()
    assert "why-" in client.get(url, {"partner": partner.pk}).content.decode()
    Participation.objects.filter(pk=partner.pk).update(status="declined")
    assert "why-" not in client.get(url, {"partner": partner.pk}).content.decode()
    client.force_login(people_of(partner))
    assert client.get(url, {"partner": partner.pk}).status_code == 404


def test_reasons_take_few_queries(client: Client, fair: Fair, django_assert_max_num_queries: Any) -> None:
    row = fair.participations.schools().earliest("pk")
    client.force_login(people_of(row))
    partners = list(fair.participations.enterprises().values_list("pk", flat=True))
    url = reverse("fairs:reasons", args=[row.pk])
    client.get(url, {"partner": partners})  # the process comes to know the run
    with django_assert_max_num_queries(12):
        client.get(url, {"partner": partners})


def test_wish_for_somebody_not_coming_is_refused(client: Client, fair: Fair) -> None:
    row, gone = fair.participations.schools().earliest("pk"), ParticipationFactory(fair=fair, status="declined")
    client.force_login(people_of(row))
    answer = client.post(reverse("fairs:wish", args=[row.pk, gone.pk]), {"kind": "ok"}, follow=True)
    assert "notice-error" in answer.content.decode()
    assert not Wish.objects.filter(partner=gone).exists()


def test_pages_of_the_other_side_never_tell_a_wish(client: Client, fair: Fair) -> None:
    """The same pages, with and without wishes of the schools for the firm, are the same but for tokens."""
    firm = fair.participations.enterprises().earliest("pk")
    client.force_login(people_of(firm))
    urls = [
        fair.get_absolute_url(),
        firm.get_absolute_url(),
        reverse("fairs:wishes", args=[firm.pk]),
        reverse("fairs:list"),
    ]

    def texts() -> list[str]:
        client.cookies.pop("csrftoken", None)
        return [_without_tokens(client.get(url).content.decode()) for url in urls]

    Wish.objects.filter(partner=firm).delete()
    silent = texts()
    for school in fair.participations.schools():
        WishFactory(wisher=school, partner=firm, kind="must")
    assert texts() == silent
    WishFactory(wisher=firm, partner=fair.participations.schools().earliest("pk"), kind="must")
    assert texts() != silent  # the control: an own wish does show


def _without_tokens(text: str) -> str:
    import re

    return re.sub(r'(name="csrfmiddlewaretoken" value|nonce)="[^"]*"', "", text)


def test_session_pages_keep_the_programme(organizer: Client, fair: Fair) -> None:
    url = reverse("fairs:session_add", args=[fair.slug])
    typed: dict[str, Any] = {
        "kind": "signing",
        "title": "签约仪式",
        "starts_at": "2024-05-17T10:00",
        "ends_at": "2024-05-17T10:30",
    }
    assert organizer.post(url, typed | {"ends_at": "2024-05-17T09:30"}).status_code == 200
    assert organizer.post(url, typed).status_code == 302
    session = fair.sessions.get(title="签约仪式")
    edit = reverse("fairs:session_edit", args=[session.pk])
    organizer.post(edit, typed | {"title": "现场签约"})
    assert fair.sessions.filter(title="现场签约").exists()
    organizer.post(reverse("fairs:session_remove", args=[session.pk]))
    assert not fair.sessions.filter(pk=session.pk).exists()
    organizer.force_login(organizer_person(FairFactory()))
    assert organizer.get(edit).status_code == 404


def test_cancel_page_tells_how_many_and_cancels(organizer: Client, fair: Fair) -> None:
    url = reverse("fairs:cancel", args=[fair.slug])
    assert "6" in organizer.get(url).content.decode()
    assert organizer.post(url, {"reason": ""}).status_code == 200
    assert organizer.post(url, {"reason": "台风"}).headers["Location"] == fair.get_absolute_url()
    assert Fair.objects.get(pk=fair.pk).status == FairStatus.CANCELLED


def test_discard_page_deletes_a_plan(client: Client) -> None:
    plan = FairFactory(status=FairStatus.PLANNING)
    client.force_login(organizer_person(plan))
    assert client.post(reverse("fairs:discard", args=[plan.slug])).headers["Location"] == reverse("fairs:list")
    assert not Fair.objects.exists()


def test_home_names_the_next_action(client: Client, fair: Fair, noon: datetime) -> None:
    assert noon == NOON
    invited = ParticipationFactory(fair=fair, status="invited")
    client.force_login(people_of(invited))
    assert invited.get_absolute_url() in visit(client, "pages:home")
    client.force_login(organizer_person(fair))
    assert fair.get_absolute_url() in visit(client, "pages:home")


@pytest.mark.parametrize(("role", "is_shown"), [("reader", False), ("school_office", True)])
def test_detail_leads_only_those_to_the_answers_who_may_give_them(
    client: Client, fair: Fair, role: str, is_shown: bool
) -> None:
    Fair.objects.filter(pk=fair.pk).update(status=FairStatus.SCHEDULED)
    row = fair.participations.schools().earliest("pk")
    client.force_login(member_of(row.organization, role=role))
    text = visit(client, "fairs:detail", fair.slug)
    assert (f'href="{row.get_absolute_url()}"' in text) is is_shown
    assert reverse("meetings:own", args=[row.pk]) in text
    assert client.get(row.get_absolute_url()).status_code == (200 if is_shown else 404)


def test_cancel_page_counts_those_checked_in_too(organizer: Client, fair: Fair) -> None:
    guest = fair.participations.earliest("pk")
    Participation.objects.filter(pk=guest.pk).update(status="attended", checked_in_at=NOON)
    ParticipationFactory(fair=fair, status="declined")
    assert organizer.get(reverse("fairs:cancel", args=[fair.slug])).context["asked"] == 6
