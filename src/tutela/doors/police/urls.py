"""The addresses of the police's door. Nothing that was referred stands in one: referrals go by their ids."""

from __future__ import annotations

from django.urls import include, path

from tutela.doors.police.views import preserve, referral, referrals, requests

police = (
    [
        path("", referrals.home, name="home"),
        path("referrals/", referrals.referrals, name="referrals"),
        path("referrals/<uuid:referral_id>/", referral.referral, name="referral"),
        path("referrals/<uuid:referral_id>/outcome/", referral.outcome, name="outcome"),
        path("referrals/<uuid:referral_id>/words/", referral.words, name="words"),
        path("referrals/<uuid:referral_id>/preserve/", preserve.preserve, name="preserve"),
        path("requests/", requests.requests, name="requests"),
        path("requests/<uuid:request_id>/", requests.request_page, name="request"),
        path("referrals/<uuid:referral_id>/bundle/", referral.bundle, name="bundle"),
        path("referrals/<uuid:referral_id>/sheet/", referral.sheet, name="sheet"),
    ],
    "police",
)

urlpatterns = [
    path("", include(police)),
    path("", include("tutela.entry.urls")),
]
