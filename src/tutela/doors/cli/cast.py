"""The persons of the demonstration, each entering by the door that is really theirs."""

from __future__ import annotations

import time

from tutela.doors.cli.visitor import StoryBroken, Visitor

PASSWORD = "demonstration-only-7Kx"  # noqa: S105 - a node of this machine, made and deleted by the demonstration
FOUND = {
    "reality": "photo_video",
    "age_band": "7_10",
    "category": "baseline",
    "series_known": "no",
    "self_generated": "no",
    "livestream": "no",
    "commercial": "unclear",
}
"""What the analysts record. Behind the addresses stand photographs that scikit-image ships."""


def enter_by_invitation(name: str, desk_url: str, link: str, email: str = "") -> Visitor:
    """Follow a one-time link: choose a password, set up an authenticator app, be signed in."""
    visitor = Visitor(name, desk_url).open(link)
    offered = visitor.form("token", "password").offered
    given = {"password": PASSWORD}
    if "name" in offered:
        given["name"] = name
    if "email" in offered:
        given["email"] = email
    visitor.send("token", "password", **given)
    visitor.open("/account/app/")
    secret = visitor.find(r'class="secret"[^>]*>([A-Z2-7 ]+)<').replace(" ", "")
    visitor.send("code", code=one_time_code(secret))
    return visitor


def one_time_code(secret: str) -> str:
    """Return the six digits that an authenticator app shows now (RFC 6238, 30 s, SHA-1)."""
    import base64
    import hmac

    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.digest(key, int(time.time() // 30).to_bytes(8, "big"), "sha1")
    offset = mac[-1] & 0x0F
    return f"{(int.from_bytes(mac[offset : offset + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


def invite(coordinator: Visitor, name: str, email: str, role: str) -> str:
    """Invite somebody at the desk and return the one-time link that the page shows."""
    coordinator.open("/people/invite/").send("name", "email", "role", name=name, email=email, role=role)
    return coordinator.find(r"(https?://[^\s<\"]+/invitation/[^\s<\"]+)")


def wait_until(visitor: Visitor, path: str, *parts: str, seconds: float = 120) -> Visitor:
    """Open ``path`` again and again until the page says all of ``parts``.

    Raises:
        StoryBroken: it did not in that time.
    """
    deadline = time.monotonic() + seconds
    while True:
        visitor.open(path)
        if all(part in visitor.text for part in parts):
            return visitor
        if time.monotonic() > deadline:
            raise StoryBroken(f"{visitor.name}: {path} never said {parts}: {visitor.text[:900]}")
        time.sleep(0.5)


def claim(visitor: Visitor, item: str) -> Visitor:
    """Open the item at ``item`` (the path of its page) and take it in hand, unless somebody has it."""
    visitor.open(item)
    if f"{item}claim/" in (visitor.page.text if visitor.page else ""):
        visitor.send(to=f"{item}claim/")
    return visitor


def assess(visitor: Visitor, item: str) -> Visitor:
    """Record at the item what was found."""
    claim(visitor, item).open(f"{item}assess/")
    return visitor.send("reality", "category", **FOUND, then="item")
