"""Cooperation agreements: parties, terms, money, documents."""

from __future__ import annotations

from typing import Self

import pghistory
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.fairs.models import Fair
from events.meetings.models import Outcome
from portal.accounts.models import User
from portal.common.models import Identified
from portal.jobs.models import Job
from portal.organizations.models import Organization
from portal.taxonomy.models import CooperationKind, Major


class AgreementKind(models.TextChoices):
    FRAMEWORK = "framework", _("Framework agreement")
    INTENT = "intent", _("Letter of intent")
    STRATEGIC = "strategic", _("Strategic agreement")
    PROJECT = "project", _("Project agreement")


class AgreementStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SIGNED = "signed", _("Signed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def editable_by(self, user: User | AnonymousUser) -> Self:
        """Those who act for a party, and the organizer of the fair it comes from."""
        editable = Organization.objects.editable_by(user)
        parties = AgreementParty.objects.filter(organization__in=editable).values("agreement")
        return self.filter(Q(pk__in=parties) | Q(fair__organizer__in=editable))

    def signable_by(self, user: User | AnonymousUser) -> Self:
        """Those whose signatures the user may record: of own fairs; without a fair they are the staff's alone.

        Never a party's: one side would record the other's signature, and with it the money of the brief.
        """
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self
        return self.filter(fair__organizer__in=Organization.objects.editable_by(user))

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The parties, the organizer of the fair it comes from, the staff."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self
        mine = Organization.objects.of_member(user)
        parties = AgreementParty.objects.filter(organization__in=mine).values("agreement")
        return self.filter(Q(pk__in=parties) | Q(fair__organizer__in=mine))


@pghistory.track()
class Agreement(Identified):
    """What two parties agree; drafted by a job from an outcome, signed once."""

    number = models.CharField(_("number"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=AgreementKind)
    title = models.CharField(_("title"), max_length=200)
    fair = models.ForeignKey(
        Fair, models.PROTECT, null=True, blank=True, related_name="agreements", verbose_name=_("fair")
    )
    outcome = models.ForeignKey(
        Outcome, models.PROTECT, null=True, blank=True, related_name="agreements", verbose_name=_("outcome")
    )
    status = models.CharField(_("status"), max_length=10, choices=AgreementStatus, default=AgreementStatus.DRAFT)
    purpose = models.TextField(_("purpose"), max_length=2000, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    place = models.CharField(_("place of signature"), max_length=120, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    is_sample = models.BooleanField(_("sample data"), default=False, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        constraints = [
            # A draft withdrawn by mistake must not bar the outcome from an agreement for ever.
            models.UniqueConstraint(
                fields=["outcome", "kind"],
                condition=~Q(status="withdrawn"),
                name="agreement_once_per_outcome_and_kind",
                violation_error_message=_("This outcome has an agreement of this kind already."),
            ),
            models.CheckConstraint(
                name="agreement_ends_after_start",
                condition=Q(ends_on__gt=F("starts_on")),
                violation_error_message=_("The period ends before it begins."),
            ),
            models.CheckConstraint(
                name="agreement_signed_on_when_signed",
                condition=Q(status="signed", signed_on__isnull=False) | (~Q(status="signed") & Q(signed_on=None)),
            ),
        ]
        indexes = [models.Index(fields=["fair", "kind", "status"], name="agreement_by_fair")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("agreements:detail", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.status == AgreementStatus.DRAFT


class AgreementYear(models.Model):
    """The last number given in a year, so that numbers run without a gap and are never given twice."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("numbers of a year")
        verbose_name_plural = _("numbers by year")

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class PartyRole(models.TextChoices):
    FIRST = "first", _("Party A")
    SECOND = "second", _("Party B")
    THIRD = "third", _("Party C")


@pghistory.track()
class AgreementParty(models.Model):
    """One party with the person who signs for it."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="parties")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="agreement_parties")
    role = models.CharField(_("role"), max_length=6, choices=PartyRole)
    signatory = models.CharField(_("signatory"), max_length=60, blank=True)
    signatory_post = models.CharField(pgettext_lazy("of a person", "post"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ["agreement", "role"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "role"], name="party_role_once"),
            models.UniqueConstraint(fields=["agreement", "organization"], name="party_organization_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.organization_id}"


@pghistory.track()
class AgreementTerm(models.Model):
    """One kind of cooperation in an agreement: people per year, duties, money."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="terms")
    cooperation_kind = models.ForeignKey(CooperationKind, models.PROTECT, related_name="terms")
    majors = models.CharField(_("majors"), max_length=300, blank=True)
    headcount = models.PositiveIntegerField(_("people a year"), default=0)
    obligations = models.TextField(_("duties"), max_length=2000, blank=True)
    amount = models.DecimalField(_("amount (yuan)"), max_digits=14, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ["agreement", "cooperation_kind__position"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "cooperation_kind"], name="term_once_per_kind"),
            models.CheckConstraint(name="term_amount_not_negative", condition=Q(amount=None) | Q(amount__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.cooperation_kind_id}"


@pghistory.track()
class AgreementMajor(models.Model):
    """People of one major and class that the agreement plans for: a row of its annex."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="majors")
    major = models.ForeignKey(Major, models.PROTECT, related_name="agreements", verbose_name=_("major"))
    graduating_year = models.PositiveSmallIntegerField(_("class of"))
    people = models.PositiveIntegerField(_("people"), default=0)

    class Meta:
        verbose_name = _("major of an agreement")
        verbose_name_plural = _("majors of agreements")
        ordering = ["agreement", "major", "graduating_year"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "major", "graduating_year"], name="agreement_major_once_per_class"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.major_id} {self.graduating_year}: {self.people}"


@pghistory.track()
class FundingCommitment(models.Model):
    """Money that one party promises another, for a purpose."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="funding")
    payer = models.ForeignKey(AgreementParty, models.CASCADE, related_name="pays", verbose_name=_("payer"))
    payee = models.ForeignKey(AgreementParty, models.CASCADE, related_name="receives", verbose_name=_("payee"))
    purpose = models.CharField(pgettext_lazy("of money", "purpose"), max_length=200)
    amount = models.DecimalField(_("amount (yuan)"), max_digits=14, decimal_places=2)
    due_on = models.DateField(_("due"), null=True, blank=True)

    class Meta:
        verbose_name = _("funding commitment")
        verbose_name_plural = _("funding commitments")
        constraints = [
            models.CheckConstraint(
                name="funding_amount_positive",
                condition=Q(amount__gt=0),
                violation_error_message=_("An amount is above zero."),
            ),
            models.CheckConstraint(name="funding_between_two", condition=~Q(payer=F("payee"))),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.purpose}"


class DocumentFormat(models.TextChoices):
    DOCX = "docx", "Word"
    PDF = "pdf", "PDF"


class AgreementDocumentQuerySet(models.QuerySet["AgreementDocument"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The files of those agreements that the user may see now."""
        return self.filter(agreement__in=Agreement.objects.visible_to(user))


class AgreementDocument(Identified):
    """A rendered file of one version of an agreement in one language and format."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="documents")
    agreement_version = models.PositiveIntegerField(_("version"))
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    format = models.CharField(_("format"), max_length=4, choices=DocumentFormat)
    file = models.FileField(_("file"), upload_to="agreements/%Y/%m/")
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveIntegerField(_("size"))
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="agreement_documents")

    objects = AgreementDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-agreement_version", "language", "format"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "agreement_version", "language", "format"], name="document_once_per_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} v{self.agreement_version} {self.language} {self.format}"
