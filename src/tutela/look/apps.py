"""Django's registration of the shared look."""

from django.apps import AppConfig


class LookConfig(AppConfig):
    name = "tutela.look"
    label = "look"
