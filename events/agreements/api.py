"""Agreements for programs: the same rows, rules and services as on the pages."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from events.agreements import services
from events.agreements.facts import Signatory
from events.agreements.filters import AgreementFilter
from events.agreements.models import (
    Agreement,
    AgreementDocument,
    AgreementMajor,
    AgreementParty,
    AgreementTerm,
    FundingCommitment,
    PartyRole,
)
from portal.accounts.models import User
from portal.jobs.api import JobSerializer


class PartySerializer(serializers.ModelSerializer[AgreementParty]):
    organization = serializers.UUIDField(source="organization.public_id", read_only=True)
    organization_name = serializers.CharField(source="organization.legal_name", read_only=True)

    class Meta:
        model = AgreementParty
        fields = ["role", "organization", "organization_name", "signatory", "signatory_post"]
        read_only_fields = fields


class TermSerializer(serializers.ModelSerializer[AgreementTerm]):
    cooperation_kind = serializers.CharField(source="cooperation_kind_id", read_only=True)

    class Meta:
        model = AgreementTerm
        fields = ["cooperation_kind", "majors", "headcount", "obligations", "amount"]
        read_only_fields = fields


class AgreementMajorSerializer(serializers.ModelSerializer[AgreementMajor]):
    major = serializers.CharField(source="major_id", read_only=True)

    class Meta:
        model = AgreementMajor
        fields = ["major", "graduating_year", "people"]
        read_only_fields = fields


class FundingSerializer(serializers.ModelSerializer[FundingCommitment]):
    payer = serializers.CharField(source="payer.role", read_only=True)
    payee = serializers.CharField(source="payee.role", read_only=True)

    class Meta:
        model = FundingCommitment
        fields = ["payer", "payee", "purpose", "amount", "due_on"]
        read_only_fields = fields


class AgreementDocumentSerializer(serializers.ModelSerializer[AgreementDocument]):
    """A file; `url` is where it is downloaded, with the rights of that moment."""

    url = serializers.SerializerMethodField()

    class Meta:
        model = AgreementDocument
        fields = ["agreement_version", "language", "format", "size", "sha256", "created_at", "url"]
        read_only_fields = fields

    def get_url(self, document: AgreementDocument) -> str:
        return reverse("agreements:document", args=[document.public_id])


class AgreementSerializer(serializers.ModelSerializer[Agreement]):
    fair = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    outcome = serializers.SlugRelatedField[Any](slug_field="public_id", read_only=True)
    parties = PartySerializer(many=True, read_only=True)
    terms = TermSerializer(many=True, read_only=True)
    majors = AgreementMajorSerializer(many=True, read_only=True)
    funding = FundingSerializer(many=True, read_only=True)

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
            "purpose",
            "starts_on",
            "ends_on",
            "place",
            "signed_on",
            "version",
            "is_sample",
            "parties",
            "terms",
            "majors",
            "funding",
        ]
        read_only_fields = fields


class SignatorySerializer(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=PartyRole.choices)
    name = serializers.CharField(max_length=60)
    post = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")


class SignatureSerializer(serializers.Serializer[Any]):
    """The day, the version that was read, and who signs for each party."""

    version = serializers.IntegerField(min_value=1)
    signed_on = serializers.DateField()
    place = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    signatories = SignatorySerializer(many=True)


class DocumentRequestSerializer(serializers.Serializer[Any]):
    language = serializers.ChoiceField(choices=settings.LANGUAGES)


class AgreementViewSet(viewsets.ReadOnlyModelViewSet[Agreement]):
    """Agreements that the caller may see, newest first."""

    serializer_class = AgreementSerializer
    filterset_class = AgreementFilter
    lookup_field = "public_id"
    lookup_value_converter = "uuid"
    queryset = Agreement.objects.none()

    def get_queryset(self) -> QuerySet[Agreement]:
        rows = Agreement.objects.visible_to(self.request.user).select_related("fair", "outcome")
        return rows.prefetch_related("parties__organization", "terms", "majors", "funding__payer", "funding__payee")

    @extend_schema(request=SignatureSerializer, responses=AgreementSerializer)
    @action(detail=True, methods=["post"])
    def sign(self, request: Request, **_lookup: Any) -> Response:
        """Record that all parties have signed, as the fair's organizer; 409 if the draft has moved on meanwhile."""
        agreement = self._signable()
        given = SignatureSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        facts = given.validated_data
        signatories = {row["role"]: Signatory(row["name"], row["post"]) for row in facts.pop("signatories")}
        signed = services.sign_agreement(
            agreement=agreement, signatories=signatories, actor=_person(request), at=timezone.now(), **facts
        )
        return Response(self.get_serializer(self.get_queryset().get(pk=signed.pk)).data)

    @extend_schema(methods=["GET"], responses=AgreementDocumentSerializer(many=True), filters=False)
    @extend_schema(methods=["POST"], request=DocumentRequestSerializer, responses={202: JobSerializer})
    @action(detail=True, methods=["get", "post"], pagination_class=None)
    def documents(self, request: Request, **_lookup: Any) -> Response:
        """The files made so far; or, by POST, ask for Word and PDF of the present version in one language."""
        agreement = self.get_object()
        if request.method == "GET":
            return Response(AgreementDocumentSerializer(agreement.documents.all(), many=True).data)
        given = DocumentRequestSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        job = services.request_documents(
            agreement=agreement,
            language=given.validated_data["language"],
            actor=_person(request),
            at=timezone.now(),
        )
        return Response(JobSerializer(job).data, status=status.HTTP_202_ACCEPTED)

    def _signable(self) -> Agreement:
        """The agreement, if the caller runs its fair: its parties may not record a signature, and are told so."""
        agreement = self.get_object()
        if not Agreement.objects.signable_by(self.request.user).filter(pk=agreement.pk).exists():
            self.permission_denied(self.request)
        return agreement


def _person(request: Request) -> User:
    """The caller; the permission classes let only people in who signed in."""
    return cast("User", request.user)
