"""Tables out of files: encodings, delimiters, spreadsheets good and bad."""

from __future__ import annotations

import zipfile
from datetime import date

import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font
from register_files import MAPPING, SPREADSHEET_ROWS, csv_text, workbook, write

from tracker.errors import BadDataError
from tracker.ingest.registers.findings import Findings
from tracker.ingest.registers.guessing import guess_mapping
from tracker.ingest.registers.mapping import FileForm
from tracker.ingest.registers.mapping_file import read_mapping
from tracker.ingest.registers.rows import read_rows
from tracker.ingest.registers.tables import read_table
from tracker.limits import Limits

WANTED = ["No", "Recommendation"]


def rows_of(path, form=FileForm(), wanted=WANTED, limits=None):  # noqa: B008 - frozen
    table = read_table(path, form, wanted, limits)
    return table, list(table.rows)


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("mac-roman", "mac-roman"),
        ("windows-1252", "windows-1252"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_are_found(tmp_path, encoding, found, end):
    text = csv_text("1,Côte d’Ivoire,R,,,,Améliorer l’accès – “vite” et à temps,", "2,México,R,,,,Niños y señales,")
    path = write(tmp_path, "r.csv", text.replace("\n", end).encode(encoding))
    table, rows = rows_of(path)
    assert table.form.encoding == found
    assert [row[1] for _, row in rows] == ["Côte d’Ivoire", "México"]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("The ministry’s list.", "windows-1252"),
        ("The ministry’s list – keep it.", "windows-1252"),
        ("Set a “single owner” for grants.", "windows-1252"),
        ("Costs (in € m) of the Ministère de l'Équipement – Roads, “in hand”.", "windows-1252"),
        ("Savings of € 12", "windows-1252"),
        ("• One • two …", "windows-1252"),
        ("The ministry’s list.", "mac-roman"),
        ("The ministry’s list – keep it.", "mac-roman"),
        ("Set a “single owner” for grants.", "mac-roman"),
        ("Inspección de las áreas sin señales", "mac-roman"),
        ("Straßen und Brücken", "mac-roman"),
    ],
)
def test_the_few_marks_of_an_english_or_french_table_say_its_encoding(tmp_path, text, encoding):
    _, rows = rows_of(write(tmp_path, "r.csv", f"No;Recommendation\n1;{text}\n".encode(encoding)))
    assert rows == [(2, ["1", text])]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found(tmp_path, delimiter):
    path = write(tmp_path, "r.csv", csv_text().replace(",", delimiter))
    table, rows = rows_of(path)
    assert table.form.delimiter == delimiter
    assert [number for number, _ in rows] == [2, 3, 4]


def test_a_header_below_a_title_is_found(tmp_path):
    table, rows = rows_of(write(tmp_path, "r.csv", "The register of 2025\n\n" + csv_text()))
    assert table.header[0] == "No"
    assert len(rows) == 3


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("r.csv", b"", "empty"),
        ("r.csv", b"\x00\x01\x02\x03binary\x00\x00" * 30, "not a table"),
        ("r.csv", b"PK\x03\x04rest", "packed"),
        ("r.xlsx", b"No,Recommendation\n1,a\n", "not a spreadsheet"),
        ("r.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "password"),
        ("r.xlsx", b"PK\x03\x04" + b"0" * 600, "damaged"),
        ("r.pdf", b"%PDF-1.4", "ending"),
        ("r.csv", b"No,Wording\n1,a\n", "has no column “Recommendation”; its columns are No, Wording"),
        ("r.csv", b"No,No,Recommendation\n1,2,a\n", "two columns called “No”"),
        ("r.csv", b'No,Recommendation\n1,"never closed\n', "row 2.*cannot be parsed"),
    ],
)
def test_a_bad_file_gets_one_sentence(tmp_path, name, content, said):
    with pytest.raises(BadDataError, match=said) as caught:
        rows_of(write(tmp_path, name, content))
    assert name in str(caught.value)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(BadDataError, match="there is no such file"):
        rows_of(tmp_path / "nowhere.csv")


def test_a_declared_encoding_that_is_wrong_is_refused(tmp_path):
    with pytest.raises(BadDataError, match="not written in utf-8"):
        rows_of(write(tmp_path, "r.csv", csv_text().encode("utf-16")), FileForm(encoding="utf-8"))


