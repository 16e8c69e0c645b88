"""Who comes for an organization: a delegation in the order of rank."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.fairs.models.participation import Participation
from portal.accounts.models import User
from portal.common.models import Identified


class DelegateQuerySet(models.QuerySet["Delegate"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The own organization, the organizer of the fair and the staff; names are nobody else's business."""
        return self.filter(participation__in=Participation.objects.own_of(user))


class Delegate(Identified):
    """One person of a delegation; only what the organizer needs to receive it."""

    participation = models.ForeignKey(Participation, models.CASCADE, related_name="people")
    rank = models.PositiveSmallIntegerField(_("rank"))
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=60)
    post = models.CharField(_("post"), max_length=80, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    is_leader = models.BooleanField(_("leads the delegation"), default=False)
    arrives_at = models.DateTimeField(_("arrives"), null=True, blank=True)
    lodging = models.CharField(_("lodging"), max_length=80, blank=True)
    diet = models.CharField(_("diet"), max_length=80, blank=True)
    vehicle = models.CharField(_("vehicle"), max_length=40, blank=True)
    checked_in_at = models.DateTimeField(_("checked in"), null=True, blank=True)
    stands_in_for = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="substitutes", verbose_name=_("stands in for")
    )

    objects = DelegateQuerySet.as_manager()

    class Meta:
        verbose_name = _("delegate")
        verbose_name_plural = _("delegates")
        ordering = ["participation", "rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["participation", "rank"], name="delegate_rank_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.UniqueConstraint(
                fields=["participation"],
                condition=Q(is_leader=True),
                name="delegate_one_leader",
                violation_error_message=_("A delegation has one leader."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
