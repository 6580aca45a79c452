"""The addresses of the public site. Nothing that anybody types or is given ever stands in one.

What is chosen from a list on the pages of law and of help does: a country, a standard, a question of law.
Such a page is the same for everybody and can be passed on.
"""

from django.conf.urls.i18n import i18n_patterns
from django.urls import path, register_converter

from tutela.doors.site.converters import CountryCode, FileKind
from tutela.doors.site.views import law, law_files, plain, reading, receipt, report

register_converter(CountryCode, "country")
register_converter(FileKind, "kind")

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
        path("law/", law.world_map, name="law"),
        path("law/map.<kind:kind>", law_files.world_map, name="law_map_file"),
        path("law/all.<kind:kind>", law_files.everything, name="law_all_file"),
        path("law/compare/", law.compare, name="law_compare"),
        path("law/compare.<kind:kind>", law_files.compare, name="law_compare_file"),
        path("law/correct/", law.correct, name="law_correct"),
        path("law/<country:code>/", law.country_page, name="law_country"),
        path("law/<country:code>.<kind:kind>", law_files.country, name="law_country_file"),
        path("law/<country:code>.pdf", law_files.gaps, name="law_gaps"),
    ),
]

handler400 = "tutela.doors.site.views.errors.bad_request"
handler403 = "tutela.doors.site.views.errors.forbidden"
handler404 = "tutela.doors.site.views.errors.not_found"
handler500 = "tutela.doors.site.views.errors.broken"
