"""A report itself, and its annex of actions: the same from text, Word and PDF; what cannot be read is told."""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from pathlib import Path

import issued_reports as made
import pytest
from hypothesis import given
from hypothesis import strategies as st
from printed_pages import SAMPLE, Print, pdf_of

from tracker.domain.vocabulary import Addressee
from tracker.errors import BadDataError
from tracker.ingest.documents.reading import read_document
from tracker.ingest.notes.reading import DocumentKind, read_note

NAMES = tuple(name.rstrip("*") for name in made.ORGANIZATIONS)
CODES = {
    number: {name: code for name, code in zip(NAMES, codes, strict=True) if code}
    for number, (_, codes) in made.ROWS.items()
}


def whats(note):
    return "\n".join(str(problem) for problem in note.problems)


def codes(note):
    return {row.number: row.codes for row in note.annex.rows}


def with_row(number, letters, *cells):
    return {**made.ROWS, number: (letters, cells)}


def turned_page(content: bytes) -> bytes:
    """The last page flagged as lying on its side, as scanners and printers flag it."""
    import pypdfium2

    out = io.BytesIO()
    with pypdfium2.PdfDocument(content) as document:
        document[len(document) - 1].set_rotation(90)
        document.save(out)
    return out.getvalue()


FILES = {
    "tabs.txt": lambda: made.as_text().encode(),
    "bars.txt": lambda: made.as_text(made.barred()).encode(),
    "columns.txt": lambda: made.as_text(made.aligned()).encode(),
    "word.docx": made.as_word,
    "wide.pdf": made.as_pdf,
    "sideways.pdf": lambda: made.as_pdf(turned="page"),
    "flagged.pdf": lambda: turned_page(made.as_pdf()),
    "upright-heads.pdf": lambda: made.as_pdf(heads="upright"),
    "two-line-heads.pdf": lambda: made.as_pdf(heads="two-line"),
}


@pytest.mark.parametrize("name", FILES)
def test_same_in_every_format(name, write):
    note = read_note(write(FILES[name](), name))
    assert note.kind is DocumentKind.REPORT
    assert (note.symbol, note.report, note.title) == (made.SYMBOL, made.SYMBOL, made.TITLE)
    assert {each.number: each.text for each in note.recommendations} == {
        number: text.replace("\n", " ") for number, text in made.TEXTS.items()
    }
    assert [each.addressee for each in note.recommendations] == [
        Addressee.EXECUTIVE_HEAD,
        Addressee.LEGISLATIVE_BODY,
        Addressee.CEB_CHAIR,
        Addressee.EXECUTIVE_HEAD,
    ]
    assert [each.impact for each in note.recommendations] == ["a/a-i", "e/a-i", "c/a-i", "g,h/a-i"]
    assert {(each.stance, each.paragraphs) for each in note.recommendations} == {(None, ())}
    assert note.annex.organizations == NAMES
    assert codes(note) == CODES
    assert [problem.what for problem in note.problems] == ["The report gives no day of issue."]


