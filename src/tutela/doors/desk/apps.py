"""Django's registration of the door."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "tutela.doors.desk"
    label = "desk"
