"""Use up a time-based one-time code (RFC 6238 section 5.2: a code is accepted once only)."""

from __future__ import annotations

import uuid

from tutela.apps.accounts.models import Person


def spend_code(*, person_id: uuid.UUID, step: int) -> bool:
    """Return whether the code of this time step was unused; it and all before it are used from now on.

    One compare-and-swap in the database, so that it holds across processes and restarts.
    """
    return Person.objects.filter(pk=person_id, last_code_step__lt=step).update(last_code_step=step) == 1
