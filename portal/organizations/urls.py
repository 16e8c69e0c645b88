from __future__ import annotations

from django.urls import path

from portal.organizations import people, reviews, views

app_name = "organizations"
urlpatterns = [
    path("", views.organization_list, name="list"),
    path("new/", views.organization_new, name="new"),
    path("review/", reviews.review_list, name="review"),
    path("<int:pk>/", views.organization_detail, name="detail"),
    path("<int:pk>/edit/", views.organization_edit, name="edit"),
    path("<int:pk>/submit/", views.organization_submit, name="submit"),
    path("<int:pk>/approve/", reviews.organization_approve, name="approve"),
    path("<int:pk>/return/", reviews.organization_return, name="return"),
    path("<int:pk>/suspend/", reviews.organization_suspend, name="suspend"),
    path("<int:pk>/reinstate/", reviews.organization_reinstate, name="reinstate"),
    path("<int:pk>/archive/", reviews.organization_archive, name="archive"),
    path("<int:pk>/contacts/new/", views.contact_edit, name="contact-new"),
    path("<int:pk>/contacts/<int:contact_pk>/", views.contact_edit, name="contact-edit"),
    path("<int:pk>/contacts/<int:contact_pk>/remove/", views.contact_remove, name="contact-remove"),
    path("<int:pk>/people/invite/", people.member_invite, name="member-invite"),
    path("<int:pk>/people/<int:member_pk>/end/", people.member_end, name="member-end"),
]
