"""What comes with and after the signature: its turn on stage, money paid, milestones, results, notices, reminders."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from events.agreements.models.agreement import Agreement, AgreementParty
from events.agreements.models.content import FundingCommitment
from events.agreements.models.files import AgreementFile
from events.fairs.models import SigningItem
from portal.common.models import Identified
from portal.taxonomy.models import CooperationKind


class CeremonyTurn(models.Model):
    """An agreement has a turn on the run sheet of a signing ceremony: once, whoever fills the sheet how often."""

    agreement = models.OneToOneField(Agreement, models.CASCADE, related_name="ceremony_turn")
    signing = models.OneToOneField(SigningItem, models.CASCADE, related_name="agreement_turn")

    class Meta:
        verbose_name = _("turn of an agreement on stage")
        verbose_name_plural = _("turns of agreements on stage")

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.signing_id}"


@pghistory.track()
class Payment(Identified):
    """Money paid under a commitment; one recorded by mistake is cancelled, never deleted."""

    funding = models.ForeignKey(FundingCommitment, models.PROTECT, related_name="payments")
    paid_on = models.DateField(_("paid on"))
    amount = models.DecimalField(_("amount (yuan)"), max_digits=14, decimal_places=2)
    proof = models.ForeignKey(
        AgreementFile, models.PROTECT, null=True, blank=True, related_name="payments", verbose_name=_("proof")
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="recorded_payments")
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["paid_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="payment_positive",
                condition=Q(amount__gt=0),
                violation_error_message=_("An amount is above zero."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paid_on}: {self.amount}"


@pghistory.track()
class Milestone(Identified):
    """A step that the parties have set themselves, and when and how it was reached."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="milestones")
    title = models.CharField(_("milestone"), max_length=160)
    due_on = models.DateField(_("due"))
    done_on = models.DateField(_("reached on"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    evidence = models.ForeignKey(
        AgreementFile, models.PROTECT, null=True, blank=True, related_name="milestones", verbose_name=_("evidence")
    )

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["agreement", "due_on", "pk"]

    def __str__(self) -> str:
        return self.title


@pghistory.track()
class TermResult(Identified):
    """What came of one kind of cooperation in one year, beside what the term promised."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="results")
    cooperation_kind = models.ForeignKey(
        CooperationKind, models.PROTECT, related_name="results", verbose_name=_("kind of cooperation")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    people = models.PositiveIntegerField(_("people"), default=0)
    note = models.CharField(_("what was done"), max_length=500, blank=True)
    evidence = models.ForeignKey(
        AgreementFile, models.PROTECT, null=True, blank=True, related_name="results", verbose_name=_("evidence")
    )

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        ordering = ["agreement", "cooperation_kind__position", "year"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "cooperation_kind", "year"],
                name="result_once_per_kind_and_year",
                violation_error_message=_("This year has a result already; correct that one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.cooperation_kind_id} {self.year}: {self.people}"


@pghistory.track()
class TerminationNotice(models.Model):
    """A party has given notice; the agreement ends on the day named, or at once when all have."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="notices")
    party = models.ForeignKey(AgreementParty, models.CASCADE, related_name="notices")
    reason = models.CharField(_("reason"), max_length=500)
    given_on = models.DateField(_("given on"))
    effective_on = models.DateField(_("takes effect on"))
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="agreement_notices")
    revoked_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice of termination")
        verbose_name_plural = _("notices of termination")
        ordering = ["agreement", "given_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "party"], condition=Q(revoked_at=None), name="notice_stands_once_per_party"
            ),
            models.CheckConstraint(name="notice_before_effect", condition=Q(effective_on__gte=F("given_on"))),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.party_id} {self.effective_on}"


class ReminderKind(models.TextChoices):
    END = "end", _("End of the agreement")
    INSTALMENT = "instalment", _("Instalment")
    MILESTONE = "milestone", _("Milestone")
    DORMANT = "dormant", _("Nothing recorded")


class AgreementReminder(models.Model):
    """A reminder that was sent: the row is what keeps it from being sent twice."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="reminders")
    kind = models.CharField(_("kind"), max_length=10, choices=ReminderKind)
    due_on = models.DateField(_("due"))
    subject = models.CharField(_("subject"), max_length=80, blank=True)
    """What of the agreement: the line and number of an instalment, the milestone."""
    days_before = models.SmallIntegerField(_("days before"))
    sent_at = models.DateTimeField(_("sent"))

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "kind", "due_on", "subject", "days_before"], name="agreement_reminded_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.kind} {self.due_on} {self.days_before}"
