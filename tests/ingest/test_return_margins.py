"""What stands in a return beside its answers is told, with its place; what the office wrote itself is not."""

from __future__ import annotations

import pytest
from filled_returns import answers_of, edit, fill, line, place, questionnaire
from ods_files import as_ods, by_libreoffice, ods, row

from tracker.domain.return_words import WORDS
from tracker.domain.returns import Field
from tracker.ingest.returns.reading import read_return
from tracker.ingest.spreadsheets.workbooks import open_workbook
from tracker.limits import Limits
from tracker.reports.returns import write_return

R1 = "A/80/501/R1"


def made(language: str = "en") -> bytes:
    return write_return(questionnaire(line(1), line(2), language=language))


def unread(content: bytes) -> dict[str, str]:
    return {each.where: each.what for each in read_return(content, "who.xlsx").unread}


def comment(book) -> None:
    from openpyxl.comments import Comment

    place(answers_of(book), R1, Field.ACCEPTANCE).comment = Comment("Our Board\nrefuses it.", "Ada")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_nothing_stands_beside_the_answers_of_a_return_as_it_was_made(language):
    assert unread(made(language)) == {}


def test_a_comment_of_a_cell_is_told_also_where_the_cell_is_empty():
    content = edit(made(), comment)
    assert unread(content) == {"who.xlsx, Answers, G7": "the comment “Our Board refuses it.”"}
    assert not read_return(content, "who.xlsx").is_empty


def test_of_a_comment_that_was_answered_only_the_words_are_shown():
    from openpyxl.comments import Comment

    said = "[Threaded comment]\n\nYour version … https://go.example.org/?linkid=870924\n\nComment:\n    We refuse."
    content = edit(made(), lambda book: setattr(answers_of(book)["J7"], "comment", Comment(said, "Ada")))
    assert unread(content) == {"who.xlsx, Answers, J7": "the comment “Comment: We refuse.”"}


def test_a_sheet_of_ones_own_is_told_with_its_beginning():
    def add(book):
        book.create_sheet("Remarks")["B3"] = "R1 is refused."
        book.create_sheet("Empty")["A1"] = "\u200b"

    assert unread(edit(made(), add)) == {
        "who.xlsx, Remarks, B3": "the sheet, which is none of the return’s and begins “R1 is refused.”"
    }


def test_words_above_the_headings_are_told():
    content = edit(made(), lambda book: answers_of(book).__setitem__("M1", "R1 is refused."))
    assert unread(content) == {"who.xlsx, Answers, M1": "“R1 is refused.”, above the headings"}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_words_on_the_guide_are_told_wherever_they_stand(language):
    def write(book):
        guide = book.worksheets[0]
        guide["B40"], guide["E4"] = "R1 is refused.", "R2 as well."
        guide["C5"] = f"{guide['C5'].value} Not R1."
        guide["C8"] = f"{guide['C8'].value} Not R2."  # where the address stands to which it is sent back

    title = WORDS[language].guide_sheet
    told = unread(edit(made(language), write))
    assert list(told) == [f"who.xlsx, {title}, {cell}" for cell in ("E4", "C5", "C8", "B40")]
    assert told[f"who.xlsx, {title}, B40"] == "“R1 is refused.”, beside what the office wrote"
    assert told[f"who.xlsx, {title}, C5"].endswith(" Not R1.”, beside what the office wrote")


def test_of_a_guide_whose_numbers_a_program_made_numbers_nothing_is_told():
    content = edit(made(), lambda book: book.worksheets[0].__setitem__("A4", 1))
    assert (unread(content), unread(as_ods(content))) == ({}, {})


def test_a_file_full_of_comments_is_told_up_to_a_hundred_and_then_how_many_more_there_are():
    from openpyxl.comments import Comment

    def fill_up(book):
        for number in range(7, 140):
            answers_of(book).cell(number, 20).comment = Comment("x", "Ada")

    told = unread(edit(made(), fill_up))
    assert (len(told), told["who.xlsx"]) == (101, "33 more places beside the answers; look into the file")


def test_comments_of_an_ods_are_told_as_well():
    noted = "<table:table-cell><office:annotation><text:p>No.</text:p></office:annotation></table:table-cell>"
    book = open_workbook(ods({"S": [row("x"), row(noted)]}), "a.ods", Limits())
    assert book.sheets[0].comments == (("A2", "No."),)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["xlsx", "ods"])
def test_what_libreoffice_saves_says_the_same_beside_the_answers(tmp_path, form):
    for name, content in (("as_made", made()), ("noted", edit(fill(made(), {R1: {Field.NOTE: "x"}}), comment))):
        source = tmp_path / f"{name}.xlsx"
        source.write_bytes(content)
        assert unread(by_libreoffice(source, form, tmp_path / form).read_bytes()) == unread(content)
