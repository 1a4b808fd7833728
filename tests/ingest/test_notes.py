"""Reading a whole note: the sample as text, and the same sample as Word and PDF in the forms in which it may come."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date

import pytest
from printed_pages import (
    SAMPLE,
    define_list,
    number_paragraph,
    typeset,
    whole_paragraphs,
    word_with_list_style,
    word_with_numbered_lists,
    word_with_typed_numbers,
)

from tracker.domain.vocabulary import Addressee, Stance
from tracker.errors import BadDataError
from tracker.ingest.notes.reading import read_note

TITLE = "Keeping what matters: records and archives management in the organizations of the United Nations system"


def content(note):
    """What must not depend on the format."""
    return (note.report, note.also, note.title, note.issued_on, note.recommendations, note.problems)


def sample_with(old: str, new: str) -> str:
    text = SAMPLE.read_text(encoding="utf-8")
    assert old in text
    return text.replace(old, new)


def whats(note) -> str:
    return "\n".join(f"{problem.where}: {problem.what}" for problem in note.problems)


class TestSample:
    def test_head(self, sample_note):
        assert sample_note.symbol == "A/80/901/Add.1"
        assert sample_note.report == "A/80/901"
        assert sample_note.also == ("JIU/REP/2025/98",)
        assert sample_note.title == TITLE
        assert sample_note.issued_on == date(2026, 4, 17)
        assert sample_note.problems == ()

    def test_table(self, sample_note):
        rows = [
            (r.number, r.addressee, r.stance, [p.number for p in r.paragraphs]) for r in sample_note.recommendations
        ]
        heads, bodies, chair = Addressee.EXECUTIVE_HEAD, Addressee.LEGISLATIVE_BODY, Addressee.CEB_CHAIR
        assert rows == [
            ("1", heads, Stance.SUPPORTED, [5, 6]),
            ("2", bodies, Stance.PARTIALLY_SUPPORTED, [7]),
            ("3", chair, Stance.NOT_SUPPORTED, [8, 9]),
            ("4", heads, Stance.MIXED, [10]),
            ("5", bodies, Stance.NOTED, [11]),
        ]

    def test_paragraph_cut_by_a_page_is_whole(self, sample_note):
        text = sample_note.recommendations[0].paragraphs[0].text
        assert text.endswith("the United Nations Secretariat expects to issue its own in the first half of 2027.")

    def test_footnote_neither_cuts_nor_stays(self, sample_note):
        text = sample_note.recommendations[1].paragraphs[0].text
        assert "A report every third year would serve the same purpose" in text
        assert "¹" not in text
        assert "Telecommunication" not in text

    def test_text_of_recommendation_stands_alone(self, sample_note):
        text = sample_note.recommendations[4].text
        assert (
            text
            == "The General Assembly should request the Secretary-General to bring the bulletin on record-keeping of 2007 up to date."
        )


PARAGRAPHS, NOTES = whole_paragraphs()
FORMATS = {
    "typed.docx": lambda: word_with_typed_numbers(PARAGRAPHS),
    "list-style.docx": lambda: word_with_list_style(PARAGRAPHS),
    "lists.docx": lambda: word_with_numbered_lists(PARAGRAPHS),
    "gaps.pdf": lambda: typeset(PARAGRAPHS, NOTES, gap=10),
    "wide-gaps.pdf": lambda: typeset(PARAGRAPHS, NOTES, gap=24, columns=48),
    "no-gaps.pdf": lambda: typeset(PARAGRAPHS, NOTES, gap=0),
    "indents.pdf": lambda: typeset(PARAGRAPHS, NOTES, gap=0, indent=24, columns=55),
}


@pytest.mark.parametrize("name", FORMATS)
def test_same_in_every_format(name, write, sample_note):
    note = read_note(write(FORMATS[name](), name), symbol=sample_note.symbol)
    assert content(note) == content(sample_note)


@pytest.mark.parametrize("columns", range(40, 84, 4))
@pytest.mark.parametrize("gap", [0, 8])
def test_pdf_wherever_lines_and_pages_end(columns, gap, write, sample_note):
    path = write(typeset(PARAGRAPHS, NOTES, gap=gap, columns=columns), "A_80_901_Add.1.pdf")
    assert content(read_note(path)) == content(sample_note)


@pytest.mark.parametrize("size", ["9pt", "12pt"])
def test_pdf_justified_and_hyphenated(size, write, sample_note):
    typst = pytest.importorskip("typst")
    body = [_typst(paragraph) for paragraph in PARAGRAPHS]
    source = (
        '#set page(paper: "a5", header: [A/80/901/Add.1], footer: context [26-01234 #counter(page).display("1/1", both: true)])\n'
        f'#set text(lang: "en", size: {size}, hyphenate: true)\n#set par(justify: true)\n' + "\n\n".join(body)
    )
    path = write(typst.compile(source.encode()), "A_80_901_Add.1.pdf")
    assert content(read_note(path)) == content(sample_note)


def _typst(paragraph: str) -> str:
    escaped = "".join(f"\\{char}" if char in "#$*_@<>[]\\`~" else char for char in paragraph)
    number, dot, rest = escaped.partition(". ")
    escaped = f"{number}\\. {rest}" if dot and number.isdecimal() else escaped
    return escaped.replace("¹", f"#footnote[{NOTES[0][1:].strip()}]")


def _html() -> str:
    paragraphs = "".join(f"<p>{each.replace('¹', '<sup>1</sup>')}</p>" for each in PARAGRAPHS)
    note = NOTES[0].replace("¹", "<sup>1</sup>")
    style = "p{text-align:justify;hyphens:auto;width:95mm;font:10pt sans-serif}"
    return f"<!doctype html><html lang=en><meta charset=utf-8><style>{style}</style>{paragraphs}<p style='font-size:7pt'>{note}</p>"


@pytest.mark.slow
def test_pdf_of_a_browser(tmp_path, sample_note):
    browser = shutil.which("chromium")
    if browser is None:
        pytest.skip("chromium is not installed")
    (tmp_path / "note.html").write_text(_html(), encoding="utf-8")
    flags = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
    pdf = tmp_path / "A_80_901_Add.1.pdf"
    subprocess.run(
        [
            browser,
            *flags.split(),
            f"--user-data-dir={tmp_path / 'profile'}",
            f"--print-to-pdf={pdf}",
            str(tmp_path / "note.html"),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    assert content(read_note(pdf)) == content(sample_note)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["pdf", "docx:MS Word 2007 XML", "txt:Text (encoded):UTF8"])
def test_files_of_a_word_processor(kind, write, tmp_path, sample_note):
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    source = write(word_with_numbered_lists(PARAGRAPHS), "A_80_901_Add.1.docx")
    out = tmp_path / "out"
    subprocess.run(
        [
            office,
            "--headless",
            f"-env:UserInstallation=file://{tmp_path / 'profile'}",
            "--convert-to",
            kind,
            "--outdir",
            str(out),
            str(source),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    assert content(read_note(out / f"A_80_901_Add.1.{kind[:4].partition(':')[0]}")) == content(sample_note)


class TestModelDocument:
    """The real note, read off by hand in the README beside it."""

    ROWS = (
        ("1", "executive-head", "generally-supported", (6, 7, 8)),
        ("2", "executive-head", "partially-supported", (9, 10)),
        ("3", "executive-head", "supported", (11, 12)),
        ("4", "executive-head", "supported", (13,)),
        ("5", "executive-head", "supported", (14,)),
        ("6", "legislative-body", "generally-supported", (15,)),
        ("7", "ceb-chair", "generally-supported", (16,)),
    )

    def test_table(self, shared_documents):
        note = read_note(shared_documents / "notes" / "A_72_809_Add.1.txt")
        rows = tuple(
            (r.number, r.addressee.value, r.stance.value, tuple(p.number for p in r.paragraphs))
            for r in note.recommendations
        )
        assert rows == self.ROWS
        assert (note.symbol, note.report, note.also) == ("A/72/809/Add.1", "A/72/809", ())
        assert note.issued_on == date(2018, 3, 28)
        assert note.problems == ()

    def test_footnote(self, shared_documents):
        note = read_note(shared_documents / "notes" / "A_72_809_Add.1.txt")
        text = note.recommendations[6].paragraphs[0].text
        assert "by CEB) and/or a common" in text
        assert "it would seem more logical" in text

    @pytest.mark.parametrize(
        "name", ["typed.docx", "list-style.docx", "lists.docx", "gaps.pdf", "no-gaps.pdf", "indents.pdf"]
    )
    def test_other_formats(self, name, shared_documents, write):
        source = shared_documents / "notes" / "A_72_809_Add.1.txt"
        paragraphs, notes = whole_paragraphs(source)
        made = {
            "typed.docx": lambda: word_with_typed_numbers(paragraphs),
            "list-style.docx": lambda: word_with_list_style(paragraphs),
            "lists.docx": lambda: word_with_numbered_lists(paragraphs),
            "gaps.pdf": lambda: typeset(paragraphs, notes, gap=10, header="A/72/809/Add.1"),
            "no-gaps.pdf": lambda: typeset(paragraphs, notes, gap=0, header="A/72/809/Add.1"),
            "indents.pdf": lambda: typeset(paragraphs, notes, gap=0, indent=24, header="A/72/809/Add.1"),
        }[name]()
        note = read_note(write(made, name), symbol="A/72/809/Add.1")
        assert content(note) == content(read_note(source))

    @pytest.mark.parametrize(
        "name", ["SVN_A_HRC_28_15.txt", "SVN_A_HRC_43_15_Add1.txt", "SVN_thematic_list_cycle2.txt"]
    )
    def test_other_documents_are_no_notes(self, name, shared_documents):
        with pytest.raises(BadDataError, match="not a note of comments"):
            read_note(shared_documents / "notes" / name)


class TestSymbol:
    def test_given_symbol_wins_and_a_contradiction_is_told(self, write):
        note = read_note(write(SAMPLE.read_text(encoding="utf-8")), symbol="A/80/901/Add.2")
        assert note.symbol == "A/80/901/Add.2"
        assert "The masthead says A/80/901/Add.1" in whats(note)

    def test_name_of_the_file_goes_before_the_masthead(self, write):
        note = read_note(write(SAMPLE.read_text(encoding="utf-8"), "A_80_901_Add.2.txt"))
        assert note.symbol == "A/80/901/Add.2"
        assert "The masthead says A/80/901/Add.1" in whats(note)

    def test_from_the_masthead(self, write):
        note = read_note(write(SAMPLE.read_text(encoding="utf-8"), "comments.txt"))
        assert note.symbol == "A/80/901/Add.1"

    def test_never_invented(self, write):
        note = read_note(write(sample_with("United Nations\nA/80/901/Add.1\n\n", ""), "comments.txt"))
        assert note.symbol is None
        assert note.report == "A/80/901"
        assert "neither in its name nor in its masthead" in whats(note)

    def test_note_of_another_report(self, write):
        note = read_note(write(sample_with("A/80/901/Add.1", "A/80/902/Add.1"), "A_80_902_Add.1.txt"))
        assert note.report == "A/80/901"
        assert "would be an addition to A/80/902" in whats(note)

    def test_report_not_named(self, write):
        note = read_note(write(sample_with(" ([A/80/901](#) and JIU/REP/2025/98)", "")))
        assert note.report is None
        assert note.title == TITLE
        assert "does not say the symbol of the report" in whats(note)
        assert "it would be A/80/901" in note.problems[0].remedy

    def test_joint_symbol_of_the_report(self, write):
        text = sample_with("[A/80/901](#) and JIU/REP/2025/98", "see A/80/901-E/2026/55")
        note = read_note(write(text))
        assert (note.report, note.also) == ("A/80/901", ("E/2026/55",))

    def test_bracket_before_the_title(self, write):
        text = sample_with("Joint Inspection Unit entitled", "Joint Inspection Unit (JIU/REP/2025/98) entitled")
        note = read_note(write(text.replace("([A/80/901](#) and JIU/REP/2025/98)", "(see [A/80/901](#))")))
        assert (note.report, note.also) == ("A/80/901", ("JIU/REP/2025/98",))

    def test_resolution_is_not_the_report(self, write):
        text = sample_with(
            "on the report of the Joint", "pursuant to resolution A/RES/60/258, on the report of the Joint"
        )
        assert read_note(write(text)).report == "A/80/901"


class TestDate:
    def test_impossible_date(self, write):
        note = read_note(write(sample_with("17 April 2026", "31 April 2026")))
        assert note.issued_on is None
        assert "31 April 2026" in whats(note)

    def test_no_date(self, write):
        note = read_note(write(sample_with("17 April 2026\n", "")))
        assert note.issued_on is None
        assert "The masthead holds no date" in whats(note)
        (problem,) = [each for each in note.problems if each.where.endswith("masthead")]
        assert problem.remedy == "Give it with: tracker document edit A/80/901 --issued DATE."

    def test_date_in_the_title_is_not_the_date_of_issue(self, write):
        note = read_note(write(sample_with("Eightieth session", "Situation on 31 December 2025")))
        assert note.issued_on == date(2026, 4, 17)


class TestHeadings:
    @pytest.mark.parametrize(
        "heading",
        [
            "Recommendation 4:",
            "Recommendation 4.",
            "RECOMMENDATION 4",
            "Recommendation No. 4",
            "recommendation no 4",
            "Recommendation 4 –",
        ],
    )
    def test_forms(self, heading, write, sample_note):
        note = read_note(write(sample_with("Recommendation 4\n", f"{heading}\n")))
        assert content(note) == content(sample_note)

    @pytest.mark.parametrize("mark", [":", ".", " –"])
    def test_text_on_the_same_line(self, mark, write, sample_note):
        note = read_note(write(sample_with("Recommendation 4\n\n", f"Recommendation 4{mark} ")))
        assert content(note) == content(sample_note)

    def test_inside_a_sentence(self, write):
        text = sample_with("Smaller entities", "This goes beyond\nRecommendation 3\nof the report. Smaller entities")
        note = read_note(write(text))
        assert len(note.recommendations) == 5
        assert "This goes beyond Recommendation 3 of the report." in note.recommendations[0].paragraphs[1].text

    def test_number_at_a_page_break_inside_a_sentence(self, write):
        text = sample_with("as noted in paragraph 3 above", "as noted in paragraph\n\n8. Above all")
        note = read_note(write(text))
        assert [p.number for p in note.recommendations[1].paragraphs] == [7]
        assert "paragraph 8. Above all" in note.recommendations[1].paragraphs[0].text

    def test_unnumbered_title_between_recommendations(self, write, sample_note):
        note = read_note(write(sample_with("Recommendation 4\n", "Staff and money\n\nRecommendation 4\n")))
        assert content(note) == content(sample_note)

    def test_annex_belongs_to_no_comment(self, write, sample_note):
        note = read_note(write(SAMPLE.read_text(encoding="utf-8") + "\nAnnex\n\nOrganizations visited\n\nWHO\n"))
        assert content(note) == content(sample_note)

    def test_several_paragraphs_of_text(self, write):
        text = sample_with(
            "who may order its destruction.",
            "who may order its destruction. It should cover:\n\n(a) Paper;\n\n(b) Everything else.",
        )
        note = read_note(write(text))
        assert note.recommendations[0].text.endswith("It should cover: (a) Paper; (b) Everything else.")


class TestProblems:
    """What is wrong in a note is told; the rest of it is read all the same."""

    def test_missing_recommendation(self, write):
        note = read_note(write(sample_with("Recommendation 4\n", "Recommendation 6\n")))
        assert "Recommendation 4 is missing: the note goes up to 6" in whats(note)

    def test_repeated_recommendation(self, write):
        note = read_note(write(sample_with("Recommendation 4\n", "Recommendation 3\n")))
        assert "Recommendation 3 appears in the note more than once" in whats(note)
        assert [r.number for r in note.recommendations] == ["1", "2", "3", "5"]
        assert note.recommendations[2].addressee is Addressee.CEB_CHAIR

    def test_joint_heading(self, write):
        note = read_note(write(sample_with("Recommendation 4\n", "Recommendations 3 and 4\n")))
        assert "“Recommendations 3 and 4” stands for several" in whats(note)
        assert [r.number for r in note.recommendations] == ["1", "2", "3", "5"]

    @pytest.mark.parametrize(
        ("old", "new", "what"),
        [
            ("\n9. The", "\n10. The", "Paragraph 9 is missing between 8 and 10"),
            ("\n9. The", "\n12. The", "Paragraphs 9 to 11 are missing between 8 and 12"),
            ("\n9. The", "\n8. The", "Two paragraphs have the number 8"),
            ("\n9. The", "\n4. The", "After paragraph 8 the numbering goes back to 4"),
            ("\n1. Between", "\n2. Between", "The first numbered paragraph is 2, not 1"),
        ],
    )
    def test_numbering(self, old, new, what, write):
        assert what in whats(read_note(write(sample_with(old, new))))

    def test_no_comments(self, write):
        text = SAMPLE.read_text(encoding="utf-8").partition("11. The organizations")[0]
        note = read_note(write(text))
        assert "recommendation 5: No numbered comment stands under this" in whats(note)
        assert note.recommendations[4].stance is Stance.UNCLEAR

    def test_no_text(self, write):
        text = sample_with(
            "The General Assembly should request the Secretary-General to bring the bulletin on record-keeping of 2007 up to date.\n",
            "",
        )
        assert "recommendation 5: No text stands between the heading" in whats(read_note(write(text)))

    @pytest.mark.parametrize(
        "total", ["six recommendations", "a total of 6 recommendations", "6 formal recommendations"]
    )
    def test_declared_total(self, total, write):
        note = read_note(write(sample_with("contains five recommendations", f"contains {total}")))
        assert "The text refers to 6 recommendations, but 5 were read" in whats(note)

    def test_addressee_not_told(self, write):
        note = read_note(write(sample_with("The General Assembly should", "The interested parties should")))
        assert note.recommendations[4].addressee is None
        assert "recommendation 5: It is not clear to whom it is addressed: “The interested" in whats(note)

    def test_stance_not_told(self, write):
        note = read_note(write(sample_with("The organizations take note of this recommendation", "This was discussed")))
        assert note.recommendations[4].stance is Stance.UNCLEAR
        assert "paragraph 11: What is said on recommendation 5 gives no clear position" in whats(note)

    def test_every_problem_has_a_remedy(self, write):
        text = sample_with("\n9. The", "\n4. The").replace("Recommendation 5\n", "Recommendation 7\n")
        problems = read_note(write(text)).problems
        assert len(problems) >= 3
        for problem in problems:
            assert problem.where.startswith("A_80_901_Add.1.txt")
            assert problem.what[0].isupper()
            assert problem.what.endswith((".", "”"))
            assert problem.remedy.endswith(".")


def test_symbol_in_the_header_of_a_word_file(write):
    import io

    import docx

    document = docx.Document(io.BytesIO(word_with_typed_numbers(PARAGRAPHS[2:])))
    document.sections[0].header.paragraphs[0].text = "A/80/901/Add.1"
    out = io.BytesIO()
    document.save(out)
    assert read_note(write(out.getvalue(), "comments.docx")).symbol == "A/80/901/Add.1"


def test_automatic_numbers_that_start_anew(write):
    """A restarted list prints small numbers again, as Word would; the note says so."""
    import io

    import docx

    document = docx.Document()
    numbering = document.part.numbering_part.element
    define_list(numbering, 71, {0: ("decimal", "%1.")})
    define_list(numbering, 72, {}, shares=71, restart=1)
    for text in ("Recommendation 1", "Executive heads should act."):
        document.add_paragraph(text)
    number_paragraph(document.add_paragraph("The organizations support this recommendation."), 71)
    number_paragraph(document.add_paragraph("They act."), 71)
    number_paragraph(document.add_paragraph("They act again."), 72)
    out = io.BytesIO()
    document.save(out)
    note = read_note(write(out.getvalue(), "a.docx"))
    assert [p.number for p in note.recommendations[0].paragraphs] == [1, 2, 1]
    assert "After paragraph 2 the numbering goes back to 1" in whats(note)
