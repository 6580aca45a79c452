"""Django's registration."""

from django.apps import AppConfig


class RequestsConfig(AppConfig):
    name = "tutela.apps.requests"
    label = "requests"
