"""Keep the language in which a person reads the desk."""

from __future__ import annotations

import uuid

from django.conf import settings

from tutela.apps.accounts.errors import NotALanguage
from tutela.apps.accounts.models import Person


def choose_language(*, person_id: uuid.UUID, language: str) -> None:
    """Keep the choice; an empty code follows the browser.

    Raises:
        NotALanguage: the node does not speak it.
    """
    if language and language not in dict(settings.LANGUAGES):
        raise NotALanguage
    Person.objects.filter(pk=person_id).update(language=language)
