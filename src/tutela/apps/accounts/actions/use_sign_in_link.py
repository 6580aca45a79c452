"""Use a one-time sign-in of a demo node."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import transaction

from tutela.apps.accounts import rules
from tutela.apps.accounts.actions.record_sign_in import record_sign_in
from tutela.apps.accounts.errors import LinkNotValid, OnlyInDemo
from tutela.apps.accounts.models import SignInLink
from tutela.core.kernel import clock


def use_sign_in_link(token: str) -> uuid.UUID:
    """Return the id of the person whom the link signs in; it works once.

    Raises:
        OnlyInDemo: the node is a real one.
        LinkNotValid: unknown, used or expired; nothing tells which.
    """
    if not settings.TUTELA.demo:
        raise OnlyInDemo
    with transaction.atomic():
        now = clock.now()
        link = SignInLink.objects.filter(
            token_hash=rules.token_hash(token), used_at=None, expires_at__gt=now, person__is_active=True
        ).first()
        if link is None or SignInLink.objects.filter(pk=link.pk, used_at=None).update(used_at=now) != 1:
            raise LinkNotValid
        record_sign_in(person_id=link.person_id, method="demo_link")
    return link.person_id
