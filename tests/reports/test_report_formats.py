"""Spreadsheet, PDF and Markdown: the same tables, typed, safe, the same bytes every time."""

import re
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO

import pypdfium2
import pytest
from openpyxl import load_workbook
from report_rows import END, KNOWN, make_figures, make_rows

from tracker.domain.figures.annual import annual
from tracker.domain.figures.editions import Edition, Moved, MovedRate, Restatement
from tracker.domain.figures.listings import Declined, Learned, Oddity, Said, Waiting
from tracker.domain.figures.scorecard import MEASURES, Score, Scorecard, Year
from tracker.domain.periods import Quarter
from tracker.domain.rows import Evidence, Lesson, Organization
from tracker.domain.vocabulary import DECLINING, Acceptance, Implementation, Verification, Voice
from tracker.errors import BadDataError
from tracker.reports.annual_paper import annual_document
from tracker.reports.contents import compose
from tracker.reports.markdown import markdown_chunks
from tracker.reports.scorecards import scorecard_document
from tracker.reports.template_files import Templates
from tracker.reports.workbook import xlsx_bytes

pytestmark = pytest.mark.filterwarnings("ignore:Workbook contains no default style")


@pytest.fixture
def book(document):
    return load_workbook(BytesIO(xlsx_bytes(document)))


def test_a_sheet_for_every_table_with_its_head_frozen_and_repeated(book, document):
    assert len(book.sheetnames) == len(list(document.tables)) + 1
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "B4"
        assert sheet.print_title_rows == "$3:$3"
        assert sheet.page_setup.orientation == "landscape"


def every_table(templates):
    """The documents that become workbooks, with every table that they can have."""
    rows = make_rows()
    figures = make_figures(rows)
    said = [Said(replace(rows[0], asks_verification=asks), None, None) for asks in (True, False)]
    closed = [
        Declined(replace(rows[2], acceptance=acceptance), None, None, voice)
        for acceptance in DECLINING
        for voice in Voice
    ]
    everything = replace(
        figures,
        disputed=said,
        claimed=said,
        declined=closed,
        done_though_declined=said,
        long_outstanding=said,
        governing_body=[Waiting(rows[4], None, None, only_noted=False)],
        learned=[Learned(rows[0], Lesson("worked"), END)],
        impacts=figures.reports,
        consistency=[Oddity("odd", rows)],
    )
    edition = Edition(1, "system", Quarter(2026, 3), 1, END, KNOWN, KNOWN, "officer", "0" * 64)
    moved = Restatement(edition, (MovedRate("acceptance", "1/2", "2/2"),), (Moved("R1", "WHO", "row", None, "listed"),))
    who = Organization("WHO", "World Health Organization")
    scores = tuple(Score(name, measure(Year(2026, END, rows, ())), None) for name, measure in MEASURES)
    card = Scorecard(who, 2026, END, scores, ((rows[0], END),), rows, rows)
    issued = (date(2020, 1, 15), date(2024, 1, 15))
    varied = [replace(row, issued_on=issued[place % 2], report=f"A/{place % 2}") for place, row in enumerate(rows)]
    years = annual_document(annual(varied, {}, (2020, 2026), END), "Office", KNOWN)
    return [compose(everything, templates, edition, moved), scorecard_document(card, "Office", KNOWN), years]


