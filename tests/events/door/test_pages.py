"""The pages of the door: for those at a desk, with an account or a pass, and for nobody else."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.door.access import COOKIE
from events.door.codes import NoBadge, code_of, read
from events.door.models import DeskPass, DoorEvent
from events.door.services import make_pass, revoke_pass
from events.fairs.models import Delegate, Fair, Participation, Slot
from events.meetings.models import Meeting, Outcome
from tests.factories import EnterpriseFactory
from tests.factories_events import (
    FairFactory,
    MeetingFactory,
    ParticipationFactory,
    SchoolParticipationFactory,
    SlotFactory,
    TableFactory,
    TimetableFactory,
    WishFactory,
    organizer_person,
    people_of,
)

pytestmark = pytest.mark.django_db
PAGES = ["desk", "list", "organizations", "missing", "paper", "timer", "now", "tables", "talk"]
PHONE = "13800138000"


@pytest.fixture
def meeting(fair: Fair) -> Meeting:
    """A meeting that takes place now: the school is here, the enterprise is awaited, with a person to call."""
    now = timezone.now()
    school = SchoolParticipationFactory(fair=fair, status="attended")
    firm = ParticipationFactory(fair=fair)
    Delegate.objects.create(participation=firm, rank=1, name="䶮喆", post="总经理", phone=PHONE, is_leader=True)
    WishFactory(wisher=school, partner=firm, kind="must")
    slot = SlotFactory(fair=fair, starts_at=now - timedelta(minutes=5), ends_at=now + timedelta(minutes=15))
    table = TableFactory(fair=fair, number=7, zone="B")
    timetable = TimetableFactory(fair=fair, status="published")
    return MeetingFactory(timetable=timetable, school=school, enterprise=firm, slot=slot, table=table)


@pytest.fixture
def organizer(client: Client, fair: Fair) -> Client:
    client.force_login(organizer_person(fair))
    return client


def helper(fair: Fair, *, hours: float = 2, may_record: bool = False, enforce: bool = False) -> Client:
    """A phone that has begun with a pass, which ends after so many hours."""
    desk_pass, secret = make_pass(
        fair_id=fair.pk,
        name="一号台",
        expires_at=timezone.now() + timedelta(hours=2),
        actor=organizer_person(fair),
        at=timezone.now(),
        may_record=may_record,
    )
    phone = Client(enforce_csrf_checks=enforce)
    answer = phone.post(reverse("door:enter", args=[secret]))
    assert answer.headers["Location"] == reverse("door:desk", args=[fair.slug])
    DeskPass.objects.filter(pk=desk_pass.pk).update(expires_at=timezone.now() + timedelta(hours=hours))
    return phone


def address(fair: Fair, name: str, *args: Any) -> str:
    return reverse(f"door:{name}", args=[fair.slug, *args])


def send(phone: Client, fair: Fair, *events: dict[str, Any], sent_at: Any = None) -> Any:
    body = {"sent_at": (sent_at or timezone.now()).isoformat(), "events": list(events)}
    return phone.post(address(fair, "events"), json.dumps(body), content_type="application/json")


def arrived(party: Participation, **facts: Any) -> dict[str, Any]:
    happened_at = facts.pop("happened_at", timezone.now())
    given = {"nonce": str(uuid4()), "kind": "arrived", "happened_at": happened_at.isoformat()}
    return given | {"party": str(party.public_id)} | facts


def test_pages_are_for_desks_of_the_fair_alone(meeting: Meeting, fair: Fair) -> None:
    phone, anonymous, stranger, other = helper(fair, may_record=True), Client(), Client(), FairFactory(status="live")
    stranger.force_login(people_of(meeting.enterprise))
    for name in PAGES:
        assert phone.get(address(fair, name)).status_code == 200, name
        assert anonymous.get(address(fair, name)).status_code == 302, name
        assert stranger.get(address(fair, name)).status_code == 404, name
        assert phone.get(address(other, name)).status_code == 302, name


def test_pages_stay_within_their_queries(
    organizer: Client, fair: Fair, meeting: Meeting, django_assert_max_num_queries
) -> None:
    for _ in range(3):
        ParticipationFactory(fair=fair)
    for name in (*PAGES, "passes"):
        with django_assert_max_num_queries(12):
            assert organizer.get(address(fair, name)).status_code == 200, name


def test_a_helper_sees_names_posts_and_tables_and_nothing_else(fair: Fair, meeting: Meeting) -> None:
    phone = helper(fair)
    [row] = [row for row in phone.get(address(fair, "list")).json()["rows"] if row["status"] == "confirmed"]
    assert set(row) == {"id", "name", "short", "words", "side", "status", "at", "count", "next", "people"}
    assert set(row["people"][0]) == {"id", "name", "post", "leads", "words", "at", "in_for"}
    assert (row["next"]["table"], row["people"][0]["name"]) == ("B07", "䶮喆")
    board = phone.get(address(fair, "missing")).content.decode()
    assert meeting.enterprise.organization.legal_name in board
    assert PHONE not in board
    assert meeting.school.organization.display_name not in board
    for name in ("tables", "talk", "passes"):
        assert phone.get(address(fair, name)).status_code in (302, 404)
    assert phone.post(address(fair, "record", meeting.pk), {"level": "2"}).status_code == 404
    assert not Outcome.objects.exists()


def test_the_organizer_sees_whom_to_call(organizer: Client, fair: Fair, meeting: Meeting) -> None:
    board = organizer.get(address(fair, "missing")).content.decode()
    assert f'href="tel:{PHONE}"' in board
    assert meeting.school.organization.display_name in board
    organizer.post(address(fair, "mark", meeting.enterprise_id), {"kind": "absent"})
    meeting.enterprise.refresh_from_db()
    assert meeting.enterprise.status == "absent"
    organizer.post(address(fair, "mark", meeting.enterprise_id), {"kind": "undone"})
    organizer.post(address(fair, "mark", meeting.enterprise_id), {"kind": "walk_in"})
    meeting.enterprise.refresh_from_db()
    assert meeting.enterprise.status == "confirmed"


def test_list_tells_only_what_has_changed(fair: Fair, firm: Participation, school: Participation) -> None:
    phone = helper(fair)
    first = phone.get(address(fair, "list"))
    again = phone.get(address(fair, "list"), headers={"If-None-Match": first.headers["ETag"]})
    assert (len(first.json()["rows"]), again.status_code, again.content) == (2, 304, b"")
    Participation.objects.filter(fair=fair).update(updated_at=timezone.now() - timedelta(minutes=5))
    send(helper(fair), fair, arrived(firm))
    changed = phone.get(address(fair, "list"), {"since": first.json()["now"]}, headers={"If-None-Match": first["ETag"]})
    assert [(row["id"], row["status"]) for row in changed.json()["rows"]] == [(str(firm.public_id), "attended")]
    assert (first.json()["whole"], changed.json()["whole"]) == (True, False)


def test_list_comes_whole_once_somebody_goes_to_another_table(fair: Fair, meeting: Meeting) -> None:
    """The desk sent everybody to the table of the timetable of the morning."""
    phone = helper(fair)
    first = phone.get(address(fair, "list"))
    assert {row["next"]["table"] for row in first.json()["rows"] if row["next"]} == {str(meeting.table)}

    def again() -> Any:
        since = {"since": first.json()["now"]}
        return phone.get(address(fair, "list"), since, headers={"If-None-Match": first["ETag"]})

    Meeting.objects.filter(pk=meeting.pk).update(state="held", updated_at=timezone.now())
    assert again().status_code == 304  # that a talk was held moves nobody
    other = TableFactory(fair=fair)
    Meeting.objects.filter(pk=meeting.pk).update(table=other, sequence=meeting.sequence + 1)
    moved = again().json()
    assert moved["whole"]
    assert {row["next"]["table"] for row in moved["rows"] if row["next"]} == {str(other)}
    Slot.objects.filter(pk=meeting.slot_id).update(
        starts_at=timezone.now() - timedelta(hours=2), ends_at=timezone.now() - timedelta(hours=1)
    )
    assert [row["next"] for row in again().json()["rows"]] == [None] * len(first.json()["rows"])


def test_events_are_taken_once_and_told_one_by_one(fair: Fair, firm: Participation) -> None:
    phone, event = helper(fair), arrived(firm, people=3)
    wrong = arrived(ParticipationFactory())
    first = send(phone, fair, event, wrong, {"nonce": "zz", "kind": "fly"}, 7)
    assert first.status_code == 200
    assert [report["stored"] for report in first.json()["reports"]] == [True, False]
    assert first.json()["unread"] == ["zz", ""]
    assert [row["count"] for row in first.json()["rows"]] == [3]
    assert send(phone, fair, event).json()["reports"] == [{"nonce": event["nonce"], "stored": True, "reason": ""}]
    assert DoorEvent.objects.get().desk_pass == DeskPass.objects.get()


def test_events_refuse_a_form_in_the_place_of_a_list(fair: Fair) -> None:
    """The check of the form's token has read the body, which cannot be read again: no fault for that."""
    phone = Client(enforce_csrf_checks=True)
    phone.cookies = helper(fair).cookies
    token = phone.get(address(fair, "list")).json()["csrf"]
    assert phone.post(address(fair, "events"), {"csrfmiddlewaretoken": token, "events": "x"}).status_code == 422