@pytest.mark.slow
def test_pdf_of_a_word_processor(write, tmp_path):
    """Word's turned cells, as LibreOffice prints them."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    path = write(made.as_word(), "word.docx")
    subprocess.run(
        [office, profile, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, path],
        check=True,
        capture_output=True,
        timeout=120,
    )
    note = read_note(tmp_path / "word.pdf")
    assert codes(note) == CODES
    assert [each.impact for each in note.recommendations] == ["a/a-i", "e/a-i", "c/a-i", "g,h/a-i"]


ALL = (
    "CEB", "United Nations*", "UNAIDS", "UNCTAD", "ITC", "UNDP", "UNEP", "UNFPA", "UN-Habitat", "UNHCR", "UNICEF", "UNODC",
    "UNOPS", "UNRWA", "UN-Women", "WFP", "FAO", "IAEA", "ICAO", "ILO", "IMO", "ITU", "UNESCO", "UNIDO", "UNWTO", "UPU",
    "WHO", "WIPO", "WMO",
)  # fmt: skip


@pytest.mark.parametrize("options", [{}, {"width": 120}, {"width": 120, "repeat": True}, {"heads": "upright"}])
def test_all_columns_also_where_the_table_goes_on_on_the_next_page(options, write):
    """Thirty columns in small print; on a low page the rows go on below heads that are not repeated, or are."""
    rows = {
        str(number): (
            "abcdefghi"[number % 9],
            tuple("E" if (number * 7 + place * 5) % 3 else "" for place, _ in enumerate(ALL)),
        )
        for number in range(1, 13)
    }
    size = 4.5 if "heads" in options else 6.5
    note = read_note(write(made.as_pdf(rows, ALL, size=size, **options), "all.pdf"))
    assert {row.number: "".join(row.letters) for row in note.annex.rows} == {key: row[0] for key, row in rows.items()}
    assert codes(note) == {
        number: {name.rstrip("*"): code for name, code in zip(ALL, cells, strict=True) if code}
        for number, (_, cells) in rows.items()
    }


@pytest.mark.parametrize("table", [made.tabbed, made.barred, made.aligned])
@given(
    cells=st.lists(
        st.tuples(
            st.sampled_from(["a", "b, c", "i"]),
            st.lists(st.sampled_from(["", "E", "L", "E,L"]), min_size=6, max_size=6).filter(any),
        ),
        min_size=4,
        max_size=4,
    )
)
def test_any_codes_come_out_as_they_went_in(table, cells):
    rows = {number: (letters, tuple(codes)) for number, (letters, codes) in zip(made.ROWS, cells, strict=True)}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.txt"
        path.write_text(made.as_text(table(rows)), encoding="utf-8")
        note = read_note(path)
    assert codes(note) == {
        number: {name: code for name, code in zip(NAMES, each, strict=True) if code}
        for number, (_, each) in rows.items()
    }
    assert [row.letters for row in note.annex.rows] == [tuple(letters.split(", ")) for letters, _ in rows.values()]


def test_text_after_the_annex_is_no_part_of_it(write):
    """A page that speaks of "Recommendation 2" below an annex does not go on with its table."""
    prints = [Print(60, 700, "Recommendation 2 was discussed with the heads of all the registries.")]
    import pypdfium2

    with pypdfium2.PdfDocument(made.as_pdf()) as document, pypdfium2.PdfDocument(pdf_of([prints])) as more:
        document.import_pages(more)
        out = io.BytesIO()
        document.save(out)
    path = write(out.getvalue(), "more.pdf")
    assert codes(read_note(path)) == CODES
    assert "was discussed with the heads" in read_document(path).paragraphs[-1].text


class TestWhatCannotBeRead:
    """Each with its place; the rest is taken."""

    @pytest.mark.parametrize("table", [made.tabbed, made.barred, made.aligned])
    def test_another_letter(self, table, write):
        rows = with_row("1", "a", "", "E", "X", "E", "E, L", "E")
        note = read_note(write(made.as_text(table(rows)), "a.txt"))
        assert "recommendation 1, column UNDP: “X” is neither E nor L; it was left out." in whats(note)
        assert codes(note)["1"] == {"United Nations": "E", "UN-Habitat": "E", "FAO": "E,L", "WHO": "E"}

    def test_code_under_no_head(self, write):
        rows = with_row("2", "e", "", "L", "L", "", "L", "L", "L")
        note = read_note(write(made.as_text(made.tabbed(rows)), "a.txt"))
        assert "recommendation 2: “L” stands under no organization; it was left out." in whats(note)
        assert codes(note)["2"] == CODES["2"]

    def test_code_beside_its_column(self, write):
        lines = made.aligned().split("\n")
        lines[3] += " " * 30 + "E"
        note = read_note(write(made.as_text("\n".join(lines)), "a.txt"))
        assert "“E” stands under no organization" in whats(note)

    def test_code_beside_its_column_on_paper(self, write):
        rows = {number: (letters, (*cells, "L")) for number, (letters, cells) in made.ROWS.items()}
        note = read_note(write(made.as_pdf(rows, (*made.ORGANIZATIONS, "")), "a.pdf"))
        assert "page 3, recommendation 1: “L” stands under no organization" in whats(note)
        assert codes(note) == CODES

    def test_column_twice(self, write):
        organizations = ("CEB", "United Nations", "UNDP", "UNDP", "FAO", "WHO")
        note = read_note(write(made.as_text(made.tabbed(organizations=organizations)), "a.txt"))
        assert "The annex has two columns called “UNDP”; neither was taken." in whats(note)
        assert codes(note)["1"] == {"United Nations": "E", "FAO": "E", "WHO": "E"}

    def test_impact(self, write):
        rows = with_row("1", "42", *made.ROWS["1"][1]) | {"2": ("", made.ROWS["2"][1])}
        note = read_note(write(made.as_text(made.tabbed(rows)), "a.txt"))
        assert "recommendation 1, column Intended impact: “42” is not a letter of impact" in whats(note)
        assert "recommendation 2: The annex gives no letter of intended impact." in whats(note)
        assert [each.impact for each in note.recommendations] == [None, None, "c/a-i", "g,h/a-i"]

    def test_rows_that_text_and_annex_do_not_share(self, write):
        rows = {number: row for number, row in made.ROWS.items() if number != "2"} | {"9": made.ROWS["2"]}
        note = read_note(write(made.as_text(made.tabbed(rows)), "a.txt"))
        assert "The annex has no row for recommendation 2." in whats(note)
        assert "The annex has a row for recommendation 9, which the text does not contain." in whats(note)

    def test_row_without_a_code(self, write):
        note = read_note(write(made.as_text(made.tabbed(with_row("1", "a", *[""] * 6))), "a.txt"))
        assert "The row of recommendation 1 holds no code." in whats(note)

    def test_row_twice(self, write):
        lines = made.tabbed().split("\n")
        note = read_note(write(made.as_text("\n".join([*lines, lines[3].replace("E", "L")])), "a.txt"))
        assert "The annex has two rows that differ; neither was taken." in whats(note)
        assert "1" not in codes(note)

    def test_asked_though_only_informed(self, write):
        table = made.tabbed().replace("For information\t\t\t\t\t\t\t", "For information\t\t\t\t\t\t\tX")
        note = read_note(write(made.as_text(table), "a.txt"))
        assert "WHO gets the report for information, and recommendations 1, 2, 4 for action" in whats(note)
        assert codes(note) == CODES

    def test_table_that_is_none(self, write):
        """Columns run together: a text that was drawn from a PDF without its layout."""
        words = "Intended impact CEB UNDP FAO\n\nRecommendation 1 a E E"
        note = read_note(write(made.as_text(words), "a.txt"))
        assert note.annex is None
        assert "explains the codes of an annex of actions, but no such table could be read in it" in whats(note)

    def test_another_table_with_a_column_of_impact(self, write):
        words = "\tImpact\tState\nRecommendation 1\thigh\tdone last year\nRecommendation 2\tlow\tnot begun"
        note = read_note(write(made.as_text(words, legend=()), "a.txt"))
        assert note.annex is None


class TestSeries:
    @pytest.mark.parametrize(
        ("letters", "series"),
        [
            (made.LETTERS, "a-i"),
            (made.OLD_LETTERS, "a-o"),
            (made.LETTERS.replace("control and", "controls and"), "a-i"),
        ],
    )
    def test_by_the_legend(self, letters, series, write):
        note = read_note(write(made.as_text(legend=(made.CODES, letters)), "a.txt"))
        assert note.recommendations[0].impact == f"a/{series}"

    def test_over_two_lines(self, write):
        halves = made.LETTERS.partition(" e: ")
        note = read_note(write(made.as_text(legend=(made.CODES, halves[0], f"e: {halves[2]}")), "a.txt"))
        assert note.annex.series == "a-i"

    @pytest.mark.parametrize(
        ("legend", "what"),
        [
            ((), "No legend says what the letters of impact mean"),
            (("Intended impact: a: more of everything b: less of it",), "is not a known one"),
        ],
    )
    def test_unknown(self, legend, what, write):
        note = read_note(write(made.as_text(legend=legend), "a.txt"))
        assert what in whats(note)
        assert {each.impact for each in note.recommendations} == {None}
        assert codes(note) == CODES


class TestReport:
    def test_another_symbol_than_the_printed_one(self, write):
        note = read_note(write(made.as_text(), "JIU_REP_2031_9.txt"))
        assert note.report == "JIU/REP/2031/9"
        assert "The masthead says JIU/REP/2031/4, but the document was given or named as JIU/REP/2031/9." in whats(note)

    def test_without_an_annex(self, write):
        note = read_note(write(made.as_text("", legend=()), "JIU_REP_2031_4.txt"))
        assert (note.kind, note.annex, len(note.recommendations)) == (DocumentKind.REPORT, None, 4)

    def test_printed_under_the_assemblys_symbol(self, write):
        front = (
            "A/86/412\n\nGeneral Assembly\n\nDistr.: General\n3 May 2031\n\nNote by the Secretary-General\n\n"
            "The Secretary-General has the honour to transmit to the General Assembly the report of the Joint "
            f"Inspection Unit entitled “{made.TITLE}” ({made.SYMBOL}).\n\n"
        )
        note = read_note(write(front + made.as_text().partition(made.SYMBOL)[2], "A_86_412.txt"))
        assert (note.kind, note.report, note.also) == (DocumentKind.REPORT, "A/86/412", (made.SYMBOL,))
        assert (note.title, str(note.issued_on)) == (made.TITLE, "2031-05-03")

    @pytest.mark.parametrize("name", ["A_80_901_Add.1.txt", "comments.txt"])
    def test_comments_on_a_report_are_no_report(self, name, write):
        """Also where they repeat the report's annex, and whatever the file is called."""
        text = f"{SAMPLE.read_text(encoding='utf-8')}\n\nAnnex\n\n{made.tabbed()}\n"
        if name == "comments.txt":
            text = text.replace("United Nations\nA/80/901/Add.1\n\n", "")
        note = read_note(write(text, name))
        assert note.kind is DocumentKind.NOTE
        assert note.recommendations[0].paragraphs

    def test_two_prints_that_differ(self, write):
        text = made.as_text()
        place = text.rindex("publish, by the end of 2032")
        note = read_note(write(text[:place] + text[place:].replace("2032", "2034", 1), "a.txt"))
        assert "recommendation 1: Its text on line 19 differs from that on line 47; the former was taken." in whats(
            note
        )
        assert "2032" in note.recommendations[0].text

    def test_paragraph_without_a_number(self, write):
        """Printed once only: what follows it might belong to it, and is told."""
        stray = "The inspectors would also like to see fewer keys."
        summary, _, rest = made.as_text().partition("Recommendation 4\n")
        once = f"{summary}{rest.partition('Contents')[2]}".replace(
            "(b) print it on every key.", f"(b) print it.\n\n{stray}"
        )
        note = read_note(write(once, "a.txt"))
        assert (
            "A paragraph without a number follows it and was not taken as part of it: “The inspectors would"
            in whats(note)
        )
        assert note.recommendations[3].text.endswith("(b) print it.")

    def test_missing_number_and_total(self, write):
        text = made.as_text().replace("Recommendation 2\n", "Recommendation 5\n").replace("four", "six")
        assert "Recommendation 2 is missing: the report goes up to 5." in whats(read_note(write(text, "a.txt")))
        assert "The text refers to 6 recommendations, but 4 were read." in whats(read_note(write(text, "a.txt")))

    def test_no_recommendation(self, write):
        with pytest.raises(BadDataError, match="holds no recommendation"):
            read_note(write("\n\n".join(made.front()), "JIU_REP_2031_4.txt"))
