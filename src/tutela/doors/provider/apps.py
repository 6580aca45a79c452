"""Django's registration of the door."""

from django.apps import AppConfig


class ProviderConfig(AppConfig):
    name = "tutela.doors.provider"
    label = "provider"
