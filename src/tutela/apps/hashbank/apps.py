"""Django's registration of the room."""

from django.apps import AppConfig


class HashbankConfig(AppConfig):
    name = "tutela.apps.hashbank"
    label = "hashbank"
    default_auto_field = "django.db.models.BigAutoField"
