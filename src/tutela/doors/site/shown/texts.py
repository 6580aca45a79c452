"""In which of the two languages of the data a page shows names and texts of law.

The data have English and Georgian. A page in another language shows the English ones, and says to browsers
and screen readers that they are English.
"""

from __future__ import annotations

from django.utils import translation

LANGUAGES = ("en", "ka")


def law_language() -> str:
    """Return the language of the data for the page that is being made."""
    wanted = page_language().partition("-")[0]
    return wanted if wanted in LANGUAGES else LANGUAGES[0]


def page_language() -> str:
    """Return the language of the page that is being made."""
    return translation.get_language() or LANGUAGES[0]
