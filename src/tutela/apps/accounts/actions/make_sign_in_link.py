"""Make a one-time sign-in for a demo node."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import transaction

from tutela.apps.accounts import rules
from tutela.apps.accounts.errors import OnlyInDemo
from tutela.apps.accounts.models import Person, SignInLink
from tutela.apps.ledger import actions as ledger
from tutela.core.kernel import clock, ids
from tutela.core.kernel.errors import NotFound


def make_sign_in_link(person_id: uuid.UUID) -> str:
    """Return the token of a link that signs the person in once, without a second factor.

    Raises:
        OnlyInDemo: the node is a real one.
        NotFound: there is no such active person.
    """
    if not settings.TUTELA.demo:
        raise OnlyInDemo
    token = ids.new_token()
    with transaction.atomic():
        if not Person.objects.filter(pk=person_id, is_active=True).exists():
            raise NotFound
        SignInLink.objects.create(
            token_hash=rules.token_hash(token),
            person_id=person_id,
            expires_at=clock.now() + rules.SIGN_IN_LINK_LASTS,
        )
        ledger.write_line("sign_in_link_made", actor="command", about=("person", person_id))
    return token
