"""Rankings: which schools fit a demand, and how well each pair of organizations fits from both sides."""

from __future__ import annotations

import uuid
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.demands.models import OPEN_STATUSES, TalentDemand
from portal.organizations.models import Organization, OrganizationStatus


class SupplyIndex(models.Model):
    """One row: the version of all that schools offer; +1 per change, so that caches and rankings know their age.

    The token is new with every version: after a restored backup the numbers come again, the tokens never do.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    version = models.PositiveBigIntegerField(default=1)
    token = models.UUIDField(default=uuid.uuid4)
    noted_until = models.DateTimeField(null=True)  # changes up to then are in the version; later ones were missed

    class Meta:
        verbose_name = _("version of the supply")
        verbose_name_plural = _("versions of the supply")
        constraints = [models.CheckConstraint(name="supply_index_single_row", condition=Q(id=1))]

    def __str__(self) -> str:
        return str(self.version)


class Ranking(models.Model):
    """That a demand was ranked: at which versions of the demand, of its enterprise, and of the supply."""

    demand = models.OneToOneField(TalentDemand, models.CASCADE, related_name="ranking", primary_key=True)
    demand_version = models.PositiveIntegerField()
    enterprise_version = models.PositiveIntegerField()
    supply_version = models.PositiveBigIntegerField()
    engine_version = models.PositiveSmallIntegerField()
    computed_at = models.DateTimeField(_("computed"))

    class Meta:
        verbose_name = _("ranking")
        verbose_name_plural = _("rankings")

    def __str__(self) -> str:
        return f"{self.demand_id} v{self.demand_version}"


class MatchQuerySet(models.QuerySet["Match"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """A demand's list is seen by its enterprise; a school sees its own place in it; the staff sees all."""
        if not user.is_authenticated:
            return self.none()
        shown = self.filter(
            school__status=OrganizationStatus.APPROVED,
            ranking__demand__status__in=OPEN_STATUSES,
            ranking__demand__enterprise__status=OrganizationStatus.APPROVED,
        )
        if user.is_staff:
            return shown
        mine = Organization.objects.of_member(user)
        return shown.filter(Q(ranking__demand__enterprise__in=mine) | Q(school__in=mine))


class Match(models.Model):
    """One school in a demand's ranking: its place, its score and why (the engine's explanation)."""

    ranking = models.ForeignKey(Ranking, models.CASCADE, related_name="matches")
    school = models.ForeignKey(Organization, models.CASCADE, related_name="matches")
    rank = models.PositiveSmallIntegerField(_("rank"))
    score = models.FloatField(_("score"))
    explanation = models.JSONField(_("reasons"), default=dict)

    objects = MatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        ordering = ["ranking", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["ranking", "school"], name="match_school_once"),
            models.UniqueConstraint(fields=["ranking", "rank"], name="match_rank_once"),
            models.CheckConstraint(name="match_score_in_unit", condition=Q(score__gt=0, score__lte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.ranking_id}: {self.rank} {self.school_id}"


class PairScoreQuerySet(models.QuerySet["PairScore"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Each side sees its own pairs; the staff sees all; suspended organizations vanish at once."""
        if not user.is_authenticated:
            return self.none()
        shown = self.filter(school__status=OrganizationStatus.APPROVED, enterprise__status=OrganizationStatus.APPROVED)
        if user.is_staff:
            return shown
        mine = Organization.objects.of_member(user)
        return shown.filter(Q(enterprise__in=mine) | Q(school__in=mine))


class PairScore(models.Model):
    """A school and an enterprise with all its open demands: how good each is for the other."""

    school = models.ForeignKey(Organization, models.CASCADE, related_name="pairs_as_school")
    enterprise = models.ForeignKey(Organization, models.CASCADE, related_name="pairs_as_enterprise")
    enterprise_score = models.FloatField(_("fit for the enterprise"))
    school_score = models.FloatField(_("fit for the school"))
    mutual = models.FloatField(_("mutual fit"))
    coverage = models.FloatField(_("coverage of the demands"))
    graduates = models.FloatField(_("eligible graduates"))
    vacancies = models.FloatField(_("matched vacancies"))
    computed_at = models.DateTimeField(_("computed"))

    objects = PairScoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("pair score")
        verbose_name_plural = _("pair scores")
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "school"], name="pair_once"),
            models.CheckConstraint(
                name="pair_scores_in_unit",
                condition=Q(enterprise_score__gte=0, enterprise_score__lte=1)
                & Q(school_score__gte=0, school_score__lte=1)
                & Q(mutual__gte=0, mutual__lte=1),
            ),
            models.CheckConstraint(name="pair_of_two", condition=~Q(school=F("enterprise"))),
        ]
        indexes = [
            models.Index(fields=["enterprise", "-enterprise_score", "school"], name="pair_for_enterprise"),
            models.Index(fields=["school", "-school_score", "enterprise"], name="pair_for_school"),
            models.Index(fields=["school", "-enterprise_score", "enterprise"], name="pair_keen_on_school"),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id} – {self.school_id}"
