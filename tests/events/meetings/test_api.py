"""The API of fairs, participations, timetables, meetings and outcomes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from events.fairs.models import Fair, FairStatus, Participation, Wish
from events.meetings.models import Meeting, Outcome, Timetable
from events.meetings.services import publish_timetable, request_timetable
from portal.jobs.models import Job
from portal.jobs.running import run
from tests.conftest import NOON
from tests.factories import CooperationKindFactory, SchoolFactory, UserFactory
from tests.factories_events import (
    FairFactory,
    ParticipationFactory,
    SchoolParticipationFactory,
    SlotFactory,
    WishFactory,
    organizer_person,
    people_of,
)

pytestmark = pytest.mark.django_db
ROOT = "/api/v1"


def api_of(person: Any) -> APIClient:
    client = APIClient()
    client.force_login(person)
    return client


def rows_of(client: APIClient, path: str, **query: Any) -> list[dict[str, Any]]:
    answer = client.get(f"{ROOT}/{path}/", query)
    assert answer.status_code == 200, answer.content
    rows: list[dict[str, Any]] = answer.json()["results"]
    return rows


@pytest.fixture
def live(fair: Fair) -> Fair:
    """A fair that takes place, with a real published timetable."""
    person = organizer_person(fair)
    assert run(request_timetable(fair_id=fair.pk, actor=person, at=NOON).pk)
    publish_timetable(timetable_id=fair.timetables.get().pk, actor=person, at=NOON)
    Fair.objects.filter(pk=fair.pk).update(status=FairStatus.LIVE)
    return fair


def test_fairs_are_listed_and_found_by_their_address() -> None:
    announced, plan = FairFactory(), FairFactory(status=FairStatus.PLANNING)
    client = api_of(UserFactory())
    assert [row["slug"] for row in rows_of(client, "fairs")] == [announced.slug]
    assert client.get(f"{ROOT}/fairs/{announced.slug}/").json()["name"] == announced.name
    assert client.get(f"{ROOT}/fairs/{plan.slug}/").status_code == 404
    assert api_of(organizer_person(plan)).get(f"{ROOT}/fairs/{plan.slug}/").status_code == 200
    assert client.get(f"{ROOT}/fairs/", {"unknown": 1}).status_code == 400
    assert APIClient().get(f"{ROOT}/fairs/").status_code == 403


def test_participations_show_details_to_their_own_and_the_organizer(fair: Fair) -> None:
    own, other = fair.participations.schools().earliest("pk"), fair.participations.enterprises().earliest("pk")
    invited = ParticipationFactory(fair=fair, status="invited")
    rows = {row["public_id"]: row for row in rows_of(api_of(people_of(own)), "participations", fair=fair.slug)}
    assert str(invited.public_id) not in rows
    assert rows[str(own.public_id)]["details"]["delegates"] == 2
    assert rows[str(other.public_id)]["details"] is None
    of_organizer = rows_of(api_of(organizer_person(fair)), "participations", fair=fair.slug, side="enterprise")
    assert len(of_organizer) == 16
    assert all(row["details"] for row in of_organizer)
    assert rows_of(api_of(UserFactory()), "participations") == []


def test_invitation_answer_and_check_in_over_the_api() -> None:
    fair, school = FairFactory(), SchoolFactory()
    desk = api_of(organizer_person(fair))
    sent = {"fair": fair.slug, "organizations": [str(school.public_id)]}
    assert api_of(UserFactory()).post(f"{ROOT}/participations/", sent, format="json").status_code == 400
    answer = desk.post(f"{ROOT}/participations/", sent, format="json")
    assert answer.status_code == 201
    url = f"{ROOT}/participations/{answer.json()[0]['public_id']}"
    own = api_of(people_of(Participation.objects.get()))
    assert own.post(f"{url}/answer/", {"accept": True, "delegates": 3}, format="json").json()["status"] == "confirmed"
    assert own.post(f"{url}/check-in/").status_code == 422
    assert desk.post(f"{url}/check-in/").status_code == 409  # the doors are not open
    Fair.objects.update(status=FairStatus.LIVE)
    assert desk.post(f"{url}/check-in/").json()["status"] == "attended"
    assert own.post(f"{url}/answer/", {"accept": False}, format="json").status_code == 409


def test_absences_are_set_by_the_beginnings_of_slots() -> None:
    row = ParticipationFactory()
    slot = SlotFactory(fair=row.fair)
    client, url = api_of(people_of(row)), f"{ROOT}/participations/{row.public_id}/absences/"
    answer = client.put(url, {"slots": [slot.starts_at.isoformat()]}, format="json")
    assert answer.status_code == 200, answer.content
    assert [absence.slot for absence in row.absences.all()] == [slot]
    assert client.put(url, {"slots": ["2030-01-01T09:00:00Z"]}, format="json").status_code == 400
    assert row.absences.count() == 1


def test_wishes_are_put_and_read_by_their_own_side_only() -> None:
    fair = FairFactory()
    school, firm = SchoolParticipationFactory(fair=fair), ParticipationFactory(fair=fair)
    gone = ParticipationFactory(fair=fair, status="declined")
    url = f"{ROOT}/participations/{school.public_id}/wishes/"
    own = api_of(people_of(school))
    sent = [{"partner": str(firm.public_id), "wish": "must"}]
    assert own.put(url, sent, format="json").json() == sent
    assert own.get(url).json() == sent
    assert api_of(organizer_person(fair)).get(url).json() == sent
    assert own.put(url, [{"partner": str(gone.public_id), "wish": "ok"}], format="json").status_code == 400
    assert own.put(url, [{"partner": str(firm.public_id), "wish": "maybe"}], format="json").status_code == 400
    other = api_of(people_of(firm))
    assert other.get(url).json() == []
    assert other.put(url, [], format="json").status_code == 422
    assert own.put(url, [{"partner": str(firm.public_id), "wish": None}], format="json").json() == []
    assert not Wish.objects.exists()


def test_api_never_tells_the_other_side_a_wish(live: Fair) -> None:
    """Everything that a firm can read, before and after all schools have wished for it, is the same."""
    firm = live.participations.enterprises().earliest("pk")
    client = api_of(people_of(firm))

    def everything() -> str:
        found: dict[str, Any] = {
            path: rows_of(client, path) for path in ("fairs", "participations", "timetables", "meetings", "outcomes")
        }
        found["wishes"] = [
            client.get(f"{ROOT}/participations/{row['public_id']}/wishes/").json()
            for row in found["participations"]
            if row["side"] == "school"
        ]
        return json.dumps(found, sort_keys=True)

    Wish.objects.all().delete()
    Meeting.objects.update(is_must=False, score=1)
    silent = everything()
    Meeting.objects.update(is_must=True, score=2500)
    for school in live.participations.schools():
        WishFactory(wisher=school, partner=firm, kind="must")
    assert everything() == silent
    assert set(json.loads(silent)["meetings"][0]).isdisjoint({"is_must", "score"})
    own_wish = WishFactory(wisher=firm, partner=live.participations.schools().earliest("pk"), kind="ok")
    url = f"{ROOT}/participations/{firm.public_id}/wishes/"
    assert client.get(url).json() == [{"partner": str(own_wish.partner.public_id), "wish": "ok"}]  # the control


def test_timetable_is_requested_with_the_address_of_its_job(fair: Fair) -> None:
    client = api_of(organizer_person(fair))
    answer = client.post(f"{ROOT}/timetables/", {"fair": fair.slug}, format="json")
    job = Job.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (202, f"{ROOT}/jobs/{job.public_id}/")
    assert client.get(answer.headers["Location"]).json()["state"] == "queued"
    assert (
        client.post(f"{ROOT}/timetables/", {"fair": fair.slug}, format="json")
        .headers["Location"]
        .endswith(f"{job.public_id}/")
    )
    run(job.pk)
    assert [row["status"] for row in rows_of(client, "timetables", fair=fair.slug)] == ["proposed"]
    participant = api_of(people_of(fair.participations.earliest("pk")))
    assert rows_of(participant, "timetables") == []
    assert participant.post(f"{ROOT}/timetables/", {"fair": fair.slug}, format="json").status_code == 400
    number = {"fair": fair.slug, "number": 1}
    assert client.post(f"{ROOT}/timetables/publish/", number | {"number": 2}, format="json").status_code == 400
    assert client.post(f"{ROOT}/timetables/publish/", number, format="json").json()["status"] == "published"
    assert client.post(f"{ROOT}/timetables/publish/", number, format="json").status_code == 409
    assert len(rows_of(participant, "timetables")) == 1


def test_timetable_request_says_when_the_answers_are_open() -> None:
    fair = FairFactory()
    answer = api_of(organizer_person(fair)).post(f"{ROOT}/timetables/", {"fair": fair.slug}, format="json")
    assert answer.status_code == 409
    assert not Timetable.objects.exists()


def test_meetings_are_own_ones_and_can_be_filtered(live: Fair) -> None:
    school = live.participations.schools().earliest("pk")
    own = Meeting.objects.filter(school=school)
    rows = rows_of(api_of(people_of(school)), "meetings", fair=live.slug)
    assert {row["public_id"] for row in rows} == {str(meeting.public_id) for meeting in own}
    assert rows_of(api_of(people_of(school)), "meetings", fair="another") == []
    everything = rows_of(api_of(organizer_person(live)), "meetings", page_size=500)
    assert len(everything) == Meeting.objects.count()
    stranger = api_of(UserFactory())
    assert stranger.get(f"{ROOT}/meetings/{own.earliest('pk').public_id}/").status_code == 404


def test_outcomes_are_created_and_corrected_once_per_version(live: Fair) -> None:
    kind = CooperationKindFactory()
    meeting = Meeting.objects.with_parties().earliest("pk")
    client = api_of(people_of(meeting.school))
    sent = {
        "school": str(meeting.school.public_id),
        "enterprise": str(meeting.enterprise.public_id),
        "level": 2,
        "cooperation_kinds": [kind.code],
        "headcount": 20,
    }
    answer = client.post(f"{ROOT}/outcomes/", sent, format="json")
    assert answer.status_code == 201, answer.content
    outcome = answer.json()
    assert (outcome["level"], outcome["cooperation_kinds"], outcome["version"]) == (2, [kind.code], 1)
    assert client.post(f"{ROOT}/outcomes/", sent, format="json").status_code == 409
    url = f"{ROOT}/outcomes/{outcome['public_id']}/"
    assert client.put(url, {"level": 3, "version": 1}, format="json").json()["level"] == 3
    assert client.put(url, {"level": 0, "version": 1}, format="json").status_code == 409
    assert client.put(url, {"level": 0}, format="json").status_code == 409
    assert client.put(url, [1], format="json").status_code == 400
    assert Outcome.objects.get().level == 3
    partner = api_of(people_of(meeting.enterprise))
    assert len(rows_of(partner, "outcomes", at_least=3)) == 1
    assert rows_of(partner, "outcomes", at_least=4) == []
    stranger = api_of(people_of(ParticipationFactory(fair=live)))
    assert stranger.get(url).status_code == 404
    assert stranger.put(url, {"level": 0, "version": 2}, format="json").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [{"level": 9}, {"headcount": -1}, {"cooperation_kinds": ["nonsense"]}, {"school": "no uuid"}, {"note": "x" * 501}],
)
def test_outcomes_refuse_wrong_input_by_field(live: Fair, wrong: dict[str, Any]) -> None:
    meeting = Meeting.objects.with_parties().earliest("pk")
    sent = {"school": str(meeting.school.public_id), "enterprise": str(meeting.enterprise.public_id), "level": 2}
    answer = api_of(people_of(meeting.school)).post(f"{ROOT}/outcomes/", sent | wrong, format="json")
    assert answer.status_code == 400
    assert next(iter(wrong)) in json.dumps(answer.json())
    assert not Outcome.objects.exists()


@pytest.mark.parametrize("path", ["fairs", "participations", "timetables", "meetings", "outcomes"])
def test_lists_take_few_queries(live: Fair, path: str, django_assert_max_num_queries: Any) -> None:
    client = api_of(organizer_person(live))
    with django_assert_max_num_queries(8):
        assert rows_of(client, path) or path == "outcomes"


def test_timetable_in_the_making_for_a_colleague_is_a_conflict(fair: Fair) -> None:
    first, second = (api_of(organizer_person(fair)) for _ in range(2))
    assert first.post(f"{ROOT}/timetables/", {"fair": fair.slug}, format="json").status_code == 202
    assert second.post(f"{ROOT}/timetables/", {"fair": fair.slug}, format="json").status_code == 409
    assert first.post(f"{ROOT}/timetables/", {"fair": fair.slug}, format="json").status_code == 202
    assert Job.objects.count() == 1


def test_wish_for_a_partner_that_no_longer_comes_can_be_taken_back() -> None:
    fair = FairFactory()
    school, gone = SchoolParticipationFactory(fair=fair), ParticipationFactory(fair=fair, status="cancelled")
    elsewhere = ParticipationFactory()
    WishFactory(wisher=school, partner=gone)
    own, url = api_of(people_of(school)), f"{ROOT}/participations/{school.public_id}/wishes/"
    for partner, wish in ((gone, "ok"), (elsewhere, None)):
        sent = [{"partner": str(partner.public_id), "wish": wish}]
        assert own.put(url, sent, format="json").status_code == 400
    assert Wish.objects.count() == 1
    assert own.put(url, [{"partner": str(gone.public_id), "wish": None}], format="json").json() == []
    assert not Wish.objects.exists()
