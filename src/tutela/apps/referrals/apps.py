"""Django's registration."""

from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "tutela.apps.referrals"
    label = "referrals"
