from __future__ import annotations

from django.urls import path

from events.agreements import paperwork, views

app_name = "agreements"
urlpatterns = [
    path("", views.agreement_list, name="list"),
    path("new/", views.agreement_new, name="new"),
    path("<int:pk>/", views.agreement_detail, name="detail"),
    path("<int:pk>/edit/", views.agreement_edit, name="edit"),
    path("<int:pk>/sign/", views.agreement_sign, name="sign"),
    path("<int:pk>/withdraw/", views.agreement_withdraw, name="withdraw"),
    path("<int:pk>/papers/", paperwork.papers, name="papers"),
    path("<int:pk>/papers/new/", paperwork.papers_request, name="papers-request"),
    path("documents/<uuid:public_id>/", paperwork.document, name="document"),
    path("outcomes/<int:outcome_pk>/", paperwork.of_outcome, name="of_outcome"),
    path("outcomes/<int:outcome_pk>/draft/", paperwork.draft, name="draft"),
    path("history/<int:organization>/<int:partner>/", views.history, name="history"),
    path("fairs/<slug:slug>/drafts/", paperwork.drafts, name="drafts"),
]
