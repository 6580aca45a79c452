"""Django's registration of the door."""

from django.apps import AppConfig


class PoliceConfig(AppConfig):
    name = "tutela.doors.police"
    label = "police"
