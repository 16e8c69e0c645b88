"""What belongs to one agreement, by API: its texts, parties, files, money, milestones and results."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from events.agreements import services
from events.agreements.api.asked import (
    AnnexRemovalSerializer,
    AnnexSerializer,
    MilestonePlannedSerializer,
    MilestoneReachedSerializer,
    ParticularsSerializer,
    PaymentMadeSerializer,
    ResultRecordedSerializer,
)
from events.agreements.api.base import OF_AGREEMENT, OfOneAgreement, act_of, sent
from events.agreements.api.shown import (
    FileSerializer,
    LedgerSerializer,
    MilestoneSerializer,
    PartySerializer,
    PaymentSerializer,
    ResultSerializer,
    TextSerializer,
)
from events.agreements.models import (
    AgreementFile,
    AgreementParty,
    AgreementText,
    FundingCommitment,
    Milestone,
    Payment,
    TermResult,
)
from portal.common.http import attachment

FORMS = [MultiPartParser, JSONParser]  # a file comes with its form, without one JSON will do


@extend_schema(parameters=[OF_AGREEMENT])
class TextViewSet(mixins.ListModelMixin, OfOneAgreement):
    """All texts of an agreement, newest first, with content and signatures: what changed from one to the next."""

    serializer_class = TextSerializer
    queryset = AgreementText.objects.none()

    def get_queryset(self) -> QuerySet[AgreementText]:
        texts = self.agreement().texts.select_related("with_party").order_by("-number")
        return texts.prefetch_related("approvals__party", "signatures__party", "signatures__scan")


@extend_schema(parameters=[OF_AGREEMENT])
class PartyViewSet(OfOneAgreement):
    """Particulars of a party, by its role."""

    serializer_class = PartySerializer
    lookup_field = "role"
    queryset = AgreementParty.objects.none()

    @extend_schema(
        request=ParticularsSerializer,
        responses=PartySerializer,
        parameters=[OpenApiParameter("role", OpenApiTypes.STR, OpenApiParameter.PATH)],
    )
    def partial_update(self, request: Request, **_lookup: Any) -> Response:
        """Change what needs nobody's approval; what is left out stays."""
        found = self.agreement().parties.select_related("organization")
        party: AgreementParty = get_object_or_404(found, role=self.kwargs["role"])
        given = sent(ParticularsSerializer(data=request.data))
        names = ("own_number", "signatory", "signatory_post", "contact", "contact_phone")
        facts: dict[str, str] = {name: getattr(party, name) for name in names} | given
        services.change_party(party=party, **facts, **act_of(request))
        party.refresh_from_db(fields=names)
        return Response(PartySerializer(party).data)


@extend_schema(parameters=[OF_AGREEMENT])
class PaymentViewSet(mixins.ListModelMixin, OfOneAgreement):
    """The ledger: every promise of money with its instalments and what was paid of it."""

    serializer_class = LedgerSerializer
    queryset = FundingCommitment.objects.none()
    parser_classes = FORMS

    def get_queryset(self) -> QuerySet[FundingCommitment]:
        payments = Payment.objects.select_related("funding", "proof").order_by("paid_on", "pk")
        rows = self.agreement().funding.select_related("payer", "payee").order_by("line")
        return rows.prefetch_related("instalments", Prefetch("payments", queryset=payments))

    @extend_schema(request={"multipart/form-data": PaymentMadeSerializer}, responses={201: PaymentSerializer})
    def create(self, request: Request, **_lookup: Any) -> Response:
        """Record money paid under a promise, with its proof."""
        agreement = self.agreement()
        given = sent(PaymentMadeSerializer(data=request.data))
        funding: FundingCommitment = get_object_or_404(agreement.funding, line=given.pop("line"))
        payment = services.record_payment(funding=funding, **given, **act_of(request))
        return Response(PaymentSerializer(payment).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        request=None,
        responses=PaymentSerializer,
        parameters=[OpenApiParameter("public_id", OpenApiTypes.UUID, OpenApiParameter.PATH)],
    )
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, **_lookup: Any) -> Response:
        """Take back a payment that was recorded by mistake; it stays on the ledger."""
        rows = Payment.objects.filter(funding__agreement=self.agreement()).select_related("funding")
        payment: Payment = get_object_or_404(rows, public_id=self.kwargs["public_id"])
        return Response(PaymentSerializer(services.cancel_payment(payment=payment, **act_of(request))).data)


