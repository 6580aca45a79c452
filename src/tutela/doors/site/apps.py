"""Django's registration of the door."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "tutela.doors.site"
    label = "site"
