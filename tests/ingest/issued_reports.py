"""An invented report with an annex of actions, as people send it: text, Word, and PDF with heads that stand sideways."""

from __future__ import annotations

import io

SYMBOL = "JIU/REP/2031/4"
TITLE = "Lending a hand: the sharing of vehicles among field offices"
TEXTS = {
    "1": "The executive heads of the organizations should publish, by the end of 2032, how many vehicles stand idle.",
    "2": "The legislative organs should ask for one account of all vehicles at each duty station.",
    "3": "The Secretary-General, as Chair of the Chief Executives Board, should lend the first ten vehicles by June 2033.",
    "4": "The executive heads should:\n(a) agree on one price per kilometre;\n(b) print it on every key.",
}
ORGANIZATIONS = ("CEB", "United Nations*", "UNDP", "UN-Habitat", "FAO", "WHO")
ROWS = {
    "1": ("a", ("", "E", "E", "E", "E", "E")),
    "2": ("e", ("", "L", "L", "", "L", "L")),
    "3": ("c", ("E", "", "", "", "", "")),
    "4": ("g, h", ("", "E", "", "", "L", "E")),
}
"""Number → letters of impact, and a code for each organization. Recommendation 4 is contradicted for FAO."""

CODES = "Legend: L: Recommendation for decision by legislative organ E: Recommendation for action by executive head"
LETTERS = (
    "Intended impact: a: enhanced transparency and accountability b: dissemination of good/best practices "
    "c: enhanced coordination and cooperation d: strengthened coherence and harmonization e: enhanced control and "
    "compliance f: enhanced effectiveness g: significant financial savings h: enhanced efficiency i: other."
)
LEGEND = (CODES, LETTERS, "* As listed in the bulletin of that name.")
OLD_LETTERS = (
    "Intended impact: a: enhanced accountability b: dissemination of best practices c: enhanced coordination and "
    "cooperation d: enhanced controls and compliance e: enhanced effectiveness f: significant financial savings "
    "g: enhanced efficiency o: other"
)


def front() -> list[str]:
    return [SYMBOL, TITLE, "Prepared by", "Ada Quist", "Joint Inspection Unit", "Geneva 2031", "United Nations"]


def body() -> list[str]:
    """Summary and body: every recommendation stands there twice, the last of the summary before a bare title."""
    lines = [
        "EXECUTIVE SUMMARY",
        "1. Vehicles stand still for most of the day. This report contains four recommendations.",
    ]
    for number, text in TEXTS.items():
        lines += [f"Recommendation {number}", *text.split("\n")]
    lines += ["Contents of the report", "I. INTRODUCTION", "2. The inspectors counted keys in nine cities."]
    for index, (number, text) in enumerate(TEXTS.items(), start=3):
        lines += [
            f"{index}. The inspectors found that keys go astray in duty station {index}.",
            f"Recommendation {number}",
            *text.split("\n"),
        ]
    return [*lines, "7. The inspectors thank all who lent them a key."]


def as_text(table: str | None = None, legend: tuple[str, ...] = LEGEND) -> str:
    """A text with a blank line between paragraphs; `table` is the annex (else that with tabs)."""
    annex = [
        "Annex I",
        "Overview of action to be taken by participating organizations",
        tabbed() if table is None else table,
    ]
    return "\n\n".join([*front(), *body(), *annex, *legend]) + "\n"


def table_rows(rows=None, organizations=ORGANIZATIONS) -> list[list[str]]:
    rows = ROWS if rows is None else rows
    blank = [""] * len(organizations)
    return [
        ["", "Intended impact", *organizations],
        ["For action", "", *["X"] * len(organizations)],
        ["For information", "", *blank],
        *([f"Recommendation {number}", letters, *codes] for number, (letters, codes) in rows.items()),
    ]


def tabbed(rows=None, organizations=ORGANIZATIONS) -> str:
    return "\n".join("\t".join(row) for row in table_rows(rows, organizations))


def barred(rows=None, organizations=ORGANIZATIONS) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in table_rows(rows, organizations)]
    return "\n".join([lines[0], "|---" * (len(organizations) + 2) + "|", *lines[1:]])


