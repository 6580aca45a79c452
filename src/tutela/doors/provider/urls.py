"""The addresses of the providers' door: the page behind a one-time link, and nothing to find without one."""

from django.urls import path

from tutela.doors.provider.views import notice, plain

urlpatterns = [
    path("", plain.front, name="front"),
    path("n/<str:token>/", notice.notice, name="notice"),
    path("robots.txt", plain.robots, name="robots"),
    path("health", plain.health, name="health"),
]

handler400 = "tutela.doors.provider.views.plain.bad_request"
handler403 = "tutela.doors.provider.views.plain.not_found"
handler404 = "tutela.doors.provider.views.plain.not_found"
handler500 = "tutela.doors.provider.views.plain.broken"
