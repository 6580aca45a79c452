"""Django's registration of the room."""

from django.apps import AppConfig


class ReceiptsConfig(AppConfig):
    name = "tutela.apps.receipts"
    label = "receipts"
    default_auto_field = "django.db.models.BigAutoField"
