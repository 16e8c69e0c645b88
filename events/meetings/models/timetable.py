"""Timetable versions of a fair, their meetings, and wishes not met."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from events.fairs.models import Fair, FairTable, Participation, Slot
from portal.accounts.models import User
from portal.common.models import Identified, Timestamped
from portal.jobs.models import Job
from portal.organizations.models import Organization


class TimetableStatus(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    PUBLISHED = "published", _("Published")
    SUPERSEDED = "superseded", _("Superseded")


class TimetableOrigin(models.TextChoices):
    PLANNED = "planned", _("planned")
    REPLAN = "replan", _("changed on the day")
    COPY = "copy", _("copied to be edited")


class TimetableQuerySet(models.QuerySet["Timetable"]):
    def published(self) -> Self:
        return self.filter(status=TimetableStatus.PUBLISHED)

    def editable_by(self, user: User | AnonymousUser) -> Self:
        return self.filter(fair__in=Fair.objects.editable_by(user))

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The published version to participants; every version to the organizer and the staff."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self
        mine = Organization.objects.of_member(user)
        as_guest = Participation.objects.filter(organization__in=mine).values("fair")
        return self.filter(Q(fair__organizer__in=mine) | Q(status=TimetableStatus.PUBLISHED, fair__in=as_guest))


class Timetable(Timestamped):
    """One version of a fair's timetable with what the engine proved about it."""

    fair = models.ForeignKey(Fair, models.CASCADE, related_name="timetables")
    number = models.PositiveSmallIntegerField(_("version"))
    status = models.CharField(_("status"), max_length=10, choices=TimetableStatus, default=TimetableStatus.PROPOSED)
    job = models.OneToOneField(Job, models.SET_NULL, null=True, blank=True, related_name="timetable")
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    score = models.PositiveBigIntegerField(_("sum of scores"))
    upper_bound = models.PositiveBigIntegerField(_("proven upper bound"))
    breaks = models.PositiveIntegerField(_("breaks"), default=0)
    report = models.JSONField(_("report"), default=dict)
    origin = models.CharField(
        _("how it was made"), max_length=8, choices=TimetableOrigin, default=TimetableOrigin.PLANNED
    )
    based_on = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="successors", verbose_name=_("made from")
    )

    objects = TimetableQuerySet.as_manager()

    class Meta:
        verbose_name = _("timetable")
        verbose_name_plural = _("timetables")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["fair", "number"], name="timetable_number_once"),
            models.UniqueConstraint(fields=["fair"], condition=Q(status="published"), name="timetable_one_published"),
            models.CheckConstraint(
                name="timetable_published_at", condition=Q(status="proposed") | Q(published_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fair_id} v{self.number}"

    @property
    def gap_percent(self) -> str:
        """By how much the best timetable could score more at most, in percent of the bound."""
        return f"{100 * (self.upper_bound - self.score) / max(1, self.upper_bound):.2f}"


class MeetingOrigin(models.TextChoices):
    ENGINE = "engine", _("planned")
    MANUAL = "manual", _("put in by hand")
    ON_SITE = "on_site", _("agreed on the day")


class MeetingState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    HELD = "held", _("Held")
    NO_SHOW = "no_show", _("Not held")
    CANCELLED = "cancelled", _("Cancelled")


class AbsentSide(models.TextChoices):
    SCHOOL = "school", _("the school")
    ENTERPRISE = "enterprise", _("the enterprise")
    BOTH = "both", _("neither of them came")


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def taking_place(self) -> Self:
        return self.exclude(state=MeetingState.CANCELLED)

    def planned(self) -> Self:
        return self.filter(state=MeetingState.PLANNED)

    def with_parties(self) -> Self:
        """All that a line of a timetable shows, in the same query."""
        return self.select_related(
            "timetable__fair", "school__organization", "enterprise__organization", "slot", "table"
        )

    def editable_by(self, user: User | AnonymousUser) -> Self:
        """Meetings that the user may move: those of own fairs."""
        return self.filter(timetable__fair__in=Fair.objects.editable_by(user))

    def recordable_by(self, user: User | AnonymousUser) -> Self:
        """Meetings of which the user may record what came: own ones of the published timetable, and of own fairs."""
        editable = Organization.objects.editable_by(user)
        mine = Q(school__organization__in=editable) | Q(enterprise__organization__in=editable)
        return self.filter(timetable__status=TimetableStatus.PUBLISHED).filter(
            mine | Q(timetable__fair__organizer__in=editable)
        )

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Own meetings of the published timetable; all of them to the organizer and the staff."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self
        mine = Organization.objects.of_member(user)
        return self.filter(
            Q(timetable__fair__organizer__in=mine)
            | Q(timetable__status=TimetableStatus.PUBLISHED)
            & (Q(school__organization__in=mine) | Q(enterprise__organization__in=mine))
        )


_TAKES_PLACE = ~Q(state="cancelled")


class Meeting(Identified):
    """A school and an enterprise at a table in a slot; the database refuses a double booking."""

    timetable = models.ForeignKey(Timetable, models.CASCADE, related_name="meetings")
    school = models.ForeignKey(Participation, models.PROTECT, related_name="meetings_as_school")
    enterprise = models.ForeignKey(Participation, models.PROTECT, related_name="meetings_as_enterprise")
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="meetings")
    table = models.ForeignKey(FairTable, models.PROTECT, related_name="meetings")
    is_must = models.BooleanField(_("must meet"), default=False)
    score = models.PositiveIntegerField(_("score"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=MeetingState, default=MeetingState.PLANNED)
    # Which of several delegates that meet at the same time; 1 for everybody else. See Participation.at_once.
    school_seat = models.PositiveSmallIntegerField(default=1)
    enterprise_seat = models.PositiveSmallIntegerField(default=1)
    is_locked = models.BooleanField(_("locked"), default=False)
    origin = models.CharField(_("how it came"), max_length=7, choices=MeetingOrigin, default=MeetingOrigin.ENGINE)
    sequence = models.PositiveSmallIntegerField(default=0, editable=False)  # +1 a change, for calendars
    absent_side = models.CharField(_("who did not come"), max_length=10, choices=AbsentSide, blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["slot__starts_at", "table__number"]
        constraints = [
            models.UniqueConstraint(
                fields=["timetable", "slot", "school", "school_seat"],
                condition=_TAKES_PLACE,
                name="meeting_school_once_per_slot",
                violation_error_message=_("The school already has a meeting in this slot."),
            ),
            models.UniqueConstraint(
                fields=["timetable", "slot", "enterprise", "enterprise_seat"],
                condition=_TAKES_PLACE,
                name="meeting_enterprise_once_per_slot",
                violation_error_message=_("The enterprise already has a meeting in this slot."),
            ),
            models.UniqueConstraint(
                fields=["timetable", "slot", "table"],
                condition=_TAKES_PLACE,
                name="meeting_table_once_per_slot",
                violation_error_message=_("The table is taken in this slot."),
            ),
            models.UniqueConstraint(
                fields=["timetable", "school", "enterprise"],
                condition=_TAKES_PLACE,
                name="meeting_pair_once",
                violation_error_message=_("These two already meet."),
            ),
            models.CheckConstraint(
                name="meeting_seats",
                condition=Q(school_seat__gte=1, school_seat__lte=4, enterprise_seat__gte=1, enterprise_seat__lte=4),
            ),
            models.CheckConstraint(
                name="meeting_absent_side_when_not_held", condition=Q(absent_side="") | Q(state="no_show")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school_id} – {self.enterprise_id} @ {self.slot_id}/{self.table_id}"


class UnmetReason(models.TextChoices):
    """What stood in the way of a wish; all but the first and the last are the engine's."""

    REFUSED = "refused", _("the other side does not want to")
    FORBIDDEN = "forbidden", _("the other side does not want to")
    NO_COMMON_SLOT = "no_common_slot", _("they are never there at the same time")
    BOTH_FULL = "both_full", _("both have all the meetings they can have")
    SCHOOL_FULL = "school_full", _("the school has all the meetings it can have")
    ENTERPRISE_FULL = "enterprise_full", _("the enterprise has all the meetings it can have")
    OUTBID = "outbid", _("whenever both are there, one of them meets somebody who counts more, or all tables are taken")
    RULE = "rule", _("there is a place, but a rule of the fair forbids it there")
    POSSIBLE = "possible", _("it would still be possible: the timetable is not the best one")
    CHANGED = "changed", _("it was on the timetable until the change on the day")


class UnmetWish(models.Model):
    """A wish that a timetable could not keep, and why."""

    timetable = models.ForeignKey(Timetable, models.CASCADE, related_name="unmet_wishes")
    school = models.ForeignKey(Participation, models.CASCADE, related_name="+")
    enterprise = models.ForeignKey(Participation, models.CASCADE, related_name="+")
    is_must = models.BooleanField(_("must meet"), default=False)
    reason = models.CharField(_("reason"), max_length=30)
    detail = models.JSONField(_("details"), default=dict)

    class Meta:
        verbose_name = _("unmet wish")
        verbose_name_plural = _("unmet wishes")
        ordering = ["-is_must", "id"]
        constraints = [
            models.UniqueConstraint(fields=["timetable", "school", "enterprise"], name="unmet_wish_once"),
        ]

    def __str__(self) -> str:
        return f"{self.school_id} – {self.enterprise_id}: {self.reason}"

    @property
    def reason_text(self) -> str:
        """The reason in words."""
        return str(UnmetReason(self.reason).label)
