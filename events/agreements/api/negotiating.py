"""Negotiate by API: read and change the open text, approve it, hand it over, sign it, give it up."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from events.agreements import services
from events.agreements.api.asked import (
    AmendmentSerializer,
    ApprovalSerializer,
    ExtensionSerializer,
    GivingUpSerializer,
    HandOverSerializer,
    SignSerializer,
    TextChangeSerializer,
    WordOfPartySerializer,
    signatories_of,
)
from events.agreements.api.base import OfAgreements, act_of, party_of, sent
from events.agreements.api.content import facts_from
from events.agreements.api.shown import AgreementSerializer, OpenTextSerializer
from events.agreements.models import Agreement, AgreementText, TextStatus
from events.agreements.terms import facts_of


class NegotiationActs(OfAgreements):
    """What is done with the text that is negotiated."""

    @extend_schema(responses=OpenTextSerializer)
    @action(detail=True, methods=["get"])
    def text(self, request: Request, **_lookup: Any) -> Response:
        """The text that is negotiated, with its content; 404 where none is."""
        return Response(OpenTextSerializer(_open(self.plain())).data)

    @extend_schema(request=TextChangeSerializer, responses=OpenTextSerializer)
    @text.mapping.put
    def change_text(self, request: Request, **_lookup: Any) -> Response:
        """Replace the content; resets every approval of another wording. 409 for a version that is not the last."""
        agreement = self.plain()
        given = sent(TextChangeSerializer(data=request.data))
        annexes = facts_of(_open(agreement).content).annexes
        facts = facts_from(given["content"], annexes)
        services.update_agreement(agreement=agreement, version=given["version"], facts=facts, **act_of(request))
        return Response(OpenTextSerializer(_open(agreement)).data)

    @extend_schema(request=ApprovalSerializer, responses=AgreementSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, **_lookup: Any) -> Response:
        """Approve exactly the wording that was read; 409 if it has changed since."""
        agreement = self.plain()
        given = sent(ApprovalSerializer(data=request.data))
        party = party_of(agreement, given.pop("party"))
        return self.shown(services.approve(agreement=agreement, party=party, **given, **act_of(request)))

    @extend_schema(request=WordOfPartySerializer, responses=AgreementSerializer)
    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request: Request, **_lookup: Any) -> Response:
        """Take an approval back, as long as nobody has signed."""
        agreement = self.plain()
        given = sent(WordOfPartySerializer(data=request.data))
        party = party_of(agreement, given.pop("party"))
        return self.shown(services.take_back_approval(agreement=agreement, party=party, **given, **act_of(request)))

    @extend_schema(request=HandOverSerializer, responses=AgreementSerializer)
    @action(detail=True, methods=["post"], url_path="hand-over")
    def hand_over(self, request: Request, **_lookup: Any) -> Response:
        """Pass the draft on to another party, with a message."""
        agreement = self.plain()
        given = sent(HandOverSerializer(data=request.data))
        to = party_of(agreement, given.pop("to"), "to")
        services.hand_over(agreement=agreement, to=to, **given, **act_of(request))
        return self.shown(agreement)

    @extend_schema(request={"multipart/form-data": SignSerializer}, responses=AgreementSerializer)
    @action(detail=True, methods=["post"], parser_classes=[MultiPartParser])
    def sign(self, request: Request, **_lookup: Any) -> Response:
        """Record a signature with its scan; the last one makes the text valid."""
        agreement = self.plain()
        given = sent(SignSerializer(data=request.data))
        signed = services.sign_agreement(
            agreement=agreement,
            terms_hash=given["terms_hash"],
            signed_on=given["signed_on"],
            scan=given["scan"],
            signatories=signatories_of(given),
            **act_of(request),
        )
        return self.shown(signed)

    @extend_schema(request=GivingUpSerializer, responses=AgreementSerializer)
    @action(detail=True, methods=["post"], url_path="give-up")
    def give_up(self, request: Request, **_lookup: Any) -> Response:
        """Give the open text up: withdraw a draft, or reject it; a signed agreement stays as it was."""
        agreement = self.plain()
        given = sent(GivingUpSerializer(data=request.data))
        party = party_of(agreement, given["party"]) if given["party"] else None
        return self.shown(services.give_up(agreement=agreement, party=party, reason=given["reason"], **act_of(request)))

    @extend_schema(request=AmendmentSerializer, responses={201: OpenTextSerializer})
    @action(detail=True, methods=["post"])
    def amend(self, request: Request, **_lookup: Any) -> Response:
        """Propose another text; the present one stays in force until all have signed the new one."""
        agreement = self.plain()
        given = sent(AmendmentSerializer(data=request.data))
        party = party_of(agreement, given["party"])
        services.open_amendment(agreement=agreement, party=party, reason=given["reason"], **act_of(request))
        return Response(OpenTextSerializer(_open(agreement)).data, status=201)

    @extend_schema(request=ExtensionSerializer, responses={201: OpenTextSerializer})
    @action(detail=True, methods=["post"])
    def extend(self, request: Request, **_lookup: Any) -> Response:
        """Propose a later last day; once, by a year at most."""
        agreement = self.plain()
        given = sent(ExtensionSerializer(data=request.data))
        given["party"] = party_of(agreement, given["party"])
        services.open_extension(agreement=agreement, **given, **act_of(request))
        return Response(OpenTextSerializer(_open(agreement)).data, status=201)


def _open(agreement: Agreement) -> AgreementText:
    texts = agreement.texts.filter(status=TextStatus.OPEN).select_related("agreement", "with_party")
    text = texts.prefetch_related("approvals__party", "signatures__party", "signatures__scan").first()
    if text is None:
        raise Http404(_("No text of this agreement is being negotiated."))
    return text