def aligned(rows=None, organizations=ORGANIZATIONS) -> str:
    """Columns by blanks; a code stands below the middle of its head."""
    found = table_rows(rows, organizations)
    widths = [max(len(row[column]) for row in found) + 3 for column in range(len(found[0]))]
    return "\n".join(
        "".join(
            cell.ljust(width) if index == 0 else cell.center(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in found
    )


def as_word(rows=None, organizations=ORGANIZATIONS, legend: tuple[str, ...] = LEGEND) -> bytes:
    """As the unit's own files are made: grouped heads, a label over two columns, the legend in a row of its own."""
    import docx
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt
    from docx.text.paragraph import Paragraph

    document = docx.Document()
    for text in [*front(), *body()]:
        document.add_paragraph(text)
    _turn_page(document)
    for text in ("Annex I", "Overview of action to be taken by participating organizations"):
        document.add_paragraph(text)
    found = table_rows(rows, organizations)
    width = len(organizations) + 3
    table = document.add_table(rows=0, cols=width)
    groups = table.add_row().cells
    groups[2].text = "Intended impact"
    groups[3].merge(groups[width - 3]).text = "United Nations, its funds and programmes"
    groups[width - 2].merge(groups[width - 1]).text = "Specialized agencies"
    row = table.add_row()
    row.height = Cm(2.6)
    heads = row.cells
    heads[2].merge(groups[2])
    for cell, text in zip(heads[3:], organizations, strict=True):
        cell.text = text
        _sideways(cell)
    for label, letters, *codes in found[1:]:
        cells = table.add_row().cells
        if label.startswith("For"):
            cells[0].text, cells[1].text = "Report", label
        else:
            cells[0].merge(cells[1]).text = label
        cells[2].text = letters
        for cell, code in zip(cells[3:], codes, strict=True):
            cell.text = code
    last = table.add_row().cells
    last[0].merge(last[width - 1]).text = " ".join(legend)
    for paragraph in table._tbl.iter(qn("w:p")):
        for run in Paragraph(paragraph, table).runs:
            run.font.size = Pt(6)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _turn_page(document) -> None:
    from docx.enum.section import WD_ORIENT, WD_SECTION
    from docx.shared import Cm

    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    section.left_margin = section.right_margin = Cm(1)


def _sideways(cell) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    direction = OxmlElement("w:textDirection")
    direction.set(qn("w:val"), "btLr")
    cell._tc.get_or_add_tcPr().append(direction)


def as_pdf(
    rows=None,
    organizations=ORGANIZATIONS,
    legend: tuple[str, ...] = LEGEND,
    *,
    turned: str = "none",
    heads: str = "sideways",
    size: float = 9,
    width: int | None = None,
    repeat: bool = False,
) -> bytes:
    """Set by Typst; `turned` is how the annex lies: on a wide page (none), on an upright page sideways (page).

    `width`, in millimetres, is how high the wide page is; `repeat` prints the heads on each page again.
    """
    import typst

    paragraphs = "\n\n".join(_escaped(text) for text in [*front(), *body()])
    found = table_rows(rows, organizations)
    titles = ", ".join(["[]", *(_HEADS[heads](text) for text in found[0][1:])])
    cells = ", ".join(f"[{_escaped(cell)}]" for row in found[1:] for cell in row)
    table = f"#table(columns: {len(organizations) + 2}, inset: 3pt, {f'table.header({titles})' if repeat else titles}, {cells})"
    annex = "\n\n".join(
        [
            f"#set text(size: {size}pt)\nAnnex I",
            "Overview of action to be taken by participating organizations",
            table,
            *(_escaped(text) for text in legend),
        ]
    )
    page = f"flipped: true, height: 297mm, width: {width}mm" if width else "flipped: true"
    sideways = f"#page({page})[{annex}]" if turned == "none" else f"#rotate(-90deg, reflow: true)[{annex}]"
    source = f'#set page("a4")\n#set text(size: 9pt)\n#set par(spacing: 14pt)\n{paragraphs}\n#pagebreak()\n{sideways}\n'
    compiled: bytes = typst.compile(source.encode())
    return compiled


def _two_lines(text: str) -> str:
    inner = " #linebreak() ".join(_escaped(word) for word in text.split())
    return f"rotate(-90deg, reflow: true)[{inner}]"


_HEADS = {
    "sideways": lambda text: f"rotate(-90deg, reflow: true)[{_escaped(text)}]",
    "two-line": _two_lines,
    "upright": lambda text: f"[{_escaped(text)}]",
}


def _escaped(text: str) -> str:
    """Text as Typst prints it: nothing in it is markup."""
    return f"#{_quoted(text)}"


def _quoted(text: str) -> str:
    inner = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{inner}"'
