"""Keep the files that people bring, and make annexes part of a text."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from events.agreements.facts import AnnexFacts, Upload
from events.agreements.models import Agreement, AgreementFile, FileUse
from events.agreements.refusals import AgreementRefused
from events.agreements.services.claiming import claim, open_text, require_holder
from events.agreements.services.texts import rewrite
from events.agreements.terms import facts_of
from portal.accounts.models import User

MOST_ANNEXES = 20
SUFFIXES = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


def keep_file(*, agreement: Agreement, use: str, upload: Upload, actor: User) -> AgreementFile:
    """Store a file that passed the gate, within the caller's transaction; its name on disk is its digest."""
    kept = AgreementFile(
        agreement=agreement,
        use=use,
        name=upload.name,
        content_type=upload.content_type,
        sha256=upload.sha256,
        size=upload.size,
        uploaded_by=actor,
    )
    upload.file.seek(0)
    suffix = SUFFIXES.get(upload.content_type, "bin")
    kept.file.save(f"{upload.sha256[:32]}.{suffix}", File(upload.file), save=False)
    kept.save(force_insert=True)
    return kept


@transaction.atomic
def add_annex(*, agreement: Agreement, version: int, upload: Upload, actor: User, at: datetime) -> AgreementFile:
    """Make a file part of the open text: a term like the others, so that it resets every approval."""
    standing = claim(agreement.pk, at=at, version=version)
    text = open_text(standing)
    require_holder(standing, text, actor)
    facts = facts_of(text.content)
    if any(annex.sha256 == upload.sha256 for annex in facts.annexes):
        raise AgreementRefused(_("This file is an annex already."), field="file")
    if len(facts.annexes) >= MOST_ANNEXES:
        raise AgreementRefused(_("An agreement has at most 20 annexes."), field="file")
    kept = keep_file(agreement=standing, use=FileUse.ANNEX, upload=upload, actor=actor)
    annexes = (*facts.annexes, AnnexFacts(name=upload.name, sha256=upload.sha256))
    rewrite(standing, text, replace(facts, annexes=annexes), actor=actor, at=at)
    return kept


@transaction.atomic
def remove_annex(*, agreement: Agreement, version: int, sha256: str, actor: User, at: datetime) -> None:
    """Take an annex out of the open text; the file stays with the texts that had it."""
    standing = claim(agreement.pk, at=at, version=version)
    text = open_text(standing)
    require_holder(standing, text, actor)
    facts = facts_of(text.content)
    left = tuple(annex for annex in facts.annexes if annex.sha256 != sha256)
    if len(left) == len(facts.annexes):
        raise AgreementRefused(_("This file is no annex of the text."), field="file")
    rewrite(standing, text, replace(facts, annexes=left), actor=actor, at=at)