def test_every_sheet_has_a_name_that_is_whole(templates):
    documents = every_table(templates)
    names = [table.sheet_name for document in documents for table in document.tables]
    assert [name for name in names if len(name) > 31 or re.search(r"[\[\]:*?/\\\\]", name)] == []
    for document in documents:
        sheets = load_workbook(BytesIO(xlsx_bytes(document))).sheetnames
        assert sheets == ["Summary", *(table.sheet_name for table in document.tables)]
        assert len({name.lower() for name in sheets}) == len(sheets)
    short = {table.caption: table.sheet_name for document in documents for table in document.tables if table.sheet}
    assert short == {
        "Rates that would be reported differently": "Restated rates",
        "Follow-ups that would be reported differently": "Restated follow-ups",
        "Acceptance (rows) by implementation (columns)": "Acceptance by implementation",
        "Eight quarters, each on its last day": "Eight quarters",
        "Open follow-ups by time since the organization last reported": "Open follow-ups by silence",
        "Overdue follow-ups, longest overdue first": "Overdue",
        "Open 5 years or more after issue": "Long outstanding",
        "Recommendations that await a governing body": "Awaiting governing bodies",
        "Not accepted, by the word of the office": "Not accepted (office)",
        "Not relevant, by the word of the office": "Not relevant (office)",
        "Not accepted, by the word of the issuing body": "Not accepted (issuer)",
        "Not relevant, by the word of the issuing body": "Not relevant (issuer)",
        "Reported implemented, and disputed by the office": "Claims disputed by the office",
        "Reported implemented, and not yet verified": "Claims to be verified",
        "Reported implemented, and settled without verification": "Claims settled unverified",
        "Acceptance and implementation by organization": "By organization",
        "Acceptance and implementation by year of issue": "By year of issue",
        "Acceptance and implementation by report": "By report",
    }


def test_cells_are_typed_and_the_annex_can_be_filtered(book):
    sheet = book["Every follow-up"]
    heads = [cell.value for cell in sheet[3]]
    assert heads[:3] == ["Recommendation", "Text", "Organization"]
    assert sheet.auto_filter.ref == f"A3:{sheet.cell(1, len(heads)).column_letter}12"
    due = sheet.cell(4, heads.index("Due") + 1)
    assert (due.value, due.number_format) == (datetime(2026, 3, 31), "yyyy-mm-dd")
    rates = book["Rates, each with its fraction"]
    assert rates["B4"].value == pytest.approx(0.444)
    assert rates["B4"].number_format == "0.0%"


def test_what_looks_like_a_formula_stays_text(figures, templates):
    rows = make_rows(texts=('=HYPERLINK("http://example.org")', "+1", "@x"))
    sheet = load_workbook(BytesIO(xlsx_bytes(compose(make_figures(rows), templates))))["Every follow-up"]
    assert sheet["B4"].data_type == "s"
    assert sheet["B4"].value.startswith("=HYPERLINK")


def test_a_claim_with_evidence_and_without_words_does_not_read_like_one_without_either(templates):
    letter, file = Evidence("https://example.org/letter"), Evidence("minutes.pdf", "0" * 64)
    returned = Evidence("return-WHO.xlsx", "1" * 64, is_return=True)
    positions = {"acceptance": Acceptance.ACCEPTED, "implementation": Implementation.IMPLEMENTED}
    plain = [replace(row, **positions, verification=Verification.NOT_VERIFIED, note=None) for row in make_rows()[:3]]
    rows = [
        replace(plain[0], evidence=(letter, file, letter)), replace(plain[1], evidence=(file,), note="Done."),
        replace(plain[2], evidence=(returned,)),
    ]  # fmt: skip
    document = compose(make_figures(rows), templates)
    (table,) = [table for table in document.tables if "settled without verification" in table.caption]
    assert [(row[-1].text, row[-1].small) for row in table.rows] == [
        ("Evidence only", "Evidence: https://example.org/letter; minutes.pdf"),
        ("Done.", "Evidence: minutes.pdf"),
        ("None given", ""),
    ]
    assert "Evidence: https://example.org/letter" in b"".join(markdown_chunks(document)).decode()


def test_an_organization_that_has_left_is_said_to_have_left(figures, templates):
    rows = [replace(row, left_on=END) if row.organization == "LIB" else row for row in make_rows()]
    sheet = load_workbook(BytesIO(xlsx_bytes(compose(make_figures(rows), templates))))["Every follow-up"]
    heads = [cell.value for cell in sheet[3]]
    who, flags = heads.index("Organization"), heads.index("Flags")
    said = {row[flags].value for row in sheet.iter_rows(min_row=4) if row[who].value == "LIB"}
    assert "Open; Left" in said
    assert "Open; Left" not in {row[flags].value for row in sheet.iter_rows(min_row=4) if row[who].value != "LIB"}


def test_the_same_document_gives_the_same_workbook(figures, templates):
    first = xlsx_bytes(compose(figures, templates))
    assert first == xlsx_bytes(compose(figures, templates))


