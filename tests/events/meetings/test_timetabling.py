"""The timetable job from rows to rows, through the real job runner."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from events.fairs.models import TAKING_PART, Absence, Fair, FairStatus, Participation, TableClosing, Wish
from events.meetings import timetabling
from events.meetings.models import Meeting, Timetable, UnmetWish
from events.meetings.selectors import conflicts_in
from events.meetings.services import NothingInTheMaking, TimetableInTheMaking, request_timetable, take_best
from events.meetings.snapshot import Rows, problem_of, rows_of
from events.scheduling import solver
from events.scheduling.problem import Problem
from events.scheduling.timetable import Meeting as Planned
from events.scheduling.timetable import Timetable as PlannedTimetable
from events.scheduling.verify import Violation, violations
from matching.models import Match
from matching.rebuilding import rebuild_now
from portal.jobs.models import Job, JobState
from portal.jobs.running import run
from portal.jobs.services import reconcile, request_cancel
from tests.conftest import NOON
from tests.events.meetings.conftest import fair_of
from tests.factories import StaffFactory
from tests.factories_events import (
    AbsenceFactory,
    FairFactory,
    OutcomeFactory,
    ParticipationFactory,
    SchoolParticipationFactory,
    WishFactory,
    make_fit,
    organizer_person,
)

pytestmark = pytest.mark.django_db


def made(fair: Fair, seed: int = 1) -> Job:
    """The job of a request, run to its end."""
    job = request_timetable(fair_id=fair.pk, actor=organizer_person(fair), at=NOON, seed=seed)
    assert run(job.pk)
    job.refresh_from_db()
    return job


def test_job_proposes_a_timetable_without_violation(fair: Fair) -> None:
    job = made(fair)
    assert (job.state, job.error) == (JobState.DONE, "")
    timetable = fair.timetables.get()
    assert (timetable.number, timetable.status, timetable.job) == (1, "proposed", job)
    assert job.result == {"timetable": 1, "meetings": timetable.meetings.count(), "score": timetable.score}
    rows = rows_of(fair)
    problem = problem_of(rows)
    stored = _as_planned(timetable, rows)
    assert violations(problem, stored) == []
    assert sum(problem.scores[meeting.ends] for meeting in stored.meetings) == timetable.score
    assert timetable.score <= timetable.upper_bound
    assert conflicts_in(timetable) == []
    assert len(stored.meetings) > 12


def _as_planned(timetable: Timetable, rows: Rows) -> PlannedTimetable:
    """The rows of a timetable as the engine's checker reads them."""
    party = {row.pk: place for place, row in enumerate(rows.participations)}
    slot = {row.pk: place for place, row in enumerate(rows.slots)}
    table = {row.pk: place for place, row in enumerate(rows.tables)}
    return PlannedTimetable(
        rows.fair.name,
        tuple(
            Planned(party[m.school_id], party[m.enterprise_id], slot[m.slot_id], table[m.table_id])
            for m in timetable.meetings.all()
        ),
    )


def test_checker_does_find_what_is_wrong(fair: Fair) -> None:
    """The control of the test above: one meeting moved into an absence is a violation."""
    made(fair)
    rows = rows_of(fair)
    meeting = fair.timetables.get().meetings.earliest("pk")
    AbsenceFactory(participation=meeting.school, slot=meeting.slot)
    found = violations(problem_of(rows), _as_planned(fair.timetables.get(), rows))
    assert [violation.rule for violation in found] == ["capacity"]


def test_job_accounts_for_every_wish(fair: Fair) -> None:
    made(fair)
    timetable = fair.timetables.get()
    met = set(timetable.meetings.values_list("school", "enterprise"))
    explained = {(wish.school_id, wish.enterprise_id): wish for wish in timetable.unmet_wishes.all()}
    asked = {
        (wish.wisher_id, wish.partner_id) if wish.wisher.is_school else (wish.partner_id, wish.wisher_id)
        for wish in Wish.objects.exclude(kind="no").select_related("wisher__organization")
    }
    assert asked - met == set(explained)
    assert all(wish.reason_text for wish in explained.values())
    report = timetable.report
    assert report["musts_met"] == timetable.meetings.filter(is_must=True).count()


def test_job_gives_the_same_timetable_for_the_same_seed(fair: Fair) -> None:
    def places(timetable: Timetable) -> list[tuple[int, ...]]:
        return sorted(timetable.meetings.values_list("school", "enterprise", "slot", "table"))

    for seed in (7, 7):
        made(fair, seed)
    first, second = fair.timetables.order_by("number")
    assert (first.number, second.number) == (1, 2)
    assert places(first) == places(second)


