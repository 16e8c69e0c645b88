"""Agreements by API, from the draft to the end: the same rows, rules and services as on the pages."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from events.agreements import services
from events.agreements.api.asked import (
    CompletionSerializer,
    DocumentRequestSerializer,
    DraftSerializer,
    NoticeGivenSerializer,
    RenewalSerializer,
    WordOfPartySerializer,
)
from events.agreements.api.base import act_of, party_of, sent
from events.agreements.api.content import facts_from
from events.agreements.api.negotiating import NegotiationActs
from events.agreements.api.shown import AgreementDocumentSerializer, AgreementSerializer
from events.agreements.filters import AgreementFilter
from events.agreements.models import Agreement
from portal.common.http import base_url_of
from portal.jobs.api import JobSerializer


class AgreementViewSet(NegotiationActs, mixins.ListModelMixin, mixins.RetrieveModelMixin):
    """Agreements that the caller may see, newest first."""

    filterset_class = AgreementFilter

    @extend_schema(request=DraftSerializer, responses={201: AgreementSerializer})
    def create(self, request: Request) -> Response:
        """Draft an agreement: what an outcome suggests, or of these parties with this content."""
        given = sent(DraftSerializer(data=request.data, context=self.get_serializer_context()))
        outcome, content = given.pop("outcome"), given.pop("content")
        drafted: Agreement
        if outcome is not None:
            drafted = services.draft_from_outcome(outcome=outcome, kind=given["kind"], **act_of(request))
        else:
            facts = facts_from(content) if content else None
            drafted = services.draft_agreement(content=facts, **given, **act_of(request))
        return self.shown(drafted, status.HTTP_201_CREATED)

    @extend_schema(request=RenewalSerializer, responses={201: AgreementSerializer})
    @action(detail=True, methods=["post"])
    def renew(self, request: Request, **_lookup: Any) -> Response:
        """Draft the successor of a signed agreement, for the period after it."""
        agreement = self.plain()
        given = sent(RenewalSerializer(data=request.data))
        renewed = services.renew_agreement(agreement=agreement, **given, **act_of(request))
        return self.shown(renewed, status.HTTP_201_CREATED)

    @extend_schema(request=CompletionSerializer, responses=AgreementSerializer)
    @action(detail=True, methods=["post"])
    def complete(self, request: Request, **_lookup: Any) -> Response:
        """Close an agreement whose work is done, with a note on what came of it."""
        agreement = self.plain()
        given = sent(CompletionSerializer(data=request.data))
        return self.shown(services.complete(agreement=agreement, **given, **act_of(request)))

    @extend_schema(request=NoticeGivenSerializer, responses=AgreementSerializer)
    @action(detail=True, methods=["post"])
    def notice(self, request: Request, **_lookup: Any) -> Response:
        """Give notice for one party; once all have, the agreement ends at once."""
        agreement = self.plain()
        given = sent(NoticeGivenSerializer(data=request.data))
        given["party"] = party_of(agreement, given["party"])
        return self.shown(services.give_notice(agreement=agreement, **given, **act_of(request)))

    @extend_schema(request=WordOfPartySerializer, responses=AgreementSerializer)
    @action(detail=True, methods=["post"], url_path="take-back-notice")
    def take_back_notice(self, request: Request, **_lookup: Any) -> Response:
        """Take a notice back before the agreement has ended."""
        agreement = self.plain()
        given = sent(WordOfPartySerializer(data=request.data))
        party = party_of(agreement, given.pop("party"))
        return self.shown(services.take_back_notice(agreement=agreement, party=party, **given, **act_of(request)))

    @extend_schema(methods=["GET"], responses=AgreementDocumentSerializer(many=True), filters=False)
    @extend_schema(methods=["POST"], request=DocumentRequestSerializer, responses={202: JobSerializer})
    @action(detail=True, methods=["get", "post"], pagination_class=None)
    def documents(self, request: Request, **_lookup: Any) -> Response:
        """The papers made so far; or, by POST, ask for Word and PDF of one text in one language."""
        agreement = self.plain()
        if request.method == "GET":
            return Response(AgreementDocumentSerializer(agreement.documents.all(), many=True).data)
        given = sent(DocumentRequestSerializer(data=request.data))
        with transaction.atomic():
            job = services.request_documents(
                agreement=agreement, base_url=base_url_of(request), **given, **act_of(request)
            )
        return Response(JobSerializer(job).data, status=status.HTTP_202_ACCEPTED)
