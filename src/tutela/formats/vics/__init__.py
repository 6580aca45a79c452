"""VICS (1.2, 1.3, 2.0), the JSON in which forensic tools exchange classified hash sets, and ICSE CSV.

For what: hash sets that police or an exporter hand over, of any size.
Owns: nothing but its samples.
Speaks to: ``core.record``, ``core.matching``.
Never: keeps a picture (``Miniature``), a licensed fingerprint, a remark, a tag, a name or path of a file, or
anything about an officer; each is counted as left out. Never reads ``Category`` without its profile.
"""

from tutela.core.record.listed import ListedEntries
from tutela.formats.registry import Manifest

MANIFEST = Manifest(
    name="vics",
    title="VICS 1.2–2.0 (Project VIC, CAID) and ICSE CSV",
    media_type="application/json",
    extensions=("json", "csv"),
    reads=ListedEntries,
    writes=None,
)
