"""What stands in the forms of a page that a test was answered with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.test import Client


def version_on(client: Client, path: str) -> str:
    """Return the version that the form of the page carries, so that nobody overwrites somebody else."""
    found = re.search(r'name="version" value="(\d+)"', client.get(path).content.decode())
    if found is None:
        raise AssertionError(f"{path} has no form with a version")
    return found.group(1)


def checked(html: str) -> set[str]:
    """Return the ids of the choices that are made on a page."""
    return set(re.findall(r'<input type="radio" id="([^"]+)"[^>]* checked', html))
