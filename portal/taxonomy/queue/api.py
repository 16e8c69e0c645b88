"""The queue by API: what the page does, for the staff; and the field by which other rows take unknown names."""

from __future__ import annotations

from typing import Any, cast

import django_filters
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from portal.accounts.models import User
from portal.common.api import KeysetPagination
from portal.taxonomy.api import MajorCodeField, SkillNameField
from portal.taxonomy.models import Skill
from portal.taxonomy.naming import Vocabulary
from portal.taxonomy.queue import services
from portal.taxonomy.queue.models import NameKind, NameState, UnresolvedName, UnresolvedNameQuerySet
from portal.taxonomy.queue.selectors import vocabulary_of, with_uses
from portal.taxonomy.resolving import LONGEST_NAME
from portal.taxonomy.resolving_api import SuggestionSerializer

MOST_UNKNOWN = 20


class UnknownNamesField(serializers.ListField):
    """The names of a kind that a row (with `wordings` and their names prefetched) waits for."""

    def __init__(self, kind: NameKind, **kwargs: Any) -> None:
        self.kind = kind
        kwargs.setdefault("required", False)
        super().__init__(child=serializers.CharField(max_length=LONGEST_NAME - 1), max_length=MOST_UNKNOWN, **kwargs)

    def __deepcopy__(self, memo: dict[int, Any]) -> UnknownNamesField:
        return type(self)(self.kind)

    def get_attribute(self, instance: Any) -> list[str]:
        names = (wording.name for wording in instance.wordings.all())
        return [name.text for name in names if name.kind == self.kind and name.state == NameState.OPEN]


class UnresolvedNameSerializer(serializers.ModelSerializer[UnresolvedName]):
    """A name that stood for nothing when it was typed; `waiting`: the rows that wait for the decision."""

    waiting = serializers.IntegerField(read_only=True)
    skill = serializers.SlugRelatedField[Skill](slug_field="name", read_only=True)
    suggestions = serializers.SerializerMethodField()

    class Meta:
        model = UnresolvedName
        fields = [
            "public_id",
            "kind",
            "text",
            "level",
            "times",
            "waiting",
            "first_seen_at",
            "last_seen_at",
            "state",
            "skill",
            "major",
            "reason",
            "decided_at",
            "suggestions",
        ]
        read_only_fields = fields

    @extend_schema_field(SuggestionSerializer(many=True))
    def get_suggestions(self, name: UnresolvedName) -> list[Any]:
        known: dict[str, Vocabulary] = self.context["vocabularies"]
        if name.kind not in known:
            known[name.kind] = vocabulary_of(name)
        found = known[name.kind].meanings(name.text, name.level or None)
        return list(SuggestionSerializer(found, many=True).data)


class NewSkillSerializer(serializers.Serializer[None]):
    name = serializers.CharField(max_length=LONGEST_NAME)
    kind = serializers.ChoiceField(Skill.Kind.choices)


class DecisionSerializer(serializers.Serializer[None]):
    """Exactly one of: the major, the skill, or a new skill that the name stands for."""

    major = MajorCodeField(required=False)
    skill = SkillNameField(required=False)
    new_skill = NewSkillSerializer(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            raise serializers.ValidationError(_("Give exactly one decision."))
        return attrs


class RejectionSerializer(serializers.Serializer[None]):
    reason = serializers.CharField(max_length=200)


class UnresolvedNameFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(choices=NameKind.choices)
    state = django_filters.ChoiceFilter(choices=NameState.choices)


class OldestFirst(KeysetPagination):
    ordering = ("first_seen_at", "id")


class UnresolvedNameViewSet(viewsets.ReadOnlyModelViewSet[UnresolvedName]):
    """Names that wait for a decision of the platform's staff, and those decided; nobody else sees any."""

    queryset = UnresolvedName.objects.none()
    serializer_class = UnresolvedNameSerializer
    filterset_class = UnresolvedNameFilter
    pagination_class = OldestFirst
    lookup_field = "public_id"

    def get_queryset(self) -> UnresolvedNameQuerySet:
        return with_uses(UnresolvedName.objects.visible_to(self.request.user))

    def get_serializer_context(self) -> dict[str, Any]:
        """With one look at each list for all rows of an answer."""
        return {**super().get_serializer_context(), "vocabularies": {}}

    def _done(self, service: Any, **arguments: Any) -> Response:
        actor = cast("User", self.request.user)
        name = service(name_id=self.get_object().pk, actor=actor, at=timezone.now(), **arguments)
        return Response(self.get_serializer(self.get_queryset().get(pk=name.pk)).data)

    @extend_schema(request=DecisionSerializer, responses=UnresolvedNameSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def decide(self, request: Request, public_id: str) -> Response:
        """Let the name stand for a major or a skill; 409 if it has been decided."""
        self.get_object()
        given = DecisionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        if "major" in values:
            return self._done(services.decide_as_major, major=values["major"])
        if "skill" in values:
            return self._done(services.decide_as_skill, skill=values["skill"])
        new = values["new_skill"]
        return self._done(services.decide_as_new_skill, text=new["name"], kind=new["kind"])

    @extend_schema(request=RejectionSerializer, responses=UnresolvedNameSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def reject(self, request: Request, public_id: str) -> Response:
        """Say that the name is none; those who typed it read the reason."""
        self.get_object()
        given = RejectionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        return self._done(services.reject_name, **given.validated_data)

    @extend_schema(request=None, responses=UnresolvedNameSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def undo(self, request: Request, public_id: str) -> Response:
        """Take a decision back; 409 if there is none."""
        return self._done(services.undo_decision)
