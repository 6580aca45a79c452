"""Django's registration of the room."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "tutela.apps.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"
