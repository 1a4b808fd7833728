"""OpenDocument spreadsheets as registers: read as an .xlsx of the same cells is read, or refused with their place."""

from __future__ import annotations

import io
import tempfile
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ods_files import by_libreoffice, cell, locked_by_libreoffice, ods, packed, row
from register_files import SPREADSHEET_ROWS, workbook

from tracker.errors import BadDataError
from tracker.ingest.registers.mapping import FileForm
from tracker.ingest.registers.tables import read_table

HEAD = row("No", "To", "Text", "Made")


def rows_of(path, form=FileForm(), wanted=("No", "Text"), limits=None):  # noqa: B008 - frozen
    table = read_table(path, form, list(wanted), limits)
    rows = [(number, [*cells, *[""] * (len(table.header) - len(cells))]) for number, cells in table.rows]
    return table, rows


@pytest.fixture
def read(tmp_path):
    """Write sheets and read the one that has the columns."""

    def _read(*rows, form=FileForm(), limits=None, **sheets):  # noqa: B008 - frozen
        path = tmp_path / "r.ods"
        path.write_bytes(ods({**sheets, "Register": [HEAD, *rows]} if rows else sheets))
        return rows_of(path, form, limits=limits)

    return _read


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (cell("a"), "a"),
        (cell("a\nb"), "a\nb"),
        (cell(12), "12"),
        (cell(12.0), "12"),
        (cell(0.25), "0.25"),
        ('<table:table-cell office:value-type="percentage" office:value="0.25"><text:p>25 %</text:p></table:table-cell>', "0.25"),
        ('<table:table-cell office:value-type="currency" office:value="12"><text:p>12 EUR</text:p></table:table-cell>', "12"),
        ('<table:table-cell office:value-type="time" office:time-value="PT12H30M00S"/>', "12:30:00"),
        ('<table:table-cell office:value-type="time" office:time-value="?"><text:p>noon</text:p></table:table-cell>', "noon"),
        ('<table:table-cell office:value-type="float" office:value="x"><text:p>x</text:p></table:table-cell>', "x"),
        ('<table:table-cell office:value-type="string" office:string-value="kept"/>', "kept"),
        (cell(True), "yes"),
        (cell(False), "no"),
        (cell(date(2025, 3, 1)), "2025-03-01"),
        (cell(datetime(2025, 3, 1)), "2025-03-01"),
        (cell(datetime(2025, 3, 1, 13, 30)), "2025-03-01 13:30:00"),
        ('<table:table-cell office:value-type="string"><text:p>a<text:s text:c="3"/>b<text:tab/>c<text:line-break/>d</text:p></table:table-cell>', "a   b\tc\nd"),
        ('<table:table-cell office:value-type="string"><text:p>a <text:span>b<text:a xlink:href="x">c</text:a></text:span> d</text:p></table:table-cell>', "a bc d"),
        ('<table:table-cell office:value-type="string"><office:annotation><text:p>aside</text:p></office:annotation><text:p>a</text:p></table:table-cell>', "a"),
    ],
)  # fmt: skip
def test_values(read, made, expected):
    assert read(row("1", "WTA", made))[1] == [(2, ["1", "WTA", expected, ""])]


def test_repeated_rows_are_rows_of_their_own(read):
    _, rows = read(row("1", "A", "a"), row("2", "A", "b", number_rows_repeated=3), row("3", "A", "c"))
    assert [(number, cells[0]) for number, cells in rows] == [(2, "1"), (3, "2"), (4, "2"), (5, "2"), (6, "3")]


def test_repeated_cells_are_cells_of_their_own(read):
    _, rows = read(row("1", cell("x", number_columns_repeated=2)), row(cell(number_columns_repeated=2), "late"))
    assert rows == [(2, ["1", "x", "x", ""]), (3, ["", "", "late", ""])]


def test_a_million_empty_rows_cost_nothing_and_are_counted(read):
    blank = row(cell(number_columns_repeated=16_384), number_rows_repeated=900_000)
    _, rows = read(row("1", "A", "a"), blank, row("2", "A", "b"), blank)
    assert [number for number, _ in rows] == [2, 900_003]


def test_something_far_below_is_refused_with_its_row(read):
    blank = row(cell(number_columns_repeated=16_384), number_rows_repeated=1_048_573)
    with pytest.raises(BadDataError, match="sheet “Register”: holds something in row 1,048,576"):
        read(row("1", "A", "a"), blank, row("x"))


