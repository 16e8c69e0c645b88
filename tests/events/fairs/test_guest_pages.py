"""Pages about guests: the list and its filters, the grid, limits, suggestions with reasons, letters by a job."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from events.fairs.cockpit import cockpit
from events.fairs.models import Fair, FairStatus, Participation
from matching.rebuilding import rebuild_now
from portal.jobs.models import Job
from tests.factories import RegionFactory, SchoolFactory
from tests.factories_events import (
    MORNING,
    AbsenceFactory,
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
def fair(client: Client) -> Fair:
    """Two schools and an enterprise that come, two slots; the client is the organizer's."""
    made: Fair = FairFactory()
    SlotFactory(fair=made, starts_at=MORNING)
    SlotFactory(fair=made, starts_at=MORNING + timedelta(minutes=30))
    yunnan = RegionFactory(code="530602", name="昭阳区")
    RegionFactory(code="530000", name="云南省", level=1)
    far = SchoolParticipationFactory(fair=made, organization__region=yunnan, names_confirmed_at=MORNING)
    SchoolParticipationFactory(fair=made)
    WishFactory(wisher=far, partner=ParticipationFactory(fair=made))
    client.force_login(organizer_person(made))
    return made


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 3),
        ("?without=names", 2),
        ("?without=wishes", 2),
        ("?province=53", 1),
        ("?side=school", 2),
        ("?side=school&without=wishes", 1),
        ("?status=invited", 0),
        ("?status=nonsense&without=x&province=²²&side=q", 3),
    ],
)
def test_participants_are_narrowed_on_the_page_and_in_the_sheet(
    client: Client, fair: Fair, query: str, found: int, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(12):
        page = client.get(reverse("fairs:participants", args=[fair.slug]) + query)
    assert len(page.context["page"].rows) == found
    assert [province.code for province in page.context["provinces"]] == ["530000"]
    sheet: Any = client.get(reverse("fairs:participants_sheet", args=[fair.slug]) + query)
    assert b"".join(sheet.streaming_content).startswith(b"PK")


def test_availability_grid_shows_and_changes_who_is_there(
    client: Client, fair: Fair, django_assert_max_num_queries: Any
) -> None:
    row, slot = fair.participations.earliest("pk"), fair.slots.earliest("starts_at")
    AbsenceFactory(participation=row, slot=slot)
    with django_assert_max_num_queries(12):
        page = client.get(reverse("fairs:availability", args=[fair.slug]))
    assert sorted(line.present for line in page.context["lines"]) == [1, 2, 2]
    url = reverse("fairs:away", args=[row.pk])
    part = client.post(url, {"here": slot.pk}, headers={"HX-Request": "true"})
    assert f'id="line-{row.pk}"' in part.content.decode()
    assert not row.absences.exists()
    assert client.post(url, {"away": slot.pk}).status_code == 302
    assert row.absences.get().slot == slot
    for wrong in ({}, {"away": "x"}, {"away": SlotFactory().pk}):
        assert client.post(url, wrong).status_code == 404
    Fair.objects.filter(pk=fair.pk).update(status=FairStatus.SCHEDULED)
    late = client.post(url, {"here": slot.pk}, headers={"HX-Request": "true"})
    assert "wish-error" in late.content.decode()
    assert row.absences.exists()


def test_limits_page_is_the_organizers_and_explains(client: Client, fair: Fair) -> None:
    row = fair.participations.earliest("pk")
    url = reverse("fairs:limits", args=[row.pk])
    typed = {"at_once": "2", "min_meetings": "3", "max_meetings": "2"}
    assert client.post(url, typed).context["form"].errors["max_meetings"]
    assert client.post(url, typed | {"at_once": "9", "max_meetings": "4"}).context["form"].errors["at_once"]
    assert client.post(url, typed | {"max_meetings": "4"}).status_code == 302
    row.refresh_from_db()
    assert (row.at_once, row.min_meetings, row.max_meetings) == (2, 3, 4)
    client.post(url, {"at_once": "1", "min_meetings": "", "max_meetings": ""})
    row.refresh_from_db()
    assert (row.at_once, row.min_meetings, row.max_meetings) == (1, None, None)
    client.force_login(people_of(row))
    assert client.get(url).status_code == 404


def test_suggestions_come_with_reasons_and_are_invited_with_letters(client: Client, fair: Fair) -> None:
    school, far = SchoolFactory(), SchoolFactory()
    firm = fair.participations.enterprises().get().organization
    make_fit(school, firm)
    make_fit(far, firm)
    rebuild_now()
    url = reverse("fairs:invite", args=[fair.slug])
    page = client.get(url, {"side": "school", "most": "60", "least": "1"})
    assert {line.organization for line in page.context["suggestions"]} == {school, far}
    assert client.get(url, {"least": "100"}).context["suggestions"] == []
    assert client.get(url, {"not_from": "44"}).context["suggestions"] == []
    reasons = client.get(reverse("fairs:invite_reasons", args=[fair.slug]), {"side": "school", "org": school.pk})
    assert firm.legal_name in reasons.content.decode()
    assert f'id="why-{school.pk}"' in reasons.content.decode()
    asked = client.post(url, {"organizations": [school.pk], "letters": "1"})
    job = Job.objects.get()
    assert asked.headers["Location"] == reverse("jobs:detail", args=[job.public_id])
    assert job.arguments["organizations"] == [school.pk]
    Fair.objects.filter(pk=fair.pk).update(duty_contact="")
    assert client.post(url, {"organizations": [far.pk], "letters": "1"}).headers["Location"] == url
    assert Job.objects.count() == 1
    assert Participation.objects.filter(organization__in=[school, far]).count() == 0


def test_checks_of_the_cockpit_lead_to_those_they_count(client: Client, fair: Fair) -> None:
    """A link whose words the list does not know shows everybody."""
    links = {check.url for check in cockpit(fair).checks}
    Fair.objects.filter(pk=fair.pk).update(status=FairStatus.MATCHING)
    fair.refresh_from_db()
    links |= {check.url for check in cockpit(fair).checks}
    narrowed = {link: client.get(link).context["chosen"].narrows for link in links if "participants/?" in link}
    assert len(narrowed) == 3
    assert all(narrowed.values())