def test_job_keeps_musts_and_nos_of_either_side() -> None:
    fair = fair_of(4, 4, slots=4, tables=4, seed=3)
    Wish.objects.all().delete()
    Absence.objects.all().delete()
    school, firm = fair.participations.schools().earliest("pk"), fair.participations.enterprises().earliest("pk")
    other_firm, other_school = (
        fair.participations.enterprises().latest("pk"),
        fair.participations.schools().latest("pk"),
    )
    WishFactory(wisher=firm, partner=school, kind="must")
    WishFactory(wisher=school, partner=other_firm, kind="must")
    WishFactory(wisher=other_firm, partner=school, kind="no")
    WishFactory(wisher=other_school, partner=firm, kind="no")
    made(fair)
    timetable = fair.timetables.get()
    met = set(timetable.meetings.values_list("school", "enterprise"))
    assert (school.pk, firm.pk) in met
    assert not met & {(school.pk, other_firm.pk), (other_school.pk, firm.pk)}
    refused = timetable.unmet_wishes.get()
    assert (refused.school, refused.enterprise, refused.reason, refused.is_must) == (
        school,
        other_firm,
        "refused",
        True,
    )


def test_job_names_the_organizations_of_impossible_musts() -> None:
    fair = fair_of(3, 3, slots=4, tables=3)
    Wish.objects.all().delete()
    school, firm = fair.participations.schools().earliest("pk"), fair.participations.enterprises().earliest("pk")
    WishFactory(wisher=school, partner=firm, kind="must")
    for slot in fair.slots.all():
        Absence.objects.get_or_create(participation=firm, slot=slot)
    job = made(fair)
    assert job.state == JobState.FAILED
    assert school.organization.display_name in job.error
    assert job.error.count(firm.organization.display_name) == 2  # as one of the pair, and as the one that is away
    assert not Timetable.objects.exists()
    Wish.objects.all().delete()
    assert made(fair).state == JobState.DONE  # the control


def test_job_says_when_there_is_nobody_to_meet() -> None:
    fair = fair_of(2, 2, slots=2, tables=2, min_meetings=0)
    Wish.objects.all().delete()
    fair.participations.schools().update(status="cancelled")
    job = made(fair)
    assert (job.state, bool(job.error)) == (JobState.FAILED, True)


def test_job_stores_nothing_that_the_checker_finds_wrong(fair: Fair, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine is made to book a school twice in one slot: the checker, and it alone, stands in the way."""
    good = solver.plan

    def broken(problem: Problem, **options: Any) -> PlannedTimetable:
        planned = good(problem, **options)
        by_school = [m for m in planned.meetings if m.school == planned.meetings[0].school]
        first, second = by_school[:2]
        moved = Planned(second.school, second.enterprise, first.slot, second.table)
        kept = tuple(m for m in planned.meetings if m != second)
        return PlannedTimetable(planned.fair, (*kept, moved), planned.report)

    monkeypatch.setattr(solver, "plan", broken)
    job = made(fair)
    assert job.state == JobState.FAILED
    assert "meetings in slot" in job.error
    assert (Timetable.objects.count(), Meeting.objects.count(), UnmetWish.objects.count()) == (0, 0, 0)
    monkeypatch.setattr(solver, "plan", good)
    assert made(fair).state == JobState.DONE


def test_job_cancelled_before_it_runs_keeps_nothing(fair: Fair) -> None:
    job = request_timetable(fair_id=fair.pk, actor=organizer_person(fair), at=NOON)
    request_cancel(job_id=job.pk, at=NOON)
    assert run(job.pk) is False
    assert not Timetable.objects.exists()


@pytest.mark.parametrize("stage", ["select", "compact", "tables"])
def test_job_cancelled_while_it_runs_keeps_nothing(fair: Fair, monkeypatch: pytest.MonkeyPatch, stage: str) -> None:
    job = request_timetable(fair_id=fair.pk, actor=organizer_person(fair), at=NOON)
    report = timetabling._Reporter.progress

    def cancel_at_stage(self: Any, name: str, done: float) -> None:
        if name == stage:
            request_cancel(job_id=job.pk, at=NOON)
        report(self, name, done)

    monkeypatch.setattr(timetabling._Reporter, "progress", cancel_at_stage)
    assert run(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert (Timetable.objects.count(), Meeting.objects.count()) == (0, 0)


def test_job_is_content_with_the_best_so_far(fair: Fair, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for at once, before there is any: the first complete timetable is stored, and it keeps every rule."""
    person = organizer_person(fair)
    job = request_timetable(fair_id=fair.pk, actor=person, at=NOON)
    take_best(fair_id=fair.pk, actor=person, at=NOON)
    shown: list[dict[str, Any]] = []
    improved = timetabling._Reporter.improved

    def seen(self: Any, timetable: PlannedTimetable) -> None:
        improved(self, timetable)
        shown.append(Job.objects.get(pk=job.pk).result)

    monkeypatch.setattr(timetabling._Reporter, "improved", seen)
    assert run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.DONE, "")
    rows = rows_of(fair)
    assert violations(problem_of(rows), _as_planned(fair.timetables.get(), rows)) == []
    assert shown[0]["best"]["meetings"] > 0
    with pytest.raises(NothingInTheMaking):
        take_best(fair_id=fair.pk, actor=person, at=NOON)


