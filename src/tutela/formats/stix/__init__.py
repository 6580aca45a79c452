"""STIX 2.1: a referral as a bundle that police and response teams load into the tools they have, and back.

For what: the machine-readable half of a referral to somebody without a node.
Owns: the two extension definitions of the project, and its samples.
Speaks to: ``core.record``, ``core.terms``, the library ``stix2``.
Never: writes a pattern, a name of a file or a payload; turns a 4×4 grade into STIX's confidence, which means
something else; reads a bundle that carries an artifact with a payload.
"""

from tutela.core.record.referral import ReferralRecord
from tutela.formats.registry import Manifest

MANIFEST = Manifest(
    name="stix",
    title="STIX 2.1 bundle (referral, TLP 2.0)",
    media_type="application/stix+json;version=2.1",
    extensions=("json",),
    reads=ReferralRecord,
    writes=ReferralRecord,
)
