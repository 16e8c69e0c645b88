"""Fairs and who takes part, for programs: the same rows and services as on the pages."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from events.fairs.guest_serializers import (
    AdmissionSerializer,
    ApplicationSerializer,
    DelegateSerializer,
    LettersSerializer,
    LimitsSerializer,
    RemindedSerializer,
    ReminderSerializer,
    WithdrawalSerializer,
)
from events.fairs.guests import delegates_of
from events.fairs.models import Fair, Participation, Wish, WishKind
from events.fairs.serializers import (
    AbsencesSerializer,
    AnswerSerializer,
    FairFilter,
    FairSerializer,
    InvitationSerializer,
    ParticipationDetailsSerializer,
    ParticipationFilter,
    ParticipationSerializer,
    WishSerializer,
)
from events.fairs.services import (
    About,
    Person,
    answer_invitation,
    ask_to_take_part,
    check_in,
    decide_application,
    invite_partners,
    move_up,
    remind,
    request_invitations,
    request_letters,
    set_absences,
    set_delegation,
    set_limits,
    set_wishes,
    withdraw_participation,
)
from portal.accounts.models import User
from portal.jobs.api import JobSerializer


class FairViewSet(viewsets.ReadOnlyModelViewSet[Fair]):
    """Announced fairs, and those in planning of own organizers."""

    serializer_class = FairSerializer
    filterset_class = FairFilter
    lookup_field = "slug"
    queryset = Fair.objects.none()

    def get_queryset(self) -> QuerySet[Fair]:
        return Fair.objects.visible_to(self.request.user).select_related("organizer")

    @extend_schema(request=ApplicationSerializer, responses={201: ParticipationDetailsSerializer})
    @action(detail=True, methods=["post"])
    def apply(self, request: Request, **_lookup: Any) -> Response:
        """Ask for a place without an invitation, for an own school or enterprise."""
        given = _valid(ApplicationSerializer(data=request.data))
        organization = given.pop("organization")
        row = ask_to_take_part(
            fair_id=self.get_object().pk, organization_id=organization.pk, **given, **_who_and_when(request)
        )
        return Response(ParticipationDetailsSerializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=LettersSerializer, responses={202: JobSerializer})
    @action(detail=True, methods=["post"])
    def letters(self, request: Request, **_lookup: Any) -> Response:
        """Have organizations invited with letters, or all letters made again, by a job; for the organizer."""
        given = _valid(LettersSerializer(data=request.data))
        facts = {"fair_id": self.get_object().pk, "language": given["language"], **_who_and_when(request)}
        facts["base_url"] = request.build_absolute_uri("/").rstrip("/")
        if "organizations" in given:
            chosen = [organization.pk for organization in given["organizations"]]
            job = request_invitations(organization_ids=chosen, **facts)
        else:
            job = request_letters(participation_ids=None, **facts)
        return Response(JobSerializer(job).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(request=ReminderSerializer, responses=RemindedSerializer)
    @action(detail=True, methods=["post"])
    def remind(self, request: Request, **_lookup: Any) -> Response:
        """Remind everybody who owes an answer, names or wishes; at most once a day; for the organizer."""
        about = About(_valid(ReminderSerializer(data=request.data))["about"])
        told = remind(fair_id=self.get_object().pk, about=about, **_who_and_when(request))
        return Response({"reminded": len(told)})


class ParticipationViewSet(mixins.RetrieveModelMixin, mixins.ListModelMixin, viewsets.GenericViewSet[Participation]):
    """Own participations, all those of own fairs, and who else comes to fairs that one takes part in."""

    serializer_class = ParticipationSerializer
    filterset_class = ParticipationFilter
    lookup_field = "public_id"
    lookup_value_converter = "uuid"
    queryset = Participation.objects.none()

    def get_queryset(self) -> QuerySet[Participation]:
        own = Participation.objects.own_of(self.request.user).filter(pk=OuterRef("pk"))
        rows = Participation.objects.visible_to(self.request.user)
        return rows.annotate(is_own=Exists(own)).select_related("fair", "organization")

    @extend_schema(request=InvitationSerializer, responses={201: ParticipationSerializer(many=True)})
    def create(self, request: Request) -> Response:
        """Invite organizations; the answer lists those newly invited."""
        given = InvitationSerializer(data=request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        invited = invite_partners(
            fair_id=given.validated_data["fair"].pk,
            organization_ids=[organization.pk for organization in given.validated_data["organizations"]],
            actor=_person(request),
            at=timezone.now(),
        )
        rows = self.get_queryset().filter(pk__in=[row.pk for row in invited]).order_by("pk")
        return Response(self.get_serializer(rows, many=True).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=AnswerSerializer, responses=ParticipationSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, **_lookup: Any) -> Response:
        """Accept or decline, for the own organization or as the organizer."""
        given = AnswerSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        answer_invitation(
            participation_id=self.get_object().pk, **given.validated_data, actor=_person(request), at=timezone.now()
        )
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=None, responses=ParticipationSerializer)
    @action(detail=True, methods=["post"], url_path="check-in")
    def check_in(self, request: Request, **_lookup: Any) -> Response:
        """The organization has arrived; for the organizer."""
        check_in(participation_id=self.get_object().pk, actor=_person(request), at=timezone.now())
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=WithdrawalSerializer, responses=ParticipationSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, **_lookup: Any) -> Response:
        """Not take part any more; as the organizer, take the organization off the list. The next one moves up."""
        given = _valid(WithdrawalSerializer(data=request.data))
        withdraw_participation(participation_id=self.get_object().pk, **given, **_who_and_when(request))
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=AdmissionSerializer, responses=ParticipationSerializer)
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, **_lookup: Any) -> Response:
        """Accept whoever asked to take part, or not; for the organizer."""
        given = _valid(AdmissionSerializer(data=request.data))
        decide_application(participation_id=self.get_object().pk, **given, **_who_and_when(request))
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=None, responses=ParticipationSerializer)
    @action(detail=True, methods=["post"], url_path="move-up")
    def move_up(self, request: Request, **_lookup: Any) -> Response:
        """Give a place to somebody on the waiting list; for the organizer."""
        move_up(participation_id=self.get_object().pk, **_who_and_when(request))
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=LimitsSerializer, responses=ParticipationSerializer)
    @action(detail=True, methods=["put"])
    def limits(self, request: Request, **_lookup: Any) -> Response:
        """Meetings at once, at least and at most; for the organizer."""
        given = _valid(LimitsSerializer(data=request.data))
        set_limits(participation_id=self.get_object().pk, **given, **_who_and_when(request))
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(responses=DelegateSerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=None, filterset_class=None)
    def delegates(self, request: Request, **_lookup: Any) -> Response:
        """Who comes, in the order of rank; seen by the organization itself and the organizer only."""
        people = delegates_of(_person(request), self.get_object())
        return Response(DelegateSerializer(people, many=True).data)

    @extend_schema(request=DelegateSerializer(many=True), responses=DelegateSerializer(many=True))
    @delegates.mapping.put
    def set_delegates(self, request: Request, **_lookup: Any) -> Response:
        """Say who comes, and nobody else, the highest in rank first."""
        participation = self.get_object()
        given = _valid(DelegateSerializer(data=request.data, many=True))
        people = [Person(**one) for one in given]
        kept = set_delegation(participation_id=participation.pk, people=people, **_who_and_when(request))
        return Response(DelegateSerializer(kept, many=True).data)

    @extend_schema(request=AbsencesSerializer, responses=AbsencesSerializer)
    @action(detail=True, methods=["put"])
    def absences(self, request: Request, **_lookup: Any) -> Response:
        """Say in which slots, and in no others, the organization cannot meet."""
        participation = self.get_object()
        given = AbsencesSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        starts = set(given.validated_data["slots"])
        found = {slot.starts_at: slot.pk for slot in participation.fair.slots.filter(starts_at__in=starts)}
        if starts - set(found):
            raise serializers.ValidationError({"slots": [_("No slot of the fair begins at one of these times.")]})
        set_absences(
            participation_id=participation.pk, slot_ids=found.values(), actor=_person(request), at=timezone.now()
        )
        return Response({"slots": sorted(found)})

    @extend_schema(responses=WishSerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=None, filterset_class=None)
    def wishes(self, request: Request, **_lookup: Any) -> Response:
        """All wishes of the organization; seen by itself and the organizer only."""
        return Response(_wishes_of(self.get_object(), request))

    @extend_schema(request=WishSerializer(many=True), responses=WishSerializer(many=True))
    @wishes.mapping.put
    def set_wishes(self, request: Request, **_lookup: Any) -> Response:
        """Change the wishes for the partners named; those for others stay.

        A wish is taken back even for a partner that no longer comes.
        """
        participation = self.get_object()
        given = WishSerializer(data=request.data, many=True)
        given.is_valid(raise_exception=True)
        asked = {wish["partner"]: wish["wish"] for wish in given.validated_data}
        guests = Participation.objects.filter(fair=participation.fair_id, public_id__in=asked)
        known = {row.public_id: row.pk for row in guests if row.takes_part or asked[row.public_id] is None}
        if set(asked) - set(known):
            raise serializers.ValidationError([{"partner": [_("This partner is not taking part in the fair.")]}])
        wishes = {known[public_id]: WishKind(kind) if kind else None for public_id, kind in asked.items()}
        set_wishes(participation_id=participation.pk, wishes=wishes, actor=_person(request), at=timezone.now())
        return Response(_wishes_of(participation, request))


def _wishes_of(participation: Participation, request: Request) -> list[dict[str, Any]]:
    rows = Wish.objects.visible_to(request.user).filter(wisher=participation).order_by("pk")
    return [{"partner": partner, "wish": kind} for partner, kind in rows.values_list("partner__public_id", "kind")]


def _valid(given: serializers.BaseSerializer[Any]) -> Any:
    """What was sent, or a 400 that says where it is wrong."""
    given.is_valid(raise_exception=True)
    return given.validated_data


def _who_and_when(request: Request) -> dict[str, Any]:
    return {"actor": _person(request), "at": timezone.now()}


def _person(request: Request) -> User:
    """The API answers nobody who has not signed in."""
    return cast("User", request.user)
