"""The report as PDF by typst: tagged as PDF/UA asks, with bookmarks, fonts inside. Its template reads JSON.

Text of the register reaches typst only as data, never as source, so that nothing in it can be markup.
"""

from __future__ import annotations

import json
import re
import tempfile
from dataclasses import asdict
from datetime import date
from pathlib import Path
from shutil import copyfile
from typing import Any, Final

from tracker.errors import BadDataError, WorldError
from tracker.reports.document import Block, Chart, Document
from tracker.reports.html import logo_file
from tracker.reports.template_files import Templates

_TEMPLATE = "report.typ"
_MOST_ROWS = 30_000
"""Lines of tables; so many take 2 GB of memory while they are set (measured)."""

_STANDARD: Final = "ua-1"
"""PDF/UA (ISO 14289-1), for readers who do not see it; what it asks is checked while the file is made."""
_WITHOUT_FONT = re.compile(r'the text `"(.+?)"` could not be displayed')

_NO_LETTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufeff\ufffe\uffff]")
"""What commands a terminal or a reader of files, and is nothing to be seen."""
_IN_ONE_FONT = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
"""What only the font knew in which a text was written: a bullet of Word's, say."""

_HEAD = ("title", "subtitle", "scope", "office", "facts", "summary", "running_title")
"""What the template reads of a document besides its sections."""


def pdf_bytes(document: Document, templates: Templates) -> bytes:
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
        _write_data(folder, document, templates)
        try:
            content = typst.compile(
                str(folder / _TEMPLATE),
                root=name,
                timestamp=int(document.moment.timestamp()),
                format="pdf",
                pdf_standards=_STANDARD,
                font_paths=[str(path) for path in templates.font_folders()],
            )
        except typst.TypstError as error:
            raise _what_is_wrong(str(error), source) from None
    return bytes(content)


def _what_is_wrong(said: str, template: Path) -> BadDataError:
    """What typst says, as a sentence: a standard does not let it print a box in the place of a letter."""
    letters = _WITHOUT_FONT.search(said)
    if letters is not None:
        return BadDataError(
            f"the PDF would show “{letters[1]}” as a box: no font here has it.",
            remedy="Install one that has it, such as Debian's fonts-noto, or leave pdf out of --format.",
        )
    return BadDataError(
        f"the template cannot be used: {said.splitlines()[0]}.",
        where=str(template),
        remedy="Correct it, or remove it to use the program's own.",
    )


def _write_data(folder: Path, document: Document, templates: Templates) -> None:
    logo = logo_file(templates)
    if logo is not None:
        copyfile(logo, folder / logo.name)
    content = {
        **{name: getattr(document, name) for name in _HEAD},
        "key_figures": [asdict(figure) for figure in document.key_figures],
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
    said = json.dumps(_shown(content), ensure_ascii=False, default=_plain)
    (folder / "report.json").write_text(said, encoding="utf-8")


def _shown(content: Any) -> Any:
    """The same with nothing and with a sign in the place of what cannot be shown."""
    if isinstance(content, str):
        return _IN_ONE_FONT.sub("\N{REPLACEMENT CHARACTER}", _NO_LETTER.sub("", content))
    if isinstance(content, dict):
        return {name: _shown(value) for name, value in content.items()}
    return [_shown(item) for item in content] if isinstance(content, list | tuple) else content


def _block(folder: Path, block: Block) -> dict[str, Any]:
    content = asdict(block) | {"kind": type(block).__name__}
    if isinstance(block, Chart):
        content["file"] = f"{block.name}.svg"
        (folder / content["file"]).write_text(content.pop("svg"), encoding="utf-8")
    return content


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
