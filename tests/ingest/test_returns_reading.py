"""Returns as they come back: filled in, rearranged, saved by other programs, broken, hostile."""

from __future__ import annotations

import io
import struct
import zipfile
from datetime import date, datetime

import pytest
from filled_returns import A, I, answers_of, edit, fill, line, place, questionnaire
from hypothesis import given
from hypothesis import strategies as st
from ods_files import as_ods, by_libreoffice, cell, ods, packed, row

from tracker.domain.controls import says_something
from tracker.domain.return_words import WORDS, label
from tracker.domain.returns import IDENTITY_SHEET, Field, acceptance_choices, implementation_choices
from tracker.errors import BadDataError
from tracker.ingest.returns.reading import read_return
from tracker.limits import Limits
from tracker.reports.returns import write_return

R1, R2, R3 = "A/80/501/R1", "A/80/501/R2", "A/80/501/R3"
LINES = (line(1), line(2, A.ACCEPTED, I.IN_PROGRESS), line(3, A.ACCEPTED, due_on=None))


@pytest.fixture(scope="module")
def empty() -> bytes:
    return write_return(questionnaire(*LINES))


def read(content: bytes):
    return read_return(content, "who.xlsx")


def refusals(content: bytes) -> dict[str, str]:
    """Place, without the file's name → reason."""
    return {item.where.removeprefix("who.xlsx, "): item.why for item in read(content).refused}


def test_an_empty_return_says_nothing(empty):
    filled = read(empty)
    assert (filled.answers, filled.refused, filled.missing) == ([], [], [])
    assert filled.blank == [R1, R2, R3]
    assert (filled.organization, filled.register, filled.made_on) == ("WHO", "0123456789abcdef", date(2026, 11, 24))


def test_answers_are_read_with_their_row(empty):
    said = {
        Field.ACCEPTANCE: "Accepted",
        Field.IMPLEMENTATION: "In progress",
        Field.SINCE: date(2026, 10, 1),
        Field.NOTE: "  The policy was\nissued.  ",
        Field.EVIDENCE: "https://example.org/a\nhttps://example.org/b, https://example.org/a",
        Field.LATER: date(2027, 3, 31),
    }
    answer = read(fill(empty, {R1: said})).answers[0]
    assert answer.where == "who.xlsx, Answers, row 7"
    assert (answer.acceptance, answer.implementation) == (A.ACCEPTED, I.IN_PROGRESS)
    assert (answer.since, answer.later) == (date(2026, 10, 1), date(2027, 3, 31))
    assert answer.note == "The policy was\nissued."
    assert answer.evidence == ("https://example.org/a", "https://example.org/b")
    assert (answer.then.version, answer.then.acceptance) == (1, A.NO_INFORMATION)


LABELS = {
    lines.ref: (
        [(c.status, c.confirms) for c in acceptance_choices(lines.positions)],
        [(c.status, c.confirms) for c in implementation_choices(lines.positions, A.ACCEPTED)],
    )
    for lines in LINES
}
NOTES = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n"), max_size=60).filter(
    lambda text: not text.strip().startswith("=")
)


@st.composite
def answers(draw):
    ref = draw(st.sampled_from([R1, R2, R3]))
    language = draw(st.sampled_from(sorted(WORDS)))
    acceptance = draw(st.none() | st.sampled_from(LABELS[ref][0]))
    implementation = draw(st.none() | st.sampled_from(LABELS[ref][1]))
    since = draw(st.none() | st.dates(date(2000, 1, 1), date(2099, 12, 31)))
    return ref, language, acceptance, implementation, since, draw(st.none() | NOTES)


@given(answers())
def test_whatever_is_filled_in_is_what_is_read(said):
    ref, language, acceptance, implementation, since, note = said
    words = WORDS[language]
    values = {
        Field.ACCEPTANCE: acceptance and label(words, acceptance[0], confirms=acceptance[1]),
        Field.IMPLEMENTATION: implementation and label(words, implementation[0], confirms=implementation[1]),
        Field.SINCE: since,
        Field.NOTE: note,
    }
    filled = read(fill(write_return(questionnaire(*LINES, language=language)), {ref: values}, language))
    assert filled.refused == []
    expected_note = (note or "").strip() if says_something(note or "") else None
    if not any((acceptance, implementation, since, expected_note)):
        assert filled.answers == []
        return
    answer = filled.answers[0]
    assert answer.ref == ref
    assert answer.moves == tuple(pair[0] for pair in (acceptance, implementation) if pair)
    assert answer.since == since
    assert (answer.note or "").split() == (expected_note or "").split()


