"""Setting documents as PDF, offline and with the fonts of the machine.

Everything travels as JSON and is read by the template as data, so that nothing in it can become markup.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import typst


def set_in_type(template: Path, name: str, data: str, *, at: datetime) -> bytes:
    """Return the PDF (tagged, PDF/UA-1) that ``template`` makes of ``data``.

    A sign that no font of the machine has is not allowed in PDF/UA; a document with one is set without that
    promise rather than not at all.

    Args:
        name: what the template calls its data: ``sys.inputs.<name>``.
        data: JSON text.
        at: the moment that the document is of.
    """
    try:
        made = _compile(template, {name: data}, at, ["ua-1"])
    except typst.TypstError:
        made = _compile(template, {name: data}, at, [])
    if not isinstance(made, bytes):
        raise TypeError("the document must be one file")
    return made


def _compile(template: Path, inputs: dict[str, str], at: datetime, standards: list[str]) -> object:
    return typst.compile(
        template.read_bytes(),
        sys_inputs=inputs,
        pdf_standards=standards,  # type: ignore[arg-type]
        timestamp=int(at.timestamp()),
    )
