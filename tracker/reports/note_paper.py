"""The consolidated note as a Word document, in the form in which such notes are published and read in again."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from tracker.domain.figures.note import NotePaper
from tracker.reports import word_xml as xml
from tracker.reports.archives import dated
from tracker.reports.template_files import Templates
from tracker.reports.word import Writer, open_template, sign
from tracker.reports.words import long_date


def note_docx(note: NotePaper, templates: Templates, office: str, moment: datetime) -> bytes:
    """The whole file; the same note gives the same bytes."""
    writer = Writer(open_template(templates), templates)
    _masthead(writer, note, office)
    writer.heading("summary", "Summary")
    for text in note.summary:
        writer.paragraph("Normal", text)
    writer.heading("introduction", "I. Introduction")
    _numbered(writer, note.introduction)
    writer.heading("general", "II. General comments")
    _numbered(writer, note.general)
    writer.heading("specific", "III. Specific comments on recommendations")
    for part in note.parts:
        writer.add(xml.paragraph(writer.style("Heading 2"), [xml.run(f"Recommendation {part.number}")], keep=True))
        look = "<w:b/>"
        writer.add(xml.paragraph(writer.style("Normal"), [xml.run(part.text, look)], text=part.text, keep=True))
        _numbered(writer, part.paragraphs)
    writer.foot(f"{note.symbol or note.report} · {note.title}")
    sign(writer.word, note.title, "", office, moment)
    saved = BytesIO()
    writer.word.save(saved)
    return dated(saved.getvalue(), moment)


def _masthead(writer: Writer, note: NotePaper, office: str) -> None:
    writer.add(xml.paragraph(writer.style("Office"), [xml.run(office.upper())], rule_above=True))
    lines = [note.symbol] if note.symbol else []
    for line in [*lines, "Distr.: General", long_date(note.dated), "Original: English"]:
        writer.add(xml.paragraph(writer.style("Fact"), [xml.run(line)], align="right"))
    writer.paragraph("Title", note.title)
    writer.paragraph("Subtitle", f"Note by the {office}")
    writer.paragraph("Between", "")
    symbols = ", ".join((note.report, *note.also))
    writer.paragraph(
        "Normal",
        f"The {office} has the honour to transmit the comments of the organizations on the report entitled "
        f"“{note.title}” (see {symbols}).",
    )


def _numbered(writer: Writer, paragraphs: tuple[tuple[int, str], ...]) -> None:
    for number, text in paragraphs:
        writer.paragraph("Normal", f"{number}. {text}")