def test_a_spreadsheet_gives_days_and_row_numbers(tmp_path):
    table, rows = rows_of(workbook(tmp_path / "r.xlsx", [["The register"], [], *SPREADSHEET_ROWS]))
    assert "sheet “Register”" in table.name
    assert [(number, row[0], row[3]) for number, row in rows] == [
        (4, "001/25", "2025-03-01"),
        (5, "002/25", "2025-03-01"),
    ]


def test_dates_of_the_1904_system_are_the_same_days(tmp_path):
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    def old(book, page):
        book.epoch = CALENDAR_MAC_1904
        page["D2"] = date(2025, 3, 1)

    _, rows = rows_of(workbook(tmp_path / "r.xlsx", SPREADSHEET_ROWS, change=old))
    assert rows[0][1][3] == "2025-03-01"


@pytest.mark.parametrize("epoch", ["WINDOWS_1900", "MAC_1904"])
@pytest.mark.parametrize("form", ["excel-1900", "excel-1904"])
def test_numbers_of_days_are_refused_where_workbook_and_mapping_count_from_other_days(tmp_path, epoch, form):
    """Read by the other system, every day of the register would be four years off."""
    import openpyxl.utils.datetime as systems

    def as_numbers(book, page):
        book.epoch = getattr(systems, f"CALENDAR_{epoch}")
        page["D2"] = 44255 if epoch.endswith("1904") else 45717
        page["D2"].number_format = "General"

    path = workbook(tmp_path / "r.xlsx", SPREADSHEET_ROWS[:2], change=as_numbers)
    mapping = read_mapping(write(tmp_path, "m.toml", f'{MAPPING}\n[dates]\n"Issued" = "{form}"\n'))
    findings = Findings("r.xlsx")
    if epoch[-4:] == form[-4:]:
        assert [row.made for row in read_rows(path, mapping, findings)] == [date(2025, 3, 1)]
        return
    told = f"counts days from {epoch[-4:]}, and the mapping reads them as {form}"
    with pytest.raises(BadDataError, match=told) as caught:
        list(read_rows(path, mapping, findings))
    assert f'[dates] "Issued" = "excel-{epoch[-4:]}"' in str(caught.value)


def test_merged_cells_are_refused_with_their_place_or_filled(tmp_path):
    path = workbook(tmp_path / "r.xlsx", SPREADSHEET_ROWS, change=lambda _, page: page.merge_cells("G2:G3"))
    with pytest.raises(BadDataError, match=r"cells G2:G3.*merged"):
        rows_of(path)
    _, rows = rows_of(path, FileForm(merged="fill"))
    assert [row[6] for _, row in rows] == ["Check the valves every month."] * 2


def test_what_is_merged_across_columns_counts_for_the_first_of_them(tmp_path):
    rows = [*SPREADSHEET_ROWS[:2], ["All valves are to be checked."]]
    path = workbook(tmp_path / "r.xlsx", rows, change=lambda _, page: page.merge_cells("A3:H3"))
    _, found = rows_of(path, FileForm(merged="fill"))
    assert [cell for cell in found[1][1] if cell] == ["All valves are to be checked."]


def test_a_guess_proposes_that_merged_cells_count_for_every_row(tmp_path):
    path = workbook(tmp_path / "r.xlsx", SPREADSHEET_ROWS, change=lambda _, page: page.merge_cells("C2:C3"))
    assert 'merged = "fill"    # ?' in guess_mapping(path)
    assert "merged" not in guess_mapping(workbook(tmp_path / "s.xlsx", SPREADSHEET_ROWS))


def test_a_merged_title_does_not_matter(tmp_path):
    rows = [["The register"], *SPREADSHEET_ROWS]
    path = workbook(tmp_path / "r.xlsx", rows, change=lambda _, page: page.merge_cells("A1:H1"))
    assert len(rows_of(path)[1]) == 2


def test_hidden_rows_are_told_and_read_or_left_out(tmp_path):
    def hide(_, page):
        page.row_dimensions[3].hidden = True

    path = workbook(tmp_path / "r.xlsx", SPREADSHEET_ROWS, change=hide)
    table, rows = rows_of(path)
    assert len(rows) == 2
    assert "row 3" in table.problems[0].where
    assert [number for number, _ in rows_of(path, FileForm(hidden="skip"))[1]] == [2]


