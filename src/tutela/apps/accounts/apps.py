"""Django's registration of the room."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "tutela.apps.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
