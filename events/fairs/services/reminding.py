"""Reminders to those who have not answered, not named anybody, or wished for nobody; at most one a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.fairs.models import (
    TAKING_PART,
    Fair,
    FairStatus,
    Participation,
    ParticipationQuerySet,
    ParticipationStatus,
)
from events.fairs.notices import tell_each
from events.fairs.services.moving import NotTheirs, runs
from events.fairs.services.planning import start_of
from events.fairs.services.states import FairStateConflict
from events.fairs.services.waiting import fill_places
from portal.accounts.models import User
from portal.audit.services import record
from portal.common.errors import DomainError

BEFORE_DUE = timedelta(days=3)


class About(models.TextChoices):
    """What somebody is reminded of."""

    ANSWERS = "answers", _("No answer yet")
    NAMES = "names", _("No names yet")
    WISHES = "wishes", _("No wishes yet")


OPEN_FOR = {
    About.ANSWERS: (FairStatus.REGISTRATION,),
    About.NAMES: (FairStatus.REGISTRATION, FairStatus.MATCHING, FairStatus.SCHEDULED),
    About.WISHES: (FairStatus.REGISTRATION,),
}
EVENTS = {About.ANSWERS: "fair_answer_due", About.NAMES: "fair_names_due", About.WISHES: "fair_wishes_due"}


class NothingToRemind(DomainError):
    """Nobody is left to be reminded today."""


def missing(fair: Fair, about: About) -> ParticipationQuerySet:
    """Those who owe the answer, the names or the wishes."""
    rows = Participation.objects.filter(fair=fair)
    if about == About.ANSWERS:
        return rows.filter(status=ParticipationStatus.INVITED)
    coming = rows.filter(status__in=TAKING_PART)
    return coming.filter(names_confirmed_at=None) if about == About.NAMES else coming.filter(wishes=None)


def to_remind(fair: Fair, about: About, at: datetime) -> ParticipationQuerySet:
    """Those among them who were not reminded on this day already."""
    today = start_of(timezone.localdate(at))
    return missing(fair, about).filter(Q(reminded_at=None) | Q(reminded_at__lt=today))


@transaction.atomic
def remind(
    *, fair_id: int, about: About, actor: User, at: datetime, only: list[int] | None = None
) -> list[Participation]:
    """Remind everybody who owes something, or those of `only` among them; returns whom. For the organizer."""
    fair = Fair.objects.get(pk=fair_id)
    if not runs(actor, fair_id):
        raise NotTheirs(_("Only the organizer of the fair can do this."))
    if fair.status not in OPEN_FOR[about]:
        raise FairStateConflict(_("This is not asked for any more."))
    rows = to_remind(fair, about, at)
    told = _remind(fair, rows if only is None else rows.filter(pk__in=only), about, at)
    if not told:
        raise NothingToRemind(_("Nobody is left to be reminded today."))
    record(verb="fair.reminded", subject=fair, actor=actor, at=at, about=about, organizations=len(told))
    return told


def _remind(fair: Fair, rows: ParticipationQuerySet, about: About, at: datetime) -> list[Participation]:
    """Claim the rows, so that two who remind at once tell nobody twice, and tell them."""
    claimed = list(rows.select_for_update(of=("self",), skip_locked=True, no_key=True).select_related("organization"))
    Participation.objects.filter(pk__in=[row.pk for row in claimed]).update(
        reminded_at=at, reminders=F("reminders") + 1, updated_at=at
    )
    due = (fair.names_due if about == About.NAMES else fair.answers_due) or fair.starts_on
    tell_each(claimed, event=EVENTS[about], fair=fair, at=at, due=due.isoformat())
    return claimed


def remind_due(*, at: datetime) -> int:
    """Three days before answers or names are due, remind the silent ones once; returns how many were reminded.

    Also gives places that were left without anybody's act (a higher limit) to those who wait.
    """
    today = timezone.localdate(at)
    reminded = 0
    for about, due in ((About.ANSWERS, "answers_due"), (About.NAMES, "names_due")):
        window = {f"{due}__gte": today, f"{due}__lte": today + BEFORE_DUE}
        for fair in Fair.objects.filter(status__in=OPEN_FOR[about], **window).order_by("pk"):
            begun = start_of(getattr(fair, due) - BEFORE_DUE)
            reminded += _remind_once(fair, about, begun, at)
    for fair_id in _with_waiting():
        _fill(fair_id, at)
    return reminded


@transaction.atomic
def _remind_once(fair: Fair, about: About, begun: datetime, at: datetime) -> int:
    """Those not reminded since the window began, unless they have answered since: then it was of something else."""
    silent = Q(reminded_at=None) | Q(reminded_at__lt=begun) | Q(reminded_at__lt=F("answered_at"))
    told = _remind(fair, to_remind(fair, about, at).filter(silent), about, at)
    if told:
        record(verb="fair.reminded", subject=fair, actor=None, at=at, about=about, organizations=len(told))
    return len(told)


def _with_waiting() -> list[int]:
    waiting = Participation.objects.filter(status=ParticipationStatus.WAITLISTED)
    return list(waiting.order_by("fair").values_list("fair", flat=True).distinct())


@transaction.atomic
def _fill(fair_id: int, at: datetime) -> None:
    fair = Fair.objects.select_for_update(no_key=True).get(pk=fair_id)
    fill_places(fair=fair, at=at)
