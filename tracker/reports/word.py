"""The report as a Word document, in the styles of `report.docx`; an office restyles that file, not this program.

Tables are written as XML at once: building them cell by cell takes minutes where the annex is long. In the document
itself only their places are marked; they are put in while the file is written, row by row, since an annex of ten
thousand rows as a tree of elements takes half a gigabyte.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import BytesIO
from typing import Any

from tracker.errors import BadDataError, WorldError
from tracker.reports import word_xml as xml
from tracker.reports.archives import dated
from tracker.reports.charts import png
from tracker.reports.document import Block, Chart, Document, Heading, Paragraph, Section, Table
from tracker.reports.template_files import Templates

_TEMPLATE = "report.docx"
_PORTRAIT_MM = 166
_LANDSCAPE_MM = 253
_HEAD_HEIGHT_MM = 14
_MAIN_PART = "word/document.xml"
_PLACE = "table"
"""The name of the processing instruction that marks the place of a table."""

_AFTER_UPDATE_FIELDS = ("}hdrShapeDefaults", "}footnotePr", "}endnotePr", "}compat", "}rsids", "}themeFontLang")
"""Settings before one of which `updateFields` may stand; the schema wants an order (ECMA-376, CT_Settings)."""


def docx_bytes(document: Document, templates: Templates) -> bytes:
    """The whole file; the same document gives the same bytes. Raises BadDataError for a template without our styles."""
    writer = Writer(open_template(templates), templates)
    writer.write(document)
    title = f"{document.title}: {document.running_title}"
    sign(writer.word, title, document.subtitle, document.office, document.moment)
    saved = BytesIO()
    writer.word.save(saved)
    return dated(saved.getvalue(), document.moment, writer.with_tables)


def open_template(templates: Templates) -> Any:
    import docx
    from docx.opc.exceptions import PackageNotFoundError

    path = templates.file(_TEMPLATE)
    if path is None:
        raise WorldError(f"the template {_TEMPLATE} is missing.", remedy="Install the program again.")
    try:
        return docx.Document(str(path))
    except (PackageNotFoundError, ValueError, KeyError, zipfile.BadZipFile, OSError):
        raise BadDataError(
            "this is not a Word document.", where=str(path), remedy="Replace it with a copy of the program's own."
        ) from None


class Writer:
    """Appends blocks to a document; numbers tables and figures; knows how wide the page is."""

    def __init__(self, word: Any, templates: Templates) -> None:
        self.word = word
        self.templates = templates
        self.styles = {style.name: style.style_id for style in word.styles}
        self.width = _PORTRAIT_MM
        self.tables: list[Iterator[str]] = []
        self.figures = 0
        self.bookmarks = 0

    def style(self, name: str) -> str:
        if name not in self.styles:
            raise BadDataError(
                f"the style “{name}” is missing.",
                where=str(self.templates.file(_TEMPLATE)),
                remedy="Start from a copy of the program's own report.docx.",
            )
        return str(self.styles[name])

    def add(self, markup: str) -> Any:
        """Parse and append, before the properties of the last section."""
        element = xml.parse(markup)
        self.word.element.body.sectPr.addprevious(element)
        return element

    def with_tables(self, name: str, content: bytes) -> Iterable[bytes]:
        """A part of the file with the tables in their places; to be called once, while the file is written."""
        if name != _MAIN_PART:
            return (content,)
        return self._between_tables(re.split(rf"<\?{_PLACE} (\d+)\?>".encode(), content))

    def _between_tables(self, parts: list[bytes]) -> Iterator[bytes]:
        for before, number in zip(parts[::2], parts[1::2], strict=False):
            yield before
            for rows in self.tables[int(number)]:
                yield rows.encode()
        yield parts[-1]

    def paragraph(self, style: str, text: str, **look: Any) -> None:
        self.add(xml.paragraph(self.style(style), [xml.run(text)], text=text, **look))

    def write(self, document: Document) -> None:
        self._first_page(document)
        if not document.is_short:
            self._contents(document)
        self._footer(document, self.word.sections[-1], self.width)
        for section in document.sections:
            if section.landscape:
                self._turn(document)
            self._section(section)

    def _first_page(self, document: Document) -> None:
        self._logo()
        self.add(xml.paragraph(self.style("Office"), [xml.run(document.office.upper())], rule_above=True))
        self.paragraph("Title", document.title)
        self.paragraph("Subtitle", document.subtitle)
        self.paragraph("Subtitle", document.scope)
        self.paragraph("Between", "")
        self.add(xml.facts(document.facts, self.style("Fact"), self.width))
        self.heading("summary", "Summary")
        names = [self.style(name) for name in ("Key Figure Name", "Key Figure", "Key Figure Detail")]
        self.add(xml.key_figures(document.key_figures, names, self.width))
        self.paragraph("Between", "")
        for place, sentence in enumerate(document.summary, 1):
            runs = [xml.run(f"{place}."), "<w:r><w:tab/></w:r>", xml.run(sentence)]
            self.add(xml.paragraph(self.style("Summary"), runs, text=sentence))

    def _logo(self) -> None:
        path = self.templates.file("logo.png")
        if path is not None:
            from docx.shared import Mm

            paragraph = self.word.add_paragraph()
            paragraph.alignment = 2
            paragraph.add_run().add_picture(str(path), height=Mm(_HEAD_HEIGHT_MM))

    def _contents(self, document: Document) -> None:
        self.add(xml.paragraph(self.style("Contents Heading"), [xml.run("Contents")], page_break=True))
        for markup in xml.contents(document.sections, self.style("toc 1")):
            self.add(markup)
        self._ask_for_page_numbers()

    def _ask_for_page_numbers(self) -> None:
        """Let Word fill in the pages of the contents when it opens the file; it asks its user once.

        Only Word knows where its pages end, and numbers that are guessed are worse than a question.
        """
        settings, asked = self.word.settings.element, xml.parse('<w:updateFields w:val="true"/>')
        place = next((at for at, child in enumerate(settings) if child.tag.endswith(_AFTER_UPDATE_FIELDS)), None)
        settings.insert(len(settings) if place is None else place, asked)

    def _section(self, section: Section) -> None:
        self.heading(section.anchor, section.heading)
        for block in section.blocks:
            self._block(block)

    def heading(self, anchor: str, text: str) -> None:
        self.bookmarks += 1
        self.add(xml.heading(self.style("Heading 1"), text, anchor, self.bookmarks))

    def _block(self, block: Block) -> None:
        if isinstance(block, Heading):
            self.paragraph("Heading 2", block.text)
        elif isinstance(block, Paragraph):
            self.paragraph("Quiet" if block.style == "quiet" else "Normal", block.text, keep=True)
        elif isinstance(block, Chart):
            self._chart(block)
        else:
            self._table(block)

    def _caption(self, kind: str, number: int, text: str) -> None:
        self.add(xml.caption(self.style("Caption"), kind, number, text))

    def _table(self, table: Table) -> None:
        styles = {name: self.style(f"Table {name}") for name in ("Head", "Cell", "Small", "Band")}
        place = xml.instruction(_PLACE, str(len(self.tables)))
        self.tables.append(xml.table(table, styles, self.style("Report Table"), self.width))
        self._caption("Table", len(self.tables), table.caption)
        self.word.element.body.sectPr.addprevious(place)
        self.paragraph("Note" if table.note else "Between", table.note)

    def _chart(self, chart: Chart) -> None:
        from docx.shared import Mm

        self.figures += 1
        self._caption("Figure", self.figures, chart.caption)
        paragraph = self.word.add_paragraph(style="Picture")
        shape = paragraph.add_run().add_picture(BytesIO(png(chart, self.templates)), width=Mm(self.width))
        inline = shape._inline  # noqa: SLF001 - python-docx has no word for alternative text
        for side in ("distT", "distB", "distL", "distR"):
            inline.set(side, "0")  # where they are missing, LibreOffice keeps 3 mm free
        properties = inline.docPr
        properties.set("name", f"Figure {self.figures}")
        properties.set("title", chart.caption)
        properties.set("descr", chart.description)

    def _turn(self, document: Document) -> None:
        """Go on in landscape, on a new page, with a footer of that width."""
        from docx.enum.section import WD_ORIENT, WD_SECTION

        section = self.word.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width
        self.width = _LANDSCAPE_MM
        section.footer.is_linked_to_previous = False
        self._footer(document, section, self.width)

    def foot(self, words: str) -> None:
        """What stands at the foot of every page of a document without landscape."""
        self._foot(words, self.word.sections[-1], self.width)

    def _footer(self, document: Document, section: Any, width: int) -> None:
        self._foot(f"{document.title} · {document.running_title}", section, width)

    def _foot(self, words: str, section: Any, width: int) -> None:
        old = section.footer.paragraphs[0]._p  # noqa: SLF001 - fields have no word in python-docx
        old.addprevious(xml.parse(xml.footer(self.style("Footer"), words, width)))
        old.getparent().remove(old)


def sign(word: Any, title: str, subject: str, author: str, moment: datetime) -> None:
    """The properties of the file: of the report, not of the machine or the minute."""
    properties = word.core_properties
    properties.title, properties.subject = xml.for_property(title), xml.for_property(subject)
    properties.author = properties.last_modified_by = xml.for_property(author)
    properties.created = properties.modified = moment.replace(tzinfo=None)
    properties.comments = properties.keywords = properties.category = ""
    properties.revision = 1
