"""Who may enter which page of the desk: the guards that every door behind a sign-in shares."""

from tutela.entry.access import (
    DEMO_SIGN_IN,
    FACTOR_SHOWN,
    Declared,
    View,
    actor,
    allowed,
    anyone,
    declared,
    is_quiet,
    refusal,
    refused,
    second_factor_shown,
    setting_up,
    signed_in,
    to_sign_in,
    without_activity,
)

__all__ = [
    "DEMO_SIGN_IN",
    "FACTOR_SHOWN",
    "Declared",
    "View",
    "actor",
    "allowed",
    "anyone",
    "declared",
    "is_quiet",
    "refusal",
    "refused",
    "second_factor_shown",
    "setting_up",
    "signed_in",
    "to_sign_in",
    "without_activity",
]
