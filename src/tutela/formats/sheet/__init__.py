"""The sheet: a referral as PDF, for police whose own system takes documents and no messages (SIENA).

For what: an officer who loads it into that system, or reads it at a desk.
Owns: ``data/``: the template and its words in English and Georgian; its samples.
Speaks to: ``core.record``, ``core.terms``, the library ``typst``.
Never: lets anything that somebody wrote become markup; turns a mark into handling codes by itself: where the
sender set none, it prints a proposal and says that it is one.
"""

from tutela.core.record.referral import ReferralRecord
from tutela.formats.registry import Manifest

MANIFEST = Manifest(
    name="sheet",
    title="Referral as a printable sheet (PDF)",
    media_type="application/pdf",
    extensions=("pdf",),
    reads=None,
    writes=ReferralRecord,
    samples_of="typeset_from",
)