@pytest.mark.parametrize(
    ("made", "what"),
    [
        (row("1", cell(number_columns_repeated=16_382), "x"), "row 2: has 16,384 columns; at most 1,000 are read."),
        (row("1", cell("x", number_columns_repeated=999_999_99)), "row 2: has 100,000,000 columns"),
        (row("1", "A", "b", number_rows_repeated=99_999_999), "has more than 500,000 rows"),
        (row("1", "A", "b" * 100_001), "cell C2: holds 100,001 characters; at most 100,000 are read."),
    ],
    ids=["far", "wide", "deep", "long"],
)
def test_what_would_fill_the_memory_is_refused(read, made, what):
    with pytest.raises(BadDataError, match=what):
        read(made)


def test_merged_cells_are_refused_with_their_place_or_filled(read):
    merged = (
        row("1", "A", cell("both", number_rows_spanned=2, number_columns_spanned=1)),
        row("2", "A", "<table:covered-table-cell/>"),
        row("3", "A", "own"),
    )
    with pytest.raises(BadDataError, match=r"sheet “Register”, cells C2:C3: are merged"):
        read(*merged)
    _, rows = read(*merged, form=FileForm(merged="fill"))
    assert [cells[2] for _, cells in rows] == ["both", "both", "own"]


def test_a_merged_title_does_not_matter(tmp_path):
    title = row(cell("The register", number_columns_spanned=4, number_rows_spanned=1))
    (tmp_path / "r.ods").write_bytes(ods({"S": [title, HEAD, row("1", "A", "a")]}))
    assert rows_of(tmp_path / "r.ods")[1] == [(3, ["1", "A", "a", ""])]


@pytest.mark.parametrize("how", ["collapse", "filter"])
def test_hidden_rows_are_told_and_read_or_left_out(read, how):
    rows = (row("1", "A", "a"), row("2", "A", "b", visibility=how), row("3", "A", "c"))
    table, found = read(*rows)
    assert len(found) == 3
    assert ["row 3: is hidden; it was read like the others." in str(problem) for problem in table.problems] == [True]
    assert [number for number, _ in read(*rows, form=FileForm(hidden="skip"))[1]] == [2, 4]


def test_formulas_give_their_value_and_those_without_one_and_errors_are_told(read):
    error = (
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" '
        'calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
    )
    table, rows = read(row("1", cell(3, formula="of:=1+2"), cell(formula="of:=A1"), error))
    assert rows == [(2, ["1", "3", "", ""])]
    told = "\n".join(map(str, table.problems))
    assert "sheet “Register”, cell C2: holds a formula without a value" in told
    assert "sheet “Register”, cell D2: holds an error" in told


def test_comments_of_cells_are_told_with_their_cell(read):
    hanging = "<office:annotation><text:p>Ask them.</text:p></office:annotation>"
    filled = cell("Check.").replace("<text:p>", f"{hanging}<text:p>", 1)
    empty = cell().replace("/>", f">{hanging}</table:table-cell>")
    table, rows = read(row("1", filled), row("2", "Mend.", empty))
    assert [cells[:2] for _, cells in rows] == [["1", "Check."], ["2", "Mend."]]
    assert [problem.where.rpartition(", ")[2] for problem in table.problems] == ["cell B2", "cell C3"]
    assert table.problems[0].what == "has the comment “Ask them.”, which was not read."


def test_errors_of_an_xlsx_are_told_too(tmp_path):
    path = workbook(tmp_path / "r.xlsx", SPREADSHEET_ROWS)
    content = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(content) as package, zipfile.ZipFile(path, "w") as target:
        for part in package.namelist():
            data = package.read(part)
            if part == "xl/worksheets/sheet1.xml":
                data = data.replace(b"</row>", b'<c r="I2" t="e"><v>#N/A</v></c></row>', 2)
            target.writestr(part, data)
    table, _ = rows_of(path, wanted=("No", "Recommendation"))
    assert "hold errors" in str(table.problems[0])
    assert "I2" in table.problems[0].where