def test_moved_columns_and_sorted_and_deleted_rows_are_read_as_they_are_meant(empty):
    def rearrange(book):
        sheet = answers_of(book)
        sheet.move_range("J5:J9", cols=6)
        sheet.move_range("G5:G9", cols=12)
        sheet.move_range("A8:Z8", rows=6)
        sheet.delete_rows(7)

    filled = read(edit(fill(empty, {R2: {Field.NOTE: "still at it", Field.ACCEPTANCE: "Accepted"}}), rearrange))
    assert filled.refused == []
    assert filled.missing == [R1]
    assert [(item.ref, item.acceptance, item.note) for item in filled.answers] == [(R2, A.ACCEPTED, "still at it")]


def test_a_renamed_column_is_refused_with_its_cell(empty):
    content = edit(
        empty, lambda book: place(answers_of(book), R1, Field.NOTE).offset(row=-2).__setattr__("value", "Remarks")
    )
    with pytest.raises(BadDataError, match=r"row 5: the column “Note” is missing\. J5 says “Remarks”"):
        read(content)


def test_a_heading_that_stands_twice_is_refused(empty):
    content = edit(empty, lambda book: answers_of(book).cell(5, 14, "Note"))
    with pytest.raises(BadDataError, match="the heading “Note” appears twice"):
        read(content)


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        (Field.NOTE, '="x"&"y"', "there is a formula"),
        (Field.ACCEPTANCE, "=A1", "there is a formula"),
        (Field.SINCE, "=TODAY()", "there is a formula"),
        (Field.EVIDENCE, '=HYPERLINK("https://example.org")', "there is a formula"),
        (Field.NOTE, "#REF!", "there is the error #REF!"),
        (Field.ACCEPTANCE, "Agreed", "“Agreed” is not in the list"),
        (Field.IMPLEMENTATION, "Accepted", "“Accepted” is not in the list"),
        (Field.SINCE, "03/04/2026", "“03/04/2026” is not a date. Write year, month and day"),
        (Field.SINCE, "2026-02-30", "there is no such day"),
        (Field.SINCE, "30/09/26", "“30/09/26” is not a date"),
        (Field.SINCE, "45355", "“45355” is not a date"),
        (Field.SINCE, True, "is not a date"),
        (Field.SINCE, datetime(1, 1, 1), "is not a day between 1990 and 2100"),
        (Field.EVIDENCE, "see attachment", "“see” is not a link"),
        (Field.EVIDENCE, "\n".join(f"https://example.org/{n}" for n in range(11)), "there are 11 links"),
        (Field.NOTE, "x" * 10_001, "the note has 10,001 characters"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_cell(empty, field, value, reason):
    content = fill(empty, {R1: {field: value}, R2: {Field.NOTE: "fine"}})
    cell = {"acceptance": "G7", "implementation": "H7", "since": "I7", "note": "J7", "evidence": "K7"}[field.value]
    assert reason in refusals(content)[f"Answers, {cell}"]
    assert [item.ref for item in read(content).answers] == [R2]


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2026-09-30", date(2026, 9, 30)),
        ("\u200e2026\u201109\u201330\xa0", date(2026, 9, 30)),
        ("30/09/2026", date(2026, 9, 30)),
        ("09/30/2026", date(2026, 9, 30)),
        ("30 septembre 2026", date(2026, 9, 30)),
        ("September 30, 2026", date(2026, 9, 30)),
        (46295, date(2026, 9, 30)),
        (datetime(2026, 9, 30, 14), date(2026, 9, 30)),
    ],
)
def test_pasted_dates_are_read_where_they_are_one_day(empty, value, day):
    assert read(fill(empty, {R1: {Field.SINCE: value}})).answers[0].since == day


def test_signs_that_nobody_sees_make_no_difference_and_are_no_answer(empty):
    pasted = {
        R1: {Field.ACCEPTANCE: "\u200fAccepted\u200b", Field.EVIDENCE: "https://example.org/a\u200b"},
        R2: {Field.NOTE: "\u200b \ufeff"},
    }
    filled = read(fill(empty, pasted))
    assert filled.refused == []
    assert [(item.ref, item.acceptance, item.evidence) for item in filled.answers] == [
        (R1, A.ACCEPTED, ("https://example.org/a",))
    ]


