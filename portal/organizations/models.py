"""Organizations of eight kinds, their profiles, contacts and the people who act for them."""

from __future__ import annotations

from typing import Self

import pghistory
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.models import User
from portal.common.models import Identified, Timestamped
from portal.taxonomy.models import CooperationKind, EducationLevel, Industry, Region, Searchable
from portal.taxonomy.names import matches


class OrganizationKind(models.TextChoices):
    SCHOOL = "school", _("School")
    ENTERPRISE = "enterprise", _("Enterprise")
    PARK = "park", _("Industrial park")
    PLATFORM = "platform", _("Science and technology platform")
    ASSOCIATION = "association", _("Chamber or association")
    GOVERNMENT = "government", _("Government department")
    INSTITUTE = "institute", _("Research institute")
    TRAINING_CENTRE = "training_centre", _("Vocational training centre")


class OrganizationStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Under review")
    RETURNED = "returned", _("Returned")
    APPROVED = "approved", _("Approved")
    SUSPENDED = "suspended", _("Suspended")
    ARCHIVED = "archived", _("Archived")


class MemberRole(models.TextChoices):
    HR = "hr", _("Enterprise HR")
    SCHOOL_OFFICE = "school_office", _("School cooperation office")
    ORGANIZER = "organizer", _("Fair organizer")
    READER = "reader", _("Reader")


EDITING_ROLES = (MemberRole.HR, MemberRole.SCHOOL_OFFICE, MemberRole.ORGANIZER)


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def approved(self) -> Self:
        return self.filter(status=OrganizationStatus.APPROVED)

    def schools(self) -> Self:
        return self.filter(kind=OrganizationKind.SCHOOL)

    def enterprises(self) -> Self:
        return self.filter(kind=OrganizationKind.ENTERPRISE)

    def named_like(self, text: str) -> Self:
        """Those whose name, former name, pinyin, initials or beginning of the code fits what a person typed."""
        return self.filter(matches(text, code="uscc"))

    def in_province(self, code: str) -> Self:
        """Those in a province; the first two digits of a region's code name it."""
        return self.filter(region__code__startswith=code[:2])

    def of_member(self, user: User | AnonymousUser) -> Self:
        """Those for which the user acts or reads."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(pk__in=Membership.objects.current().filter(user=user).values("organization"))

    def editable_by(self, user: User | AnonymousUser) -> Self:
        """Those for which the user may write; the platform's staff may write for every one."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self
        mine = Membership.objects.current().filter(user=user, role__in=EDITING_ROLES)
        return self.filter(pk__in=mine.values("organization"))

    def reviewable_by(self, user: User | AnonymousUser) -> Self:
        """Those that the user may approve, return, suspend …: every one for the platform's staff, else none."""
        return self if user.is_authenticated and user.is_staff else self.none()

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Approved ones to everybody who signed in; the others only to their members and to the staff."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self
        mine = Membership.objects.current().filter(user=user).values("organization")
        return self.filter(Q(status=OrganizationStatus.APPROVED) | Q(pk__in=mine))


