"""Django's registration of the door, so that its texts are found and translated."""

from django.apps import AppConfig


class WorkerConfig(AppConfig):
    name = "tutela.doors.worker"
    label = "worker"