def test_days_counted_from_1904_are_the_same_days():
    content = fill(write_return(questionnaire(line(1, due_on=None))), {R1: {Field.SINCE: 46295 - 1462}})
    book = zipfile.ZipFile(io.BytesIO(content)).read("xl/workbook.xml")
    content = with_part(content, "xl/workbook.xml", book.replace(b"<workbookPr", b'<workbookPr date1904="1"'))
    assert read(content).answers[0].since == date(2026, 9, 30)


def test_the_address_under_a_word_counts_as_the_link(empty):
    def link(book):
        cell = place(answers_of(book), R1, Field.EVIDENCE)
        cell.value, cell.hyperlink = "our policy", "https://example.org/policy"
        cell.value = "our policy"

    assert read(edit(empty, link)).answers[0].evidence == ("https://example.org/policy",)


def test_an_answer_typed_over_a_locked_cell_is_refused_not_lost(empty):
    content = fill(
        empty, {R1: {Field.ACCEPTANCE_NOW: "Accepted"}, R2: {Field.DUE: None}, R3: {Field.IMPLEMENTATION_NOW: None}}
    )
    why = refusals(content)
    assert why["Answers, D7"] == "it says “Accepted” instead of No answer yet. Answers stand under “Your answer”."
    assert why["Answers, F8"].startswith("it says nothing instead of 2026-12-31")
    assert why["Answers, E9"].startswith("it says nothing instead of No answer yet")


def test_what_stands_outside_the_columns_or_rows_is_refused_not_lost(empty):
    def stray(book):
        sheet = answers_of(book)
        sheet["N7"] = "please call us"
        sheet["J14"] = "general remark"
        sheet["A15"] = "A/80/501/R9"

    assert refusals(edit(empty, stray)) == {
        "Answers, N7": "“please call us” stands outside the columns of the return. Move it into the note of its row.",
        "Answers, J14": "“general remark” stands outside the columns of the return. Move it into the note of its row.",
        "Answers, A15": "“A/80/501/R9” is not a reference of this return.",
    }


def test_a_row_that_stands_twice_and_merged_cells_are_refused(empty):
    def double(book):
        sheet = answers_of(book)
        sheet["A12"] = R1
        sheet.merge_cells("J8:J9")

    why = refusals(edit(empty, double))
    assert why["Answers, A12"] == "it stands in rows 7 and 12. Remove one of them."
    assert "merged" in why["Answers, J8:J9"]


def test_no_answer_is_taken_from_a_row_whose_cells_are_merged(empty):
    def merge(book):
        answers_of(book).merge_cells("J8:J9")

    said = {ref: {Field.ACCEPTANCE: "Not accepted", Field.NOTE: f"Reason of {ref}."} for ref in (R1, R2, R3)}
    for merged in (edited := edit(fill(empty, said), merge), as_ods(edited)):
        filled = read(merged)
        assert [answer.ref for answer in filled.answers] == [R1]
        assert (filled.blank, filled.missing, len(filled.refused)) == ([], [], 1)


def test_hidden_rows_are_read_as_well(empty):
    def hide(book):
        answers_of(book).row_dimensions[7].hidden = True

    assert read(edit(fill(empty, {R1: {Field.NOTE: "x"}}), hide)).answers[0].note == "x"


def test_a_copy_of_the_sheet_beside_it_is_refused(empty):
    with pytest.raises(BadDataError, match="“Answers” and “Answers Copy” both hold answers"):
        read(edit(empty, lambda book: book.copy_worksheet(answers_of(book))))


def test_a_workbook_without_the_hidden_sheet_is_refused(empty):
    with pytest.raises(BadDataError, match="hidden sheet “tracker” is missing"):
        read(edit(empty, lambda book: book.remove(book[IDENTITY_SHEET])))


@pytest.mark.parametrize("cell", ["B1", "B4", "C6", "B7", "C18", "D18"])
def test_a_damaged_hidden_sheet_is_refused(empty, cell):
    with pytest.raises(BadDataError):
        read(edit(empty, lambda book: book[IDENTITY_SHEET].__setitem__(cell, "?")))


@pytest.mark.parametrize("version", ["inf", "1e999", "nan", ""])
def test_a_version_that_is_no_number_is_refused(empty, version):
    with pytest.raises(BadDataError, match="the hidden sheet was changed and cannot be read"):
        read(edit(empty, lambda book: book[IDENTITY_SHEET].__setitem__("C18", version)))


