"""Who comes by name: the order of rank, badges that stay, privacy, the sheet down and up."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.fairs.actions import next_actions
from events.fairs.delegation_sheets import read_delegations, sheet_of
from events.fairs.models import Delegate, Fair, FairStatus
from events.fairs.services import AnswerConflict, DelegationRefused, NotTheirs, Person, set_delegation
from events.fairs.spreadsheets import SheetRefused, read_rows
from portal.common.xlsx import workbook
from tests.conftest import NOON
from tests.factories import StaffFactory, UserFactory, member_of
from tests.factories_events import (
    DelegateFactory,
    FairFactory,
    ParticipationFactory,
    SchoolParticipationFactory,
    organizer_person,
    people_of,
)

pytestmark = pytest.mark.django_db
ARRIVAL = datetime(2024, 5, 16, 7, 30, tzinfo=UTC)


def _set(row: Any, *people: Person, **changes: Any) -> list[Delegate]:
    return set_delegation(
        **{"participation_id": row.pk, "people": people, "actor": people_of(row), "at": NOON} | changes
    )


def test_set_delegation_keeps_the_order_of_rank_and_counts() -> None:
    row = ParticipationFactory(delegates=5)
    people = _set(row, Person("王校长", post="校长"), Person("李主任", arrives_at=ARRIVAL, diet="素食"))
    assert [(one.rank, one.name, one.is_leader) for one in people] == [(1, "王校长", True), (2, "李主任", False)]
    row.refresh_from_db()
    assert (row.delegates, row.names_confirmed_at) == (2, NOON)


def test_set_delegation_keeps_the_badge_of_whoever_stays() -> None:
    row = ParticipationFactory()
    first, second = _set(row, Person("王"), Person("李"))
    again = _set(row, Person("李", is_leader=True), Person("王志明", public_id=first.public_id), Person("赵"))
    assert [(one.name, one.public_id) for one in again][:2] == [("李", second.public_id), ("王志明", first.public_id)]
    assert [one.is_leader for one in again] == [True, False, False]
    assert [one.name for one in _set(row, Person("赵"))] == ["赵"]
    assert _set(row) == []
    row.refresh_from_db()
    assert row.names_confirmed_at is None


def test_set_delegation_refuses_what_cannot_be() -> None:
    row = ParticipationFactory()
    for people in ([Person(" ")], [Person("王", is_leader=True), Person("李", is_leader=True)], [Person("王")] * 51):
        with pytest.raises(DelegationRefused):
            _set(row, *people)
    here = DelegateFactory(participation=row, name="已签到", checked_in_at=NOON)
    with pytest.raises(DelegationRefused):
        _set(row, Person("别人"))
    assert [one.pk for one in _set(row, Person("已签到"))] == [here.pk]


@pytest.mark.parametrize("arrives_at", ["0001-01-01T00:00+08:00", "0001-01-01T00:00+14:00", "2025-05-16T09:00+08:00"])
def test_set_delegation_refuses_an_arrival_in_another_year(arrives_at: str) -> None:
    """The year 1 was stored, and every page that lists the delegates broke: the database cannot give it back."""
    row = ParticipationFactory()
    with pytest.raises(DelegationRefused, match="王") as refused:
        _set(row, Person("王", arrives_at=datetime.fromisoformat(arrives_at)))
    assert refused.value.field == "arrives_at"
    assert not Delegate.objects.exists()
    evening_before = datetime.fromisoformat("2024-05-16T18:00+08:00")
    assert _set(row, Person("王", arrives_at=evening_before))[0].arrives_at == evening_before


def test_set_delegation_is_for_those_who_come_in_time_and_the_organizer_after() -> None:
    invited = ParticipationFactory(status="invited")
    with pytest.raises(AnswerConflict):
        _set(invited, Person("王"))
    row = ParticipationFactory(fair__names_due=NOON.date())
    with pytest.raises(NotTheirs):
        _set(row, Person("王"), actor=people_of(invited))
    with pytest.raises(AnswerConflict):
        _set(row, Person("王"), at=NOON + timedelta(days=1))
    assert _set(row, Person("王"))
    Fair.objects.filter(pk=row.fair_id).update(status=FairStatus.LIVE)
    with pytest.raises(AnswerConflict):
        _set(row, Person("李"))
    assert _set(row, Person("李"), actor=organizer_person(row.fair), at=NOON + timedelta(days=3))


def test_names_are_known_to_their_own_the_organizer_and_the_staff() -> None:
    one = DelegateFactory()
    row = one.participation
    others = [people_of(SchoolParticipationFactory(fair=row.fair)), UserFactory(), organizer_person(FairFactory())]
    for person in others:
        assert not Delegate.objects.visible_to(person).exists()
    for person in (
        people_of(row),
        member_of(row.organization, role="reader"),
        organizer_person(row.fair),
        StaffFactory(),
    ):
        assert Delegate.objects.visible_to(person).get() == one


def _typed(*rows: dict[str, str], known: int = 0) -> dict[str, str]:
    data = {f"people-{n}-{key}": value for n, row in enumerate(rows) for key, value in row.items()}
    return data | {"people-TOTAL_FORMS": str(len(rows)), "people-INITIAL_FORMS": str(known)}


def test_delegation_page_stores_the_rows_in_the_order_typed(client: Client) -> None:
    row = ParticipationFactory()
    client.force_login(people_of(row))
    url = reverse("fairs:delegation", args=[row.pk])
    missing = client.post(url, _typed({"name": "王"}, {"post": "主任"}))
    assert missing.status_code == 200
    assert "主任" in missing.content.decode()
    assert row.people.count() == 0
    assert client.post(url, _typed({"name": "李", "rank": "2"}, {"name": "王", "rank": "1"}, {})).status_code == 302
    assert list(row.people.values_list("name", flat=True)) == ["王", "李"]
    assert "王" in client.get(row.get_absolute_url()).content.decode()
    first = row.people.first()
    assert first is not None
    leaves = _typed({"known": str(first.public_id), "name": "王", "leaves": "on"}, {"name": "李"}, known=1)
    client.post(url, leaves)
    assert list(row.people.values_list("name", flat=True)) == ["李"]


def test_delegation_page_without_its_management_data_is_no_fault(client: Client) -> None:
    row = ParticipationFactory()
    client.force_login(people_of(row))
    assert client.post(reverse("fairs:delegation", args=[row.pk]), {}).status_code == 200


def _sheet(fair: Fair) -> list[list[str]]:
    return read_rows(workbook([sheet_of(fair)]))


def test_the_sheet_taken_out_and_read_back_changes_nothing() -> None:
    fair = FairFactory()
    row = ParticipationFactory(fair=fair)
    _set(row, Person("王", post="=1+1", is_leader=True, arrives_at=ARRIVAL, phone="0755 1", vehicle="粤B12345"))
    SchoolParticipationFactory(fair=fair)
    rows = _sheet(fair)
    assert [len(line) for line in rows] == [11, 11, 11]
    assert rows[1][4] == "=1+1" or rows[2][4] == "=1+1"
    reading = read_delegations(fair, rows)
    assert (reading.changed, reading.problems) == ({}, {})


def test_the_sheet_filled_in_is_an_update_of_those_it_names() -> None:
    fair = FairFactory()
    row, other = ParticipationFactory(fair=fair), ParticipationFactory(fair=fair)
    _set(other, Person("留下"))
    head, *_rest = _sheet(fair)
    key = str(row.public_id)
    name = row.organization.legal_name
    rows = [
        head,
        [name, "2", "", "李", "主任", "", "2024-05-16 15:30", "", "", "", key],
        [name, "1", "x", "王", "", "", "", "", "", "", ""],  # found by its name
        ["谁也不是", "", "", "某", "", "", "", "", "", "", ""],
        [name, "一", "", "赵", "", "", "", "", "", "", key],
        [name, "", "", "钱", "", "", "明天", "", "", "", key],
        [name, "", "", "", "司机", "", "", "", "", "", key],
    ]
    reading = read_delegations(fair, rows)
    assert [(one.name, one.arrives_at) for one in reading.changed[row.pk]] == [("王", None), ("李", ARRIVAL)]
    assert (list(reading.changed), reading.added, sorted(reading.problems)) == ([row.pk], 2, [4, 5, 6, 7])


def test_read_delegations_asks_for_its_columns() -> None:
    with pytest.raises(SheetRefused):
        read_delegations(FairFactory(), [["a", "b"], ["c", "d"]])


def test_delegations_page_previews_then_stores(client: Client) -> None:
    fair = FairFactory()
    row = ParticipationFactory(fair=fair)
    client.force_login(organizer_person(fair))
    rows = _sheet(fair)
    rows[1][3] = "王校长"
    content = _as_xlsx(rows)
    page = client.post(reverse("fairs:delegations", args=[fair.slug]), {"file": SimpleUploadedFile("n.xlsx", content)})
    assert page.context["reading"].added == 1
    assert row.people.count() == 0
    done = client.post(reverse("fairs:delegations_do", args=[fair.slug]), {"rows": page.context["rows"]})
    assert done.status_code == 302
    assert row.people.get().name == "王校长"
    rows[1][10], rows[1][0] = "", "无此单位"
    wrong = client.post(
        reverse("fairs:delegations", args=[fair.slug]), {"file": SimpleUploadedFile("n.xlsx", _as_xlsx(rows))}
    )
    carried = {"rows": wrong.context["rows"]}
    assert client.post(reverse("fairs:delegations_do", args=[fair.slug]), carried).status_code == 200
    back = client.post(reverse("fairs:delegations_do", args=[fair.slug]), carried | {"annotated": "1"})
    remarks = read_rows(b"".join(back.streaming_content))  # type: ignore[attr-defined]
    assert remarks[1][11] != ""
    assert client.post(reverse("fairs:delegations_do", args=[fair.slug]), {"rows": "x"}).status_code == 302


def _as_xlsx(rows: list[list[str]]) -> bytes:
    import xlsxwriter

    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return file.getvalue()


def test_home_asks_for_the_names_until_they_are_given() -> None:
    due = timezone.localdate() + timedelta(days=2)
    row = ParticipationFactory(fair__status=FairStatus.MATCHING, fair__names_due=due, fair__ends_on=due)
    person = people_of(row)
    assert [action.url for action in next_actions(person)] == [reverse("fairs:delegation", args=[row.pk])]
    _set(row, Person("王"), actor=organizer_person(row.fair))
    assert list(next_actions(person)) == []
