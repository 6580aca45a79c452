"""XARF, the abuse report in JSON that networks send each other: writes v4 ``content/csam``, reads v4 and v3.

For what: the machine-readable half of a notice to a provider.
Owns: nothing but its samples.
Speaks to: ``core.record``, ``core.terms``.
Never: writes ``_internal``, evidence or a classification that was not found; reads evidence with media.
"""

from tutela.core.record.notice import NoticeRecord
from tutela.core.record.received import ReceivedNotice
from tutela.formats.registry import Manifest

MANIFEST = Manifest(
    name="xarf",
    title="XARF v4 (content/csam)",
    media_type="application/json",
    extensions=("json",),
    reads=ReceivedNotice,
    writes=NoticeRecord,
)
