"""Django's registration of the room."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "tutela.apps.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"
