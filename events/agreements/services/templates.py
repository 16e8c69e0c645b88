"""Word templates of the platform's own: kept if they can be filled, one in use for each kind and language."""

from __future__ import annotations

from datetime import datetime

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from events.agreements.facts import Upload
from events.agreements.models import AgreementKind, DocumentTemplate
from events.agreements.refusals import AgreementConflict, AgreementRefused, Problem
from events.agreements.word_files import sample_paper, sentences
from events.fairs.services import NotTheirs
from events.printing.own_templates import check_template
from portal.accounts.models import User
from portal.audit.services import record


def store_template(*, kind: str, language: str, upload: Upload, actor: User, at: datetime) -> DocumentTemplate:
    """Check a template and take it into use instead of the one before, which stays on the list.

    AgreementRefused with all that is wrong, each with its line, and then nothing is stored.
    """
    _require_staff(actor)
    if kind not in AgreementKind.values:
        raise AgreementRefused(_("This kind of agreement is unknown."), field="kind")
    upload.file.seek(0)
    wrong = sentences(check_template(upload.file.read(), sample_paper(kind, language).as_dict()))
    if wrong:
        problems = [Problem("file", sentence) for sentence in wrong]
        raise AgreementRefused(problems[0].message, field="file", problems=problems)
    template = DocumentTemplate(kind=kind, language=language, name=upload.name, sha256=upload.sha256, uploaded_by=actor)
    upload.file.seek(0)
    with transaction.atomic():
        template.file.save(f"{upload.sha256[:32]}.docx", File(upload.file), save=False)
        _put_in_use(template, at)
        record(verb="template.stored", subject=template, actor=actor, at=at, sha256=upload.sha256)
    return template


@transaction.atomic
def use_template(*, template: DocumentTemplate, actor: User, at: datetime) -> DocumentTemplate:
    """Take an earlier template into use again, instead of the present one; AgreementConflict if it is in use."""
    _require_staff(actor)
    if not DocumentTemplate.objects.filter(pk=template.pk, is_active=False).exists():
        raise AgreementConflict(_("This template is in use."))
    template.is_active = True
    _put_in_use(template, at)
    record(verb="template.used", subject=template, actor=actor, at=at)
    return template


@transaction.atomic
def retire_template(*, template: DocumentTemplate, actor: User, at: datetime) -> DocumentTemplate:
    """Take a template out of use: Word files are made of the portal's own again. It stays with what it made."""
    _require_staff(actor)
    if not DocumentTemplate.objects.filter(pk=template.pk, is_active=True).update(is_active=False, updated_at=at):
        raise AgreementConflict(_("This template is not in use."))
    record(verb="template.retired", subject=template, actor=actor, at=at)
    return DocumentTemplate.objects.get(pk=template.pk)


def _put_in_use(template: DocumentTemplate, at: datetime) -> None:
    others = DocumentTemplate.objects.filter(kind=template.kind, language=template.language, is_active=True)
    others.exclude(pk=template.pk).update(is_active=False, updated_at=at)
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError as error:
        raise AgreementConflict(_("Somebody changed the templates a moment ago. Look at them first.")) from error


def _require_staff(actor: User) -> None:
    if not actor.is_staff:
        raise NotTheirs(_("Only the staff of the platform can do this."))