@pytest.mark.parametrize("row", range(6, 18))
def test_a_hidden_sheet_without_one_of_its_columns_is_refused(empty, row):
    with pytest.raises(BadDataError, match="the hidden sheet was changed and cannot be read"):
        read(edit(empty, lambda book: book[IDENTITY_SHEET].delete_rows(row)))


def with_part(content: bytes, name: str, data: bytes) -> bytes:
    """The package with one part added or replaced."""
    source, target = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for part in source.namelist():
            if part != name:
                package.writestr(part, source.read(part))
        package.writestr(name, data)
    return target.getvalue()


def test_macros_are_refused(empty):
    with pytest.raises(BadDataError, match="contains macros; nothing in it was run"):
        read(with_part(empty, "xl/vbaProject.bin", b"x"))


def test_a_zip_bomb_is_refused_before_it_is_unpacked(empty):
    bomb = with_part(empty, "xl/worksheets/sheet9.xml", b"\0" * (Limits().return_part + 1))
    assert len(bomb) < 200_000
    with pytest.raises(BadDataError, match="would unpack to more than 16 MB"):
        read(bomb)


def test_a_bomb_of_entities_is_refused(empty):
    sheet = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>'
    with pytest.raises(BadDataError, match="has declarations"):
        read(with_part(empty, "xl/worksheets/sheet2.xml", sheet))


def test_declarations_are_found_wherever_they_stand_and_however_the_part_is_named_or_written(empty):
    sheet = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>'
    far_down = b'<?xml version="1.0"?>' + b" " * 9_000 + b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>'
    for name, content in (("sheet2.xml", sheet.encode("utf-16")), ("sheet2.xml", far_down), ("sheet2.bin", far_down)):
        with pytest.raises(BadDataError, match="has declarations"):
            read(with_part(empty, f"xl/worksheets/{name}", content))


@pytest.mark.parametrize("encoding", ["n0", "shift_jis", "ebcdic-cp-be"])
def test_a_part_in_an_encoding_that_is_not_known_is_damaged(empty, encoding):
    with pytest.raises(BadDataError, match="is damaged or was cut short"):
        read(with_part(empty, "xl/worksheets/sheet2.xml", f'<?xml version="1.0" encoding="{encoding}"?><x/>'.encode()))


def in_answers(content: bytes, more: str) -> bytes:
    """The sheet of answers with more elements after its rows."""
    part = "xl/worksheets/sheet2.xml"
    sheet = zipfile.ZipFile(io.BytesIO(content)).read(part).decode()
    return with_part(content, part, sheet.replace("</sheetData>", f"</sheetData>{more}").encode())


_MERGE, _LINK = '<mergeCell ref="A1:B1"/>', '<hyperlink ref="B1"/>'


@pytest.mark.parametrize(
    "more",
    [
        '<mergeCells count="1"><mergeCell ref="A500:XFD1048576"/></mergeCells>',
        '<mergeCells count="2"><mergeCell ref="A500:L30000"/><mergeCell ref="$A$30500:$L$60000"/></mergeCells>',
        '<hyperlinks><hyperlink ref="A500:L1048576" location="x"/></hyperlinks>',
        '<hyperlinks><hyperlink ref="A:XFD" location="x"/></hyperlinks>',
        '<hyperlinks><hyperlink ref="500:900" location="x"/></hyperlinks>',
        f'<dataValidations><dataValidation sqref="{"A1 " * 500_000}"/></dataValidations>',
        f"<dataValidations>{'<dataValidation/>' * 500_000}</dataValidations>",
        f"<mergeCells>{_MERGE * 900}</mergeCells><hyperlinks>{_LINK * 600}</hyperlinks>",
    ],
    ids=["merged", "merged together", "linked", "columns", "rows", "lists", "many lists", "links into merged"],
)
def test_ranges_that_would_fill_the_memory_are_refused_before_they_are_laid_out(empty, more):
    with pytest.raises(BadDataError, match="has or covers more than 500,000 cells") as caught:
        read(in_answers(empty, more))
    assert "raise [import] return_cells in tracker.toml" in str(caught.value)


def test_the_comments_of_a_sheet_cover_cells_as_well(empty):
    comments = b'<comments><commentList><comment ref="A1:XFD1048576" authorId="0"/></commentList></comments>'
    with pytest.raises(BadDataError, match="has or covers more than 500,000 cells"):
        read(with_part(empty, "xl/comments1.xml", comments))