@pghistory.track(exclude=["grams", "search_text", "pinyin", "initials"])
class Organization(Identified, Searchable):
    """A school, a firm, or another body of the alliance; approved once, valid everywhere."""

    kind = models.CharField(_("kind"), max_length=16, choices=OrganizationKind)
    status = models.CharField(_("status"), max_length=10, choices=OrganizationStatus, default=OrganizationStatus.DRAFT)
    uscc = models.CharField(_("unified social credit code"), max_length=18, null=True, blank=True)
    legal_name = models.CharField(_("full name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    name_en = models.CharField(_("English name"), max_length=160, blank=True)
    former_names = ArrayField(
        models.CharField(max_length=120), verbose_name=_("former names"), default=list, blank=True
    )
    region = models.ForeignKey(Region, models.PROTECT, related_name="organizations", verbose_name=_("region"))
    address = models.CharField(_("address"), max_length=200, blank=True)
    website = models.URLField(_("website"), blank=True)
    description = models.TextField(_("description"), max_length=4000, blank=True)
    review_note = models.CharField(_("note of the review"), max_length=300, blank=True)
    verified_on = models.DateField(_("verified on"), null=True, blank=True, editable=False)
    is_sample = models.BooleanField(_("sample data"), default=False, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OrganizationQuerySet.as_manager()

    class Meta(Searchable.Meta):
        abstract = False
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        constraints = [
            models.UniqueConstraint(
                fields=["uscc"],
                name="organization_uscc_once",
                violation_error_code="unique",  # so that forms show it beside the field
                violation_error_message=_("This code is already registered."),
            ),
            models.CheckConstraint(
                name="organization_uscc_shape",
                condition=Q(uscc=None) | Q(uscc__regex=r"^[0-9A-HJ-NPQRTUWXY]{18}$"),
            ),
            models.CheckConstraint(name="organization_named", condition=~Q(legal_name="")),
            models.CheckConstraint(
                name="organization_verified_when_approved",
                condition=~Q(status="approved") | Q(verified_on__isnull=False),
            ),
        ]
        indexes = [
            *Searchable.Meta.indexes,
            models.Index(fields=["kind", "status", "pinyin", "id"], name="organization_list"),
            models.Index(fields=["status", "updated_at", "id"], name="organization_review_queue"),
        ]

    def __str__(self) -> str:
        return self.legal_name

    def get_absolute_url(self) -> str:
        return reverse("organizations:detail", args=[self.pk])

    @property
    def display_name(self) -> str:
        """The name for tables and cards."""
        return self.short_name or self.legal_name


@pghistory.track()
class SchoolProfile(models.Model):
    """What only a school has."""

    organization = models.OneToOneField(Organization, models.CASCADE, related_name="school", primary_key=True)
    level = models.CharField(_("level"), max_length=20, choices=EducationLevel)
    moe_code = models.CharField(_("ministry's school code"), max_length=12, blank=True)
    students = models.PositiveIntegerField(_("students"), default=0)
    cooperation_kinds = models.ManyToManyField(
        CooperationKind, related_name="schools", blank=True, verbose_name=_("cooperation offered")
    )

    class Meta:
        verbose_name = _("school profile")
        verbose_name_plural = _("school profiles")
        constraints = [
            models.UniqueConstraint(fields=["moe_code"], condition=~Q(moe_code=""), name="school_moe_code_once"),
        ]

    def __str__(self) -> str:
        return str(self.organization)


@pghistory.track()
class EnterpriseProfile(models.Model):
    """What only a firm has."""

    class Scale(models.TextChoices):
        MICRO = "micro", _("under 20")
        SMALL = "small", _("20 to 299")
        MEDIUM = "medium", _("300 to 999")
        LARGE = "large", _("1000 and more")

    organization = models.OneToOneField(Organization, models.CASCADE, related_name="enterprise", primary_key=True)
    industry = models.ForeignKey(
        Industry, models.PROTECT, null=True, blank=True, related_name="enterprises", verbose_name=_("industry")
    )
    scale = models.CharField(_("staff"), max_length=8, choices=Scale, blank=True)
    stock_code = models.CharField(_("stock code"), max_length=10, blank=True)

    class Meta:
        verbose_name = _("enterprise profile")
        verbose_name_plural = _("enterprise profiles")

    def __str__(self) -> str:
        return str(self.organization)


class ContactQuerySet(models.QuerySet["Contact"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """A contact is seen by its own organization and the staff; others get it by agreement, elsewhere."""
        return self.filter(organization__in=Organization.objects.of_member(user)) if not user.is_staff else self


class Contact(Timestamped):
    """A person to call at an organization; shown to others only by agreement."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="contacts")
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=60)
    post = models.CharField(pgettext_lazy("of a person", "post"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    is_primary = models.BooleanField(_("first contact"), default=False)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["-is_primary", "id"]
        constraints = [
            models.UniqueConstraint(fields=["organization"], condition=Q(is_primary=True), name="contact_one_primary"),
            models.CheckConstraint(name="contact_reachable", condition=~Q(phone="") | ~Q(email="")),
        ]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> Self:
        return self.filter(ended_at=None)


@pghistory.track()
class Membership(Timestamped):
    """A person acts for an organization in a role until it ends."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=16, choices=MemberRole)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organization"], condition=Q(ended_at=None), name="membership_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.organization_id}"
