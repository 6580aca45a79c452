"""Pages about a code all weigh the same, so that their size on the line does not tell what they say."""

from __future__ import annotations

import secrets

from django.http import HttpResponse

BLOCK_BYTES = 16 * 1024
_MARK = b"<!-- %s -->\n"
_EMPTY = len(_MARK % b"")


def fill(response: HttpResponse) -> HttpResponse:
    """Add a random comment (which does not compress) up to the next multiple of :data:`BLOCK_BYTES`."""
    missing = -(len(response.content) + _EMPTY) % BLOCK_BYTES
    filler = secrets.token_urlsafe(missing)[:missing].replace("--", "__").encode()
    response.content = response.content + _MARK % filler
    return response