@extend_schema(parameters=[OF_AGREEMENT])
class MilestoneViewSet(mixins.ListModelMixin, OfOneAgreement):
    """The steps that the parties have set themselves."""

    serializer_class = MilestoneSerializer
    queryset = Milestone.objects.none()
    parser_classes = FORMS

    def get_queryset(self) -> QuerySet[Milestone]:
        return self.agreement().milestones.select_related("evidence").order_by("due_on", "pk")

    @extend_schema(request=MilestonePlannedSerializer, responses={201: MilestoneSerializer})
    def create(self, request: Request, **_lookup: Any) -> Response:
        """Set a milestone within the agreement's period."""
        agreement = self.agreement()
        given = sent(MilestonePlannedSerializer(data=request.data))
        milestone = services.plan_milestone(agreement=agreement, **given, **act_of(request))
        return Response(MilestoneSerializer(milestone).data, status=status.HTTP_201_CREATED)

    @extend_schema(request={"multipart/form-data": MilestoneReachedSerializer}, responses=MilestoneSerializer)
    @action(detail=True, methods=["post"])
    def reach(self, request: Request, **_lookup: Any) -> Response:
        """Record that it was reached, with evidence."""
        milestone = self.get_object()
        given = sent(MilestoneReachedSerializer(data=request.data))
        return Response(
            MilestoneSerializer(services.reach_milestone(milestone=milestone, **given, **act_of(request))).data
        )

    @extend_schema(request=None, responses=MilestoneSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, **_lookup: Any) -> Response:
        """Undo that it was reached; note and evidence stay."""
        reopened = services.reopen_milestone(milestone=self.get_object(), **act_of(request))
        return Response(MilestoneSerializer(reopened).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, **_lookup: Any) -> Response:
        """Take an open milestone off the plan; one that was reached stays on record."""
        services.remove_milestone(milestone=self.get_object(), **act_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(parameters=[OF_AGREEMENT])
class ResultViewSet(mixins.ListModelMixin, OfOneAgreement):
    """What came of each kind of cooperation, year by year."""

    serializer_class = ResultSerializer
    queryset = TermResult.objects.none()
    parser_classes = FORMS

    def get_queryset(self) -> QuerySet[TermResult]:
        rows = self.agreement().results.select_related("evidence")
        return rows.order_by("cooperation_kind__position", "year")

    @extend_schema(request={"multipart/form-data": ResultRecordedSerializer}, responses=ResultSerializer)
    def create(self, request: Request, **_lookup: Any) -> Response:
        """Record, or correct, the result of a kind of cooperation in a year."""
        agreement = self.agreement()
        given = sent(ResultRecordedSerializer(data=request.data))
        result = services.record_result(agreement=agreement, **given, **act_of(request))
        return Response(ResultSerializer(result).data)


@extend_schema(parameters=[OF_AGREEMENT])
class FileViewSet(mixins.ListModelMixin, OfOneAgreement):
    """The files that people brought: scans, annexes, proofs, evidence."""

    serializer_class = FileSerializer
    queryset = AgreementFile.objects.none()
    parser_classes = FORMS

    def get_queryset(self) -> QuerySet[AgreementFile]:
        return self.agreement().files.select_related("agreement").order_by("-pk")

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def retrieve(self, request: Request, **_lookup: Any) -> HttpResponseBase:
        """Download a file; for those who may see its agreement today."""
        found: AgreementFile = self.get_object()
        try:
            content = found.file.open("rb")
        except FileNotFoundError as missing:
            raise Http404(_("The file is no longer kept.")) from missing
        return attachment(content, name=found.name, content_type=found.content_type)

    @extend_schema(request={"multipart/form-data": AnnexSerializer}, responses={201: FileSerializer})
    def create(self, request: Request, **_lookup: Any) -> Response:
        """Make a file an annex of the open text: a term like the others, so that it resets every approval."""
        agreement = self.agreement()
        given = sent(AnnexSerializer(data=request.data))
        kept = services.add_annex(
            agreement=agreement, version=given["version"], upload=given["file"], **act_of(request)
        )
        return Response(FileSerializer(kept).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=AnnexRemovalSerializer, responses={204: None})
    @action(detail=True, methods=["post"], url_path="take-out")
    def take_out(self, request: Request, **_lookup: Any) -> Response:
        """Take an annex out of the open text; the file stays with the texts that had it."""
        agreement, found = self.agreement(), self.get_object()
        given = sent(AnnexRemovalSerializer(data=request.data))
        services.remove_annex(agreement=agreement, version=given["version"], sha256=found.sha256, **act_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