def test_events_count_by_our_clock(fair: Fair, firm: Participation) -> None:
    phone, now = helper(fair), timezone.now()
    wrong_clock = now + timedelta(days=400)
    send(phone, fair, arrived(firm, happened_at=wrong_clock - timedelta(minutes=30)), sent_at=wrong_clock)
    stored = DoorEvent.objects.get().happened_at
    assert abs(stored - (now - timedelta(minutes=30))) < timedelta(seconds=30)
    send(phone, fair, arrived(firm, happened_at=now - timedelta(days=400)), sent_at=now)
    assert now - DoorEvent.objects.earliest("happened_at").happened_at < timedelta(days=5)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"events": 3}', b'{"events": [], "sent_at": "soon"}', b"[" * 9999, b"\xff"]
)
def test_events_that_cannot_be_read_are_refused(fair: Fair, body: bytes) -> None:
    answer = helper(fair).post(address(fair, "events"), body, content_type="application/json")
    assert answer.status_code == 422


def test_events_need_the_token_of_the_page(fair: Fair, firm: Participation) -> None:
    desk_pass, secret = make_pass(
        fair_id=fair.pk,
        name="二号台",
        expires_at=timezone.now() + timedelta(hours=1),
        actor=organizer_person(fair),
        at=timezone.now(),
    )
    phone = Client(enforce_csrf_checks=True)
    phone.cookies[COOKIE] = secret
    token = phone.get(address(fair, "list")).json()["csrf"]
    body = json.dumps({"sent_at": timezone.now().isoformat(), "events": [arrived(firm)]})
    given: dict[str, Any] = {"content_type": "application/json"}
    assert phone.post(address(fair, "events"), body, **given).status_code == 403
    answer = phone.post(address(fair, "events"), body, **given, headers={"X-CSRFToken": token})
    assert answer.json()["reports"][0]["stored"]
    assert DoorEvent.objects.get().desk_pass == desk_pass


