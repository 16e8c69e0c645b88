"""What all addresses of agreements share: whose agreement, who acts, and how a refusal is told."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypedDict, cast

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers, viewsets
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from events.agreements.api.shown import AgreementSerializer
from events.agreements.models import (
    Agreement,
    AgreementParty,
    AgreementText,
    Approval,
    FundingCommitment,
    TerminationNotice,
    TextStatus,
)
from events.agreements.refusals import AgreementRefused
from portal.accounts.models import User

BESIDE = (TextStatus.OPEN, TextStatus.CURRENT)
OF_AGREEMENT = OpenApiParameter("agreement", OpenApiTypes.UUID, OpenApiParameter.PATH)


class Act(TypedDict):
    """Who acts, and when."""

    actor: User
    at: datetime


class AgreementViews(APIView):
    """Tells all that is wrong with a content at once, each problem by the field it belongs to."""

    def handle_exception(self, exc: Exception) -> Response:
        """Say every problem of a refusal, not the first alone."""
        response = super().handle_exception(exc)
        if isinstance(exc, AgreementRefused) and isinstance(response.data, dict):
            inside = "/content" if isinstance(self.request.data, dict) and "content" in self.request.data else ""
            response.data["errors"] = [
                {
                    "pointer": f"{inside}/{problem.field}" if problem.field else "",
                    "code": type(exc).__name__,
                    "detail": str(problem.message),
                }
                for problem in exc.problems
            ]
        return response


def act_of(request: Request) -> Act:
    """The caller, whom the permission classes let in because it signed in, and now."""
    return {"actor": cast("User", request.user), "at": timezone.now()}


def sent(serializer: serializers.BaseSerializer[Any]) -> dict[str, Any]:
    """What a request says; ValidationError if it does not say it well."""
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


_NO_PARTY = _("Choose a party of this agreement.")


def party_of(agreement: Agreement, role: str, field: str = "party") -> AgreementParty:
    """The party in a role; AgreementRefused where the agreement has none."""
    party = agreement.parties.select_related("organization").filter(role=role).first()
    if party is None:
        raise AgreementRefused(_NO_PARTY, field=field)
    return party


def shown_agreements(request: Request) -> QuerySet[Agreement]:
    """The agreements that the caller may see, with all that a row shows; nine queries."""
    parties = AgreementParty.objects.select_related("organization").order_by("position")
    funding = FundingCommitment.objects.select_related("payer", "payee").prefetch_related("instalments")
    approvals = Approval.objects.filter(standing=True).select_related("party").defer("content")
    texts = AgreementText.objects.filter(status__in=BESIDE).defer("content").select_related("with_party")
    notices = TerminationNotice.objects.filter(revoked_at=None).select_related("party")
    return (
        Agreement.objects.visible_to(request.user)
        .select_related("fair", "outcome", "predecessor")
        .prefetch_related(
            Prefetch("parties", queryset=parties),
            "terms__headcounts",
            Prefetch("funding", queryset=funding),
            Prefetch("texts", queryset=texts.prefetch_related(Prefetch("approvals", queryset=approvals))),
            Prefetch("notices", queryset=notices),
        )
    )


class OfAgreements(AgreementViews, viewsets.GenericViewSet[Agreement]):
    """Agreements that the caller may see, by their public ids."""

    serializer_class = AgreementSerializer
    lookup_field = "public_id"
    lookup_value_converter = "uuid"
    queryset = Agreement.objects.none()

    def get_queryset(self) -> QuerySet[Agreement]:
        return shown_agreements(self.request)

    def plain(self) -> Agreement:
        """The agreement of the address, without all that is only shown."""
        visible = Agreement.objects.visible_to(self.request.user)
        found: Agreement = get_object_or_404(visible, public_id=self.kwargs["public_id"])
        return found

    def shown(self, agreement: Agreement, status: int = 200) -> Response:
        """The agreement as it stands now."""
        row = self.get_queryset().get(pk=agreement.pk)
        return Response(AgreementSerializer(row).data, status=status)


class OfOneAgreement(AgreementViews, viewsets.GenericViewSet[Any]):
    """Rows of one agreement that the caller may see; a stranger finds no such address."""

    pagination_class = None
    lookup_field = "public_id"

    def agreement(self) -> Agreement:
        """The agreement of the address."""
        visible = Agreement.objects.visible_to(self.request.user)
        found: Agreement = get_object_or_404(visible, public_id=self.kwargs["agreement"])
        return found