def test_job_run_by_two_workers_stores_one_version(fair: Fair) -> None:
    job = request_timetable(fair_id=fair.pk, actor=organizer_person(fair), at=NOON)
    assert [run(job.pk), run(job.pk)] == [True, False]
    assert fair.timetables.count() == 1


def test_job_of_a_worker_that_was_killed_is_done_once_by_the_next(fair: Fair, monkeypatch: pytest.MonkeyPatch) -> None:
    job = request_timetable(fair_id=fair.pk, actor=organizer_person(fair), at=NOON)

    class KilledError(BaseException):
        """What the interpreter of a killed worker does not get to handle."""

    def killed(*_: Any, **__: Any) -> None:
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(timetabling, "store", killed)
        with pytest.raises(KilledError):
            run(job.pk)
    assert (Job.objects.get().state, Timetable.objects.count()) == (JobState.RUNNING, 0)
    Job.objects.update(heartbeat_at=NOON)  # it has been silent for long
    reconcile(at=timezone.now())
    assert run(job.pk)
    assert (Job.objects.get().state, Job.objects.get().attempts) == (JobState.DONE, 2)
    assert fair.timetables.count() == 1


def test_partial_run_keeps_locked_meetings_and_plans_the_rest_anew(fair: Fair) -> None:
    made(fair)
    first = fair.timetables.get()
    locked = list(first.meetings.order_by("pk")[:5])
    Meeting.objects.filter(pk__in=[meeting.pk for meeting in locked]).update(is_locked=True)
    job = request_timetable(fair_id=fair.pk, actor=organizer_person(fair), at=NOON, seed=9, based_on=first)
    assert run(job.pk)
    second = fair.timetables.get(number=2)
    assert second.based_on == first
    kept = second.meetings.filter(is_locked=True).values_list("school", "enterprise", "slot", "table")
    assert set(kept) == {(m.school_id, m.enterprise_id, m.slot_id, m.table_id) for m in locked}
    assert second.score == sum(second.meetings.values_list("score", flat=True))


def test_problem_knows_delegations_own_limits_owners_and_closed_tables(fair: Fair) -> None:
    school = fair.participations.schools().earliest("pk")
    Participation.objects.filter(pk=school.pk).update(at_once=2, min_meetings=1, max_meetings=3)
    table, other = fair.tables.order_by("number")[:2]
    fair.tables.filter(pk=table.pk).update(owner=school)
    slot = fair.slots.earliest("starts_at")
    TableClosing.objects.create(table=other, slot=slot)
    AbsenceFactory(participation=school, slot=slot)
    rows = rows_of(fair)
    problem = problem_of(rows)
    place = rows.party_of()[school.pk]
    party = problem.participants[place]
    assert (party.minimum, party.maximum, party.capacity[:2]) == (1, 3, (0, 2))
    assert (problem.tables[0].owner, problem.closed) == (place, ((0, 1),))
    made(fair)
    own = fair.timetables.get().meetings.filter(school=school)
    assert {meeting.table for meeting in own} <= {table}


def test_two_who_know_each_other_count_less_unless_they_wish() -> None:
    fair = FairFactory(min_meetings=0)
    school = SchoolParticipationFactory(fair=fair)
    known, new = ParticipationFactory(fair=fair), ParticipationFactory(fair=fair)
    for firm in (known, new):
        make_fit(school.organization, firm.organization)
    rebuild_now()
    earlier = FairFactory()
    OutcomeFactory(
        fair=earlier,
        school=SchoolParticipationFactory(fair=earlier, organization=school.organization),
        enterprise=ParticipationFactory(fair=earlier, organization=known.organization),
    )
    rows = rows_of(fair)
    scores = {rows.participations[pair.enterprise].pk: pair.score for pair in problem_of(rows).pairs}
    mutual = Match.objects.get(side="E", enterprise=known.organization, school=school.organization).mutual
    assert scores == {known.pk: round(1000 * mutual * 0.75), new.pk: _mutual(school, new)}


