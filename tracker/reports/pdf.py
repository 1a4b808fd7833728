"""The report as PDF by typst: tagged, with bookmarks, fonts inside. Its template reads the blocks as JSON.

Text of the register reaches typst only as data, never as source, so that nothing in it can be markup.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict
from datetime import date
from pathlib import Path
from shutil import copyfile
from typing import Any

from tracker.errors import BadDataError, WorldError
from tracker.reports.document import Block, Chart, Document
from tracker.reports.html import logo_file
from tracker.reports.template_files import Templates

_TEMPLATE = "report.typ"
_MOST_ROWS = 30_000
"""Lines of tables; so many take 2 GB of memory while they are set (measured)."""

_HEAD = ("title", "subtitle", "scope", "office", "facts", "summary", "running_title")
"""What the template reads of a document besides its sections."""


def pdf_bytes(document: Document, templates: Templates, language: str = "en") -> bytes:
    """The whole file; the same document gives the same bytes. Raises WorldError where typst is not installed."""
    try:
        import typst
    except ModuleNotFoundError:
        raise WorldError(
            "the PDF library is not installed.",
            remedy="Install it with: pip install 'tracker[pdf]'; or print the HTML report to PDF.",
        ) from None
    if sum(table.length for table in document.tables) > _MOST_ROWS:
        raise BadDataError(
            f"the report has more than {_MOST_ROWS} lines, too many for a PDF.",
            remedy="Write html, docx or xlsx, or one organization at a time with --org.",
        )
    with tempfile.TemporaryDirectory(prefix="tracker-pdf-") as name:
        folder = Path(name)
        source = templates.file(_TEMPLATE)
        if source is None:
            raise WorldError(f"the template {_TEMPLATE} is missing.", remedy="Install the program again.")
        copyfile(source, folder / _TEMPLATE)
        _write_data(folder, document, templates, language)
        try:
            content = typst.compile(
                str(folder / _TEMPLATE),
                root=name,
                timestamp=int(document.moment.timestamp()),
                format="pdf",
                font_paths=[str(path) for path in templates.font_folders()],
            )
        except typst.TypstError as error:
            raise BadDataError(
                f"the template cannot be used: {str(error).splitlines()[0]}.",
                where=str(source),
                remedy="Mend it, or remove it to use the program's own.",
            ) from None
    return bytes(content)


def _write_data(folder: Path, document: Document, templates: Templates, language: str) -> None:
    logo = logo_file(templates)
    if logo is not None:
        copyfile(logo, folder / logo.name)
    content = {
        **{name: getattr(document, name) for name in _HEAD},
        "key_figures": [asdict(figure) for figure in document.key_figures],
        "language": language,
        "logo": None if logo is None else logo.name,
        "sections": [
            {
                "heading": section.heading,
                "landscape": section.landscape,
                "blocks": [_block(folder, block) for block in section.blocks],
            }
            for section in document.sections
        ],
    }
    (folder / "report.json").write_text(json.dumps(content, ensure_ascii=False, default=_plain), encoding="utf-8")


def _block(folder: Path, block: Block) -> dict[str, Any]:
    content = asdict(block) | {"kind": type(block).__name__}
    if isinstance(block, Chart):
        content["file"] = f"{block.name}.svg"
        (folder / content["file"]).write_text(content.pop("svg"), encoding="utf-8")
    return content


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
