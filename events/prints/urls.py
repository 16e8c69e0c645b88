"""Addresses of what is printed."""

from __future__ import annotations

from django.urls import path

from events.prints import views

app_name = "prints"
urlpatterns = [
    path("<slug:slug>/", views.pack, name="pack"),
    path("<slug:slug>/standing/", views.standing, name="standing"),
    path("<slug:slug>/single/", views.single, name="single"),
    path("<slug:slug>/<slug:document>.pdf", views.document_pdf, name="pdf"),
    path("<slug:slug>/<slug:document>.xlsx", views.document_workbook, name="xlsx"),
]
