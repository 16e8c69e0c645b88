"""Who fits whom: the lists of both sides, the run they stem from, and what has changed since that run.

A run ranks everybody from one immutable snapshot of supply and demands. Between runs a changed enterprise or school is
ranked alone: its new column or row is kept beside the run's snapshot, so that the next change finds the world as it is.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Self

import numpy as np
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.common.models import Identified, Timestamped
from portal.demands.models import OPEN_STATUSES, TalentDemand
from portal.jobs.models import Job
from portal.organizations.models import Organization, OrganizationStatus


class RealField(models.FloatField):  # type: ignore[type-arg]
    """Single precision, as the engine computes: half the room of a double in millions of rows."""

    def db_type(self, connection: object) -> str:
        return "real"

    def from_db_value(self, value: float | None, expression: object, connection: object) -> float | None:
        """Exactly the stored number: as text it comes rounded, and no longer equals itself in the next query."""
        return None if value is None else float(np.float32(value))


class RunState(models.TextChoices):
    BUILDING = "building", _("being built")
    CURRENT = "current", _("in use")
    RETIRED = "retired", _("replaced")
    FAILED = "failed", _("given up")


class MatchRun(Identified):
    """One ranking of everybody with everybody; what it was made from, how large it was, how long it took."""

    state = models.CharField(_("state"), max_length=10, choices=RunState, default=RunState.BUILDING)
    job = models.OneToOneField(Job, models.SET_NULL, null=True, blank=True, related_name="match_run")
    weights = models.ForeignKey("matching.Weights", models.PROTECT, null=True, blank=True, related_name="runs")
    engine_version = models.PositiveSmallIntegerField(_("version of the engine"))
    code_lists = models.CharField(_("code lists"), max_length=64, blank=True)  # digest of the lists it was made with
    schools = models.PositiveIntegerField(_("schools"), default=0)
    enterprises = models.PositiveIntegerField(_("enterprises"), default=0)
    demands = models.PositiveIntegerField(_("talent demands"), default=0)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    seconds = models.JSONField(_("seconds by step"), default=dict)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("matching run")
        verbose_name_plural = _("matching runs")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="current"), name="match_run_one_current"),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.state}"


class ShardState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    DONE = "done", _("done")


class MatchShard(models.Model):
    """A slice of a run's enterprises, ranked by whichever worker takes it; whoever finishes the last one merges."""

    run = models.ForeignKey(MatchRun, models.CASCADE, related_name="shards")
    number = models.PositiveIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=8, choices=ShardState, default=ShardState.WAITING)
    attempt = models.PositiveSmallIntegerField(_("attempts"), default=0)
    rung_at = models.DateTimeField(null=True, blank=True)  # when a worker was last told of it
    heartbeat_at = models.DateTimeField(null=True, blank=True)  # when a worker last said that it is at it
    worker = models.CharField(_("worker"), max_length=120, blank=True)
    seconds = models.FloatField(_("seconds"), null=True, blank=True)

    class Meta:
        verbose_name = _("part of a run")
        verbose_name_plural = _("parts of a run")
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="match_shard_once")]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.number}"


