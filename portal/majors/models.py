"""What a school trains: programmes, and people per graduating year (the supply)."""

from __future__ import annotations

from typing import Self

import pghistory
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.common.models import Identified, Timestamped
from portal.organizations.models import Organization
from portal.taxonomy.models import Major, Skill
from portal.taxonomy.queue.models import Wording
from portal.taxonomy.queue.places import Place


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def editable_by(self, user: User | AnonymousUser) -> Self:
        return self.filter(school__in=Organization.objects.editable_by(user))

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Active ones of schools that the user may see; own ones, and to the staff all, whatever their state."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self
        shown = self.filter(is_active=True, school__in=Organization.objects.visible_to(user))
        return shown | self.filter(school__in=Organization.objects.of_member(user))


@pghistory.track()
class Programme(Identified):
    """A major as one school offers it, perhaps with its own direction."""

    school = models.ForeignKey(Organization, models.CASCADE, related_name="programmes", verbose_name=_("school"))
    major = models.ForeignKey(Major, models.PROTECT, related_name="programmes", verbose_name=_("major"))
    direction = models.CharField(_("direction"), max_length=60, blank=True)
    skills = models.ManyToManyField(Skill, related_name="programmes", blank=True, verbose_name=_("skills taught"))
    is_active = models.BooleanField(_("active"), default=True)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        constraints = [
            models.UniqueConstraint(
                fields=["school", "major", "direction"],
                name="programme_once_per_school",
                violation_error_message=_("The school already offers this major with this direction."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.major}（{self.direction}）" if self.direction else str(self.major)

    def get_absolute_url(self) -> str:
        return reverse("majors:edit", args=[self.pk])


class SupplyState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    CONFIRMED = "confirmed", _("Confirmed by the school")
    LOCKED = "locked", _("Locked")


class SupplyLineQuerySet(models.QuerySet["SupplyLine"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Confirmed ones to all who may see the programme; drafts only to the school's members and the staff."""
        visible = self.filter(programme__in=Programme.objects.visible_to(user))
        if user.is_authenticated and user.is_staff:
            return visible
        own = Q(programme__school__in=Organization.objects.of_member(user))
        return visible.filter(~Q(state=SupplyState.DRAFT) | own)

    def editable_by(self, user: User | AnonymousUser) -> Self:
        return self.filter(programme__in=Programme.objects.editable_by(user))


@pghistory.track()
class SupplyLine(Timestamped):
    """People of one programme in one graduating year: enrolled, graduating, already promised."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="supply")
    graduating_year = models.PositiveSmallIntegerField(_("graduating year"))
    enrolled = models.PositiveIntegerField(_("enrolled"), default=0)
    graduating = models.PositiveIntegerField(_("graduating"))
    committed = models.PositiveIntegerField(_("already promised"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=SupplyState, default=SupplyState.DRAFT)

    objects = SupplyLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("supply of a year")
        verbose_name_plural = _("supply by year")
        ordering = ["-graduating_year"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "graduating_year"], name="supply_once_per_year"),
            models.CheckConstraint(
                name="supply_promised_within_graduating",
                condition=Q(committed__lte=F("graduating")),
                violation_error_message=_("No more people can be promised than graduate."),
            ),
            models.CheckConstraint(
                name="supply_year_plausible", condition=Q(graduating_year__gte=2000, graduating_year__lte=2100)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.graduating_year}"

    @property
    def available(self) -> int:
        """People not yet promised to anybody."""
        return self.graduating - self.committed


class ProgrammeWording(Wording):
    """A name in a programme that stood for no skill when it was typed."""

    OWNER = "programme"
    REACH = ("programme__school", "programme__major")

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="wordings")

    class Meta:
        verbose_name = _("name typed in a programme")
        verbose_name_plural = _("names typed in programmes")
        constraints = [
            models.UniqueConstraint(fields=["programme", "name"], name="programme_wording_once"),
            models.CheckConstraint(name="programme_wording_skill_only", condition=Q(major=None)),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.name_id}"

    @property
    def place(self) -> Place:
        return Place(self.programme.school.legal_name, str(self.programme), self.programme.school.get_absolute_url())
