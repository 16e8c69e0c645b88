"""The texts of an agreement that its parties negotiate, and their word on them."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.agreements.models.agreement import Agreement, AgreementParty
from events.agreements.models.files import AgreementFile


class TextStatus(models.TextChoices):
    OPEN = "open", _("Being negotiated")
    CURRENT = "current", _("Agreed")
    SUPERSEDED = "superseded", _("Replaced")
    DROPPED = "dropped", _("Given up")


class TextChange(models.TextChoices):
    ORIGINAL = "original", _("First text")
    AMENDMENT = "amendment", _("Amendment")
    EXTENSION = "extension", _("Extension")


@pghistory.track()
class AgreementText(models.Model):
    """One version of what an agreement says. Until all have signed the next one, the current one stays in force.

    `content` is the canonical form of the terms (see terms.py) and `terms_hash` its SHA-256: what people approve.
    """

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="texts")
    number = models.PositiveSmallIntegerField(_("version"))
    status = models.CharField(_("status"), max_length=10, choices=TextStatus, default=TextStatus.OPEN)
    change = models.CharField(_("change"), max_length=9, choices=TextChange, default=TextChange.ORIGINAL)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    content = models.JSONField(_("content"))
    terms_hash = models.CharField(_("hash of the terms"), max_length=64)
    with_party = models.ForeignKey(
        AgreementParty, models.PROTECT, null=True, blank=True, related_name="texts_held", verbose_name=_("with")
    )
    """Whose turn it is; nobody's as soon as all have approved it."""
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    class Meta:
        verbose_name = _("text of an agreement")
        verbose_name_plural = _("texts of agreements")
        ordering = ["agreement", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="agreement_text_number_once"),
            models.UniqueConstraint(
                fields=["agreement"], condition=Q(status=TextStatus.OPEN), name="agreement_text_one_open"
            ),
            models.UniqueConstraint(
                fields=["agreement"], condition=Q(status=TextStatus.CURRENT), name="agreement_text_one_current"
            ),
            models.CheckConstraint(
                name="agreement_text_settled_unless_open",
                condition=Q(status=TextStatus.OPEN, settled_at=None)
                | (~Q(status=TextStatus.OPEN) & Q(settled_at__isnull=False)),
            ),
        ]
        triggers = [
            # Whatever writes another text, by whatever way, no approval of the old one is left standing.
            pgtrigger.Trigger(
                name="reset_approvals",
                operation=pgtrigger.UpdateOf("terms_hash"),  # type: ignore[no-untyped-call]
                when=pgtrigger.After,
                condition=pgtrigger.Condition("OLD.terms_hash IS DISTINCT FROM NEW.terms_hash"),
                func="UPDATE events_approval SET standing = false WHERE text_id = NEW.id AND standing; RETURN NULL;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} v{self.number}"

    @property
    def is_open(self) -> bool:
        return self.status == TextStatus.OPEN


@pghistory.track()
class Approval(models.Model):
    """A party's word on the very content it has seen, kept as proof; it stands until a term changes."""

    text = models.ForeignKey(AgreementText, models.CASCADE, related_name="approvals")
    party = models.ForeignKey(AgreementParty, models.CASCADE, related_name="approvals")
    terms_hash = models.CharField(_("hash of the terms"), max_length=64)
    content = models.JSONField(_("content"))
    standing = models.BooleanField(_("stands"), default=True)
    approved_at = models.DateTimeField(_("approved"))
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="approvals")
    on_behalf = models.CharField(_("given on paper"), max_length=300, blank=True)
    """How the party gave its word, where the organizer of the fair or the staff recorded it."""

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ["text", "-approved_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["text", "party"], condition=Q(standing=True), name="approval_stands_once_per_party"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.text_id} {self.party_id}"


class HandOver(models.Model):
    """The draft went from one party to another, with a message."""

    text = models.ForeignKey(AgreementText, models.CASCADE, related_name="hand_overs")
    from_party = models.ForeignKey(AgreementParty, models.CASCADE, null=True, blank=True, related_name="handed_on")
    """None: the organizer or the staff passed it on."""
    to_party = models.ForeignKey(AgreementParty, models.CASCADE, related_name="handed_over")
    message = models.TextField(_("message"), max_length=1000, blank=True)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="agreement_hand_overs")

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        ordering = ["text", "-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.text_id} → {self.to_party_id}"


@pghistory.track()
class Signature(models.Model):
    """One party has signed one text: who, on which day, and the scan of the signed paper."""

    text = models.ForeignKey(AgreementText, models.CASCADE, related_name="signatures")
    party = models.ForeignKey(AgreementParty, models.PROTECT, related_name="signatures")
    terms_hash = models.CharField(_("hash of the terms"), max_length=64)
    signatory = models.CharField(_("signatory"), max_length=60)
    signatory_post = models.CharField(pgettext_lazy("of a person", "post"), max_length=60, blank=True)
    signed_on = models.DateField(_("signed on"))
    scan = models.ForeignKey(AgreementFile, models.PROTECT, related_name="signatures", verbose_name=_("scan"))
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="recorded_signatures")

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        ordering = ["text", "party__position"]
        constraints = [
            models.UniqueConstraint(fields=["text", "party"], name="signature_once_per_party"),
            models.CheckConstraint(name="signature_names_somebody", condition=~Q(signatory="")),
        ]

    def __str__(self) -> str:
        return f"{self.text_id} {self.party_id} {self.signed_on}"
