# ruff: noqa: INP001
"""Makes report.docx, the empty Word document whose styles the reports use: `python templates/report/make_docx.py`.

An office restyles a copy of report.docx in Word and puts it among its own templates; the program only
refers to the styles by name: Title, Subtitle, Office, Fact, Key Figure, Key Figure Name, Key Figure Detail,
Summary, Heading 1, Heading 2, Normal, Quiet, Caption, Note, Table Head, Table Cell, Table Small, Table Band,
TOC 1, Header, Footer.
"""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

INK, QUIET, ACCENT = RGBColor(0x1D, 0x24, 0x28), RGBColor(0x4F, 0x5A, 0x60), RGBColor(0x17, 0x49, 0x5A)
SERIF, SANS = "Times New Roman", "Arial"

# name: (font, points, bold, colour, before, after, line spacing, keep with next)
STYLES = {
    "Normal": (SERIF, 11, False, INK, 0, 6, 1.15, False),
    "Office": (SANS, 9, True, ACCENT, 4, 14, 1.0, False),
    "Title": (SANS, 22, True, INK, 0, 2, 1.0, False),
    "Subtitle": (SANS, 13, False, INK, 0, 0, 1.1, False),
    "Fact": (SANS, 8.5, False, INK, 0, 0, 1.15, False),
    "Key Figure": (SANS, 21, False, ACCENT, 0, 0, 1.0, False),
    "Key Figure Name": (SANS, 8.5, True, INK, 3, 1, 1.0, True),
    "Key Figure Detail": (SANS, 8, False, QUIET, 1, 0, 1.1, False),
    "Summary": (SERIF, 11, False, INK, 0, 5, 1.12, False),
    "Heading 1": (SANS, 14, True, INK, 22, 8, 1.05, True),
    "Heading 2": (SANS, 11, True, INK, 14, 5, 1.05, True),
    "Contents Heading": (SANS, 14, True, INK, 0, 8, 1.05, True),
    "Quiet": (SERIF, 10, False, QUIET, 0, 6, 1.12, True),
    "Caption": (SANS, 9, False, INK, 10, 4, 1.05, True),
    "Picture": (SANS, 9, False, INK, 0, 8, 1.0, False),
    "Note": (SANS, 8, False, QUIET, 3, 8, 1.15, False),
    "Table Head": (SANS, 8, True, INK, 2, 2, 1.0, True),
    "Table Cell": (SANS, 8, False, INK, 1.5, 1.5, 1.05, False),
    "Table Small": (SANS, 7.5, False, QUIET, 0, 1.5, 1.05, False),
    "Table Band": (SANS, 8, False, INK, 6, 2, 1.1, True),
    "Between": (SANS, 8, False, INK, 0, 0, 1.0, False),
    "toc 1": (SANS, 10, False, INK, 0, 4, 1.1, False),
    "Header": (SANS, 8, False, QUIET, 0, 0, 1.0, False),
    "Footer": (SANS, 8, False, QUIET, 0, 0, 1.0, False),
}

TABLE_STYLE = f"""
<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="ReportTable">
  <w:name w:val="Report Table"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="1"/><w:qFormat/>
  <w:tblPr><w:tblBorders>
    <w:top w:val="single" w:sz="12" w:space="0" w:color="1D2428"/>
    <w:bottom w:val="single" w:sz="12" w:space="0" w:color="1D2428"/>
    <w:insideH w:val="single" w:sz="4" w:space="0" w:color="D3D8DA"/>
  </w:tblBorders><w:tblCellMar>
    <w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/>
  </w:tblCellMar></w:tblPr>
  <w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr><w:tcPr><w:tcBorders>
    <w:bottom w:val="single" w:sz="6" w:space="0" w:color="1D2428"/></w:tcBorders><w:vAlign w:val="bottom"/></w:tcPr>
  </w:tblStylePr>
  <w:tblStylePr w:type="lastRow"><w:rPr><w:b/></w:rPr><w:tcPr><w:tcBorders>
    <w:top w:val="single" w:sz="6" w:space="0" w:color="1D2428"/></w:tcBorders></w:tcPr>
  </w:tblStylePr>
</w:style>"""


def make() -> bytes:
    document = Document()
    for name, look in STYLES.items():
        _style(document, name, *look)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin, section.bottom_margin = Mm(22), Mm(20)
    section.header_distance = section.footer_distance = Mm(10)
    toc = document.styles["toc 1"].paragraph_format
    toc.tab_stops.add_tab_stop(Mm(11))
    toc.tab_stops.add_tab_stop(Mm(166), WD_TAB_ALIGNMENT.RIGHT)
    summary = document.styles["Summary"].paragraph_format
    summary.left_indent, summary.first_line_indent = Mm(8), Mm(-8)
    summary.tab_stops.add_tab_stop(Mm(8))
    for style in [style for style in document.styles if style.type == WD_STYLE_TYPE.TABLE]:
        if style.name != "Normal Table":  # a hundred blue ones
            style.delete()
    document.styles.element.append(parse_xml(TABLE_STYLE))
    written = BytesIO()
    document.save(written)
    return _dated(written.getvalue())


def _style(
    document: Any,
    name: str,
    font: str,
    points: float,
    bold: bool,
    colour: RGBColor,
    before: float,
    after: float,
    spacing: float,
    keep: bool,
) -> None:
    known = {style.name: style for style in document.styles}
    style = known.get(name) or document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    if name != "Normal":
        style.base_style = document.styles["Normal"]
    style.quick_style = True
    style.font.name, style.font.size, style.font.bold, style.font.italic = font, Pt(points), bold, False
    style.font.color.rgb = colour
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for place in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(place), font)
    for place in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
        fonts.attrib.pop(qn(place), None)
    form = style.paragraph_format
    form.space_before, form.space_after = Pt(before), Pt(after)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.MULTIPLE, spacing
    form.keep_with_next, form.widow_control = keep, True
    borders = style.element.pPr.find(qn("w:pBdr"))
    if borders is not None:  # Word's own Title has a blue line
        style.element.pPr.remove(borders)
    tabs = style.element.pPr.find(qn("w:tabs"))
    if tabs is not None:  # Word's own footer has three places; the report says where its page number stands
        style.element.pPr.remove(tabs)
    for place in ("w:spacing", "w:kern"):
        found = style.element.rPr.find(qn(place))
        if found is not None:
            style.element.rPr.remove(found)


def _dated(content: bytes) -> bytes:
    """The same archive with one fixed date, so that making it again gives the same bytes."""
    written = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), source.read(name), zipfile.ZIP_DEFLATED)
    return written.getvalue()


if __name__ == "__main__":
    Path(__file__).with_name("report.docx").write_bytes(make())
