"""Who has seen a version of the timetable, and the calendars that follow it."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from events.fairs.models import Participation
from events.meetings.models.timetable import Timetable
from portal.accounts.models import User
from portal.common.models import Timestamped


class Acknowledgement(models.Model):
    """A participant has seen its meetings in a version, as they stood then.

    `stand` is the sum over its meetings there, cancelled ones too, of sequence + 1: it grows with every change.
    """

    timetable = models.ForeignKey(Timetable, models.CASCADE, related_name="acknowledgements")
    participation = models.ForeignKey(Participation, models.CASCADE, related_name="acknowledgements")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("seen"))
    stand = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")
        constraints = [
            models.UniqueConstraint(fields=["timetable", "participation"], name="acknowledged_once_per_version"),
        ]

    def __str__(self) -> str:
        return f"{self.participation_id} – {self.timetable_id}"


class CalendarLinkQuerySet(models.QuerySet["CalendarLink"]):
    def alive(self) -> Self:
        return self.filter(revoked_at=None)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(participation__in=Participation.objects.own_of(user))


class CalendarLink(Timestamped):
    """The secret address of a participant's calendar; only the hash of the secret is kept."""

    participation = models.ForeignKey(Participation, models.CASCADE, related_name="calendar_links")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    fetched_at = models.DateTimeField(_("last fetched"), null=True, blank=True)

    objects = CalendarLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar link")
        verbose_name_plural = _("calendar links")
        constraints = [
            models.UniqueConstraint(
                fields=["participation"], condition=Q(revoked_at=None), name="calendar_link_one_alive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participation_id}"
