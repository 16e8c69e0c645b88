"""What typed names stand for, by API: one (GET) or up to 500 (POST), by the rule of the forms."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from portal.taxonomy.models import EducationLevel
from portal.taxonomy.naming import How
from portal.taxonomy.resolving import LONGEST_NAME, resolve_majors, resolve_skills

MOST_NAMES = 500
TEXT = OpenApiParameter("text", OpenApiTypes.STR, required=True, description="The name as typed.")
LEVEL = OpenApiParameter(
    "level", OpenApiTypes.STR, enum=EducationLevel.values, description="Only majors of this level."
)


class SuggestionSerializer(serializers.Serializer[Any]):
    """Something that the text may mean; `matched` is the present or other name that is near, score an order."""

    key = serializers.CharField()
    name = serializers.CharField()
    level = serializers.CharField()
    matched = serializers.CharField()
    score = serializers.FloatField()


class ResolutionSerializer(serializers.Serializer[Any]):
    """What a text stands for: `key` (a major's code, a skill's name), or null and at most five suggestions.

    `how` says why; `edition` is that of the list which knows the other name, `group` the code of a class of majors.
    """

    text = serializers.CharField()
    key = serializers.CharField(allow_null=True)
    how = serializers.ChoiceField(choices=[(how.value, how.value) for how in How])
    edition = serializers.CharField()
    group = serializers.CharField()
    suggestions = SuggestionSerializer(many=True)


class NameSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=LONGEST_NAME)


class MajorNameSerializer(NameSerializer):
    level = serializers.ChoiceField(EducationLevel.choices, required=False, allow_null=True, default=None)


class NamesSerializer(serializers.Serializer[Any]):
    names = serializers.ListField(child=NameSerializer(), max_length=MOST_NAMES)


class MajorNamesSerializer(serializers.Serializer[Any]):
    names = serializers.ListField(child=MajorNameSerializer(), max_length=MOST_NAMES)


def _asked(request: Request, one: type[NameSerializer], many: type[serializers.Serializer[Any]]) -> list[Any]:
    """The names asked for: of the address, or of the body."""
    if request.method == "POST":
        body = many(data=request.data)
        body.is_valid(raise_exception=True)
        names: list[Any] = body.validated_data["names"]
        return names
    if unknown := set(request.query_params) - set(one().fields) - {"format"}:
        raise ValidationError({name: [_("Unknown parameter.")] for name in sorted(unknown)})
    query = one(data=request.query_params)
    query.is_valid(raise_exception=True)
    return [query.validated_data]


def _answer(request: Request, found: list[Any]) -> Response:
    return Response(
        ResolutionSerializer(found if request.method == "POST" else found[0], many=request.method == "POST").data
    )


class MajorResolving:
    """`majors/resolve`."""

    @extend_schema(methods=["GET"], parameters=[TEXT, LEVEL], responses=ResolutionSerializer)
    @extend_schema(methods=["POST"], request=MajorNamesSerializer, responses=ResolutionSerializer(many=True))
    @action(detail=False, methods=["get", "post"], filterset_class=None, pagination_class=None)
    def resolve(self, request: Request) -> Response:
        """The majors that names stand for: present names, old names, wordings that the staff decided."""
        asked = _asked(request, MajorNameSerializer, MajorNamesSerializer)
        return _answer(request, resolve_majors([(name["text"], name["level"]) for name in asked]))


class SkillResolving:
    """`skills/resolve`."""

    @extend_schema(methods=["GET"], parameters=[TEXT], responses=ResolutionSerializer)
    @extend_schema(methods=["POST"], request=NamesSerializer, responses=ResolutionSerializer(many=True))
    @action(detail=False, methods=["get", "post"], filterset_class=None, pagination_class=None)
    def resolve(self, request: Request) -> Response:
        """The skills that names stand for: names of the vocabulary and synonyms."""
        asked = _asked(request, NameSerializer, NamesSerializer)
        return _answer(request, resolve_skills([name["text"] for name in asked]))
