"""Django's registration of the room."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "tutela.apps.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"
