"""A right that ends, ends with the next request."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from portal.jobs.models import Job
from portal.organizations.models import MemberRole, Membership
from portal.organizations.services.members import end_membership
from tests.access.crawling import body_of, look
from tests.access.matrix import MATRIX
from tests.conftest import NOON


def membership_of(world, role: str, organization) -> Membership:
    membership: Membership = Membership.objects.current().get(user=world.people[role], organization=organization)
    return membership


OBJECTS = [address for address in MATRIX if address.args and "GET" in address.methods]
CLOSED = [address for address in OBJECTS if "stranger" not in address.methods["GET"].who]
PERSONAL = {"jobs:detail", "jobs:progress", "jobs:download", "api:job-detail"}  # a job belongs to who asked for it


@pytest.mark.parametrize("role", ["hr", "school", "organizer"])
def test_who_leaves_an_organization_is_a_stranger_at_once(world, people, role):
    organization = {"hr": world.own.enterprise, "school": world.own.school, "organizer": world.own.organizer}[role]
    open_to = [a for a in CLOSED if role in a.methods["GET"].who and a.name not in PERSONAL]
    open_to = [a for a in open_to if "returned" not in a.label]  # a registration of another organization
    assert len(open_to) >= 5
    for address in open_to:
        assert look(people, address, role, "own", address.path(world, "own")).status < 400, address.name
    for membership in Membership.objects.current().filter(user=world.people[role], organization=organization):
        end_membership(membership_id=membership.pk, actor=None, at=timezone.now())
    found = {a.name: look(people, a, role, "own", a.path(world, "own")) for a in open_to}
    assert {name: answer.status for name, answer in found.items() if answer.status != 404} == {}
    badge = world.badge(role)
    for answer in found.values():
        assert world.secrets.found_in(answer.body) <= badge, answer


def test_who_becomes_a_reader_writes_no_more(world, people):
    address = reverse("demands:publish", args=[world.own.drafts[0].pk])
    membership = membership_of(world, "hr", world.own.enterprise)
    Membership.objects.filter(pk=membership.pk).update(role=MemberRole.READER)
    assert people.client("hr").post(address).status_code == 404
    assert people.client("hr").get(reverse("demands:detail", args=[world.own.drafts[0].pk])).status_code == 200
    Membership.objects.filter(pk=membership.pk).update(role=MemberRole.HR)
    assert people.client("hr").post(address).status_code == 302


def test_who_is_switched_off_is_signed_out(world, people):
    assert people.client("hr").get(reverse("pages:home")).status_code == 200
    user = world.people["hr"]
    type(user).objects.filter(pk=user.pk).update(is_active=False)
    assert people.client("hr").get(reverse("pages:home")).status_code == 302
    assert people.client("hr").get(reverse("api:demand-list")).status_code == 403


def test_who_is_no_longer_staff_loses_the_administration(world, people):
    assert people.client("staff").get(reverse("organizations:review")).status_code == 200
    user = world.people["staff"]
    type(user).objects.filter(pk=user.pk).update(is_staff=False)
    assert people.client("staff").get(reverse("organizations:review")).status_code == 404
    assert people.client("staff").get(reverse("admin:index")).status_code == 302


@pytest.mark.parametrize("name", ["agreements:document", "jobs:download"])
def test_a_file_is_looked_up_with_the_rights_of_the_moment(world, people, name):
    document, job = world.own.document, world.own.jobs["hr"][0]
    row = document if name == "agreements:document" else job
    address = reverse(name, args=[row.public_id])
    assert world.secrets.found_in(body_of(people.client("hr").get(address)).decode())
    if row is document:
        end_membership(membership_id=membership_of(world, "hr", world.own.enterprise).pk, actor=None, at=timezone.now())
    else:
        type(job).objects.filter(pk=job.pk).update(requested_by=world.people["stranger"])
    assert people.client("hr").get(address).status_code == 404


@pytest.mark.parametrize("kind", ["prints.pack", "fairs.letters"])
def test_who_no_longer_runs_a_fair_has_its_papers_no_more(world, people, kind):
    organizer = world.people["organizer"]
    ended = {"state": "done", "next_attempt_at": NOON, "finished_at": NOON}
    job = Job(kind=kind, requested_by=organizer, arguments={"fair_id": world.own.fair.pk}, **ended)
    job.result_file.save("papers.zip", ContentFile(b"names"))
    address = reverse("jobs:download", args=[job.public_id])
    assert body_of(people.client("organizer").get(address)) == b"names"
    end_membership(membership_id=membership_of(world, "organizer", world.own.organizer).pk, actor=None, at=NOON)
    assert people.client("organizer").get(address).status_code == 404
