"""Agreements of a tenant and the files made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile

from events.agreements.models import Agreement, AgreementDocument
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
    tenant.document = document_of(tenant, tenant.agreements[0], PARTIES)
    document_of(tenant, tenant.guests_agreement, ("organizer",))


def _agreement(tenant: Tenant, number: int, readers: tuple[str, ...], status: str) -> Agreement:
    def secret(word: str, **options: Any) -> str:
        return tenant.secret(word, *readers, **options)

    agreement: Agreement = AgreementFactory(
        number=secret("number"),
        title=secret("title"),
        purpose=secret("purpose"),
        place=secret("place"),
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
        party.save()
    FundingFactory(agreement=agreement, purpose=secret("funding"))
    return agreement


def document_of(tenant: Tenant, agreement: Agreement, readers: tuple[str, ...]) -> AgreementDocument:
    """A stored file with a marked text; what real files hold is looked at in test_files."""
    content = tenant.secret("paper", *readers).encode()
    document = AgreementDocument(
        agreement=agreement, agreement_version=1, language="zh-hans", format="pdf", sha256="0" * 64, size=len(content)
    )
    document.file.save(f"{agreement.number}.pdf", ContentFile(content), save=False)
    document.save(force_insert=True)
    return document
