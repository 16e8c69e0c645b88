"""How agreements and what belongs to them are shown to programs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from events.agreements.api.content import ContentSerializer, HeadCountSerializer, money
from events.agreements.models import (
    Agreement,
    AgreementDocument,
    AgreementFile,
    AgreementParty,
    AgreementTerm,
    AgreementText,
    FundingCommitment,
    Instalment,
    Milestone,
    Payment,
    Signature,
    TerminationNotice,
    TermResult,
    TextStatus,
)


class PartySerializer(serializers.ModelSerializer[AgreementParty]):
    """A party and its particulars, which change without anybody's approval."""

    organization = serializers.UUIDField(source="organization.public_id", read_only=True)
    organization_name = serializers.CharField(source="organization.legal_name", read_only=True)

    class Meta:
        model = AgreementParty
        fields = [
            "role",
            "organization",
            "organization_name",
            "own_number",
            "signatory",
            "signatory_post",
            "contact",
            "contact_phone",
        ]
        read_only_fields = ["role"]


class PlannedPeopleSerializer(HeadCountSerializer):
    major = serializers.CharField(source="major_id", read_only=True, allow_null=True)


class TermSerializer(serializers.ModelSerializer[AgreementTerm]):
    cooperation_kind = serializers.CharField(source="cooperation_kind_id", read_only=True)
    headcounts = PlannedPeopleSerializer(many=True, read_only=True)

    class Meta:
        model = AgreementTerm
        fields = ["cooperation_kind", "starts_on", "ends_on", "majors", "headcounts", "obligations", "amount"]
        read_only_fields = fields


class InstalmentSerializer(serializers.ModelSerializer[Instalment]):
    class Meta:
        model = Instalment
        fields = ["number", "due_on", "amount"]
        read_only_fields = fields


class FundingSerializer(serializers.ModelSerializer[FundingCommitment]):
    payer = serializers.CharField(source="payer.role", read_only=True)
    payee = serializers.CharField(source="payee.role", read_only=True)
    instalments = InstalmentSerializer(many=True, read_only=True)

    class Meta:
        model = FundingCommitment
        fields = ["line", "payer", "payee", "purpose", "amount", "instalments"]
        read_only_fields = fields


class TextStateSerializer(serializers.ModelSerializer[AgreementText]):
    """A text without its content: its version and hash, whose turn it is, whose approval of it stands."""

    with_role = serializers.CharField(source="with_party.role", read_only=True, allow_null=True, default=None)
    approved_by = serializers.SerializerMethodField()

    class Meta:
        model = AgreementText
        fields = ["number", "status", "change", "reason", "terms_hash", "with_role", "approved_by", "opened_at"]
        read_only_fields = fields

    def get_approved_by(self, text: AgreementText) -> list[str]:
        """The roles whose approval of this very wording stands."""
        return sorted(row.party.role for row in text.approvals.all() if row.standing)


class SignatureSerializer(serializers.ModelSerializer[Signature]):
    role = serializers.CharField(source="party.role", read_only=True)
    scan = serializers.UUIDField(source="scan.public_id", read_only=True)

    class Meta:
        model = Signature
        fields = ["role", "signatory", "signatory_post", "signed_on", "terms_hash", "scan", "recorded_at"]
        read_only_fields = fields


class TextSerializer(TextStateSerializer):
    """A text with its content and who signed it: what two versions are compared by."""

    content = ContentSerializer(read_only=True)
    signatures = SignatureSerializer(many=True, read_only=True)

    class Meta(TextStateSerializer.Meta):
        fields = [*TextStateSerializer.Meta.fields, "settled_at", "content", "signatures"]
        read_only_fields = fields


class OpenTextSerializer(TextSerializer):
    """The text that is negotiated; `version` is the agreement's, to be sent back with a change."""

    version = serializers.IntegerField(source="agreement.version", read_only=True)

    class Meta(TextSerializer.Meta):
        fields = ["version", *TextSerializer.Meta.fields]
        read_only_fields = fields


class NoticeSerializer(serializers.ModelSerializer[TerminationNotice]):
    role = serializers.CharField(source="party.role", read_only=True)

    class Meta:
        model = TerminationNotice
        fields = ["role", "reason", "given_on", "effective_on"]
        read_only_fields = fields


