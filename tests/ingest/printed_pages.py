"""Files as people send them, made on the spot: PDF with headers, footnotes and raised figures; Word with automatic numbers."""

from __future__ import annotations

import io
import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

SAMPLES = Path(__file__).parent / "samples"
SAMPLE = SAMPLES / "A_80_901_Add.1.txt"
NUMBERED_START = re.compile(r"\d+\. ")
_LINK = re.compile(r"\[([^\]]+)\]\(#\)")


@dataclass(frozen=True)
class Print:
    """One string on a page; Courier, so that a character is six tenths of the size wide."""

    x: float
    y: float
    text: str
    size: float = 10


def pdf_of(pages: list[list[Print]]) -> bytes:
    """The smallest PDF that prints these strings."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>")
    kids = []
    for page in pages:
        stream = "\n".join(f"BT /F1 {p.size} Tf {p.x} {p.y} Td ({_escaped(p.text)}) Tj ET" for p in page)
        length = len(stream.encode("cp1252"))
        objects.append(f"<< /Length {length} >>\nstream\n{stream}\nendstream")
        resources = "<< /Font << /F1 3 0 R >> >>"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R /Resources {resources} >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    return _with_table(objects)


def _escaped(text: str) -> str:
    return re.sub(r"([\\()])", r"\\\1", text)


def _with_table(objects: list[str]) -> bytes:
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(out.tell())
        out.write(f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252"))
    table = out.tell()
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    out.writelines(f"{offset:010} 00000 n \n".encode() for offset in offsets)
    out.write(f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n".encode())
    return out.getvalue()


def whole_paragraphs(path: Path = SAMPLE) -> tuple[list[str], list[str]]:
    """The paragraphs of a text as its author meant them, and the footnotes."""
    blocks = [block.strip() for block in re.split(r"\n\s*\n", _LINK.sub(r"\1", path.read_text(encoding="utf-8")))]
    paragraphs: list[str] = []
    notes: list[str] = []
    for block in (line for each in blocks for line in each.split("\n") if line):
        if block.startswith("¹"):
            notes.append(block)
        elif block[0].islower():
            paragraphs[-1] += f" {block}"
        else:
            paragraphs.append(block)
    return paragraphs, notes


def typeset(
    paragraphs: list[str],
    notes: list[str],
    *,
    gap: float,
    indent: float = 0,
    columns: int = 70,
    header: str = "A/80/901/Add.1",
) -> bytes:
    """Header and page number on every page, footnotes in small print at the foot, marks raised."""
    pages: list[list[Print]] = [[]]
    y = 760.0
    on_page: list[str] = []
    for paragraph in paragraphs:
        for index, line in enumerate(textwrap.wrap(paragraph, columns, break_on_hyphens=True)):
            if y < 120:
                pages.append([])
                y = 760.0
            pages[-1].extend(_with_raised_marks(60 + (indent if index == 0 else 0), y, line))
            if "¹" in line:
                on_page = notes
                foot = textwrap.wrap(notes[0][1:].strip(), columns)
                raised = Print(60, 82.5, "1", 5)
                pages[-1].extend([raised, *(Print(64, 80 - 10 * i, text, 8) for i, text in enumerate(foot))])
            y -= 12
        y -= gap
    assert on_page == notes
    for number, page in enumerate(pages, start=1):
        page.append(Print(60, 800, header))
        page.append(Print(60, 40, f"26-01234 {number}/{len(pages)}"))
    return pdf_of(pages)


def _with_raised_marks(x: float, y: float, line: str) -> list[Print]:
    before, mark, after = line.partition("¹")
    prints = [Print(x, y, before)]
    if mark:
        end = x + 6 * len(before)
        prints.append(Print(end, y + 4, "1", 6))
        prints.append(Print(end + 4, y, after))
    return [each for each in prints if each.text]


def word_with_typed_numbers(paragraphs: list[str]) -> bytes:
    import docx

    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph.replace("¹", ""))
    return _saved(document)


def word_with_list_style(paragraphs: list[str]) -> bytes:
    """The numbers come from the style "List Number"; no paragraph says anything of its own."""
    import docx

    document = docx.Document()
    for paragraph in paragraphs:
        number = re.match(r"\d+\. ", paragraph)
        text = paragraph[number.end() :] if number else paragraph
        document.add_paragraph(text.replace("¹", ""), style="List Number" if number else None)
    return _saved(document)


def word_with_numbered_lists(paragraphs: list[str]) -> bytes:
    """Three lists: roman sections, decimal paragraphs, and "Recommendation %1" of which nothing is typed."""
    import docx

    document = docx.Document()
    numbering = document.part.numbering_part.element
    for number, number_format, text in (
        (71, "upperRoman", "%1."),
        (72, "decimal", "%1."),
        (73, "decimal", "Recommendation %1"),
    ):
        define_list(numbering, number, {0: (number_format, text)})
    for paragraph in paragraphs:
        plain = paragraph.replace("¹", "")
        if heading := re.fullmatch(r"Recommendation \d+", plain):
            number_paragraph(document.add_paragraph(plain[heading.end() :]), 73)
        elif roman := re.match(r"[IVX]+\. ", plain):
            number_paragraph(document.add_paragraph(plain[roman.end() :]), 71)
        elif number := re.match(r"\d+\. ", plain):
            number_paragraph(document.add_paragraph(plain[number.end() :]), 72)
        else:
            document.add_paragraph(plain)
    return _saved(document)


def define_list(numbering, number, levels, *, shares=None, restart=None):
    """Add one list; `shares` makes it a further list of the same kind, `restart` starts it anew."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    if shares is None:
        inner = "".join(
            f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
            for level, (kind, text) in levels.items()
        )
        abstract = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number}">{inner}</w:abstractNum>'
        numbering.insert(0, parse_xml(abstract))
    override = (
        "" if restart is None else f'<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{restart}"/></w:lvlOverride>'
    )
    numbering.append(
        parse_xml(
            f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{shares or number}"/>{override}</w:num>'
        )
    )


def number_paragraph(paragraph, number, level=0):
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = level
    properties.get_or_add_numId().val = number


def _saved(document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
