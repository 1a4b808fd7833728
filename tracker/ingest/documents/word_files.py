"""Word files: paragraphs, automatic numbers and tables in the order of print."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from tracker.errors import BadDataError
from tracker.ingest.documents.grids import Grid, GridRow
from tracker.ingest.documents.lines import Break, Line, Place, superscript, tidy
from tracker.ingest.documents.paragraphs import Paragraph
from tracker.ingest.documents.word_numbering import Numbering
from tracker.ingest.documents.word_symbols import SYMBOL, letter_of, without_letter
from tracker.limits import MB, Limits, raised_by
from tracker.records import record

_MOST_COLUMNS = 63  # as many as Word makes; a file may claim two thousand million

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_P, _BOX = f"{_W}p", f"{_W}txbxContent"
_NOT_PRINTED = frozenset({f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}rPr"}) | {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
    _BOX,
}
_AS_TEXT = {
    f"{_W}tab": " ",
    f"{_W}br": "\n",
    f"{_W}cr": "\n",
    f"{_W}noBreakHyphen": "-",
    f"{_W}softHyphen": "",
    f"{_W}ptab": " ",
}
_WRAPPERS = frozenset(f"{_W}{tag}" for tag in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"))


@record
class WordText:
    """The lines of the body, the texts of headers and footers, and the tables once more, cell by cell.

    `boxes` are the texts of text boxes: what they belong to is for the eye alone. `signs` are
    the fonts of signs that have no letter.
    """

    lines: list[Line]
    running: tuple[str, ...]
    grids: tuple[Grid, ...]
    boxes: tuple[Paragraph, ...]
    signs: tuple[tuple[Place, str], ...]


def word_text(content: bytes, name: str, limits: Limits) -> WordText:
    """Everything that is printed. Raises BadDataError for a file that is none, or protected."""
    _check_package(content, name, limits)
    import docx  # noqa: F401 - costs a fifth of a second, most commands read no document; what stops it is no damage

    try:
        return _read(content)
    except Exception as error:  # a foreign file can make the libraries fail in any way
        raise _damaged(name) from error


def _damaged(name: str) -> BadDataError:
    return BadDataError(
        "is not a whole Word file: it is damaged or was cut short.",
        where=name,
        remedy="Fetch it again, or open it in a word processor and save it as .docx.",
    )


def _check_package(content: bytes, name: str, limits: Limits) -> None:
    """Before anything is unpacked: a small file can hold gigabytes."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise _damaged(name) from error
    if any(part.flag_bits & 1 for part in parts):
        raise BadDataError("is protected by a password.", where=name, remedy="Save it without the password.")
    if sum(part.file_size for part in parts) > limits.document_unpacked:
        raise BadDataError(
            f"would unpack to more than {limits.document_unpacked // MB} MB, the limit for a note.",
            where=name,
            remedy=f"Take the pictures out of it, or save its text as .txt. {raised_by('document_unpacked_mb')}",
        )
    if "[Content_Types].xml" not in {part.filename for part in parts}:
        raise BadDataError(
            "is a packed archive, but not a Word file.", where=name, remedy="Unpack it and give the document itself."
        )


def _read(content: bytes) -> WordText:
    import docx

    document = docx.Document(io.BytesIO(content))
    related = list(document.part.rels.values())
    roots = {rel.reltype.rpartition("/")[2]: rel.target_part for rel in related if not rel.is_external}
    numbering = Numbering(_root(roots.get("numbering")), _root(roots.get("styles")))
    lines = list(_body_lines(document.element.body, numbering))
    edges = [rel.target_part for rel in related if rel.reltype.endswith(("/header", "/footer"))]
    running = tuple(dict.fromkeys(text for part in edges for text in _edge_texts(part)))
    body = document.element.body
    return WordText(lines, running, tuple(_grids(body)), tuple(_boxes(body)), tuple(_signs(body)))


def _root(part: Any | None) -> Any | None:
    return None if part is None else getattr(part, "element", None)


def _edge_texts(part: Any) -> Iterator[str]:
    for paragraph in part.element.iter(_P):
        if text := tidy(_printed_text(paragraph)):
            yield text


def _boxes(body: Any) -> Iterator[Paragraph]:
    """Word writes each box twice, the second time for programs that do not know the first form."""
    for index, block in enumerate(_blocks(body), start=1):
        written = dict.fromkeys(" ".join(map(_printed_text, box.iter(_P))) for box in block.iter(_BOX))
        yield from (Paragraph(text, Place(word_paragraph=index)) for text in map(tidy, written) if text)


def _signs(body: Any) -> Iterator[tuple[Place, str]]:
    for index, block in enumerate(_blocks(body), start=1):
        yield from without_letter(block, Place(word_paragraph=index))


