"""The API: one router over the viewsets of all slices, and its description."""

from __future__ import annotations

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import DefaultRouter

from events.agreements.api import OF_ONE as OF_ONE_AGREEMENT
from events.agreements.api import AgreementViewSet
from events.door.api import DoorEventViewSet
from events.fairs.api import FairViewSet, ParticipationViewSet
from events.meetings.api import MeetingViewSet, OutcomeViewSet, TimetableViewSet
from events.prints.api import PackViewSet
from events.review.api import CallBackViewSet, StrikeViewSet
from events.statistics.api import BriefViewSet
from matching.api import FeedbackViewSet, MatchViewSet
from portal.demands.api import DemandViewSet
from portal.jobs.api import JobViewSet
from portal.majors.api import ProgrammeViewSet
from portal.organizations.api import OrganizationViewSet
from portal.taxonomy.api import (
    CooperationKindViewSet,
    IndustryViewSet,
    MajorViewSet,
    RegionViewSet,
    SkillViewSet,
)
from portal.taxonomy.queue.api import UnresolvedNameViewSet

router = DefaultRouter()
router.register("organizations", OrganizationViewSet, basename="organization")
router.register("majors", MajorViewSet, basename="major")
router.register("programmes", ProgrammeViewSet, basename="programme")
router.register("demands", DemandViewSet, basename="demand")
router.register("skills", SkillViewSet, basename="skill")
router.register("regions", RegionViewSet, basename="region")
router.register("industries", IndustryViewSet, basename="industry")
router.register("cooperation-kinds", CooperationKindViewSet, basename="cooperation-kind")
router.register("unresolved-names", UnresolvedNameViewSet, basename="unresolved-name")
router.register("jobs", JobViewSet, basename="job")
router.register("matches", MatchViewSet, basename="match")
router.register("feedback", FeedbackViewSet, basename="feedback")
router.register("fairs", FairViewSet, basename="fair")
router.register("participations", ParticipationViewSet, basename="participation")
router.register("timetables", TimetableViewSet, basename="timetable")
router.register("meetings", MeetingViewSet, basename="meeting")
router.register("outcomes", OutcomeViewSet, basename="outcome")
router.register("door-events", DoorEventViewSet, basename="door-event")
router.register("strikes", StrikeViewSet, basename="strike")
router.register("call-backs", CallBackViewSet, basename="call-back")
router.register("print-packs", PackViewSet, basename="print-pack")
router.register("agreements", AgreementViewSet, basename="agreement")
for part, viewset in OF_ONE_AGREEMENT.items():
    name = "party" if part == "parties" else part.removesuffix("s")
    router.register(rf"agreements/(?P<agreement>[^/.]+)/{part}", viewset, basename=f"agreement-{name}")
router.register("briefs", BriefViewSet, basename="brief")

app_name = "api"
urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("", include(router.urls)),
]
