"""Papers: those that people bring, those that the portal makes, and the templates they are made of."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from events.agreements.models.agreement import Agreement, AgreementKind
from portal.accounts.models import User
from portal.common.models import Identified
from portal.jobs.models import Job


class FileUse(models.TextChoices):
    SCAN = "scan", _("Signed paper")
    ANNEX = "annex", _("Annex")
    PROOF = "proof", _("Proof of payment")
    EVIDENCE = "evidence", _("Evidence")


class AgreementFileQuerySet(models.QuerySet["AgreementFile"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The files of those agreements that the user may see now."""
        return self.filter(agreement__in=Agreement.objects.visible_to(user))


class AgreementFile(Identified):
    """A file that somebody brought to an agreement; it has passed the gate of portal.common.uploads."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="files")
    use = models.CharField(_("use"), max_length=8, choices=FileUse)
    name = models.CharField(_("name"), max_length=160)
    content_type = models.CharField(_("kind of file"), max_length=80)
    file = models.FileField(_("file"), upload_to="agreements/%Y/%m/", max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveIntegerField(_("size"))
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="agreement_files")

    objects = AgreementFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of an agreement")
        verbose_name_plural = _("files of agreements")
        ordering = ["agreement", "-pk"]

    def __str__(self) -> str:
        return self.name


class DocumentFormat(models.TextChoices):
    DOCX = "docx", "Word"
    PDF = "pdf", "PDF"


class DocumentTemplate(Identified):
    """A Word template of the platform's own for one kind of agreement in one language; checked in a sandbox."""

    kind = models.CharField(_("kind"), max_length=10, choices=AgreementKind)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    name = models.CharField(_("name"), max_length=160)
    file = models.FileField(_("file"), upload_to="templates/%Y/%m/", max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64)
    is_active = models.BooleanField(_("in use"), default=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="document_templates")

    class Meta:
        verbose_name = _("Word template")
        verbose_name_plural = _("Word templates")
        ordering = ["kind", "language", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "language"], condition=Q(is_active=True), name="template_one_in_use"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AgreementDocumentQuerySet(models.QuerySet["AgreementDocument"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The files of those agreements that the user may see now."""
        return self.filter(agreement__in=Agreement.objects.visible_to(user))


class AgreementDocument(Identified):
    """A rendered file of one version of an agreement in one language and format."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="documents")
    agreement_version = models.PositiveIntegerField(_("change"))
    """The agreement's `version` when it was made: papers show contacts too, which are no terms."""
    text_number = models.PositiveSmallIntegerField(_("version"), default=1)
    terms_hash = models.CharField(_("hash of the terms"), max_length=64, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    format = models.CharField(_("format"), max_length=4, choices=DocumentFormat)
    template = models.ForeignKey(
        DocumentTemplate, models.PROTECT, null=True, blank=True, related_name="documents", verbose_name=_("template")
    )
    """The platform's own template that a Word file was made of; None for ours."""
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
                fields=["agreement", "agreement_version", "text_number", "language", "format", "template"],
                name="document_once_per_version",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} v{self.agreement_version} {self.language} {self.format}"
