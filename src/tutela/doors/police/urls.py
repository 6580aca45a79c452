"""The addresses of the police's door. Nothing that was referred stands in one: referrals go by their ids."""

from __future__ import annotations

from django.urls import include, path

from tutela.doors.police.views import referral, referrals

police = (
    [
        path("", referrals.home, name="home"),
        path("referrals/", referrals.referrals, name="referrals"),
        path("referrals/<uuid:referral_id>/", referral.referral, name="referral"),
        path("referrals/<uuid:referral_id>/outcome/", referral.outcome, name="outcome"),
        path("referrals/<uuid:referral_id>/words/", referral.words, name="words"),
        path("referrals/<uuid:referral_id>/bundle/", referral.bundle, name="bundle"),
        path("referrals/<uuid:referral_id>/sheet/", referral.sheet, name="sheet"),
    ],
    "police",
)

urlpatterns = [
    path("", include(police)),
    path("", include("tutela.entry.urls")),
]
