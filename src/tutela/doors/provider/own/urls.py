"""The addresses of a provider's own people. Nothing that was asked stands in one."""

from __future__ import annotations

from django.urls import include, path

from tutela.doors.provider.own import views

own = (
    [
        path("", views.home, name="home"),
        path("requests/", views.requests, name="requests"),
        path("requests/<uuid:request_id>/", views.request_page, name="request"),
        path("requests/<uuid:request_id>/answer/", views.answer, name="answer"),
    ],
    "provider",
)

urlpatterns = [
    path("", include(own)),
    path("", include("tutela.entry.urls")),
]
