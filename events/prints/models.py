"""What was printed of a fair, so that only what changed is printed again."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from events.fairs.models import Fair
from portal.jobs.models import Job


class PrintedSheet(models.Model):
    """One paper as it was last printed: a document of a fair, for one party or table or for all."""

    fair = models.ForeignKey(Fair, models.CASCADE, related_name="printed_sheets")
    document = models.CharField(_("document"), max_length=30)
    subject = models.CharField(_("for"), max_length=60, blank=True)
    language = models.CharField(_("language"), max_length=10)
    digest = models.CharField(_("content"), max_length=64)
    label = models.CharField(_("for whom"), max_length=200, blank=True)  # still known when the subject is gone
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="printed_sheets")
    printed_at = models.DateTimeField(_("printed"))

    class Meta:
        verbose_name = _("printed sheet")
        verbose_name_plural = _("printed sheets")
        constraints = [
            models.UniqueConstraint(
                fields=["fair", "document", "subject", "language"], name="printed_sheet_once_per_subject"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.subject}"
