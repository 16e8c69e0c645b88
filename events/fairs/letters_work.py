"""The work behind invitations and letters: made first, then stored with "done" in one transaction."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import cast

from django.utils import timezone
from django.utils.translation import gettext_noop

from events.fairs.letters import bundle, guest, guests_of, letters_of
from events.fairs.models import Fair, Participation, ParticipationStatus
from events.fairs.selectors import may_read_papers
from events.fairs.services.invitations import invite_partners
from events.fairs.services.letters import INVITE, LETTERS
from events.printing.letter import Guest
from portal.accounts.models import User
from portal.audit.services import record
from portal.jobs.registry import job_kind
from portal.jobs.running import JobRun
from portal.organizations.models import Organization

Expected = dict[int, tuple[uuid.UUID, int]]  # organization → identifier and serial of its participation


class GuestsChangedMeanwhile(Exception):
    """Somebody else invited one of them, or made its link void, while the letters were made: made again."""


@job_kind(INVITE, may_read=may_read_papers)
def invite(run: JobRun) -> None:
    """Invite `organizations` to `fair_id` and make the letters of those newly invited."""
    fair = Fair.objects.select_related("organizer").get(pk=run.arguments["fair_id"])
    expected = _expected(run, fair)
    guests = _new_guests(expected, run.arguments["base_url"])
    _attach(run, fair, guests)
    with run.effect():
        at = timezone.now()
        invited = invite_partners(
            fair_id=fair.pk,
            organization_ids=run.arguments["organizations"],
            actor=cast("User", run.job.requested_by),
            at=at,
            public_ids={organization: public_id for organization, (public_id, _serial) in expected.items()},
        )
        if {row.organization_id: (row.public_id, row.reply_serial) for row in invited} != expected:
            raise GuestsChangedMeanwhile
        _note(run, fair, [row.pk for row in invited], at)


@job_kind(LETTERS, may_read=may_read_papers)
def write_letters(run: JobRun) -> None:
    """Make the letters of `participations` of `fair_id`."""
    fair = Fair.objects.select_related("organizer").get(pk=run.arguments["fair_id"])
    rows = Participation.objects.filter(fair=fair, pk__in=run.arguments["participations"])
    parties = list(rows.select_related("organization").order_by("organization__pinyin", "pk"))
    _attach(run, fair, guests_of(parties, run.arguments["base_url"]))
    with run.effect():
        _note(run, fair, [row.pk for row in parties], timezone.now())


def _expected(run: JobRun, fair: Fair) -> Expected:
    """Those who will be newly invited, each with the identifier that its row will have: the same at every attempt."""
    wanted = set(run.arguments["organizations"])
    known = {row.organization_id: row for row in fair.participations.filter(organization__in=wanted)}
    expected: Expected = {pk: (uuid.uuid5(run.job.public_id, str(pk)), 1) for pk in wanted - set(known)}
    for organization, row in known.items():
        if row.status == ParticipationStatus.CANCELLED:  # asked again, with a new link
            expected[organization] = (row.public_id, row.reply_serial + 1)
    return expected


def _new_guests(expected: Expected, base_url: str) -> list[Guest]:
    rows = Organization.objects.filter(pk__in=expected).order_by("pinyin", "pk")
    return [guest(row.legal_name, *expected[row.pk], base_url) for row in rows]


def _attach(run: JobRun, fair: Fair, guests: list[Guest]) -> None:
    """Make the bundle of letters; nothing for nobody."""
    stage = gettext_noop("Writing the letters")
    run.progress(stage, 0, len(guests) + 1)
    if guests:
        letters = letters_of(fair, guests, language=run.arguments["language"], issued_on=timezone.localdate())
        run.attach(f"{fair.slug}-letters.zip", bundle(letters, lambda done, total: run.progress(stage, done, total)))


def _note(run: JobRun, fair: Fair, participation_ids: list[int], at: datetime) -> None:
    Participation.objects.filter(pk__in=participation_ids).update(letter_sent_at=at, updated_at=at)
    run.result = {"letters": len(participation_ids)}
    if participation_ids:
        actor = run.job.requested_by
        record(verb="fair.letters_made", subject=fair, actor=actor, at=at, participations=participation_ids)
