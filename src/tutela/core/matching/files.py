"""What the verdicts on the fingerprints of one file mean for the file."""

from __future__ import annotations

from collections.abc import Iterable

from tutela.core.matching.fingerprints import Kind
from tutela.core.matching.verdicts import Outcome, Verdict


def outcome_of_file(verdicts: Iterable[Verdict]) -> Outcome:
    """Return the outcome of a file from the verdicts on its fingerprints.

    A digest names exactly this file, so its verdict goes before what the file looks like: a file that is
    known to be harmless by its digest is no match because it resembles one. Nothing else silences a match.
    """
    seen = list(verdicts)
    by_digest = {one.outcome for one in seen if one.fingerprint.kind is not Kind.PDQ}
    by_look = {one.outcome for one in seen if one.fingerprint.kind is Kind.PDQ}
    for outcomes in (by_digest, by_look):
        for outcome in (Outcome.MATCH, Outcome.KNOWN_GOOD):
            if outcome in outcomes:
                return outcome
    return Outcome.NO_MATCH
