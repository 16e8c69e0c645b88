"""Every page of the portal."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

handler500 = "portal.pages.views.server_error"
urlpatterns = [
    path("", include("portal.pages.urls")),
    path("accounts/", include("portal.accounts.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("portal.api_urls")),
    path("organizations/", include("portal.organizations.urls")),
    path("majors/", include("portal.majors.urls")),
    path("demands/", include("portal.demands.urls")),
    path("jobs/", include("portal.jobs.urls")),
    path("notifications/", include("portal.notifications.urls")),
    path("taxonomy/", include("portal.taxonomy.urls")),
    path("matching/", include("matching.urls")),
    path("fairs/", include("events.fairs.urls")),
    path("meetings/", include("events.meetings.urls")),
    path("door/", include("events.door.urls")),
    path("agreements/", include("events.agreements.urls")),
    path("review/", include("events.review.urls")),
    path("prints/", include("events.prints.urls")),
    path("briefs/", include("events.statistics.urls")),
]