def test_a_sheet_that_is_named_over_and_over_is_not_read_over_and_over(empty):
    book = zipfile.ZipFile(io.BytesIO(empty)).read("xl/workbook.xml").decode()
    again = book.replace("</sheets>", '<sheet name="X" sheetId="9" r:id="rId2"/></sheets>')
    with pytest.raises(BadDataError, match=r"names rId2 twice in xl/workbook\.xml"):
        read(with_part(empty, "xl/workbook.xml", again.encode()))


def test_more_merged_ranges_than_can_be_compared_are_refused(empty):
    merged = "".join(f'<mergeCell ref="A{row}:B{row}"/>' for row in range(500, 1_501))
    with pytest.raises(BadDataError, match="has more than 1,000 merged ranges"):
        read(in_answers(empty, f"<mergeCells>{merged}</mergeCells>"))


def test_the_cells_that_a_return_may_cover_are_a_setting(empty):
    few = in_answers(empty, '<mergeCells><mergeCell ref="A500:L900"/></mergeCells>')
    assert "Answers, A500:L900" in refusals(few)
    with pytest.raises(BadDataError, match="more than 3,000 cells"):
        read_return(few, "who.xlsx", Limits(return_cells=3_000))


def test_a_million_empty_rows_are_walked_past(empty):
    def far(book):
        cell = answers_of(book).cell(1_048_576, 16_384)
        cell.value = "   "

    assert read(edit(empty, far)).refused == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "protected by a password"),
        (b"%PDF-1.7", "is not a spreadsheet"),
        (b"PK\x03\x04" + b"\0" * 50, "damaged or was cut short"),
        (b"x" * (Limits().return_bytes + 1), "is larger than 20 MB"),
    ],
)
def test_other_files_are_refused_with_what_they_are(content, reason):
    with pytest.raises(BadDataError, match=reason):
        read(content)


