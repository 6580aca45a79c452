"""Hash lists as people keep them: CSV with a header, JSON, or plain lines of kind and value.

For what: a provider's or a hotline's own list files, and lists that others hand over by hand.
Owns: nothing but its samples.
Speaks to: ``core.record``, ``core.matching``.
Never: guesses a kind by the length of a value; keeps file names, remarks or licensed fingerprints.

CSV has ``entry``, ``kind``, ``value``, ``quality``, ``classification``, ``scheme`` in any order, or one
column a kind (``md5``, ``sha1``, ``sha256``, ``pdq``, ``pdq_quality``). JSON has ``entries`` with ``id``,
``scheme``, ``classification`` and ``fingerprints`` of ``kind``, ``value`` and ``quality``. A plain line is
``<kind> <value>``; ``# kind: md5`` says the kind of the bare values after it.
"""

from tutela.core.record.listed import ListedEntries
from tutela.formats.registry import Manifest

MANIFEST = Manifest(
    name="hashlist",
    title="Hash list (CSV, JSON, plain lines)",
    media_type="text/csv",
    extensions=("csv", "json", "txt"),
    reads=ListedEntries,
    writes=ListedEntries,
)