def test_formulas_without_a_value_are_told(tmp_path):
    def formula(_, page):
        page["G2"] = "=A1"

    table, _ = rows_of(workbook(tmp_path / "r.xlsx", SPREADSHEET_ROWS, change=formula))
    assert "cell G2" in table.problems[0].where


def test_words_that_are_struck_out_are_told_and_read(tmp_path):
    out, whole = InlineFont(strike=True), Font(strike=True)

    def strike(_, page):
        page["B2"].font = whole
        page["D2"].font = whole
        page["E2"] = CellRichText(TextBlock(out, "Open"), " Closed")
        page["E3"] = CellRichText(TextBlock(InlineFont(strike=False), "Open"), TextBlock(out, " "))
        page["H9"].font = whole

    table, rows = rows_of(workbook(tmp_path / "r.xlsx", SPREADSHEET_ROWS, change=strike))
    assert rows[0][1][4] == "Open Closed"
    (told,) = table.problems
    assert str(told) == (
        "r.xlsx, sheet “Register”, cells B2, D2, E2: hold words that are struck out; they were read like the others. "
        "Delete what no longer holds, and import it again."
    )


DAYLESS = ("mmm-yy", "mmmm yyyy", "mm/yyyy", "[$-409]mmmm\\ yyyy;@", "yyyy")
WITH_A_DAY = ("yyyy-mm-dd", "d mmmm", 'mmmm yyyy "of" d', "General", "0.00", "yyyy-mm hh:mm", '"yy" 0')


def test_dates_that_show_no_day_are_told_unless_a_column_is_said_to_hold_months(tmp_path):
    """A month that somebody typed is kept as its first day, and would be overdue a month early."""

    def date_cells(_, page):
        for number, code in enumerate((*DAYLESS, *WITH_A_DAY), start=3):
            page.cell(number, 9, date(2026, 6, 1)).number_format = code
        page.cell(3, 10).number_format = "mmm-yy"  # empty
        page.cell(4, 10, "June").number_format = "mmm-yy"

    path = workbook(tmp_path / "r.xlsx", SPREADSHEET_ROWS, change=date_cells)
    (told,) = rows_of(path)[0].problems
    assert str(told) == (
        "r.xlsx, sheet “Register”, cells I3, I4, I5, I6, I7: hold dates that show no day; the day that the file keeps "
        'was read. If months are meant, say so in the mapping: [dates] "NAME OF THE COLUMN" = "month".'
    )
    assert rows_of(path, FileForm(has_months=True))[0].problems == []


def test_comments_of_cells_are_told_with_their_cell(tmp_path):
    def hang(book, page):
        page["B2"].comment = Comment("It merged\nwith ours.", "somebody")
        page["H9"].comment = Comment("[Threaded comment]\n…?linkid=870924 \n\nAsk them.", "somebody")
        page["C2"].comment = Comment(" ", "somebody")
        other = book.create_sheet("Other")
        other["A1"].comment = Comment("On another sheet.", "somebody")

    table, rows = rows_of(workbook(tmp_path / "r.xlsx", SPREADSHEET_ROWS, change=hang))
    assert len(rows) == 2
    assert [str(problem).partition(" If")[0] for problem in table.problems] == [
        "r.xlsx, sheet “Register”, cell B2: has the comment “It merged with ours.”, which was not read.",
        "r.xlsx, sheet “Register”, cell H9: has the comment “Ask them.”, which was not read.",
    ]


def test_of_very_many_comments_some_are_told_and_the_rest_counted(tmp_path):
    def hang(_, page):
        for row in range(1, 31):
            page.cell(row, 9).comment = Comment(f"No. {row}", "somebody")

    table, _ = rows_of(workbook(tmp_path / "r.xlsx", SPREADSHEET_ROWS, change=hang))
    assert len(table.problems) == 21
    assert "has 10 more comments, which were not read." in str(table.problems[-1])