class TestSheets:
    def test_the_one_with_the_columns_is_taken(self, read):
        table, rows = read(row("1", "A", "a"), Notes=[row("x", "y")])
        assert table.name == "r.ods, sheet “Register”"
        assert rows == [(2, ["1", "A", "a", ""])]

    def test_a_hidden_one_only_if_it_is_named(self, tmp_path):
        path = tmp_path / "r.ods"
        path.write_bytes(
            ods({"Old": [HEAD, row("9", "A", "old")], "New": [HEAD, row("1", "A", "new")]}, hidden=["Old"])
        )
        assert rows_of(path)[1][0][1][2] == "new"
        assert rows_of(path, FileForm(sheet="Old"))[1][0][1][2] == "old"

    def test_one_that_is_not_there(self, read):
        with pytest.raises(BadDataError, match="has no sheet “Nowhere”; it has Notes, Register"):
            read(row("1", "A", "a"), Notes=[row("x")], form=FileForm(sheet="Nowhere"))

    def test_without_the_columns(self, read):
        with pytest.raises(BadDataError, match="sheet “A & B”, row 1: has no column “No”; its columns are x, y"):
            read(**{"A & B": [row("x", "y")], "C": [row("z")]})

    def test_what_is_kept_of_another_file_is_no_sheet_and_told(self, read):
        table, rows = read(row("1", "A", "a"), **{"'file:///share/other.ods'#$Sheet1": [HEAD, row("9", "A", "other")]})
        assert rows == [(2, ["1", "A", "a", ""])]
        assert "links to other files" in str(table.problems[0])

    def test_a_file_without_any(self, read):
        with pytest.raises(BadDataError, match="has no sheet"):
            read()


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (lambda: ods({"S": [HEAD]}, manifest="<m><encryption-data/></m>"), "is protected by a password"),
        (lambda: ods({"S": [HEAD]})[:400], "is damaged"),
        (lambda: packed("<a><b></a>"), "has no sheet"),
        (lambda: packed("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), "declarations that no spreadsheet program writes"),
        (lambda: packed(ods_text().replace("</table:table>", "")), "cannot be read as a spreadsheet: mismatched tag"),
        (lambda: packed(ods_text().replace("deep", "<text:span>" * 3000 + "x" + "</text:span>" * 3000)), "nested too deeply"),
    ],
    ids=["password", "cut", "empty", "entities", "torn", "deep"],
)  # fmt: skip
def test_a_bad_file_gets_one_sentence(tmp_path, content, what):
    (tmp_path / "r.ods").write_bytes(content())
    with pytest.raises(BadDataError, match=what) as caught:
        rows_of(tmp_path / "r.ods")
    assert str(caught.value).startswith("r.ods")


def ods_text() -> str:
    with zipfile.ZipFile(io.BytesIO(ods({"S": [HEAD, row("1", "A", "deep")]}))) as package:
        return package.read("content.xml").decode()


def test_without_its_content(tmp_path):
    with zipfile.ZipFile(tmp_path / "r.ods", "w") as package:
        package.writestr("mimetype", "x")
    with pytest.raises(BadDataError, match=r"cannot be read as a spreadsheet.*content\.xml"):
        rows_of(tmp_path / "r.ods")


def test_names_in_the_package_that_are_no_text(tmp_path):
    content = ods({"S": [HEAD]}).replace(b"META-INF", b"M\xd6TA-INF")
    flagged = content.replace(b"\x00\x00\x08\x00", b"\x00\x08\x08\x00")
    assert flagged != content
    (tmp_path / "r.ods").write_bytes(flagged)
    with pytest.raises(BadDataError, match="is damaged"):
        rows_of(tmp_path / "r.ods")


def test_an_xlsx_with_the_wrong_ending(tmp_path):
    path = workbook(tmp_path / "r.xlsx", SPREADSHEET_ROWS)
    with pytest.raises(BadDataError, match=r"is named \.ods, but is an \.xlsx"):
        rows_of(path.rename(tmp_path / "r.ods"))


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    (tmp_path / "bomb.ods").write_bytes(packed(" " * 12 * 1024 * 1024))
    with pytest.raises(BadDataError, match="would grow"):
        rows_of(tmp_path / "bomb.ods")


