"""What came of each pair at a fair."""

from __future__ import annotations

from typing import Self

import pghistory
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from events.fairs.models import Fair, Participation
from events.meetings.models.timetable import Meeting
from portal.accounts.models import User
from portal.common.models import Identified
from portal.organizations.models import Organization
from portal.taxonomy.models import CooperationKind


class OutcomeLevel(models.IntegerChoices):
    """What came of a pair, in rising order: each level includes those below."""

    NONE = 0, _("Nothing came of it")
    FOLLOW_UP = 1, _("To be followed up")
    INTENT = 2, _("Cooperation intent")
    CONSENSUS = 3, _("Consensus reached")
    SIGNED = 4, _("Agreement signed")


class RecordedSide(models.TextChoices):
    SCHOOL = "school", _("the school")
    ENTERPRISE = "enterprise", _("the enterprise")
    DESK = "desk", _("the desk")


class OutcomeQuerySet(models.QuerySet["Outcome"]):
    def with_parties(self) -> Self:
        """All that a line of a list shows, in the same query."""
        return self.select_related("fair", "school__organization", "enterprise__organization", "recorded_by")

    def editable_by(self, user: User | AnonymousUser) -> Self:
        """Outcomes that the user may correct: as one of the two sides or as the organizer."""
        editable = Organization.objects.editable_by(user)
        return self.filter(
            Q(fair__organizer__in=editable)
            | Q(school__organization__in=editable)
            | Q(enterprise__organization__in=editable)
        )

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The two sides, the organizer of the fair and the staff."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self
        mine = Organization.objects.of_member(user)
        return self.filter(
            Q(fair__organizer__in=mine) | Q(school__organization__in=mine) | Q(enterprise__organization__in=mine)
        )


@pghistory.track()
class Outcome(Identified):
    """What came of one school and one enterprise at a fair, recorded by either side or the desk."""

    fair = models.ForeignKey(Fair, models.CASCADE, related_name="outcomes")
    school = models.ForeignKey(Participation, models.PROTECT, related_name="outcomes_as_school")
    enterprise = models.ForeignKey(Participation, models.PROTECT, related_name="outcomes_as_enterprise")
    meeting = models.OneToOneField(Meeting, models.SET_NULL, null=True, blank=True, related_name="outcome")
    level = models.PositiveSmallIntegerField(_("outcome"), choices=OutcomeLevel)
    cooperation_kinds = models.ManyToManyField(
        CooperationKind, related_name="outcomes", blank=True, verbose_name=_("cooperation discussed")
    )
    headcount = models.PositiveIntegerField(_("people promised"), default=0)
    note = models.CharField(_("note"), max_length=500, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="outcomes", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_side = models.CharField(_("recorded for"), max_length=10, choices=RecordedSide, default=RecordedSide.DESK)
    confirmed_at = models.DateTimeField(_("confirmed by the other side"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        constraints = [
            models.UniqueConstraint(fields=["fair", "school", "enterprise"], name="outcome_once_per_pair"),
            models.CheckConstraint(name="outcome_level_known", condition=Q(level__gte=0, level__lte=4)),
        ]
        indexes = [models.Index(fields=["fair", "level"], name="outcome_by_level")]

    def __str__(self) -> str:
        return f"{self.school_id} – {self.enterprise_id}: {self.level}"
