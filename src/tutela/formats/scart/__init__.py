"""SCARt: what that hotline software exports as a report, and the lists that are handed into it.

For what: a hotline that changes over, or works with one that has not.
Owns: nothing but its samples.
Speaks to: ``core.record``.
Never: takes a classification over as an assessment; like every cell that has no place here it is kept as
words for a person.

The export has a header, every cell in quotes, a semicolon after the last one too, and quotes inside a cell
written with a backslash. The columns are chosen by whoever makes it; ``url`` is needed. A list has no header:
``URL;REFERER;WORKUSER-EMAIL;REFERENCE;SOURCE;TYPE`` or ``URL;REFERER;NOTE``. Times name no zone.
"""

from tutela.core.record.imported import ImportedReports
from tutela.formats.registry import Manifest

MANIFEST = Manifest(
    name="scart",
    title="SCARt export and list (CSV)",
    media_type="text/csv",
    extensions=("csv", "txt"),
    reads=ImportedReports,
    writes=None,
)