def test_a_pass_that_has_ended_still_sends_what_happened_before(fair: Fair, firm: Participation) -> None:
    phone, now = helper(fair, hours=-1), timezone.now()
    assert phone.get(address(fair, "desk")).status_code == 302
    assert phone.get(address(fair, "list")).status_code == 302
    before, after = arrived(firm, happened_at=now - timedelta(hours=2)), arrived(firm)
    answer = send(phone, fair, before, after).json()
    assert {report["nonce"]: report["stored"] for report in answer["reports"]} == {
        before["nonce"]: True,
        after["nonce"]: False,
    }
    assert answer["rows"] == []
    DeskPass.objects.update(expires_at=now - timedelta(days=3))
    assert send(phone, fair, arrived(firm)).status_code == 302


def test_a_revoked_pass_opens_nothing(fair: Fair, firm: Participation) -> None:
    phone, person = helper(fair), organizer_person(fair)
    assert phone.get(address(fair, "desk")).status_code == 200
    revoke_pass(pass_id=DeskPass.objects.get().pk, actor=person, at=timezone.now())
    assert phone.get(address(fair, "desk")).status_code == 302
    assert send(phone, fair, arrived(firm)).status_code == 302
    assert phone.get(reverse("pages:home")).status_code == 302


def test_passes_are_shown_once_and_taken_back(organizer: Client, fair: Fair) -> None:
    later = timezone.localtime(timezone.now() + timedelta(hours=3))
    typed = {"name": "二号台", "expires_at": f"{later:%Y-%m-%dT%H:%M}"}
    shown = organizer.post(address(fair, "passes"), typed).content.decode()
    row = DeskPass.objects.get()
    assert "/door/p/" in shown
    assert "data:image/svg+xml" in shown
    page = organizer.get(address(fair, "passes")).content.decode()
    assert "/door/p/" not in page
    assert row.name in page
    assert row.digest not in shown
    organizer.post(address(fair, "revoke", row.pk))
    row.refresh_from_db()
    assert row.revoked_at is not None
    assert organizer.post(address(fair, "revoke", row.pk), follow=True).status_code == 200
    refused = organizer.post(address(fair, "passes"), {"name": "x", "expires_at": "2020-01-01T08:00"})
    assert "field-error" in refused.content.decode()
    assert DeskPass.objects.count() == 1
    organizer.force_login(organizer_person(FairFactory()))
    assert organizer.post(address(fair, "revoke", row.pk)).status_code == 404