def test_job_stores_nothing_when_the_fair_moved_on(fair: Fair, monkeypatch: pytest.MonkeyPatch) -> None:
    def reopened(problem: Problem, planned: PlannedTimetable) -> list[Violation]:
        Fair.objects.filter(pk=fair.pk).update(status=FairStatus.REGISTRATION)
        return violations(problem, planned)

    monkeypatch.setattr(timetabling, "violations", reopened)
    assert made(fair).state == JobState.FAILED
    assert not Timetable.objects.exists()


def test_problem_scores_ranking_and_wishes_by_the_formula() -> None:
    fair = FairFactory(min_meetings=0)
    school = SchoolParticipationFactory(fair=fair)
    ranked, liked, wanted, refused, unknown = (ParticipationFactory(fair=fair) for _ in range(5))
    for firm in (ranked, liked, refused):
        make_fit(school.organization, firm.organization)
    rebuild_now()
    WishFactory(wisher=school, partner=liked, kind="ok")
    WishFactory(wisher=liked, partner=school, kind="ok")
    WishFactory(wisher=wanted, partner=school, kind="must")
    WishFactory(wisher=refused, partner=school, kind="no")
    rows = rows_of(fair)
    problem = problem_of(rows)
    names = [row.pk for row in rows.participations]
    mutual = _mutual(school, ranked)
    assert 100 < mutual < 1000
    assert {names[pair.enterprise]: pair.score for pair in problem.pairs} == {
        ranked.pk: mutual,
        liked.pk: _mutual(school, liked) + 500 + 500,
        wanted.pk: 1000,
    }
    assert [names[enterprise] for _school, enterprise in problem.must] == [wanted.pk]
    assert [names[enterprise] for _school, enterprise in problem.forbidden] == [refused.pk]
    assert unknown.pk in names


def _mutual(school: Participation, enterprise: Participation) -> int:
    """A thousand times the mutual score of the two, as the stored list of the enterprise has it."""
    of_two = Match.objects.get(side="E", school=school.organization, enterprise=enterprise.organization)
    return round(1000 * of_two.mutual)


def test_problem_of_a_fair_before_the_first_ranking_knows_the_wishes() -> None:
    fair = FairFactory(min_meetings=0)
    school, firm, other = SchoolParticipationFactory(fair=fair), *(ParticipationFactory(fair=fair) for _ in range(2))
    make_fit(school.organization, other.organization)
    WishFactory(wisher=school, partner=firm, kind="ok")
    assert [pair.score for pair in problem_of(rows_of(fair)).pairs] == [500]
    rebuild_now()
    assert [pair.score for pair in problem_of(rows_of(fair)).pairs] == [500, _mutual(school, other)]


def test_problem_lets_those_without_candidates_meet_anybody_up_to_the_minimum() -> None:
    fair = FairFactory(min_meetings=2, max_meetings=5)
    school, lonely = SchoolParticipationFactory(fair=fair), SchoolParticipationFactory(fair=fair)
    firms = [ParticipationFactory(fair=fair) for _ in range(3)]
    for firm in firms:
        make_fit(school.organization, firm.organization)
    rebuild_now()
    WishFactory(wisher=firms[2], partner=lonely, kind="no")
    rows = rows_of(fair)
    problem = problem_of(rows)
    place = {row.pk: index for index, row in enumerate(rows.participations)}
    of_lonely = {pair.enterprise: pair.score for pair in problem.pairs if pair.school == place[lonely.pk]}
    assert of_lonely == {place[firms[0].pk]: 1, place[firms[1].pk]: 1}
    assert [problem.participants[place[row.pk]].maximum for row in (school, lonely)] == [5, 2]


def test_rows_are_of_those_who_come(fair: Fair) -> None:
    gone = fair.participations.earliest("pk")
    Participation.objects.filter(pk=gone.pk).update(status="absent")
    rows = rows_of(fair)
    assert gone not in rows.participations
    assert {row.status for row in rows.participations} <= set(TAKING_PART)
    assert len(problem_of(rows).participants) == 26


def test_snapshot_takes_few_queries(fair: Fair, django_assert_max_num_queries: Any) -> None:
    problem_of(rows_of(fair))  # the process comes to know the run
    schools = fair.participations.schools().count()  # each is asked for its partners
    with django_assert_max_num_queries(9 + schools):
        problem_of(rows_of(fair))


def test_request_while_one_is_made_for_somebody_else_says_so(fair: Fair) -> None:
    first, second = organizer_person(fair), organizer_person(fair)
    job = request_timetable(fair_id=fair.pk, actor=first, at=NOON)
    with pytest.raises(TimetableInTheMaking):
        request_timetable(fair_id=fair.pk, actor=second, at=NOON)
    assert Job.objects.get() == job
    assert request_timetable(fair_id=fair.pk, actor=first, at=NOON) == job
    assert request_timetable(fair_id=fair.pk, actor=StaffFactory(), at=NOON) == job  # the staff sees every job