def _body_lines(body: Any, numbering: Numbering) -> Iterator[Line]:
    for index, block in enumerate(_blocks(body), start=1):
        if block.tag == f"{_W}tbl":
            yield from _table_lines(block, numbering, Place(word_paragraph=index))
        else:
            yield from _paragraph_lines(block, numbering, Place(word_paragraph=index))


def _blocks(parent: Any) -> Iterator[Any]:
    """Paragraphs and tables, also those that stand in a content control or were inserted under review."""
    return _within(parent, _P, f"{_W}tbl")


def _within(parent: Any, *tags: str) -> Iterator[Any]:
    """The elements themselves, and not what stands in a table within a table."""
    for child in parent:
        if child.tag in tags:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _within(child, *tags)


def _paragraph_lines(paragraph: Any, numbering: Numbering, place: Place) -> Iterator[Line]:
    """A line break typed within a paragraph ends a line and no more."""
    printed = _printed_text(paragraph)
    if not printed.strip() and paragraph.find(f"{_W}pPr/{_W}rPr/{_W}del") is not None:
        return  # deleted under review, so that those after it count on without it
    label = numbering.label(paragraph)
    if not printed.strip() and not re.search(r"[^\W\d_]{3}", label):
        return  # Word prints a bare number there, and nothing that it numbers
    before = Break.GAP
    for raw in f"{label} {printed.lstrip()}".split("\n"):
        if text := tidy(raw):
            yield Line(text, place, before)
            before = Break.NONE


def _table_lines(table: Any, numbering: Numbering, place: Place) -> Iterator[Line]:
    """A row of one cell is a frame around paragraphs; other rows are handed on as rows."""
    for row in _rows(table):
        cells = list(_within(row, f"{_W}tc"))
        if len(cells) == 1:
            yield from _cell_lines(cells[0], numbering, place)
        elif any(texts := tuple(_cell_text(cell, numbering, place) for cell in cells)):
            yield Line("\t".join(texts), place, Break.GAP, texts)


def _rows(table: Any) -> Iterator[Any]:
    """Those of a table but for what was deleted under review, where Word marks the row and may leave its text."""
    return (row for row in _within(table, f"{_W}tr") if row.find(f"{_W}trPr/{_W}del") is None)


def _grids(body: Any) -> Iterator[Grid]:
    """The tables of more than two columns. What spans several is repeated as blanks, so that columns stay columns."""
    for index, block in enumerate(_blocks(body), start=1):
        if block.tag == f"{_W}tbl":
            place = Place(word_paragraph=index)
            rows = tuple(GridRow(place, tuple(_spread(row))) for row in _rows(block))
            if max((len(row.cells) for row in rows), default=0) > 2:
                yield rows


def _spread(row: Any) -> Iterator[str]:
    yield from [""] * _number(row.find(f"{_W}trPr/{_W}gridBefore"), 0)
    for cell in _within(row, f"{_W}tc"):
        yield tidy(" ".join(_printed_text(paragraph) for paragraph in cell.iter(_P)))
        yield from [""] * (_number(cell.find(f"{_W}tcPr/{_W}gridSpan"), 1) - 1)


def _number(element: Any | None, default: int) -> int:
    value = "" if element is None else element.get(f"{_W}val") or ""
    return min(int(value), _MOST_COLUMNS) if re.fullmatch(r"\d{1,9}", value) else default


def _cell_text(cell: Any, numbering: Numbering, place: Place) -> str:
    return " ".join(" ".join(line.text.split("\t")) for line in _cell_lines(cell, numbering, place))


def _cell_lines(cell: Any, numbering: Numbering, place: Place) -> Iterator[Line]:
    for block in _blocks(cell):
        lines = _table_lines if block.tag == f"{_W}tbl" else _paragraph_lines
        yield from lines(block, numbering, place)


def _printed_text(element: Any) -> str:
    if element.tag == f"{_W}r" and _is_hidden(element):
        return ""
    if element.tag == f"{_W}r" and _is_raised(element):
        return re.sub(r"\d+", lambda digits: superscript(digits[0]), "".join(_pieces(element)))
    return "".join(_pieces(element))


def _pieces(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in _AS_TEXT:
            yield _AS_TEXT[child.tag]
        elif child.tag == SYMBOL:
            yield letter_of(child) or ""
        elif child.tag not in _NOT_PRINTED:
            yield _printed_text(child)


def _is_hidden(run: Any) -> bool:
    hidden = run.find(f"{_W}rPr/{_W}vanish")
    return hidden is not None and hidden.get(f"{_W}val") not in ("0", "false", "off")


def _is_raised(run: Any) -> bool:
    """Word raises a mark by its kind, LibreOffice by half-points."""
    kind = run.find(f"{_W}rPr/{_W}vertAlign")
    by = run.find(f"{_W}rPr/{_W}position")
    is_above = by is not None and re.fullmatch(r"[1-9]\d*", by.get(f"{_W}val") or "") is not None
    return is_above or (kind is not None and kind.get(f"{_W}val") == "superscript")