def test_enter_shows_what_the_pass_is_for_and_leaves_no_trace(fair: Fair) -> None:
    _pass, secret = make_pass(
        fair_id=fair.pk,
        name="一号台",
        expires_at=timezone.now() + timedelta(hours=1),
        actor=organizer_person(fair),
        at=timezone.now(),
    )
    phone = Client()
    answer = phone.get(reverse("door:enter", args=[secret]))
    assert "一号台" in answer.content.decode()
    assert (answer.headers["Referrer-Policy"], answer.headers["Cache-Control"]) == ("same-origin", "no-store")
    assert COOKIE not in phone.cookies
    phone.post(reverse("door:enter", args=[secret]))
    cookie = phone.cookies[COOKIE]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/door/", True, "Lax")
    phone.post(address(fair, "leave"))
    assert phone.cookies[COOKIE].value == ""
    assert phone.get(reverse("door:enter", args=["a" * 32])).status_code == 404


def test_paper_checks_in_those_ticked_at_their_time(organizer: Client, fair: Fair, firm: Participation) -> None:
    late = ParticipationFactory(fair=fair)
    typed = {"party": [str(firm.public_id)], "day": "2024-05-17", "time": "08:45"}
    for wrong in ({**typed, "time": "8 o'clock"}, {**typed, "party": []}, {**typed, "party": ["x"]}):
        assert "field-error" in organizer.post(address(fair, "paper"), wrong).content.decode()
    assert organizer.post(address(fair, "paper"), typed).status_code == 302
    firm.refresh_from_db()
    late.refresh_from_db()
    assert firm.checked_in_at is not None
    assert f"{timezone.localtime(firm.checked_in_at):%Y-%m-%d %H:%M}" == "2024-05-17 08:45"
    assert late.status == "confirmed"


def test_paper_offers_the_days_of_the_fair_up_to_today(organizer: Client, fair: Fair, firm: Participation) -> None:
    """A sheet of yesterday could only be entered as of today, and everybody on it was late."""

    def offered() -> list[str]:
        return [f"{day:%m-%d}" for day in organizer.get(address(fair, "paper")).context["days"]]

    assert offered() == ["05-16", "05-17", "05-18"]
    today = timezone.localdate()
    Fair.objects.filter(pk=fair.pk).update(starts_on=today, ends_on=today + timedelta(days=1))
    assert offered() == [f"{today - timedelta(days=1):%m-%d}", f"{today:%m-%d}"]
    Fair.objects.filter(pk=fair.pk).update(starts_on=today + timedelta(days=5), ends_on=today + timedelta(days=5))
    assert offered() == [f"{today:%m-%d}"]


