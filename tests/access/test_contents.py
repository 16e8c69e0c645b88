"""What the answers show: nothing of anybody who did not mean it for the reader."""

from __future__ import annotations

from collections import defaultdict

import pytest
from django.urls import reverse

from tests.access.crawling import body_of
from tests.access.secrets import Secrets
from tests.access.world import ROLES


def test_nobody_reads_what_is_not_theirs(answers, world):
    leaks = {str(answer): leaked for answer in answers if (leaked := world.secrets.leaked_to(answer.role, answer.body))}
    assert leaks == {}


def test_a_refusal_names_nothing_of_the_object(answers, world):
    refused = [answer for answer in answers if answer.status in (403, 404, 405)]
    assert len(refused) > 500
    badges = {role: world.badge(role) for role in ROLES}
    found = {str(answer): world.secrets.found_in(answer.body) - badges[answer.role] for answer in refused}
    assert {answer: texts for answer, texts in found.items() if texts} == {}


def test_every_marked_text_is_read_by_somebody_who_may(answers, world, people):
    """The positive control: a field that no page shows proves nothing by not being found."""
    seen: dict[str, set[str]] = defaultdict(set)
    for answer in answers:
        for text in world.secrets.found_in(answer.body):
            seen[text].add(answer.role)
    for name in (
        "school_foreign",
        "hr_foreign",
        "organizer_foreign",
        "reader_foreign",
        "reader",
        "school",
        "organizer",
    ):
        for path in _own_pages(world, name):
            body = body_of(people.client(name).get(path)).decode("utf-8", "replace")
            assert world.secrets.leaked_to(name, body) == set(), (name, path)
            for text in world.secrets.found_in(body):
                seen[text].add(name)
    assert world.secrets.unseen & set(seen) == set()
    assert sorted(set(world.secrets.readers) - world.secrets.unseen - set(seen)) == []


def _own_pages(world, name: str) -> list[str]:
    """The pages of a person that the matrix looks at with the jobs and contacts of others."""
    role, _, tenant = name.partition("_")
    owner = world.variant(tenant or "own")
    paths = [reverse("notifications:list"), reverse("jobs:list")]
    for job in owner.jobs[role]:
        paths += [reverse("jobs:detail", args=[job.public_id]), reverse("api:job-detail", args=[job.public_id])]
    paths.append(reverse("jobs:download", args=[owner.jobs[role][0].public_id]))
    organization = {"school": owner.school, "organizer": owner.organizer}.get(role, owner.enterprise)
    paths.append(reverse("organizations:detail", args=[organization.pk]))
    if role == "organizer":
        paths += [reverse("agreements:detail", args=[agreement.pk]) for agreement in owner.agreements]
        paths += [
            reverse("fairs:participants", args=[owner.closed.slug]),
            reverse("organizations:detail", args=[owner.plan.pk]),
        ]
        paths += [
            reverse("agreements:document", args=[row.public_id]) for row in owner.guests_agreement.documents.all()
        ]
        paths += [reverse("fairs:participation", args=[row.pk]) for row in (*owner.schools, *owner.firms)]
        paths += [reverse("meetings:outcome_edit", args=[row.pk]) for row in owner.outcomes]
    return paths


def test_marked_texts_are_told_apart():
    secrets = Secrets()
    mine, theirs = secrets.new("note", {"hr"}), secrets.new("note", {"school"})
    body = f"<p>{mine}</p>{theirs}, {theirs}abc"
    assert secrets.found_in(body) == {mine, theirs}
    assert secrets.leaked_to("hr", body) == {theirs}
    assert secrets.leaked_to("stranger", f'"{mine}"') == {mine}


@pytest.mark.parametrize("name", ["school", "hr"])
def test_wishes_are_known_to_the_wisher_and_the_organizer_alone(world, people, name):
    own = world.own.schools[0] if name == "school" else world.own.firms[0]
    other = world.own.firms[0] if name == "school" else world.own.schools[0]
    wishes = {who: _wishes(people, name, who) for who in (own, other)}
    assert wishes[own] == [{"partner": str(other.public_id), "wish": "must" if name == "school" else "ok"}]
    assert wishes[other] == []
    assert len(_wishes(people, "organizer", other)) == 1


def _wishes(people, name: str, participation) -> list[dict[str, str]]:
    found: list[dict[str, str]] = (
        people.client(name).get(reverse("api:participation-wishes", args=[participation.public_id])).json()
    )
    return found


@pytest.mark.parametrize(("name", "schools"), [("hr", 2), ("school", 1), ("stranger", 0), ("organizer", 0)])
def test_a_ranking_is_for_its_enterprise_and_each_school_sees_its_own_place(world, people, name, schools):
    rows = people.client(name).get(reverse("api:match-list"), {"page_size": "500"}).json()["results"]
    own, other = (str(tenant.enterprise.public_id) for tenant in (world.own, world.foreign))
    assert len({row["school"] for row in rows if row["enterprise"] == own}) == schools
    if name == "school":
        assert {row["school"] for row in rows} == {str(world.own.school.public_id)}
    else:
        assert other not in {row["enterprise"] for row in rows}


def test_meetings_of_a_proposed_timetable_are_the_organizers_alone(world, people):
    address = reverse("api:meeting-list")
    states = {
        name: {row["version"] for row in people.client(name).get(address).json()["results"]}
        for name in ("school", "hr", "reader", "organizer", "stranger")
    }
    assert states == {"school": {1}, "hr": {1}, "reader": {1}, "organizer": {1, 2}, "stranger": set()}
