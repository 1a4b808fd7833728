"""An answer whose words are struck out is not taken for said: neither whole cells nor a part of what stands in one."""

from __future__ import annotations

import io
import zipfile

import pytest
import xlsxwriter
from filled_returns import A, answers_of, edit, fill, line, place, questionnaire
from ods_files import by_libreoffice, ods, row
from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from tracker.domain.returns import Field
from tracker.errors import BadDataError
from tracker.ingest.returns.reading import read_return
from tracker.ingest.spreadsheets.workbooks import open_workbook
from tracker.limits import Limits
from tracker.reports.returns import write_return

R1, R2 = "A/80/501/R1", "A/80/501/R2"
SAID = {R1: {Field.ACCEPTANCE: "Not accepted", Field.NOTE: "No money."}, R2: {Field.ACCEPTANCE: "Accepted"}}
SENTENCE = "words are struck out in it: “{}”. Leave only what holds, or empty it."


def empty() -> bytes:
    return write_return(questionnaire(line(1), line(2)))


def struck(*fields: Field, ref: str = R1) -> bytes:
    def strike(book):
        for field in fields:
            place(answers_of(book), ref, field).font = Font(strike=True)

    return edit(fill(empty(), SAID), strike)


def partly(*runs: str, strikes: bool = True) -> bytes:
    """A note whose second run is struck out."""
    fonts = [InlineFont(), InlineFont(strike=strikes), InlineFont()]
    text = CellRichText(*map(TextBlock, fonts, runs))
    content = fill(empty(), SAID)
    book, out = load_workbook(io.BytesIO(content), rich_text=True), io.BytesIO()
    place(answers_of(book), R1, Field.NOTE).value = text
    book.save(out)
    return out.getvalue()


def refusals(content: bytes) -> list[tuple[str | None, str, str]]:
    return [(each.ref, each.where, each.why) for each in read_return(content, "who.xlsx").refused]


def test_a_cell_that_is_struck_out_is_refused_with_its_row_and_no_other():
    content = struck(Field.ACCEPTANCE)
    assert refusals(content) == [(R1, "who.xlsx, Answers, G7", SENTENCE.format("Not accepted"))]
    assert [(each.ref, each.acceptance) for each in read_return(content, "who.xlsx").answers] == [(R2, A.ACCEPTED)]


def test_an_empty_cell_in_a_struck_font_says_nothing():
    assert refusals(struck(Field.SINCE, Field.LATER)) == []


def test_words_struck_out_within_a_note_are_not_taken_for_said():
    content = partly("We refuse, ", "the council agrees", ", for want of money.")
    why = SENTENCE.format("We refuse, the council agrees, for want of money.")
    assert refusals(content) == [(R1, "who.xlsx, Answers, J7", why)]


@pytest.mark.parametrize(("runs", "strikes"), [(("We ", " ", "refuse."), True), (("We ", "do ", "refuse."), False)])
def test_a_note_in_several_fonts_is_read_as_it_is_meant(runs, strikes):
    filled = read_return(partly(*runs, strikes=strikes), "who.xlsx")
    assert filled.refused == []
    assert filled.answers[0].note == "".join(runs)


def shared(runs: int, *, is_struck: bool) -> bytes:
    """As Excel writes it: the text of so many runs, of which one is struck out, in the table of texts."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        bold, through = book.add_format({"bold": True}), book.add_format({"font_strikeout": is_struck, "italic": True})
        book.add_worksheet().write_rich_string(0, 0, *[bold, "=a"] * (runs - 1), through, "b")
    return out.getvalue()


@pytest.mark.parametrize("is_struck", [True, False])
def test_a_struck_run_in_the_table_of_texts_is_found_and_the_text_stays_a_text(is_struck):
    (sheet,) = open_workbook(shared(3, is_struck=is_struck), "a.xlsx", Limits()).sheets
    assert sheet.struck == ({"A1"} if is_struck else set())
    assert (sheet.rows[1][1].value, sheet.rows[1][1].data_type) == ("=a=ab", "s")


def test_runs_that_would_fill_the_memory_are_refused_before_they_are_laid_out():
    limits = Limits(return_cells=1_000)
    assert open_workbook(shared(1_000, is_struck=False), "a.xlsx", limits).sheets[0].struck == set()
    with pytest.raises(BadDataError, match="has or covers more than 1,000 cells"):
        open_workbook(shared(1_000, is_struck=True), "a.xlsx", limits)


def test_in_an_ods_a_style_strikes_out_a_cell_or_a_part_of_it():
    through = '<style:text-properties style:text-line-through-{}="{}"/>'
    styles = "".join(
        f'<style:style style:name="{name}" style:family="{family}">{through.format(what, kind)}</style:style>'
        for name, family, what, kind in (
            ("ce1", "table-cell", "style", "solid"),
            ("ce2", "table-cell", "style", "none"),
            ("T1", "text", "type", "single"),
        )
    )
    part = 'a<text:span text:style-name="T1">b</text:span>'
    cells = (
        '<table:table-cell table:style-name="ce1" office:value-type="string"><text:p>no</text:p></table:table-cell>',
        '<table:table-cell table:style-name="ce2" office:value-type="string"><text:p>yes</text:p></table:table-cell>',
        f'<table:table-cell office:value-type="string"><text:p>{part}</text:p></table:table-cell>',
        '<table:table-cell table:style-name="ce1"/>',
    )
    plain = ods({"S": [row("x"), row(*cells)]})
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as package, zipfile.ZipFile(out, "w") as target:
        for part in package.infolist():
            content = package.read(part).replace(
                b"<office:automatic-styles>", b"<office:automatic-styles>" + styles.encode()
            )
            target.writestr(part.filename, content)
    assert open_workbook(out.getvalue(), "a.ods", Limits()).sheets[0].struck == {"A2", "C2"}
    assert open_workbook(plain, "a.ods", Limits()).sheets[0].struck == set()


@pytest.mark.slow
@pytest.mark.parametrize("form", ["xlsx", "ods"])
def test_what_libreoffice_saves_is_refused_the_same(tmp_path, form):
    for name, content in (
        ("whole", struck(Field.ACCEPTANCE, Field.NOTE)),
        ("part", partly("We refuse, ", "the council agrees", ", for want of money.")),
        ("plain", fill(empty(), SAID)),
    ):
        source = tmp_path / f"{name}.xlsx"
        source.write_bytes(content)
        assert refusals(by_libreoffice(source, form, tmp_path / form).read_bytes()) == refusals(content)
