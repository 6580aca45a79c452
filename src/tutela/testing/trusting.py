"""Authorities read once: each client of httpx reads all that are trusted anew, a twentieth of a second long.

The tests make a client for nearly every question, mostly to a server on the loopback that has no
certificate at all. Clients of this process with the same wishes share what was read for the first of them;
what a client may trust stays as it was.
"""

from __future__ import annotations

from functools import cache


def keep_authorities() -> None:
    """Let clients of this process that ask for the same authorities share them."""
    import httpx
    from httpx._transports import default

    default.create_ssl_context = cache(httpx.create_ssl_context)  # type: ignore[attr-defined]
