"""Django's registration: an application of its own, so that its pages come before the library's."""

from django.apps import AppConfig


class EntryConfig(AppConfig):
    name = "tutela.entry"
    label = "entry"
