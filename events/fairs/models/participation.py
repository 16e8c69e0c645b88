"""Who takes part in a fair, when they are away and whom they wish to meet."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from events.fairs.models.fair import Fair, Slot
from portal.accounts.models import User
from portal.common.models import Identified, Timestamped
from portal.organizations.models import Organization


class ParticipationStatus(models.TextChoices):
    INVITED = "invited", _("Invited")
    APPLIED = "applied", _("Asked to take part")
    WAITLISTED = "waitlisted", _("On the waiting list")
    DECLINED = "declined", _("Declined")
    CONFIRMED = "confirmed", _("Coming")
    ATTENDED = "attended", _("Checked in")
    ABSENT = "absent", _("Absent")
    CANCELLED = "cancelled", _("Cancelled")


TAKING_PART = (ParticipationStatus.CONFIRMED, ParticipationStatus.ATTENDED)


class Origin(models.TextChoices):
    """How an organization came to be in a fair."""

    INVITED = "invited", _("invited")
    APPLIED = "applied", _("asked to come")
    WALK_IN = "walk_in", _("came without an answer")


class ParticipationQuerySet(models.QuerySet["Participation"]):
    def taking_part(self) -> Self:
        return self.filter(status__in=TAKING_PART)

    def schools(self) -> Self:
        return self.filter(organization__kind="school")

    def enterprises(self) -> Self:
        return self.filter(organization__kind="enterprise")

    def editable_by(self, user: User | AnonymousUser) -> Self:
        """The organizer of the fair and those who act for the organization."""
        editable = Organization.objects.editable_by(user)
        return self.filter(Q(organization__in=editable) | Q(fair__organizer__in=editable))

    def own_of(self, user: User | AnonymousUser) -> Self:
        """Those of organizations for which the user acts or reads, and those of fairs that these run."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self
        mine = Organization.objects.of_member(user)
        return self.filter(Q(organization__in=mine) | Q(fair__organizer__in=mine))

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Own ones and those of own fairs in every state; who comes is known to all others who come."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self
        mine = Organization.objects.of_member(user)
        my_fairs = Participation.objects.taking_part().filter(organization__in=mine).values("fair")
        return self.filter(
            Q(organization__in=mine) | Q(fair__organizer__in=mine) | Q(fair__in=my_fairs, status__in=TAKING_PART)
        )


class Participation(Identified):
    """An organization in a fair: invited, answered, there or not."""

    fair = models.ForeignKey(Fair, models.CASCADE, related_name="participations")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="participations")
    status = models.CharField(
        _("status"), max_length=10, choices=ParticipationStatus, default=ParticipationStatus.INVITED
    )
    origin = models.CharField(_("how it came"), max_length=8, choices=Origin, default=Origin.INVITED)
    invited_at = models.DateTimeField(_("invited"))
    letter_sent_at = models.DateTimeField(_("letter made"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("last reminded"), null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(_("reminders"), default=0)
    reply_serial = models.PositiveSmallIntegerField(default=1, editable=False)  # +1 makes links sent before void
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    waitlisted_at = models.DateTimeField(_("on the waiting list since"), null=True, blank=True)
    names_confirmed_at = models.DateTimeField(_("names confirmed"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    taken_off = models.BooleanField(_("taken off by the organizer"), default=False)
    checked_in_at = models.DateTimeField(_("checked in"), null=True, blank=True)
    delegates = models.PositiveSmallIntegerField(_("delegates"), default=2)
    at_once = models.PositiveSmallIntegerField(_("meetings at the same time"), default=1)
    min_meetings = models.PositiveSmallIntegerField(_("meetings it should have"), null=True, blank=True)
    max_meetings = models.PositiveSmallIntegerField(_("meetings it may have"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        constraints = [
            models.UniqueConstraint(
                fields=["fair", "organization"],
                name="participation_once_per_fair",
                violation_error_message=_("This organization already takes part."),
            ),
            models.CheckConstraint(
                name="participation_checked_in_when_attended",
                condition=~Q(status="attended") | Q(checked_in_at__isnull=False),
            ),
            models.CheckConstraint(
                name="participation_answered_unless_invited",
                condition=Q(status__in=["invited", "cancelled"]) | Q(answered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="participation_waits_since",
                condition=~Q(status="waitlisted") | Q(waitlisted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="participation_at_once",
                condition=Q(at_once__gte=1, at_once__lte=4),
                violation_error_message=_("Between 1 and 4 meetings at the same time."),
            ),
            models.CheckConstraint(
                name="participation_meeting_limits",
                condition=Q(min_meetings=None) | Q(max_meetings=None) | Q(min_meetings__lte=F("max_meetings")),
                violation_error_message=_("The least number of meetings is above the greatest."),
            ),
        ]
        indexes = [models.Index(fields=["fair", "status"], name="participation_by_status")]

    def __str__(self) -> str:
        return f"{self.organization_id} @ {self.fair_id}"

    def get_absolute_url(self) -> str:
        return reverse("fairs:participation", args=[self.pk])

    @property
    def is_school(self) -> bool:
        return self.organization.kind == "school"

    @property
    def takes_part(self) -> bool:
        return self.status in TAKING_PART


class Absence(models.Model):
    """A slot in which a participating organization cannot meet."""

    participation = models.ForeignKey(Participation, models.CASCADE, related_name="absences")
    slot = models.ForeignKey(Slot, models.CASCADE, related_name="absences")

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        constraints = [models.UniqueConstraint(fields=["participation", "slot"], name="absence_once")]

    def __str__(self) -> str:
        return f"{self.participation_id} – {self.slot_id}"


class WishKind(models.TextChoices):
    MUST = "must", _("must meet")
    OK = "ok", _("would like to meet")
    NO = "no", _("not this one")


class WishQuerySet(models.QuerySet["Wish"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """A wish is known to the one who has it, to the organizer and the staff; never to the other side."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self
        mine = Organization.objects.of_member(user)
        return self.filter(Q(wisher__organization__in=mine) | Q(wisher__fair__organizer__in=mine))


class Wish(Timestamped):
    """Whom a participant wants to meet, or not."""

    wisher = models.ForeignKey(Participation, models.CASCADE, related_name="wishes")
    partner = models.ForeignKey(Participation, models.CASCADE, related_name="wished_by")
    kind = models.CharField(_("wish"), max_length=4, choices=WishKind)

    objects = WishQuerySet.as_manager()

    class Meta:
        verbose_name = _("wish")
        verbose_name_plural = _("wishes")
        constraints = [
            models.UniqueConstraint(fields=["wisher", "partner"], name="wish_once_per_partner"),
            models.CheckConstraint(name="wish_for_somebody_else", condition=~Q(wisher=F("partner"))),
        ]

    def __str__(self) -> str:
        return f"{self.wisher_id} {self.kind} {self.partner_id}"
