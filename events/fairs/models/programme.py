"""What happens in the sessions of a fair: presentations in order, tour groups with seats, papers signed on stage."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from events.fairs.models.fair import FairSession
from events.fairs.models.participation import Participation


class Presentation(models.Model):
    """An organization on stage, in its turn."""

    session = models.ForeignKey(FairSession, models.CASCADE, related_name="presentations")
    position = models.PositiveSmallIntegerField(_("position"))
    participation = models.ForeignKey(Participation, models.CASCADE, related_name="presentations")
    topic = models.CharField(_("topic"), max_length=120, blank=True)
    speaker = models.CharField(_("speaker"), max_length=80, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=8)

    class Meta:
        verbose_name = _("presentation")
        verbose_name_plural = _("presentations")
        ordering = ["session", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "position"],
                name="presentation_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(
                fields=["session", "participation"],
                name="presentation_once_per_session",
                violation_error_message=_("This organization is on the list already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.participation_id}"


class TourGroup(models.Model):
    """A bus or group of a tour."""

    session = models.ForeignKey(FairSession, models.CASCADE, related_name="tour_groups")
    number = models.PositiveSmallIntegerField(_("group"))
    vehicle = models.CharField(_("vehicle"), max_length=60, blank=True)
    guide = models.CharField(_("guide"), max_length=80, blank=True)
    seats = models.PositiveSmallIntegerField(_("seats"), default=45)

    class Meta:
        verbose_name = _("tour group")
        verbose_name_plural = _("tour groups")
        ordering = ["session", "number"]
        constraints = [models.UniqueConstraint(fields=["session", "number"], name="tour_group_number_once")]

    def __str__(self) -> str:
        return str(self.number)


class TourSeat(models.Model):
    """How many people of an organization go along in a group."""

    group = models.ForeignKey(TourGroup, models.CASCADE, related_name="riders")
    participation = models.ForeignKey(Participation, models.CASCADE, related_name="tour_seats")
    people = models.PositiveSmallIntegerField(_("people"), default=1)

    class Meta:
        verbose_name = _("tour seat")
        verbose_name_plural = _("tour seats")
        constraints = [models.UniqueConstraint(fields=["group", "participation"], name="tour_seat_once_per_group")]

    def __str__(self) -> str:
        return f"{self.participation_id}: {self.people}"


class SigningItem(models.Model):
    """A paper signed on stage, in its turn, and who stands where."""

    session = models.ForeignKey(FairSession, models.CASCADE, related_name="signings")
    position = models.PositiveSmallIntegerField(_("position"))
    title = models.CharField(_("paper"), max_length=160)
    school = models.ForeignKey(Participation, models.CASCADE, null=True, blank=True, related_name="signings_as_school")
    enterprise = models.ForeignKey(
        Participation, models.CASCADE, null=True, blank=True, related_name="signings_as_enterprise"
    )
    school_signatory = models.CharField(_("signs for the school"), max_length=80, blank=True)
    enterprise_signatory = models.CharField(_("signs for the enterprise"), max_length=80, blank=True)
    witnesses = models.CharField(_("witnesses"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("paper to be signed")
        verbose_name_plural = _("papers to be signed")
        ordering = ["session", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "position"], name="signing_position_once", deferrable=models.Deferrable.DEFERRED
            ),
        ]

    def __str__(self) -> str:
        return self.title
