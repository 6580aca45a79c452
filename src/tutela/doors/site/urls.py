"""The addresses of the public site. Nothing that anybody types or is given ever stands in one."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import path

from tutela.doors.site.views import plain, reading, receipt, report

urlpatterns = [
    path("", reading.first, name="first"),
    path("exit/", plain.leave, name="exit"),
    path("robots.txt", plain.robots, name="robots"),
    path(".well-known/security.txt", plain.security, name="security"),
    path("health", plain.health, name="health"),
    *i18n_patterns(
        path("", report.report, name="report"),
        path("code/", receipt.receipt, name="code"),
        path("help/", reading.help_page, name="help"),
        path("privacy/", reading.privacy, name="privacy"),
        path("about/", reading.about, name="about"),
        path("leaving/", reading.leaving, name="leaving"),
        path("accessibility/", reading.accessibility, name="accessibility"),
    ),
]

handler400 = "tutela.doors.site.views.errors.bad_request"
handler403 = "tutela.doors.site.views.errors.forbidden"
handler404 = "tutela.doors.site.views.errors.not_found"
handler500 = "tutela.doors.site.views.errors.broken"
