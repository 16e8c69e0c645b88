"""What firms ask schools for."""

from __future__ import annotations

from typing import Self

import pghistory
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.common.models import Identified
from portal.organizations.models import Organization, OrganizationStatus
from portal.taxonomy.models import CooperationKind, EducationLevel, Major, Region, Searchable, Skill
from portal.taxonomy.names import matches
from portal.taxonomy.queue.models import Wording
from portal.taxonomy.queue.places import Place


class DemandStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    PARTIALLY_FILLED = "partially_filled", _("Partly filled")
    FILLED = "filled", _("Filled")
    EXPIRED = "expired", _("Expired")
    WITHDRAWN = "withdrawn", _("Withdrawn")


MOST_NAMED = 200  # enterprises whose demands a search by name takes in
OPEN_STATUSES = (DemandStatus.PUBLISHED, DemandStatus.PARTIALLY_FILLED)


class TalentDemandQuerySet(models.QuerySet["TalentDemand"]):
    def open(self) -> Self:
        """Published and not yet filled, of an enterprise in good standing: what is matched and shown."""
        return self.filter(status__in=OPEN_STATUSES, enterprise__status=OrganizationStatus.APPROVED)

    def named_like(self, text: str) -> Self:
        """Those whose post or enterprise fits what a person typed."""
        enterprises = Organization.objects.enterprises().named_like(text).order_by("pk")
        # As plain numbers the planner joins both arms from their indexes; as a subquery it would read every demand.
        named = list(enterprises.values_list("pk", flat=True)[:MOST_NAMED])
        return self.filter(matches(text) | Q(enterprise__in=named))

    def editable_by(self, user: User | AnonymousUser) -> Self:
        return self.filter(enterprise__in=Organization.objects.editable_by(user))

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Open ones to everybody who signed in; the others only to their enterprise and the staff."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self
        own = Q(enterprise__in=Organization.objects.of_member(user))
        return self.filter(Q(status__in=OPEN_STATUSES, enterprise__status=OrganizationStatus.APPROVED) | own)


@pghistory.track(exclude=["grams", "search_text", "pinyin", "initials"])
class TalentDemand(Identified, Searchable):
    """People that an enterprise seeks from schools, with the majors and skills it asks for."""

    enterprise = models.ForeignKey(Organization, models.CASCADE, related_name="demands", verbose_name=_("enterprise"))
    title = models.CharField(_("post"), max_length=80)
    description = models.TextField(_("duties and conditions"), max_length=4000, blank=True)
    headcount = models.PositiveIntegerField(_("people sought"))
    filled = models.PositiveIntegerField(_("people found"), default=0)
    levels = ArrayField(
        models.CharField(max_length=20, choices=EducationLevel),
        verbose_name=_("education levels accepted"),
        default=list,
        blank=True,
        help_text=_("None chosen: every level."),
    )
    majors = models.ManyToManyField(Major, related_name="demands", blank=True, verbose_name=_("majors wanted"))
    skills = models.ManyToManyField(Skill, related_name="demands", blank=True, verbose_name=_("skills wanted"))
    cooperation_kinds = models.ManyToManyField(
        CooperationKind, related_name="demands", blank=True, verbose_name=_("cooperation wanted")
    )
    salary_min = models.PositiveIntegerField(_("monthly salary from (yuan)"), null=True, blank=True)
    salary_max = models.PositiveIntegerField(_("monthly salary up to (yuan)"), null=True, blank=True)
    workplace = models.ForeignKey(
        Region, models.PROTECT, related_name="demands", verbose_name=_("place of work"), null=True, blank=True
    )
    graduating_year = models.PositiveSmallIntegerField(_("class of"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"))
    status = models.CharField(_("status"), max_length=16, choices=DemandStatus, default=DemandStatus.DRAFT)
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    reminded_until = models.DateField(null=True, blank=True, editable=False)  # the last day that a reminder was for
    is_sample = models.BooleanField(_("sample data"), default=False, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)  # +1 per change that matching must see

    objects = TalentDemandQuerySet.as_manager()

    class Meta(Searchable.Meta):
        abstract = False
        verbose_name = _("talent demand")
        verbose_name_plural = _("talent demands")
        constraints = [
            models.CheckConstraint(
                name="demand_seeks_somebody",
                condition=Q(headcount__gte=1, headcount__lte=10_000),
                violation_error_message=_("Between 1 and 10,000 people can be sought."),
            ),
            models.CheckConstraint(name="demand_filled_within_headcount", condition=Q(filled__lte=F("headcount"))),
            models.CheckConstraint(
                name="demand_published_at_unless_draft",
                condition=Q(status="draft", published_at=None)
                | (~Q(status="draft") & Q(published_at__isnull=False))
                | Q(status="withdrawn"),
            ),
            models.CheckConstraint(
                name="demand_salary_range",
                condition=Q(salary_min=None) | Q(salary_max=None) | Q(salary_min__lte=F("salary_max")),
                violation_error_message=_("The upper salary is below the lower one."),
            ),
            models.CheckConstraint(
                name="demand_filled_states",
                condition=~Q(status="filled") | Q(filled=F("headcount")),
            ),
        ]
        indexes = [
            *Searchable.Meta.indexes,
            models.Index(fields=["status", "-published_at", "-id"], name="demand_list"),
            models.Index(fields=["valid_until"], condition=Q(status__in=OPEN_STATUSES), name="demand_expiry"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("demands:detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES


class DemandWording(Wording):
    """A name in a demand that stood for no major and no skill when it was typed."""

    OWNER = "demand"
    REACH = ("demand__enterprise",)

    demand = models.ForeignKey(TalentDemand, models.CASCADE, related_name="wordings")

    class Meta:
        verbose_name = _("name typed in a demand")
        verbose_name_plural = _("names typed in demands")
        constraints = [models.UniqueConstraint(fields=["demand", "name"], name="demand_wording_once")]

    def __str__(self) -> str:
        return f"{self.demand_id} {self.name_id}"

    @property
    def place(self) -> Place:
        return Place(self.demand.enterprise.legal_name, self.demand.title, self.demand.get_absolute_url())
