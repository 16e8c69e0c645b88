"""Agreements of a tenant and the files made of them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile

from events.agreements.models import (
    Agreement,
    AgreementDocument,
    AgreementFile,
    DocumentTemplate,
    Milestone,
    Payment,
    TermResult,
)
from events.printing.word import TEMPLATE_FOLDER
from portal.taxonomy.models import CooperationKind
from tests.factories_agreements import AgreementFactory, FundingFactory

if TYPE_CHECKING:
    from tests.access.world import Tenant

PARTIES = ("school", "hr", "reader", "organizer")


def lay_papers(tenant: Tenant) -> None:
    """Three agreements of the tenant's two, one of its guests, which only the organizer may read too."""
    for status in ("draft", "signed", "withdrawn"):
        tenant.agreements.append(_agreement(tenant, 0, PARTIES, status))
    tenant.guests_agreement = _agreement(tenant, 1, ("organizer",), "draft")
    _follow(tenant, tenant.agreements[1])
    tenant.document = document_of(tenant, tenant.agreements[0], PARTIES)
    document_of(tenant, tenant.guests_agreement, ("organizer",))
    tenant.template = _template(tenant)


def _template(tenant: Tenant) -> DocumentTemplate:
    """A Word template of the platform's own, which is no longer in use."""
    template = DocumentTemplate(
        kind="intent",
        language="en",
        name=f"{tenant.secrets.new('template', {'staff'})}.docx",
        sha256="2" * 64,
        is_active=False,
        uploaded_by=tenant.people["organizer"],
    )
    content = (TEMPLATE_FOLDER / "agreement_en.docx").read_bytes()
    template.file.save("template.docx", ContentFile(content), save=False)
    template.save(force_insert=True)
    return template


def _agreement(tenant: Tenant, number: int, readers: tuple[str, ...], status: str) -> Agreement:
    def secret(word: str, **options: Any) -> str:
        return tenant.secret(word, *readers, **options)

    agreement: Agreement = AgreementFactory(
        number=f"ZQ-{tenant.name}-1" if status == "signed" else secret("number"),  # whoever verifies a paper knows it
        title=secret("title"),
        purpose=secret("purpose"),
        place=secret("place"),
        ends_on=date(2079, 5, 16),
        fair=tenant.fair,
        outcome=tenant.outcomes[number],
        kind={"draft": "intent", "signed": "framework", "withdrawn": "project"}[status],
        status=status,
        school=tenant.schools[number].organization,
        enterprise=tenant.firms[number].organization,
        terms=[
            {
                "cooperation_kind": CooperationKind.objects.get(),
                "majors": secret("majors"),
                "obligations": secret("duties"),
                "headcount": 5,
            }
        ],
    )
    for party in agreement.parties.all():
        party.signatory, party.signatory_post = secret("signatory"), secret("post")
        party.own_number, party.contact = secret("ownnumber"), secret("contact")
        party.contact_phone = secret("phone")
        party.save()
    FundingFactory(agreement=agreement, purpose=secret("funding"))
    return agreement


def _follow(tenant: Tenant, agreement: Agreement) -> None:
    """A payment with its proof, a milestone and a result of a signed agreement."""
    tenant.file = file_of(tenant, agreement, "proof")
    tenant.payment = Payment.objects.create(
        funding=agreement.funding.get(),
        paid_on=agreement.starts_on,
        amount=1000,
        note=tenant.secret("payment", *PARTIES),
        proof=tenant.file,
        recorded_by=tenant.people["hr"],
    )
    tenant.milestone = Milestone.objects.create(
        agreement=agreement, title=tenant.secret("milestone", *PARTIES), due_on=agreement.ends_on
    )
    TermResult.objects.create(
        agreement=agreement,
        cooperation_kind=CooperationKind.objects.get(),
        year=agreement.starts_on.year,
        people=3,
        note=tenant.secret("result", *PARTIES),
    )


def file_of(tenant: Tenant, agreement: Agreement, use: str) -> AgreementFile:
    """A stored file of a person, with a marked text and a marked name."""
    content = tenant.secret("upload", *PARTIES).encode()
    file = AgreementFile(
        agreement=agreement,
        use=use,
        name=f"{tenant.secret('filename', *PARTIES)}.pdf",
        content_type="application/pdf",
        sha256="1" * 64,
        size=len(content),
        uploaded_by=tenant.people["hr"],
    )
    file.file.save(f"{use}.pdf", ContentFile(content), save=False)
    file.save(force_insert=True)
    return file


def document_of(tenant: Tenant, agreement: Agreement, readers: tuple[str, ...]) -> AgreementDocument:
    """A stored file with a marked text; what real files hold is looked at in test_files."""
    content = tenant.secret("paper", *readers).encode()
    document = AgreementDocument(
        agreement=agreement, agreement_version=1, language="zh-hans", format="pdf", sha256="0" * 64, size=len(content)
    )
    document.file.save(f"{agreement.number}.pdf", ContentFile(content), save=False)
    document.save(force_insert=True)
    return document
