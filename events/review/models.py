"""House rules of an organizer: what is a breach, what follows, and the word of the one concerned."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from events.fairs.models import Fair, Participation
from events.meetings.models import Outcome
from portal.accounts.models import User
from portal.common.models import Identified, Timestamped
from portal.organizations.models import Organization


class HouseRules(Timestamped):
    """What an organizer asks of those who take part in its fairs."""

    organizer = models.OneToOneField(Organization, models.CASCADE, related_name="house_rules")
    free_cancel_hours = models.PositiveSmallIntegerField(
        _("free to withdraw until"), default=24, help_text=_("Hours before the fair begins.")
    )
    late_minutes = models.PositiveSmallIntegerField(
        _("late after"), default=60, help_text=_("Minutes after the first part of the fair begins.")
    )
    strikes_to_bar = models.PositiveSmallIntegerField(
        _("breaches that bar"), default=2, help_text=_("So many breaches bar an organization; 0 bars nobody.")
    )
    bar_months = models.PositiveSmallIntegerField(_("barred for"), default=12, help_text=_("Months."))
    appeal_days = models.PositiveSmallIntegerField(_("time to object"), default=10, help_text=_("Days."))

    class Meta:
        verbose_name = _("house rules")
        verbose_name_plural = _("house rules")

    def __str__(self) -> str:
        return f"{self.organizer_id}"


class StrikeKind(models.TextChoices):
    LATE_CANCEL = "late_cancel", _("withdrew too late")
    LATE = "late", _("came too late")
    ABSENT = "absent", _("did not come")


class StrikeQuerySet(models.QuerySet["Strike"]):
    def standing(self) -> Self:
        return self.filter(waived_at=None)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(participation__in=Participation.objects.own_of(user))

    def editable_by(self, user: User | AnonymousUser) -> Self:
        """Those at fairs that the user runs."""
        return self.filter(participation__fair__in=Fair.objects.editable_by(user))


class Strike(Identified):
    """A breach of the house rules at one fair."""

    participation = models.ForeignKey(Participation, models.CASCADE, related_name="strikes")
    kind = models.CharField(_("breach"), max_length=12, choices=StrikeKind)
    noted_at = models.DateTimeField(_("noted"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    waived_at = models.DateTimeField(_("waived"), null=True, blank=True)
    waived_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = StrikeQuerySet.as_manager()

    class Meta:
        verbose_name = _("breach")
        verbose_name_plural = _("breaches")
        ordering = ["-noted_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["participation", "kind"], name="strike_once_per_kind"),
            models.CheckConstraint(
                name="strike_waived_by_somebody",
                condition=Q(waived_at=None, waived_by=None) | Q(waived_at__isnull=False, waived_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participation_id}: {self.kind}"


class Appeal(Identified):
    """The written word of an organization against a breach, and the answer."""

    strike = models.OneToOneField(Strike, models.CASCADE, related_name="appeal")
    text = models.TextField(_("what happened"), max_length=2000)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    raised_at = models.DateTimeField(_("raised"))
    is_upheld = models.BooleanField(_("upheld"), null=True)
    answer = models.TextField(_("answer"), max_length=2000, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        constraints = [
            models.CheckConstraint(
                name="appeal_answered_whole",
                condition=Q(is_upheld=None, answered_at=None, answered_by=None)
                | Q(is_upheld__isnull=False, answered_at__isnull=False, answered_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.strike_id}"


class CallBackQuerySet(models.QuerySet["CallBack"]):
    def open(self) -> Self:
        return self.filter(done_at=None)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Call-backs are the organizer's own work."""
        return self.filter(outcome__fair__in=Fair.objects.editable_by(user))


class CallBack(Identified):
    """A promise to ask again what has become of an outcome."""

    outcome = models.ForeignKey(Outcome, models.CASCADE, related_name="call_backs")
    due_on = models.DateField(_("due"))
    note = models.CharField(_("what to ask"), max_length=300, blank=True)
    told_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    finding = models.CharField(_("what was said"), max_length=500, blank=True)

    objects = CallBackQuerySet.as_manager()

    class Meta:
        verbose_name = _("call-back")
        verbose_name_plural = _("call-backs")
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["outcome", "due_on"], name="call_back_once_a_day"),
            models.CheckConstraint(
                name="call_back_done_by_somebody",
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["due_on"], condition=Q(done_at=None), name="call_back_due")]

    def __str__(self) -> str:
        return f"{self.outcome_id}: {self.due_on}"
