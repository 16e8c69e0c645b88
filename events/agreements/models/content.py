"""What the valid text of an agreement says, as rows to be counted and summed; written from an AgreementText alone."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.agreements.models.agreement import Agreement, AgreementParty
from portal.taxonomy.models import CooperationKind, Major


@pghistory.track()
class AgreementTerm(models.Model):
    """One kind of cooperation in an agreement: its period, duties, money; the people are its head-counts."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="terms")
    cooperation_kind = models.ForeignKey(CooperationKind, models.PROTECT, related_name="terms")
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("to"), null=True, blank=True)
    """Both empty: the agreement's own period."""
    majors = models.CharField(_("majors concerned"), max_length=300, blank=True)
    obligations = models.TextField(_("duties"), max_length=2000, blank=True)
    amount = models.DecimalField(_("amount (yuan)"), max_digits=14, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ["agreement", "cooperation_kind__position"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "cooperation_kind"], name="term_once_per_kind"),
            models.CheckConstraint(name="term_amount_not_negative", condition=Q(amount=None) | Q(amount__gte=0)),
            models.CheckConstraint(
                name="term_period_whole",
                condition=Q(starts_on=None, ends_on=None) | Q(ends_on__gte=F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.cooperation_kind_id}"


@pghistory.track()
class TermHeadCount(models.Model):
    """People that a term plans for in one year, of one major or of all."""

    term = models.ForeignKey(AgreementTerm, models.CASCADE, related_name="headcounts")
    year = models.PositiveSmallIntegerField(_("year"))
    major = models.ForeignKey(
        Major, models.PROTECT, null=True, blank=True, related_name="agreement_headcounts", verbose_name=_("major")
    )
    people = models.PositiveIntegerField(_("people"))

    class Meta:
        verbose_name = _("head-count")
        verbose_name_plural = _("head-counts")
        ordering = ["term", "year", "major"]
        constraints = [
            models.UniqueConstraint(
                fields=["term", "year", "major"], name="headcount_once_per_year_and_major", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.term_id} {self.year} {self.major_id or '*'}: {self.people}"


@pghistory.track()
class FundingCommitment(models.Model):
    """Money that one party promises another, for a purpose; a line keeps its number through all texts."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="funding")
    line = models.PositiveSmallIntegerField(_("line"), default=1)
    payer = models.ForeignKey(AgreementParty, models.CASCADE, related_name="pays", verbose_name=_("payer"))
    payee = models.ForeignKey(AgreementParty, models.CASCADE, related_name="receives", verbose_name=_("payee"))
    purpose = models.CharField(pgettext_lazy("of money", "purpose"), max_length=200)
    amount = models.DecimalField(_("amount (yuan)"), max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = _("funding commitment")
        verbose_name_plural = _("funding commitments")
        ordering = ["agreement", "line"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "line"], name="funding_line_once"),
            models.CheckConstraint(
                name="funding_amount_positive",
                condition=Q(amount__gt=0),
                violation_error_message=_("An amount is above zero."),
            ),
            models.CheckConstraint(name="funding_between_two", condition=~Q(payer=F("payee"))),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.purpose}"


@pghistory.track()
class Instalment(models.Model):
    """A part of a funding commitment with the day on which it is due; payments fill them in their order."""

    funding = models.ForeignKey(FundingCommitment, models.CASCADE, related_name="instalments")
    number = models.PositiveSmallIntegerField(_("number"))
    due_on = models.DateField(_("due"))
    amount = models.DecimalField(_("amount (yuan)"), max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = _("instalment")
        verbose_name_plural = _("instalments")
        ordering = ["funding", "number"]
        constraints = [
            models.UniqueConstraint(fields=["funding", "number"], name="instalment_number_once"),
            models.CheckConstraint(name="instalment_amount_positive", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.due_on}: {self.amount}"
