"""The agreement itself, from its first draft to its end, and its parties."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Self

import pghistory
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.fairs.models import Fair
from events.meetings.models import Outcome
from portal.accounts.models import User
from portal.common.models import Identified
from portal.demands.models import TalentDemand
from portal.organizations.models import Organization

DORMANT_AFTER = timedelta(days=180)


class AgreementKind(models.TextChoices):
    FRAMEWORK = "framework", _("Framework agreement")
    INTENT = "intent", _("Letter of intent")
    STRATEGIC = "strategic", _("Strategic agreement")
    PROJECT = "project", _("Project agreement")
    GOV_SCHOOL = "gov_school", _("Government–school agreement")
    INTERNSHIP = "internship", _("Internship agreement")


class AgreementStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    APPROVED = "approved", _("Approved, to be signed")
    SIGNED = "signed", _("Signed")  # by all, and its period has not begun
    IN_FORCE = "in_force", _("In force")
    COMPLETED = "completed", _("Completed")
    EXPIRED = "expired", pgettext_lazy("agreements", "Expired")
    TERMINATED = "terminated", _("Terminated")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")


BEFORE_SIGNATURE = (AgreementStatus.DRAFT, AgreementStatus.APPROVED)
VALID = (AgreementStatus.SIGNED, AgreementStatus.IN_FORCE)
ENDED = (AgreementStatus.COMPLETED, AgreementStatus.EXPIRED, AgreementStatus.TERMINATED)
EVER_SIGNED = (*VALID, *ENDED)
GIVEN_UP = (AgreementStatus.REJECTED, AgreementStatus.WITHDRAWN)


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def editable_by(self, user: User | AnonymousUser) -> Self:
        """Those who act for a party, and the organizer of the fair it comes from."""
        editable = Organization.objects.editable_by(user)
        parties = AgreementParty.objects.filter(organization__in=editable).values("agreement")
        return self.filter(Q(pk__in=parties) | Q(fair__organizer__in=editable))

    def attended_by(self, user: User | AnonymousUser) -> Self:
        """Those for all of whose parties the user may record what they did on paper: of own fairs; staff any.

        Never a party's own people, though they run the fair: one side would speak for the other, and with it for the
        money of the brief.
        """
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self
        editable = Organization.objects.editable_by(user)
        own = AgreementParty.objects.filter(organization__in=editable).values("agreement")
        return self.filter(fair__organizer__in=editable).exclude(pk__in=own)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The parties, the organizer of the fair it comes from, the staff."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self
        mine = Organization.objects.of_member(user)
        parties = AgreementParty.objects.filter(organization__in=mine).values("agreement")
        return self.filter(Q(pk__in=parties) | Q(fair__organizer__in=mine))

    def signed(self) -> Self:
        """Signed by all parties, whatever came afterwards."""
        return self.filter(status__in=EVER_SIGNED)

    def of_organization(self, organization: int) -> Self:
        """Those to which the organization is a party."""
        return self.filter(Exists(AgreementParty.objects.filter(agreement=OuterRef("pk"), organization=organization)))

    def ending_by(self, day: date) -> Self:
        """In force, and over by that day."""
        return self.filter(status=AgreementStatus.IN_FORCE, ends_on__lte=day)


@pghistory.track()
class Agreement(Identified):
    """What two to six parties agree: drafted, negotiated, signed, kept and ended.

    The columns and the rows of `content` say what the valid text says: that of the first draft until it is signed, then
    that of the text signed last. What is negotiated meanwhile stands in the open AgreementText alone.
    """

    number = models.CharField(_("number"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=AgreementKind)
    title = models.CharField(_("title"), max_length=200)
    fair = models.ForeignKey(
        Fair, models.PROTECT, null=True, blank=True, related_name="agreements", verbose_name=_("fair")
    )
    outcome = models.ForeignKey(
        Outcome, models.PROTECT, null=True, blank=True, related_name="agreements", verbose_name=_("outcome")
    )
    demand = models.ForeignKey(
        TalentDemand, models.SET_NULL, null=True, blank=True, related_name="agreements", verbose_name=_("demand")
    )
    """The demand whose ranking led the two to each other, where no fair did."""
    predecessor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="successors", verbose_name=_("renews")
    )
    status = models.CharField(_("status"), max_length=10, choices=AgreementStatus, default=AgreementStatus.DRAFT)
    purpose = models.TextField(_("purpose"), max_length=2000, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    place = models.CharField(_("place of signature"), max_length=120, blank=True)
    amount = models.DecimalField(_("total amount (yuan)"), max_digits=14, decimal_places=2, null=True, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    closing_note = models.TextField(_("closing note"), max_length=2000, blank=True)
    last_activity_at = models.DateTimeField(_("last recorded"), default=timezone.now, editable=False)
    dormant_since = models.DateField(_("dormant since"), null=True, blank=True, editable=False)
    is_sample = models.BooleanField(_("sample data"), default=False, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    """Counts every change, so that whoever acts on what was read before learns of it."""

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        constraints = [
            # A draft withdrawn by mistake must not bar the outcome from an agreement for ever.
            models.UniqueConstraint(
                fields=["outcome", "kind"],
                condition=~Q(status__in=GIVEN_UP),
                name="agreement_once_per_outcome_and_kind",
                violation_error_message=_("This outcome has an agreement of this kind already."),
            ),
            models.UniqueConstraint(
                fields=["predecessor"],
                condition=~Q(status__in=GIVEN_UP),
                name="agreement_renewed_once",
                violation_error_message=_("This agreement has a successor already."),
            ),
            models.CheckConstraint(
                name="agreement_ends_after_start",
                condition=Q(ends_on__gt=F("starts_on")),
                violation_error_message=_("The period ends before it begins."),
            ),
            models.CheckConstraint(
                name="agreement_signed_on_when_signed",
                condition=Q(status__in=EVER_SIGNED, signed_on__isnull=False)
                | (~Q(status__in=EVER_SIGNED) & Q(signed_on=None)),
            ),
            models.CheckConstraint(
                name="agreement_ended_on_when_ended",
                condition=Q(status__in=ENDED, ended_on__isnull=False) | (~Q(status__in=ENDED) & Q(ended_on=None)),
            ),
            models.CheckConstraint(name="agreement_amount_not_negative", condition=Q(amount=None) | Q(amount__gte=0)),
            models.CheckConstraint(name="agreement_not_its_own_successor", condition=~Q(predecessor=F("id"))),
        ]
        indexes = [
            models.Index(fields=["fair", "kind", "status"], name="agreement_by_fair"),
            models.Index(fields=["status", "ends_on"], name="agreement_by_end"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("agreements:detail", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.status == AgreementStatus.DRAFT

    @property
    def is_before_signature(self) -> bool:
        return self.status in BEFORE_SIGNATURE

    @property
    def is_valid(self) -> bool:
        return self.status in VALID


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
    FOURTH = "fourth", _("Party D")
    FIFTH = "fifth", _("Party E")
    SIXTH = "sixth", _("Party F")


ROLE_ORDER = tuple(PartyRole.values)


@pghistory.track()
class AgreementParty(models.Model):
    """One party, with what may change without anybody's approval: its own number, who signs, whom to call."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="parties")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="agreement_parties")
    role = models.CharField(_("role"), max_length=6, choices=PartyRole)
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    """1 for party A … 6 for party F."""
    own_number = models.CharField(_("own number"), max_length=60, blank=True)
    signatory = models.CharField(_("signatory"), max_length=60, blank=True)
    signatory_post = models.CharField(pgettext_lazy("of a person", "post"), max_length=60, blank=True)
    contact = models.CharField(_("contact"), max_length=60, blank=True)
    contact_phone = models.CharField(_("phone of the contact"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ["agreement", "position"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "role"], name="party_role_once"),
            models.UniqueConstraint(fields=["agreement", "organization"], name="party_organization_once"),
            models.CheckConstraint(
                name="party_position_is_its_role",
                condition=Q(*(Q(role=role, position=k) for k, role in enumerate(ROLE_ORDER, 1)), _connector=Q.OR),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.organization_id}"
