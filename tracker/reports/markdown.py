"""The report as Markdown: what a reader of plain text needs, with every table as a table."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tracker.reports.document import Block, Cell, Chart, Document, Heading, Paragraph, Row, Table

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#&])")
_ALIGN = {"left": ":---", "right": "---:", "center": ":---:"}


def markdown_chunks(document: Document) -> Iterator[bytes]:
    """The text piece by piece, UTF-8."""
    for part in _parts(document):
        yield f"{part}\n\n".encode()


def _parts(document: Document) -> Iterator[str]:
    yield f"# {_text(document.title)}"
    yield "\\\n".join(_text(line) for line in (document.subtitle, document.scope, document.office))
    yield "\n".join(f"- {_text(name)}: **{_text(value)}**" for name, value in document.facts)
    yield "## Summary"
    yield "\n".join(f"- **{_text(f.title)}: {_text(f.value)}** ({_text(f.detail)})" for f in document.key_figures)
    yield "\n".join(f"{place}. {_text(sentence)}" for place, sentence in enumerate(document.summary, 1))
    tables = figures = 0
    for section in document.sections:
        yield f"## {_text(section.heading)}"
        for block in section.blocks:
            tables += isinstance(block, Table)
            figures += isinstance(block, Chart)
            yield from _block(block, tables, figures)


def _block(block: Block, tables: int, figures: int) -> Iterator[str]:
    if isinstance(block, Heading):
        yield f"### {_text(block.text)}"
    elif isinstance(block, Paragraph):
        yield _text(block.text)
    elif isinstance(block, Chart):
        yield f"**Figure {figures}.** {_text(block.caption)}: {_text(block.description)}"
    else:
        yield f"**Table {tables}.** {_text(block.caption)}"
        yield "\n".join(_table(block))
        if block.note:
            yield _text(block.note)


def _table(table: Table) -> Iterator[str]:
    yield _line(_text(column.title) for column in table.columns)
    yield _line(_ALIGN[column.align] for column in table.columns)
    for group in table.groups:
        if group.head is not None:
            yield _line([f"**{_text(group.head.text)}** {_text(group.head.small)}", *[""] * (len(table.columns) - 1)])
        for row in group.rows:
            yield _line(_cells(row))


def _cells(row: Row) -> Iterator[str]:
    return (_cell(cell) for cell in row)


def _cell(cell: Cell) -> str:
    return _text(cell.text) + (f" ({_text(cell.small)})" if cell.small else "")


def _line(cells: Iterator[str] | list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _text(text: str) -> str:
    """Text that Markdown leaves as it is, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