class AgreementSerializer(serializers.ModelSerializer[Agreement]):
    """Columns, terms and funding are those of the first draft, then of the valid text; `open_text` is negotiated."""

    fair = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    outcome = serializers.SlugRelatedField[Any](slug_field="public_id", read_only=True)
    predecessor = serializers.SlugRelatedField[Any](slug_field="public_id", read_only=True)
    parties = PartySerializer(many=True, read_only=True)
    terms = TermSerializer(many=True, read_only=True)
    funding = FundingSerializer(many=True, read_only=True)
    open_text = serializers.SerializerMethodField()
    current_text = serializers.SerializerMethodField()
    notices = NoticeSerializer(many=True, read_only=True, help_text="Those that stand.")

    class Meta:
        model = Agreement
        fields = [
            "public_id",
            "number",
            "kind",
            "title",
            "status",
            "fair",
            "outcome",
            "predecessor",
            "purpose",
            "starts_on",
            "ends_on",
            "place",
            "amount",
            "signed_on",
            "ended_on",
            "closing_note",
            "dormant_since",
            "version",
            "is_sample",
            "parties",
            "terms",
            "funding",
            "open_text",
            "current_text",
            "notices",
        ]
        read_only_fields = fields

    @extend_schema_field(TextStateSerializer(allow_null=True))
    def get_open_text(self, agreement: Agreement) -> dict[str, Any] | None:
        return _state(agreement, TextStatus.OPEN)

    @extend_schema_field(TextStateSerializer(allow_null=True))
    def get_current_text(self, agreement: Agreement) -> dict[str, Any] | None:
        return _state(agreement, TextStatus.CURRENT)


def _state(agreement: Agreement, status: TextStatus) -> dict[str, Any] | None:
    text = next((text for text in agreement.texts.all() if text.status == status), None)
    return None if text is None else dict(TextStateSerializer(text).data)


class PaymentSerializer(serializers.ModelSerializer[Payment]):
    """Money paid; one that was cancelled stays on the ledger."""

    line = serializers.IntegerField(source="funding.line", read_only=True)
    proof = serializers.SlugRelatedField[Any](slug_field="public_id", read_only=True)

    class Meta:
        model = Payment
        fields = ["public_id", "line", "paid_on", "amount", "note", "proof", "cancelled_at"]
        read_only_fields = fields


class LedgerSerializer(FundingSerializer):
    """A promise with what was paid of it."""

    paid = serializers.SerializerMethodField(help_text="In yuan, without what was cancelled.")
    payments = PaymentSerializer(many=True, read_only=True)

    class Meta(FundingSerializer.Meta):
        fields = [*FundingSerializer.Meta.fields, "paid", "payments"]
        read_only_fields = fields

    @extend_schema_field(money())
    def get_paid(self, funding: FundingCommitment) -> str:
        amounts = [payment.amount for payment in funding.payments.all() if payment.cancelled_at is None]
        return str(sum(amounts, Decimal("0.00")))


class MilestoneSerializer(serializers.ModelSerializer[Milestone]):
    evidence = serializers.SlugRelatedField[Any](slug_field="public_id", read_only=True)

    class Meta:
        model = Milestone
        fields = ["public_id", "title", "due_on", "done_on", "note", "evidence"]
        read_only_fields = fields


class ResultSerializer(serializers.ModelSerializer[TermResult]):
    cooperation_kind = serializers.CharField(source="cooperation_kind_id", read_only=True)
    evidence = serializers.SlugRelatedField[Any](slug_field="public_id", read_only=True)

    class Meta:
        model = TermResult
        fields = ["public_id", "cooperation_kind", "year", "people", "note", "evidence"]
        read_only_fields = fields


class FileSerializer(serializers.ModelSerializer[AgreementFile]):
    """A file that people brought; `url` is where it is downloaded, with the rights of that moment."""

    url = serializers.SerializerMethodField()

    class Meta:
        model = AgreementFile
        fields = ["public_id", "use", "name", "content_type", "size", "sha256", "created_at", "url"]
        read_only_fields = fields

    def get_url(self, file: AgreementFile) -> str:
        keys = {"agreement": file.agreement.public_id, "public_id": file.public_id}
        return reverse("api:agreement-file-detail", kwargs=keys)


class AgreementDocumentSerializer(serializers.ModelSerializer[AgreementDocument]):
    """A paper made of one text; `url` is where it is downloaded, with the rights of that moment."""

    url = serializers.SerializerMethodField()

    class Meta:
        model = AgreementDocument
        fields = [
            "agreement_version",
            "text_number",
            "terms_hash",
            "language",
            "format",
            "size",
            "sha256",
            "created_at",
            "url",
        ]
        read_only_fields = fields

    def get_url(self, document: AgreementDocument) -> str:
        return reverse("agreements:document", args=[document.public_id])
