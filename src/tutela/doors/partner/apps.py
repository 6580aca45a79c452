"""Django's registration of the door."""

from django.apps import AppConfig


class PartnerConfig(AppConfig):
    name = "tutela.doors.partner"
    label = "partner"
