"""Ask for invitations and letters: long works, made by jobs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from events.fairs.letters import check_letter, known_language
from events.fairs.models import Fair, ParticipationStatus
from events.fairs.services.invitations import InvitationRefused
from events.fairs.services.moving import ASKING, NotTheirs, runs
from events.fairs.services.states import FairStateConflict
from portal.accounts.models import User
from portal.jobs.models import Job
from portal.jobs.services import enqueue

INVITE, LETTERS = "fairs.invite", "fairs.letters"
MOST_AT_ONCE = 1000
NOT_WRITTEN_TO = (ParticipationStatus.CANCELLED, ParticipationStatus.ABSENT)


@transaction.atomic
def request_invitations(
    *, fair_id: int, organization_ids: Iterable[int], language: str, base_url: str, actor: User, at: datetime
) -> Job:
    """Have organizations invited and their letters made by one job: all of it is done, or nothing.

    NotTheirs, FairStateConflict, LetterRefused if the fair does not say enough, InvitationRefused for nobody or more
    than 1000 at once. base_url: scheme and host under which the site is reached, without a slash at its end.
    """
    fair = _own_fair(fair_id, actor)
    if fair.status not in ASKING:
        raise FairStateConflict(_("Invitations go out once registration is open and until the fair is over."))
    check_letter(fair)
    wanted = sorted(set(organization_ids))
    if not 1 <= len(wanted) <= MOST_AT_ONCE:
        raise InvitationRefused(_("Choose between 1 and 1000 organizations."), field="organizations")
    title = _("Invitations to “%(fair)s”") % {"fair": fair.name}
    arguments = {"fair_id": fair_id, "language": known_language(language), "base_url": base_url}
    return _enqueue(INVITE, title, fair, arguments | {"organizations": wanted}, actor=actor, at=at)


@transaction.atomic
def request_letters(
    *, fair_id: int, participation_ids: Iterable[int] | None, language: str, base_url: str, actor: User, at: datetime
) -> Job:
    """Have the letters made again, of the participations named or of all; refused as `request_invitations`."""
    fair = _own_fair(fair_id, actor)
    check_letter(fair)
    rows = fair.participations.exclude(status__in=NOT_WRITTEN_TO)
    if participation_ids is not None:
        rows = rows.filter(pk__in=list(participation_ids))
    chosen = sorted(rows.values_list("pk", flat=True))
    if not 1 <= len(chosen) <= MOST_AT_ONCE:
        raise InvitationRefused(_("Choose between 1 and 1000 organizations."), field="organizations")
    title = _("Letters of “%(fair)s”") % {"fair": fair.name}
    arguments = {"fair_id": fair_id, "language": known_language(language), "base_url": base_url}
    return _enqueue(LETTERS, title, fair, arguments | {"participations": chosen}, actor=actor, at=at)


def _own_fair(fair_id: int, actor: User) -> Fair:
    if not runs(actor, fair_id):
        raise NotTheirs(_("Only the organizer of the fair can do this."))
    return Fair.objects.get(pk=fair_id)


def _enqueue(kind: str, title: str, fair: Fair, arguments: dict[str, Any], *, actor: User, at: datetime) -> Job:
    return enqueue(
        kind=kind,
        title=title[:200],
        requested_by=actor,
        at=at,
        arguments=arguments,
        return_url=reverse("fairs:participants", args=[fair.slug]),
    )
