"""A fair and its grounds: days, programme, slots, tables."""

from __future__ import annotations

from typing import Self

import pghistory
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.common.models import Identified
from portal.organizations.models import Organization
from portal.taxonomy.models import Region


class FairStatus(models.TextChoices):
    PLANNING = "planning", _("Planning")
    REGISTRATION = "registration", _("Registration open")
    MATCHING = "matching", _("Answers closed, timetable in the making")
    SCHEDULED = "scheduled", _("Timetable published")
    LIVE = "live", _("Taking place")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


class FairQuerySet(models.QuerySet["Fair"]):
    def editable_by(self, user: User | AnonymousUser) -> Self:
        """Fairs of an organizer for which the user may write."""
        return self.filter(organizer__in=Organization.objects.editable_by(user))

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Announced fairs to everybody, the public too; those in planning only to their organizer."""
        announced = Q(status__in=[s for s in FairStatus if s != FairStatus.PLANNING])
        if not user.is_authenticated:
            return self.filter(announced)
        if user.is_staff:
            return self
        return self.filter(announced | Q(organizer__in=Organization.objects.of_member(user)))


@pghistory.track()
class Fair(Identified):
    """One fair of one or several days, run by an organizer; its figures are queries, never fields."""

    slug = models.SlugField(_("short address"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    theme = models.CharField(_("theme"), max_length=200, blank=True)
    organizer = models.ForeignKey(Organization, models.PROTECT, related_name="fairs", verbose_name=_("organizer"))
    hosts = models.CharField(_("hosts and co-organizers"), max_length=300, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, related_name="fairs", verbose_name=_("region"))
    venue = models.CharField(_("venue"), max_length=200)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    registration_at = models.DateTimeField(_("arrival and registration desk"), null=True, blank=True)
    registration_place = models.CharField(_("where to register"), max_length=200, blank=True)
    duty_contact = models.CharField(_("contact on duty"), max_length=120, blank=True)
    answers_due = models.DateField(_("answers until"), null=True, blank=True)
    names_due = models.DateField(_("names of those who come until"), null=True, blank=True)
    timetable_due = models.DateField(_("timetable published until"), null=True, blank=True)
    graduating_year = models.PositiveSmallIntegerField(_("class of"))
    min_meetings = models.PositiveSmallIntegerField(_("meetings each party should have"), default=2)
    max_meetings = models.PositiveSmallIntegerField(_("meetings a party may have"), default=16)
    most_schools = models.PositiveSmallIntegerField(_("places for schools"), null=True, blank=True)
    most_enterprises = models.PositiveSmallIntegerField(_("places for enterprises"), null=True, blank=True)
    letter = models.TextField(_("text of the invitation"), max_length=3000, blank=True)
    based_on = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="successors", verbose_name=_("made after")
    )
    status = models.CharField(_("status"), max_length=12, choices=FairStatus, default=FairStatus.PLANNING)
    is_sample = models.BooleanField(_("sample data"), default=False, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = FairQuerySet.as_manager()

    class Meta:
        verbose_name = _("fair")
        verbose_name_plural = _("fairs")
        constraints = [
            models.CheckConstraint(
                name="fair_ends_after_start",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                name="fair_meeting_limits",
                condition=Q(min_meetings__lte=F("max_meetings")),
                violation_error_message=_("The least number of meetings is above the greatest."),
            ),
            models.CheckConstraint(
                name="fair_dates_in_order",
                condition=(Q(answers_due=None) | Q(names_due=None) | Q(answers_due__lte=F("names_due")))
                & (Q(answers_due=None) | Q(answers_due__lte=F("ends_on")))
                & (Q(names_due=None) | Q(names_due__lte=F("ends_on")))
                & (Q(timetable_due=None) | Q(timetable_due__lte=F("ends_on"))),
                violation_error_message=_("Answers come before names, and all of it before the end of the fair."),
            ),
        ]
        indexes = [models.Index(fields=["-starts_on", "-id"], name="fair_list")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("fairs:detail", args=[self.slug])


class SessionKind(models.TextChoices):
    OPENING = "opening", _("Opening")
    SIGNING = "signing", _("Signing ceremony")
    PRESENTATION = "presentation", _("Presentations")
    NEGOTIATION = "negotiation", _("Talks")
    TOUR = "tour", _("Tour")
    FORUM = "forum", _("Forum")
    MEAL = "meal", _("Meal")


class FairSession(models.Model):
    """A part of the programme."""

    fair = models.ForeignKey(Fair, models.CASCADE, related_name="sessions")
    kind = models.CharField(_("kind"), max_length=14, choices=SessionKind)
    title = models.CharField(_("title"), max_length=120)
    place = models.CharField(_("place"), max_length=120, blank=True)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="session_ends_after_start",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("A session ends after it begins."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Slot(models.Model):
    """A time in which meetings take place, at every table at once; slots of a fair never overlap."""

    fair = models.ForeignKey(Fair, models.CASCADE, related_name="slots")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))

    class Meta:
        verbose_name = _("slot")
        verbose_name_plural = _("slots")
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(name="slot_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))),
            ExclusionConstraint(
                name="slots_never_overlap",
                expressions=[
                    ("fair", RangeOperators.EQUAL),
                    (
                        Func(F("starts_at"), F("ends_at"), function="tstzrange", output_field=DateTimeRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("Two slots of the fair overlap."),
            ),
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.starts_at):%Y-%m-%d %H:%M}"


class FairRoom(models.Model):
    """A room or hall of the venue, in which tables stand."""

    fair = models.ForeignKey(Fair, models.CASCADE, related_name="rooms")
    name = models.CharField(_("name"), max_length=60)
    seats = models.PositiveSmallIntegerField(_("seats"), null=True, blank=True)

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["fair", "name"],
                name="room_name_once",
                violation_error_message=_("There is a room of this name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FairTable(models.Model):
    """A table with its number and zone; one with an owner is where all meetings of that participant take place."""

    fair = models.ForeignKey(Fair, models.CASCADE, related_name="tables")
    number = models.PositiveSmallIntegerField(_("number"))
    zone = models.CharField(_("zone"), max_length=20, blank=True)
    room = models.ForeignKey(
        FairRoom, models.SET_NULL, null=True, blank=True, related_name="tables", verbose_name=_("room")
    )
    owner = models.OneToOneField(
        "events.Participation",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="own_table",
        verbose_name=_("fixed to"),
    )
    header = models.CharField(_("text of the sign"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("table")
        verbose_name_plural = _("tables")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["fair", "number"], name="table_number_once")]

    def __str__(self) -> str:
        return f"{self.zone}{self.number:02d}"


class TableClosing(models.Model):
    """A slot in which a table cannot be used."""

    table = models.ForeignKey(FairTable, models.CASCADE, related_name="closings")
    slot = models.ForeignKey(Slot, models.CASCADE, related_name="closings")

    class Meta:
        verbose_name = _("closed table")
        verbose_name_plural = _("closed tables")
        constraints = [models.UniqueConstraint(fields=["table", "slot"], name="table_closed_once_per_slot")]

    def __str__(self) -> str:
        return f"{self.table_id} – {self.slot_id}"