@pytest.mark.parametrize("ending", ["ods", "xlsx"])
@given(noise=st.binary(max_size=40), place=st.integers(0, 10_000))
@example(noise=b"\0" * 16, place=4699)  # the workbook lists a sheet that is not in it
def test_no_damage_ends_in_anything_but_a_sentence(ending, noise, place):
    """The file is opened and walked through; whatever is wrong with it, nothing but BadDataError comes out."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"r.{ending}"
        if ending == "ods":
            path.write_bytes(ods({"S": [HEAD, row("1", "A", "a")]}))
        else:
            workbook(path, SPREADSHEET_ROWS)
        content = bytearray(path.read_bytes())
        start = place % len(content)
        content[start : start + len(noise)] = noise
        path.write_bytes(bytes(content))
        said = None
        try:
            rows_of(path, wanted=("No",))
        except BadDataError as error:
            said = str(error)
        assert said is None or said.startswith(("r.", str(path)))


def as_people_make_it(book, page):
    """Days, percent, a formula, merged title, hidden row and sheet, two same rows, paint down to the last row."""
    from openpyxl.cell.rich_text import CellRichText, TextBlock
    from openpyxl.cell.text import InlineFont
    from openpyxl.comments import Comment
    from openpyxl.styles import Font, PatternFill

    page.append(["003/25", "WTA", "RPT-1", date(2025, 3, 2), "Open", None, "Same.", None])
    page.append(["003/25", "WTA", "RPT-1", date(2025, 3, 2), "Open", None, "Same.", None])
    page.append(["004/25", "WTA", "RPT-1", datetime(2025, 3, 2, 13, 30), "Open", None, "=1+1", 0.25])
    page["H6"].number_format = "0%"
    page["G2"].comment = Comment("an aside", "somebody")
    page["G3"].value = "Two\nlines"
    page["G4"].value = CellRichText("Not ", TextBlock(InlineFont(strike=True), "the same."))
    page["D5"].font = Font(strike=True)
    page.row_dimensions[3].hidden = True
    page.insert_rows(1)
    page["A1"] = "The register"
    page.merge_cells("A1:H1")
    page["H1048576"].fill = PatternFill("solid", fgColor="FFFF00")
    for column in "ABC":
        page.column_dimensions[column].fill = PatternFill("solid", fgColor="FFFF00")
    book.create_sheet("Notes").append(["x", "y"])
    gone = book.create_sheet("Gone")
    gone.append([cell.value for cell in page[2]])
    gone.sheet_state = "hidden"


@pytest.mark.slow
def test_what_libreoffice_saves_is_read_as_the_xlsx_it_was_made_from(tmp_path):
    source = workbook(tmp_path / "r.xlsx", SPREADSHEET_ROWS, change=as_people_make_it)
    computed = by_libreoffice(source, "xlsx", tmp_path)  # openpyxl computes no formula
    wanted = ("No", "Recommendation")
    expected, by_xlsx = rows_of(computed, wanted=wanted)
    table, rows = rows_of(by_libreoffice(source, "ods", tmp_path), wanted=wanted)
    assert rows == by_xlsx
    assert [cells[6] for _, cells in rows][-1] == "2"
    assert [str(problem).partition(", ")[2] for problem in table.problems] == [
        str(problem).partition(", ")[2] for problem in expected.problems
    ]
    assert "row 3: is hidden" in str(table.problems[0])
    assert any("cells G5, D6: hold words that are struck out" in str(problem) for problem in table.problems)


@pytest.mark.slow
def test_dates_that_show_no_day_are_told_of_what_libreoffice_saves(tmp_path):
    def date_cells(_, page):
        for column, code in enumerate(("mmm-yy", "mmmm yyyy", "mm/yyyy", "yyyy-mm-dd", "d mmmm yyyy"), start=9):
            page.cell(3, column, date(2026, 6, 1)).number_format = code

    source = workbook(tmp_path / "r.xlsx", SPREADSHEET_ROWS, change=date_cells)
    (told,) = rows_of(by_libreoffice(source, "ods", tmp_path), wanted=("No", "Recommendation"))[0].problems
    assert "cells I3, J3, K3: hold dates that show no day; the day that the file keeps was read." in str(told)


@pytest.mark.slow
def test_merged_cells_as_libreoffice_saves_them(tmp_path):
    source = workbook(tmp_path / "r.xlsx", SPREADSHEET_ROWS, change=lambda _, page: page.merge_cells("G2:G3"))
    path = by_libreoffice(source, "ods", tmp_path)
    with pytest.raises(BadDataError, match=r"cells G2:G3: are merged"):
        rows_of(path, wanted=("No", "Recommendation"))
    _, rows = rows_of(path, FileForm(merged="fill"), wanted=("No", "Recommendation"))
    assert len({cells[6] for _, cells in rows}) == 1


@pytest.mark.slow
def test_a_password_of_libreoffice(tmp_path):
    source = workbook(tmp_path / "r.xlsx", SPREADSHEET_ROWS)
    with pytest.raises(BadDataError, match="is protected by a password"):
        rows_of(locked_by_libreoffice(source, tmp_path))
