"""The Word document: real styles, heads that repeat, pictures with words, the same bytes every time."""

import zipfile
from io import BytesIO

import docx
import pytest
from docx.oxml.ns import qn
from report_rows import make_figures, make_rows

from tracker.errors import BadDataError
from tracker.reports.contents import compose
from tracker.reports.template_files import Templates
from tracker.reports.word import docx_bytes
from tracker.reports.word_xml import is_rtl


@pytest.fixture
def word(document, templates):
    return docx.Document(BytesIO(docx_bytes(document, templates)))


def test_headings_are_headings_and_the_contents_name_them(word, document):
    headings = [p.text for p in word.paragraphs if p.style.name == "Heading 1"]
    assert headings == ["Summary", *(section.heading for section in document.sections)]
    contents = [p.text for p in word.paragraphs if p.style.name == "toc 1"]
    assert [line.split("\t")[1] for line in contents] == [section.title for section in document.sections]
    assert 'TOC \\o "1-1"' in word.element.xml
    assert word.settings.element.find(qn("w:updateFields")).get(qn("w:val")) == "true", "Word fills in the pages"


def test_every_table_repeats_its_head_and_breaks_no_row(word, document):
    tables = [table for table in word.tables if table.style is not None and table.style.name == "Report Table"]
    assert len(tables) == len(list(document.tables))
    for table in tables:
        first, *others = table.rows
        assert first._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in (first, *others))


def test_captions_count_themselves(word):
    captions = [p for p in word.paragraphs if p.style.name == "Caption"]
    fields = [p._p.findall(qn("w:fldSimple")) for p in captions]
    assert all(len(found) == 1 and "SEQ" in found[0].get(qn("w:instr")) for found in fields)


def test_pictures_have_words(word):
    described = [shape._inline.docPr.get("descr") for shape in word.inline_shapes]
    assert len(described) == 6
    assert all(described)
    assert "AVI: accepted 2" in described[1]


def test_the_annex_lies_across(word):
    first, last = word.sections[0], word.sections[-1]
    assert first.page_height > first.page_width
    assert last.page_width > last.page_height


def test_text_is_kept_whole_and_escaped(word):
    cells = {cell.text for table in word.tables for row in table.rows for cell in row.cells}
    assert "Done, see circular 14 <b>now</b> & later." in cells
    assert "Too dear." in cells, "control characters are left out, the words stay"


def test_right_to_left_text_runs_so(word):
    assert is_rtl("تعيين مسؤول")
    assert is_rtl("(تعيين)")
    assert not is_rtl("A تعيين")
    assert not is_rtl("2026")
    bidi = [p for p in word.element.iter(qn("w:p")) if p.pPr is not None and p.pPr.find(qn("w:bidi")) is not None]
    assert any("الاتحاد" in "".join(t.text or "" for t in p.iter(qn("w:t"))) for p in bidi)


def test_the_same_document_gives_the_same_bytes(figures, templates):
    first = docx_bytes(compose(figures, templates), templates)
    assert first == docx_bytes(compose(figures, templates), templates)
    with zipfile.ZipFile(BytesIO(first)) as archive:
        assert {item.date_time for item in archive.infolist()} == {(2026, 10, 5, 9, 12, 44)}
    assert docx.Document(BytesIO(first)).core_properties.created.isoformat() == "2026-10-05T09:12:44+00:00"


def test_tables_stand_under_their_captions_whatever_the_text_says(templates):
    rows = make_rows(("Keep <?table 0?> and <?table 1?>.", "Request.", "Name one."))
    word = docx.Document(BytesIO(docx_bytes(compose(make_figures(rows), templates), templates)))
    assert "<?table" not in word.element.xml.replace("&lt;?table", "")
    assert any("Keep <?table 0?> and <?table 1?>." in cell.text for cell in word.tables[-1].columns[0].cells)
    before = [table._tbl.getprevious() for table in word.tables if table.style.name == "Report Table"]
    assert {element.style for element in before} == {"Caption"}


def test_no_rows_give_a_document(empty_document, templates):
    word = docx.Document(BytesIO(docx_bytes(empty_document, templates)))
    assert any("contains no figures" in p.text for p in word.paragraphs)


def test_an_office_restyles_its_own_copy(document, templates, folder):
    folder.mkdir()
    own = docx.Document(str(templates.file("report.docx")))
    own.styles["Heading 1"].font.name = "Georgia"
    own.save(str(folder / "report.docx"))
    word = docx.Document(BytesIO(docx_bytes(document, Templates((folder, *templates.folders)))))
    assert word.styles["Heading 1"].font.name == "Georgia"


def test_a_template_without_our_styles_is_refused_with_a_sentence(document, templates, folder):
    folder.mkdir()
    docx.Document().save(str(folder / "report.docx"))
    with pytest.raises(BadDataError, match="the style “Office” is missing"):
        docx_bytes(document, Templates((folder, *templates.folders)))
    (folder / "report.docx").write_text("no archive")
    with pytest.raises(BadDataError, match="not a Word document"):
        docx_bytes(document, Templates((folder, *templates.folders)))


def test_the_template_is_what_its_script_makes(templates):
    from runpy import run_path

    made = run_path(str(templates.folders[0] / "make_docx.py"))["make"]()
    assert made == templates.file("report.docx").read_bytes()