def test_no_rows_give_a_workbook_and_a_text(empty_document):
    assert load_workbook(BytesIO(xlsx_bytes(empty_document))).sheetnames[0] == "Summary"
    assert b"contains no figures" in b"".join(markdown_chunks(empty_document))


def test_markdown_is_whole_and_holds_nothing_but_text(document):
    text = b"".join(markdown_chunks(document)).decode()
    assert "\\<script\\>alert" in text
    assert "<script>" not in text
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    tables = [line for line in rows if set(line) <= set("| :-")]
    assert len(tables) == len(list(document.tables))
    assert "| AVI | Accepted | Implemented | Disputed |" in text


@pytest.fixture
def pdf(document, templates):
    pytest.importorskip("typst")
    from tracker.reports.pdf import pdf_bytes

    return pdf_bytes(document, templates)


def test_the_pdf_is_tagged_and_has_bookmarks(pdf, document):
    assert b"/StructTreeRoot" in pdf
    assert b"/MarkInfo" in pdf
    opened = pypdfium2.PdfDocument(pdf)
    marks = [mark.get_title() for mark in opened.get_toc() if mark.level == 0]
    assert marks == ["Summary", *(section.heading for section in document.sections)]
    sizes = {opened.get_page_size(page) for page in (0, len(opened) - 1)}
    assert {width > height for width, height in sizes} == {False, True}
    opened.close()


def test_text_of_the_register_is_no_markup_in_the_pdf(templates):
    pytest.importorskip("typst")
    from tracker.reports.pdf import pdf_bytes

    rows = make_rows(texts=('#panic("x") *bold* $x$', "] #set page()", "`raw`"))
    opened = pypdfium2.PdfDocument(pdf_bytes(compose(make_figures(rows), templates), templates))
    text = " ".join(page.get_textpage().get_text_bounded() for page in opened)
    assert '#panic("x") *bold* $x$' in text
    opened.close()


def test_the_pdf_says_that_it_meets_the_standard_for_readers_who_do_not_see_it(pdf):
    assert re.search(rb"pdfuaid:part>1<|pdfuaid:part=.1.", pdf)


def test_a_letter_that_no_font_has_is_a_sentence_and_no_box(templates):
    pytest.importorskip("typst")
    from tracker.reports.pdf import pdf_bytes

    rows = make_rows(texts=("A letter of Elbasan: \N{ELBASAN LETTER A}.", "", ""))
    with pytest.raises(BadDataError, match="would show “\N{ELBASAN LETTER A}” as a box: no font here has it"):
        pdf_bytes(compose(make_figures(rows), templates), templates)


def test_what_no_font_can_have_is_a_sign_in_the_pdf(templates):
    pytest.importorskip("typst")
    from tracker.reports.pdf import pdf_bytes

    rows = make_rows(texts=("A bullet of Word's own font: \uf0b7, a bell: \x07, marks: \ufeff\x92\ufffe.", "", ""))
    opened = pypdfium2.PdfDocument(pdf_bytes(compose(make_figures(rows), templates), templates))
    text = " ".join(page.get_textpage().get_text_bounded() for page in opened)
    assert "own font: \N{REPLACEMENT CHARACTER}, a bell: , marks: ." in " ".join(text.split())
    opened.close()


def test_the_same_document_gives_the_same_pdf(pdf, figures, templates):
    from tracker.reports.pdf import pdf_bytes

    assert pdf_bytes(compose(figures, templates), templates) == pdf


def test_a_broken_template_of_the_office_is_a_sentence(document, templates, folder):
    pytest.importorskip("typst")
    from tracker.reports.pdf import pdf_bytes

    folder.mkdir()
    (folder / "report.typ").write_text("#let x = ")
    with pytest.raises(BadDataError, match=r"report\.typ: the template cannot be used"):
        pdf_bytes(document, Templates((folder, *templates.folders)))


def test_a_report_too_long_for_a_pdf_is_a_sentence(document, templates, monkeypatch):
    pytest.importorskip("typst")
    from tracker.reports import pdf

    monkeypatch.setattr(pdf, "_MOST_ROWS", 20)
    with pytest.raises(BadDataError, match="more than 20 lines, too many for a PDF"):
        pdf.pdf_bytes(document, templates)
