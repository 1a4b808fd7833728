"""The pieces of WordprocessingML that a report consists of, as text. Everything from the register is escaped here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape

from tracker.reports.document import Cell, Column, KeyFigure, Row, Section, Table
from tracker.reports.word_widths import lines_of, widths_of

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TWIPS_PER_MM = 56.6929
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PROPERTY = 255
_KEEP_WHOLE, _KEEP_LINES = 14, 24
"""Tables up to so many rows and lines are not broken over pages."""
_KEEP_FIRST = 2
"""So many rows of a longer one stay with its head."""
_TONES = {
    "strong": "<w:b/>",
    "muted": '<w:color w:val="667178"/>',
    "alert": '<w:b/><w:color w:val="7C2D1F"/>',
}


def parse(markup: str) -> Any:
    """An element as python-docx has it; the prefix `w` is declared here, once."""
    from docx.oxml import parse_xml

    name = re.match(r"<[\w:]+", markup)
    assert name is not None
    return parse_xml(f"{name[0]} {_W}{markup[name.end() :]}")


def instruction(name: str, text: str) -> Any:
    """A mark that is no part of the text: a processing instruction, `<?name text?>`."""
    return parse(f"<w:p><?{name} {text}?></w:p>")[0]


def plain(text: str) -> str:
    """Text that XML can hold: escaped, without control characters."""
    return escape(_ILLEGAL.sub("", text))


def for_property(text: str) -> str:
    """Text for a property of a Word file, which holds 255 characters and no control characters; cut where longer."""
    legal = _ILLEGAL.sub("", text)
    return legal if len(legal) <= _PROPERTY else f"{legal[: _PROPERTY - 1]}…"


def is_rtl(text: str) -> bool:
    """Whether the first letter that has a direction runs from right to left."""
    return next((way != "L" for char in text if (way := unicodedata.bidirectional(char)) in ("L", "R", "AL")), False)


def run(text: str, look: str = "") -> str:
    way = "<w:rtl/>" if is_rtl(text) else ""
    properties = f"<w:rPr>{look}{way}</w:rPr>" if look or way else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{plain(text)}</w:t></w:r>'


def paragraph(
    style: str,
    runs: Sequence[str],
    *,
    text: str = "",
    align: str = "",
    keep: bool = False,
    page_break: bool = False,
    rule_above: bool = False,
) -> str:
    """A paragraph; `text` decides its direction."""
    inner = f'<w:pStyle w:val="{style}"/>'
    inner += "<w:keepNext/>" if keep else ""
    inner += "<w:pageBreakBefore/>" if page_break else ""
    inner += '<w:pBdr><w:top w:val="single" w:sz="24" w:space="8" w:color="1D2428"/></w:pBdr>' if rule_above else ""
    inner += "<w:bidi/>" if is_rtl(text) else ""
    inner += f'<w:jc w:val="{align}"/>' if align in ("right", "center") else ""
    return f"<w:p><w:pPr>{inner}</w:pPr>{''.join(runs)}</w:p>"


def heading(style: str, text: str, anchor: str, number: int) -> str:
    """A heading that the table of contents can point at."""
    mark = f'<w:bookmarkStart w:id="{number}" w:name="_Toc_{anchor}"/>'
    return paragraph(style, [mark, run(text), f'<w:bookmarkEnd w:id="{number}"/>'])


def caption(style: str, kind: str, number: int, text: str) -> str:
    """A caption whose number is a field, so that Word counts on where an office puts one in between."""
    field = f'<w:fldSimple w:instr=" SEQ {kind} \\* ARABIC ">{run(str(number), "<w:b/>")}</w:fldSimple>'
    return paragraph(style, [run(f"{kind} ", "<w:b/>"), field, run(".", "<w:b/>"), run(f" {text}")], keep=True)


def _field(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def _instruction(words: str) -> str:
    return f'<w:r><w:instrText xml:space="preserve"> {words} </w:instrText></w:r>'


def contents(sections: Sequence[Section], style: str) -> Iterator[str]:
    """A table of contents that Word can renew (F9), filled with what it will find."""
    for place, section in enumerate(sections):
        title = [run(f"{section.number}." if section.number else ""), "<w:r><w:tab/></w:r>", run(section.title)]
        page = ["<w:r><w:tab/></w:r>", _field("begin"), _instruction(f"PAGEREF _Toc_{section.anchor} \\h")]
        page += [_field("separate"), run(""), _field("end")]
        entry = f'<w:hyperlink w:anchor="_Toc_{section.anchor}" w:history="1">{"".join(title + page)}</w:hyperlink>'
        first = [_field("begin"), _instruction('TOC \\o "1-1" \\h \\z \\u'), _field("separate")] if place == 0 else []
        last = [_field("end")] if place == len(sections) - 1 else []
        yield paragraph(style, [*first, entry, *last])


def footer(style: str, words: str, width_mm: int) -> str:
    """What stands at the foot of a page: the report on the left, the page on the right."""
    tabs = f'<w:tab w:val="right" w:pos="{_twips(width_mm)}"/>'
    runs = [run(words), "<w:r><w:tab/></w:r>", *_page("PAGE"), run(" / "), *_page("NUMPAGES")]
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/><w:tabs>{tabs}</w:tabs></w:pPr>{"".join(runs)}</w:p>'


def _page(instruction: str) -> list[str]:
    return [_field("begin"), _instruction(instruction), _field("separate"), run("1"), _field("end")]


def facts(pairs: Sequence[tuple[str, str]], style: str, width_mm: int) -> str:
    """The lines under the title: names above, what is the case below."""
    quiet = '<w:color w:val="4F5A60"/>'
    cells = [
        paragraph(style, [run(name, quiet)], keep=True) + paragraph(style, [run(value, "<w:b/>")], text=value)
        for name, value in pairs
    ]
    return _grid(cells, 4 if len(cells) == 4 else 3, width_mm)


def key_figures(figures: Sequence[KeyFigure], styles: Sequence[str], width_mm: int) -> str:
    """The large figures beside each other."""
    name, value, detail = styles
    cells = [
        paragraph(name, [run(item.title)])
        + paragraph(value, [run(item.value)])
        + "".join(paragraph(detail, [run(text)]) for text in (item.detail, item.beside) if text)
        for item in figures
    ]
    return _grid(cells, len(cells), width_mm)


def _grid(cells: Sequence[str], across: int, width_mm: int) -> str:
    """Cells side by side in lines of so many, ruled above and below."""
    column = _twips(width_mm) // across
    lines = [list(cells[start : start + across]) for start in range(0, len(cells), across)]
    rows = ""
    for line in lines:
        filled = line + ["<w:p/>"] * (across - len(line))
        inner = "".join(f'<w:tc><w:tcPr><w:tcW w:w="{column}" w:type="dxa"/></w:tcPr>{cell}</w:tc>' for cell in filled)
        rows += f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{inner}</w:tr>"
    rule = 'w:val="single" w:sz="6" w:space="0" w:color="B9C1C5"'
    borders = f"<w:tblBorders><w:top {rule}/><w:bottom {rule}/></w:tblBorders>"
    sides = (("top", 70), ("left", 0), ("bottom", 70), ("right", 120))
    inside = "".join(f'<w:{side} w:w="{width}" w:type="dxa"/>' for side, width in sides)
    margins = f"<w:tblCellMar>{inside}</w:tblCellMar>"
    grid = f'<w:gridCol w:w="{column}"/>' * across
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{column * across}" w:type="dxa"/>{borders}<w:tblLayout w:type="fixed"/>{margins}'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )


def table(content: Table, styles: dict[str, str], style: str, width_mm: int) -> Iterator[str]:
    """A table in a style, row by row, with its head repeated on every page and no row broken over two."""
    widths = widths_of(content.columns, _twips(width_mm))
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    yield f"<w:tbl>{_table_properties(content, style, sum(widths))}<w:tblGrid>{grid}</w:tblGrid>"
    yield _head(content.columns, styles["Head"], widths)
    yield from _rows(content, styles, widths)
    yield "</w:tbl>"


def _table_properties(content: Table, style: str, width: int) -> str:
    parts = {
        "firstRow": 1,
        "lastRow": int(content.total),
        "firstColumn": 0,
        "lastColumn": 0,
        "noHBand": 1,
        "noVBand": 1,
    }
    look = "<w:tblLook " + " ".join(f'w:{part}="{on}"' for part, on in parts.items()) + "/>"
    return (
        f'<w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{width}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/>{look}<w:tblCaption w:val="{_attribute(content.caption)}"/></w:tblPr>'
    )


def _rows(content: Table, styles: dict[str, str], widths: Sequence[int]) -> Iterator[str]:
    length = content.length
    keep = length <= _KEEP_WHOLE and _lines_of(content, widths) <= _KEEP_LINES
    left = length
    for group in content.groups:
        if group.head is not None:
            yield _band(group.head, styles["Band"], sum(widths), len(widths))
        for row in group.rows:
            left -= 1
            first = length - left <= _KEEP_FIRST
            sums_up = content.total and left == 1  # a sum never stands on a page by itself
            kept = (keep or first or sums_up) and left > 0
            yield _row(row, content, styles, widths, keep=kept, last=content.total and left == 0)


def _lines_of(content: Table, widths: Sequence[int]) -> int:
    return sum(lines_of(row, widths) for group in content.groups for row in group.rows)


def _head(columns: Sequence[Column], style: str, widths: Sequence[int]) -> str:
    cells = [
        _cell(width, paragraph(style, [run(column.title)], align=column.align, keep=True))
        for column, width in zip(columns, widths, strict=True)
    ]
    return f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{''.join(cells)}</w:tr>"


def _band(head: Cell, style: str, width: int, across: int) -> str:
    runs = [run(head.text, "<w:b/>"), run(f"   {head.small}" if head.small else "")]
    inner = f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:gridSpan w:val="{across}"/></w:tcPr>'
    line = paragraph(style, runs, text=head.small, keep=True)
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{inner}{line}</w:tc></w:tr>"


def _row(row: Row, content: Table, styles: dict[str, str], widths: Sequence[int], *, keep: bool, last: bool) -> str:
    cells = []
    for cell, column, width in zip(row, content.columns, widths, strict=True):
        look = "<w:b/>" if last else _TONES.get(cell.tone, "")
        inner = paragraph(styles["Cell"], [run(cell.text, look)], text=cell.text, align=column.align, keep=keep)
        if cell.small:
            inner += paragraph(styles["Small"], [run(cell.small)], text=cell.small, align=column.align, keep=keep)
        cells.append(_cell(width, inner))
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>"


def _cell(width: int, inner: str) -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{inner}</w:tc>'


def _twips(mm: float) -> int:
    return round(mm * _TWIPS_PER_MM)


def _attribute(text: str) -> str:
    return escape(_ILLEGAL.sub("", text), {'"': "&quot;"})