class MatchState(models.Model):
    """One row: the number of the last change of the lists, so that a process knows what it has not yet seen."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    changes = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("state of the lists")
        verbose_name_plural = _("states of the lists")
        constraints = [models.CheckConstraint(name="match_state_single_row", condition=Q(id=1))]

    def __str__(self) -> str:
        return str(self.changes)


class EnterpriseRanking(models.Model):
    """That an enterprise's list was made, from which rows, and where it was cut; since the last run also its column.

    Every school that is not in the list comes after (edge, edge_school); an edge of 0: none was cut away.
    """

    enterprise = models.OneToOneField(Organization, models.CASCADE, related_name="ranking", primary_key=True)
    stamp = models.BigIntegerField()  # fingerprint of the enterprise and its demands as ranked
    change = models.PositiveBigIntegerField(default=0, db_index=True)  # MatchState.changes then; 0: by the run
    edge = RealField(default=0)
    edge_school = models.BigIntegerField(default=0)
    column = models.BinaryField(null=True)  # engine Columns of this enterprise, only if changed since the run
    computed_at = models.DateTimeField(_("computed"))

    class Meta:
        verbose_name = _("ranking of an enterprise")
        verbose_name_plural = _("rankings of enterprises")

    def __str__(self) -> str:
        return str(self.enterprise_id)


class SchoolRanking(models.Model):
    """That a school's list was made, from which rows, and where it was cut; since the last run also its row.

    Every enterprise that is not in the list comes after (edge, edge_enterprise); an edge of 0: none was cut away.
    """

    school = models.OneToOneField(Organization, models.CASCADE, related_name="school_ranking", primary_key=True)
    stamp = models.BigIntegerField()
    change = models.PositiveBigIntegerField(default=0, db_index=True)
    edge = RealField(default=0)
    edge_enterprise = models.BigIntegerField(default=0)
    row = models.BinaryField(null=True)  # engine SchoolRow, only if the school itself changed since the run
    computed_at = models.DateTimeField(_("computed"))

    class Meta:
        verbose_name = _("ranking of a school")
        verbose_name_plural = _("rankings of schools")

    def __str__(self) -> str:
        return str(self.school_id)


class Side(models.TextChoices):
    """Whose list a row belongs to."""

    ENTERPRISE = "E", _("list of the enterprise")
    SCHOOL = "S", _("list of the school")


class MatchQuerySet(models.QuerySet["Match"]):
    def standing(self) -> Self:
        """Rows whose both parties are approved and whose enterprise still asks for somebody."""
        asking = TalentDemand.objects.filter(enterprise=OuterRef("enterprise"), status__in=OPEN_STATUSES)
        return self.filter(
            Exists(asking),
            school__status=OrganizationStatus.APPROVED,
            enterprise__status=OrganizationStatus.APPROVED,
        )

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Each side sees its own pairs; the staff sees all; who is suspended or asks no more is gone at once."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self.standing()
        mine = Organization.objects.of_member(user)
        return self.standing().filter(Q(enterprise__in=mine) | Q(school__in=mine))


class Match(models.Model):
    """A pair in the list of one of its sides, with the scores of both: see matching.engine.

    The table is replaced whole by every run (matching.rebuilding.tables), so nothing may refer to its rows.
    """

    pk = models.CompositePrimaryKey("side", "enterprise", "school")
    side = models.CharField(_("side"), max_length=1, choices=Side)
    enterprise = models.ForeignKey(Organization, models.CASCADE, related_name="matches_as_enterprise", db_index=False)
    school = models.ForeignKey(Organization, models.CASCADE, related_name="matches_as_school", db_index=False)
    enterprise_score = RealField(_("fit for the enterprise"))
    school_score = RealField(_("fit for the school"))
    mutual = RealField(_("mutual fit"))
    coverage = RealField(_("coverage of the demands"))
    graduates = RealField(_("eligible graduates"))
    vacancies = RealField(_("matched vacancies"))

    objects = MatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        constraints = [
            models.CheckConstraint(
                name="match_scores_in_unit",
                condition=Q(enterprise_score__gte=0, enterprise_score__lte=1)
                & Q(school_score__gte=0, school_score__lte=1)
                & Q(mutual__gte=0, mutual__lte=1),
            ),
            models.CheckConstraint(name="match_of_two", condition=~Q(school=F("enterprise"))),
            models.CheckConstraint(name="match_side_known", condition=Q(side__in=("E", "S"))),
        ]
        indexes = [
            models.Index(
                fields=["school", "-school_score", "enterprise"], condition=Q(side="S"), name="match_of_school"
            ),
            models.Index(
                fields=["school", "-enterprise_score", "enterprise"], condition=Q(side="E"), name="match_keen_on_school"
            ),
            models.Index(fields=["enterprise"], condition=Q(side="S"), name="match_by_schools"),
        ]

    def __str__(self) -> str:
        return f"{self.side}: {self.enterprise_id} – {self.school_id}"


def _factor(label: Any, default: str) -> models.DecimalField[Decimal, Decimal]:
    return models.DecimalField(label, max_digits=3, decimal_places=2, default=Decimal(default))


class Weights(models.Model):
    """What a level, a place or a kind of cooperation counts; the newest row is in force, the older ones are history."""

    level_above = _factor(_("one level above"), "0.80")
    level_below = _factor(_("one level below, if accepted"), "0.35")
    same_province = _factor(_("same province"), "0.80")
    elsewhere = _factor(_("elsewhere"), "0.60")
    other_cooperation = _factor(_("another kind of cooperation"), "0.90")
    note = models.CharField(_("reason"), max_length=300, blank=True)
    adopted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    adopted_at = models.DateTimeField(_("in force since"))

    class Meta:
        verbose_name = _("weights")
        verbose_name_plural = _("weights")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="weights_in_unit",
                condition=Q(level_above__range=(0, 1), level_below__range=(0, 1))
                & Q(same_province__range=(0, 1), elsewhere__range=(0, 1), other_cooperation__range=(0, 1)),
                violation_error_message=_("Every weight lies between 0 and 1."),
            ),
            models.CheckConstraint(
                name="weights_nearer_counts_more",
                condition=Q(same_province__gte=F("elsewhere")) & Q(level_above__gte=F("level_below")),
                violation_error_message=_("What is nearer cannot count less than what is farther."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.adopted_at:%Y-%m-%d}"


class FeedbackKind(models.TextChoices):
    INTERESTED = "interested", _("interested")
    HIDDEN = "hidden", _("hidden")
    MET = "met", _("met")
    SIGNED = "signed", _("signed")


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """What one's own organizations said; the other side never learns that it was hidden."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self
        return self.filter(organization__in=Organization.objects.of_member(user))


class Feedback(Timestamped):
    """What one side of a pair said or did about the other; kept for later learning, one row of a kind."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="feedback")
    partner = models.ForeignKey(Organization, models.CASCADE, related_name="feedback_received")
    kind = models.CharField(_("kind"), max_length=12, choices=FeedbackKind)
    reason = models.CharField(_("reason"), max_length=20, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    score = RealField(_("own score at that time"), null=True, blank=True)
    place = models.PositiveSmallIntegerField(_("place in the list at that time"), null=True, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("feedback on a partner")
        verbose_name_plural = _("feedback on partners")
        constraints = [
            models.UniqueConstraint(fields=["organization", "partner", "kind"], name="feedback_once_per_kind"),
            models.CheckConstraint(name="feedback_on_another", condition=~Q(organization=F("partner"))),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} → {self.partner_id}: {self.kind}"