def test_a_file_cut_short_is_refused(empty):
    for length in (len(empty) // 3, len(empty) - 30):
        with pytest.raises(BadDataError, match="damaged"):
            read(empty[:length])


def test_encrypted_and_open_document_packages_are_refused(empty):
    with pytest.raises(BadDataError, match=r"OpenDocument spreadsheet \(.ods\)"):
        read(with_part(with_part(empty, "mimetype", b"x"), "content.xml", b"<x/>"))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("a.txt", "a")
    with pytest.raises(BadDataError, match="not a spreadsheet"):
        read(target.getvalue())
    start = empty.index(b"PK\x01\x02")
    flags = struct.unpack_from("<H", empty, start + 8)[0] | 1
    with pytest.raises(BadDataError, match="protected by a password"):
        read(empty[: start + 8] + struct.pack("<H", flags) + empty[start + 10 :])


@given(st.binary(max_size=300), st.integers(0, 10_000))
def test_no_damage_ends_in_anything_but_a_sentence(noise, place_):
    content = bytearray(_SAMPLE)
    start = place_ % len(content)
    content[start : start + len(noise)] = noise
    said = None
    try:
        read(bytes(content))
    except BadDataError as error:
        said = str(error)
    assert said is None or said.startswith("who.xlsx")


_SAMPLE = write_return(questionnaire(*LINES))


SAID = {
    R1: {
        Field.ACCEPTANCE: "Accepted",
        Field.NOTE: "é – ü\nnext line",
        Field.SINCE: date(2026, 10, 1),
        Field.EVIDENCE: "https://example.org/a",
    },
    R2: {Field.IMPLEMENTATION: "Implemented", Field.NOTE: "done", Field.LATER: date(2027, 3, 31)},
}


def with_faults(book) -> None:
    """What goes wrong in a cell, wherever it was typed."""
    sheet = answers_of(book)
    place(sheet, R1, Field.NOTE).value = "=1+1"
    place(sheet, R1, Field.EVIDENCE).value = "see the policy"
    place(sheet, R2, Field.ACCEPTANCE).value = "maybe"
    place(sheet, R3, Field.SINCE).value = "03/04/2026"
    sheet["C40"] = "stray"
    sheet["A41"] = "A/9/R1"


_NESTED = (
    f'<table:table-cell office:value-type="string"><text:p>{"<text:span>" * 5_000}x{"</text:span>" * 5_000}</text:p>'
    "</table:table-cell>"
)


class TestOds:
    """An .ods says the same as the .xlsx from which it was made; so do its faults, with their cells."""

    def test_answers(self, empty):
        filled = fill(empty, SAID)
        assert read(as_ods(filled)).answers == read(filled).answers
        assert read(as_ods(filled)).blank == [R3]
        assert read(as_ods(empty)).blank == [R1, R2, R3]

    def test_faults(self, empty):
        broken = edit(empty, with_faults)
        assert len(refusals(broken)) == 6
        assert refusals(as_ods(broken)) == refusals(broken)

    def test_merged_cells(self, empty):
        def merge(book):
            cell = place(answers_of(book), R1, Field.NOTE)
            answers_of(book).merge_cells(f"{cell.coordinate}:J8")

        merged = edit(empty, merge)
        assert refusals(merged) == {"Answers, J7:J8": "its cells are merged, so its rows cannot be told apart."}
        assert refusals(as_ods(merged)) == refusals(merged)

    def test_a_link_under_words(self, empty):
        def link(book):
            cell = place(answers_of(book), R1, Field.EVIDENCE)
            cell.value, cell.hyperlink = "the policy", "https://example.org/policy"

        linked = edit(empty, link)
        assert read(linked).answers[0].evidence == ("https://example.org/policy",)
        assert read(as_ods(linked)).answers == read(linked).answers

    @pytest.mark.parametrize(
        ("content", "what"),
        [
            (lambda: ods({"tracker": []}, manifest="<m><encryption-data/></m>"), "is protected by a password"),
            (lambda: ods({"S": [row("x", number_rows_repeated=900_000)]}), "S, row 1: is repeated 900,000 times"),
            (lambda: ods({"S": [row("x", cell("y", number_columns_repeated=16_000))]}), "has 16,001 columns"),
            (
                lambda: ods({"S": [row(cell("x", number_columns_repeated=900), number_rows_repeated=900)]}),
                "has or covers more than 500,000 cells",
            ),
            (
                lambda: ods({"S": [row(*[cell("x", number_rows_spanned=2)] * 1_001)]}),
                "has more than 1,000 merged ranges",
            ),
            (lambda: ods({f"S{number}": [] for number in range(101)}), "has 101 sheets"),
            (lambda: ods({"S": [row(_NESTED)]}), "nested too deeply"),
            (lambda: ods({"S": [row("x")]}), "the hidden sheet “tracker” is missing"),
            (lambda: packed('<table:table table:name="tracker"><a>'), "cannot be read as a spreadsheet"),
            (lambda: packed("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), "has declarations"),
            (lambda: packed("x" * 17 * 1024 * 1024), "would unpack to more than 16 MB for one sheet"),
        ],
        ids=["password", "deep", "wide", "large", "merged", "sheets", "nested", "another", "torn", "entities", "bomb"],
    )
    def test_what_is_refused_as_a_whole(self, content, what):
        with pytest.raises(BadDataError, match=what) as caught:
            read(content())
        assert str(caught.value).startswith("who.xlsx")


def as_another_program_exports(content: bytes) -> bytes:
    """Values and days only: no protection, no lists, no widths, and what was hidden is to be seen."""
    import xlsxwriter
    from openpyxl import load_workbook

    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for sheet in load_workbook(io.BytesIO(content)).worksheets:
        page = book.add_worksheet(sheet.title)
        for each in (each for cells in sheet.iter_rows() for each in cells if each.value is not None):
            if isinstance(each.value, datetime):
                page.write_datetime(each.row - 1, each.column - 1, each.value, day)
            else:
                page.write(each.row - 1, each.column - 1, each.value)
    book.close()
    return target.getvalue()


def test_what_another_program_exports_is_read_the_same(empty):
    exported = as_another_program_exports(fill(empty, SAID))
    assert read(exported).answers == read(fill(empty, SAID)).answers
    assert read(exported).refused == []
    broken = edit(empty, with_faults)
    assert refusals(as_another_program_exports(broken)) == refusals(broken)


@pytest.mark.slow
@pytest.mark.parametrize("route", [["xlsx"], ["ods"], ["ods", "xlsx"], ["xlsx:Calc MS Excel 2007 XML"]])
def test_what_libreoffice_saves_is_read_the_same(empty, tmp_path, route):
    for name, content in (("filled", fill(empty, SAID)), ("broken", edit(empty, with_faults))):
        source = tmp_path / f"{name}.xlsx"
        source.write_bytes(content)
        for number, form in enumerate(route):
            source = by_libreoffice(source, form, tmp_path / str(number))
        saved = source.read_bytes()
        assert read(saved).answers == read(content).answers
        assert read(saved).blank == read(content).blank
        assert refusals(saved) == refusals(content)
