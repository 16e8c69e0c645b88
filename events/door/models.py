"""The desk at the door: who may stand there, and every arrival, told once however often it is sent."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from events.fairs.models import Delegate, Fair, Participation, ParticipationStatus
from portal.accounts.models import User
from portal.common.models import Timestamped


class DeskPassQuerySet(models.QuerySet["DeskPass"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(fair__in=Fair.objects.editable_by(user))


class DeskPass(Timestamped):
    """The secret address with which a helper without an account works at the desk; only its hash is kept."""

    fair = models.ForeignKey(Fair, models.CASCADE, related_name="desk_passes")
    name = models.CharField(_("desk or helper"), max_length=60)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField(_("valid until"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    may_record = models.BooleanField(_("also records what came of the talks at the tables"), default=False)

    objects = DeskPassQuerySet.as_manager()

    class Meta:
        verbose_name = _("desk pass")
        verbose_name_plural = _("desk passes")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class DoorEventKind(models.TextChoices):
    ARRIVED = "arrived", _("arrived")
    SUBSTITUTE = "substitute", _("somebody stands in")
    WALK_IN = "walk_in", _("came without an answer")
    ABSENT = "absent", _("did not come")
    UNDONE = "undone", _("taken back")


class DoorEventQuerySet(models.QuerySet["DoorEvent"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(fair__in=Fair.objects.editable_by(user))


class DoorEvent(models.Model):
    """Something that happened at the door, as the desk sent it; the nonce makes a second sending harmless."""

    fair = models.ForeignKey(Fair, models.CASCADE, related_name="door_events")
    nonce = models.UUIDField(unique=True)
    kind = models.CharField(_("what"), max_length=10, choices=DoorEventKind)
    participation = models.ForeignKey(
        Participation, models.CASCADE, null=True, blank=True, related_name="door_events"
    )  # none for somebody from an organization that the portal does not know: then the note says who
    note = models.CharField(_("who, in words"), max_length=200, blank=True)
    people = models.PositiveSmallIntegerField(_("how many came"), null=True, blank=True)
    status_before = models.CharField(max_length=10, choices=ParticipationStatus, blank=True, editable=False)
    # Events of one person go with that person: without it they would tell of the whole delegation.
    delegate = models.ForeignKey(Delegate, models.CASCADE, null=True, blank=True, related_name="door_events")
    happened_at = models.DateTimeField(_("happened"))
    received_at = models.DateTimeField(_("received"))
    desk_pass = models.ForeignKey(DeskPass, models.PROTECT, null=True, blank=True, related_name="events")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = DoorEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event at the door")
        verbose_name_plural = _("events at the door")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="door_event_told_by_somebody",
                condition=Q(desk_pass__isnull=False, by=None) | Q(desk_pass=None, by__isnull=False),
            ),
            models.CheckConstraint(
                name="door_event_about_somebody",
                condition=Q(participation__isnull=False) | (Q(kind="walk_in") & ~Q(note="")),
            ),
        ]
        indexes = [models.Index(fields=["fair", "-id"], name="door_events_of_fair")]

    def __str__(self) -> str:
        return f"{self.participation_id or self.note} {self.kind}"