def test_comments_that_are_damaged_are_met_with_a_sentence(tmp_path):
    def hang(_, page):
        page["B2"].comment = Comment("Words.", "somebody")

    whole = workbook(tmp_path / "whole.xlsx", SPREADSHEET_ROWS, change=hang)
    with zipfile.ZipFile(whole) as package, zipfile.ZipFile(tmp_path / "r.xlsx", "w") as damaged:
        for name in package.namelist():
            content = package.read(name)
            damaged.writestr(name, content[:-20] if "comments/" in name else content)
    with pytest.raises(BadDataError, match="is damaged"):
        rows_of(tmp_path / "r.xlsx")


def test_the_sheet_with_the_columns_is_found_and_a_wrong_one_is_named(tmp_path):
    def second(book, page):
        page.title = "Cover"
        page.delete_rows(1, 9)
        page["A1"] = "nothing"
        data = book.create_sheet("Data")
        for row in SPREADSHEET_ROWS:
            data.append(row)

    path = workbook(tmp_path / "r.xlsx", SPREADSHEET_ROWS, change=second)
    assert "Data" in rows_of(path)[0].name
    with pytest.raises(BadDataError, match="has no sheet “Nowhere”; it has Cover, Data"):
        rows_of(path, FileForm(sheet="Nowhere"))


def years(book, page):
    page.title = "2024"
    for name in ("2025", "2026"):
        sheet = book.create_sheet(name)
        for row in [["Recommendations"], *SPREADSHEET_ROWS]:
            sheet.append(row)
    book.create_sheet("2027").append(SPREADSHEET_ROWS[0])
    book.create_sheet("Words").append(["Open", "not yet done"])


def told_of_sheets(path, tmp_path, toml=MAPPING):
    findings = Findings(path.name)
    list(read_rows(path, read_mapping(write(tmp_path, "m.toml", toml)), findings))
    return [str(problem) for problem in findings.problems() if "further" in problem.what]


def test_sheets_with_the_same_columns_are_told_that_were_not_read(tmp_path):
    path = workbook(tmp_path / "r.xlsx", SPREADSHEET_ROWS, change=years)
    (told,) = told_of_sheets(path, tmp_path)
    assert told.startswith("r.xlsx: 2 further sheets hold the same columns, and were not read: “2025”, “2026”. Import ")
    assert told.endswith('[file] sheet = "2025".')
    named = MAPPING.replace("[columns]", '[file]\nsheet = "2025"\n[columns]')
    assert told_of_sheets(path, tmp_path, named) == []
    assert 'sheet = "2024"    # ? also there: 2025, 2026' in guess_mapping(path)


def test_one_further_sheet_is_one(tmp_path):
    def second(book, page):
        for row in SPREADSHEET_ROWS:
            book.create_sheet("More") if "More" not in book.sheetnames else None
            book["More"].append(row)

    path = workbook(tmp_path / "r.xlsx", SPREADSHEET_ROWS, change=second)
    assert "1 further sheet holds the same columns, and was not read: “More”." in told_of_sheets(path, tmp_path)[0]


def test_a_million_empty_rows_are_passed_over_and_one_far_below_is_refused(tmp_path):
    path = workbook(tmp_path / "r.xlsx", SPREADSHEET_ROWS)
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    empty = b"".join(b'<row r="%d"><c r="A%d"/></row>' % (number, number) for number in range(10, 100_000))
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b"</sheetData>", empty + b"</sheetData>")
    with zipfile.ZipFile(tmp_path / "empty.xlsx", "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    assert len(rows_of(tmp_path / "empty.xlsx")[1]) == 2

    def far(_, page):
        page["A1048576"] = "x"

    with pytest.raises(BadDataError, match="row 1,048,576"):
        rows_of(workbook(tmp_path / "far.xlsx", SPREADSHEET_ROWS, change=far))


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet1.xml", b"0" * 12 * 1024 * 1024)
    with pytest.raises(BadDataError, match="would grow"):
        rows_of(tmp_path / "bomb.xlsx")


def test_limits_are_told(tmp_path):
    path = write(tmp_path, "r.csv", csv_text())
    with pytest.raises(BadDataError, match="more than 2 rows"):
        rows_of(path, limits=Limits(most_rows=2))
    with pytest.raises(BadDataError, match="at most 0 MB"):
        rows_of(path, limits=Limits(most_bytes=10))