def test_organizations_are_found_for_a_walk_in(fair: Fair) -> None:
    EnterpriseFactory(legal_name="立讯精密工业股份有限公司")
    EnterpriseFactory(legal_name="立讯未批准", status="draft")
    phone = helper(fair)
    found = phone.get(address(fair, "organizations"), {"q": "立讯"}).json()["results"]
    assert [row["name"] for row in found] == ["立讯精密工业股份有限公司"]
    assert phone.get(address(fair, "organizations"), {"q": "立"}).json()["results"] == []


def test_a_table_captain_records_in_two_taps(fair: Fair, meeting: Meeting) -> None:
    phone = helper(fair, may_record=True)
    send(phone, fair, arrived(meeting.enterprise))
    page = phone.get(address(fair, "tables")).content.decode()
    assert "B07" in page
    url = address(fair, "record", meeting.pk)
    line = phone.post(url, {"level": "3"}, headers={"HX-Request": "true"}).content.decode()
    assert f'id="table-{meeting.pk}"' in line
    outcome = Outcome.objects.get()
    assert (outcome.level, outcome.recorded_side, outcome.recorded_by) == (3, "desk", DeskPass.objects.get().created_by)
    stale = phone.post(url, {"level": "1"}, headers={"HX-Request": "true"}).content.decode()
    assert 'role="alert"' in stale
    assert phone.post(url, {"level": "9"}).status_code == 302
    phone.post(url, {"level": "2", "version": "1"})
    outcome.refresh_from_db()
    assert (outcome.level, outcome.version) == (2, 2)


def test_a_table_captain_says_who_did_not_come(organizer: Client, fair: Fair, meeting: Meeting) -> None:
    url = address(fair, "not_held", meeting.pk)
    organizer.post(url, {"absent": "enterprise"})
    meeting.refresh_from_db()
    assert (meeting.state, meeting.absent_side) == ("no_show", "enterprise")
    organizer.post(url, {"absent": "back"})
    meeting.refresh_from_db()
    assert (meeting.state, meeting.absent_side) == ("planned", "")


def test_talk_records_what_nobody_had_planned(fair: Fair) -> None:
    school = SchoolParticipationFactory(fair=fair, status="attended")
    firm = ParticipationFactory(fair=fair, status="attended")
    phone = helper(fair, may_record=True)
    assert "field-error" in phone.post(address(fair, "talk"), {"school": school.pk}).content.decode()
    typed = {"school": school.pk, "enterprise": firm.pk, "level": 2}
    assert phone.post(address(fair, "talk"), typed).status_code == 302
    assert phone.post(address(fair, "talk"), typed).status_code == 200
    assert Outcome.objects.get().meeting is None


def test_desk_is_closed_before_the_timetable_is_published(organizer: Client, fair: Fair, firm: Participation) -> None:
    for status, is_open in (("matching", False), ("closed", True)):
        Fair.objects.filter(pk=fair.pk).update(status=status)
        assert ('id="door-rows"' in organizer.get(address(fair, "desk")).content.decode()) is is_open
        assert send(organizer, fair, arrived(firm)).status_code == (200 if is_open else 409)


def test_worker_keeps_the_door_alone(client: Client) -> None:
    answer = client.get(reverse("door:worker"))
    assert answer.headers["Service-Worker-Allowed"] == "/door/"
    assert answer.headers["Content-Type"].startswith("text/javascript")


def test_codes_are_read_back_and_other_codes_are_not() -> None:
    public_id = uuid4()
    code = code_of(public_id)
    assert (read(code), read(f" {code.lower()} "), len(code)) == (public_id, public_id, 28)
    for wrong in ("", code[:-1], code[2:], f"{code[:-1]}U", "ZQ" + "Z" * 26, "https://example.org"):
        with pytest.raises(NoBadge):
            read(wrong)
