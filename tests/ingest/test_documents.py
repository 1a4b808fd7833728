"""Paragraphs out of lines: what belongs together, what does not, and what is no text of the document."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest
from printed_pages import Print, define_list, number_paragraph, pdf_of

from tracker.ingest.documents.hyphens import glued, vocabulary
from tracker.ingest.documents.lines import Break, Line, Place
from tracker.ingest.documents.reading import read_document
from tracker.ingest.documents.running_lines import without_running_lines
from tracker.ingest.documents.word_numbering import letters, roman


@pytest.fixture
def paragraphs(write):
    def _paragraphs(content, name="a.txt"):
        return [paragraph.text for paragraph in read_document(write(content, name)).paragraphs]

    return _paragraphs


def word(*builders) -> bytes:
    import docx

    document = docx.Document()
    for build in builders:
        build(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def with_sign(font: str, char: str):
    """A paragraph with a sign between its words, as Word writes it by “Insert symbol”."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    def build(document):
        paragraph = document.add_paragraph("At ")
        paragraph.add_run()._r.append(parse_xml(f"<w:sym {nsdecls('w')} w:font='{font}' w:char='{char}'/>"))
        paragraph.add_run(" 5.")

    return build


class TestText:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("One line\nand its next.", ["One line and its next."]),
            ("One.\n\nTwo.", ["One.", "Two."]),
            ("It goes on\n\nhere.", ["It goes on here."]),
            ("It is a matter of\n\nUnited effort.", ["It is a matter of United effort."]),
            ("Title\n\nThe text.", ["Title", "The text."]),
            ("1. One.\n2. Two.", ["1. One.", "2. Two."]),
            ("1. One, see paragraph\n2. Two.", ["1. One, see paragraph 2. Two."]),
            ("1. One, see para.\n\n2. Two.", ["1. One, see para. 2. Two."]),
            ("It is said so in art.\n\n3. Two.", ["It is said so in art. 3. Two."]),
            ("1. One without an end\n\n2. Two.", ["1. One without an end", "2. Two."]),
            ("1. It was done in\n\n2016. The rest.", ["1. It was done in 2016. The rest."]),
            ("I. Title\n1. One.", ["I. Title", "1. One."]),
            ("It asks:\n(a) this;\n(b) that.", ["It asks:", "(a) this;", "(b) that."]),
            ("Recommendation 1\nHeads should act.", ["Recommendation 1", "Heads should act."]),
            ("See\nRecommendation 1\nabove.", ["See Recommendation 1 above."]),
            (
                "The files (see [A/80/901](#)) and [this](https://example.org/a).",
                ["The files (see A/80/901) and this."],
            ),
            ("As written [sic](p. 3).", ["As written [sic](p. 3)."]),
            ("A room of 25 m² is\n\n² Measured.\n\nlarge.", ["A room of 25 m² is large."]),
            ("Known¹ to be 10¹.\n\n¹ By whom.", ["Known to be 10¹."]),
            ("A room of 25 m² is large.", ["A room of 25 m² is large."]),
            ("Known¹ here.\n\n¹ By whom.\n² And where.\n\nOn it goes.", ["Known here.", "On it goes."]),
            ("the \ufb01rst of\xa0them", ["the first of them"]),
            (
                "Findings**\n\nPlant trees;\n\n**\nNot edited.\n\nWater them;",
                ["Findings", "Plant trees;", "Water them;"],
            ),
            ("A report*\n\n* Not edited.\n\nOn it goes.", ["A report", "On it goes."]),
            ("A report*\n\n* One;\n\n* Two.", ["A report*", "* One;", "* Two."]),
            ("**Heading**\n\nText.", ["**Heading**", "Text."]),
            ("A report**\n\n**Heading**\n\n** Not edited.", ["A report", "**Heading**"]),
            ("* One alone;\n\nText.", ["* One alone;", "Text."]),
        ],
    )
    def test_paragraphs(self, text, expected, paragraphs):
        assert paragraphs(text) == expected

    def test_unwrapped_lines_are_paragraphs(self, paragraphs):
        long = "Word and " * 40 + "end."
        assert paragraphs(f"Short line\nAnother\n{long}") == ["Short line", "Another", long]

    def test_places(self, write):
        document = read_document(write("One.\n\n\nTwo.\n"))
        assert [str(p.place) for p in document.paragraphs] == ["line 1", "line 4"]

    def test_footnotes_are_kept_apart(self, write):
        document = read_document(write("Known¹ here.\n\n¹ By whom.\n"))
        assert [note.text for note in document.footnotes] == ["¹ By whom."]

    def test_windows_quotes(self, paragraphs):
        assert paragraphs("a “quoted” – word".encode("windows-1252")) == ["a “quoted” – word"]


class TestHyphens:
    @pytest.mark.parametrize(
        ("left", "right", "known", "expected"),
        [
            ("the imple-", "mentation of", "", "the implementation of"),
            ("the results-", "based plan", "", "the results-based plan"),
            ("an inter-", "agency body", "", "an inter-agency body"),
            ("an inter-", "national body", "", "an international body"),
            ("a donor-", "driven plan", "a donor-driven plan", "a donor-driven plan"),
            ("a frame-", "work of", "one framework", "a framework of"),
            ("it should high-", "light the", "the high light", "it should highlight the"),
            ("a system-", "atic plan", "the system", "a systematic plan"),
            ("of self-", "evaluation", "", "of self-evaluation"),
            ("a cross-", "ing of", "", "a crossing of"),
            ("a budget-", "holder is", "the budget and its holder", "a budget-holder is"),
            ("see A/79/655-", "E/2024/61 there", "", "see A/79/655-E/2024/61 there"),
            ("of UN-", "Habitat", "", "of UN-Habitat"),
            ("from 2015-", "2016", "", "from 2015-2016"),
            ("the imple\u00ad", "mentation", "", "the implementation"),
            ("this –", "and that", "", "this – and that"),
            ("and/", "or", "", "and/or"),
            ("this and", "that", "", "this and that"),
        ],
    )
    def test_at_a_line_end(self, left, right, known, expected):
        assert glued([left, right], vocabulary([known, left, right])) == expected

    def test_halves_are_not_taken_for_words(self):
        assert vocabulary(["the imple-", "mentation of it"]) == {"the", "of", "it"}

    @pytest.mark.parametrize("hyphen", ["-", "\N{HYPHEN}", "\x02", "\ufffe", "\u00ad"])
    def test_every_kind_of_hyphen(self, hyphen, paragraphs):
        assert paragraphs(f"About the imple{hyphen}\nmentation.") == ["About the implementation."]


def page(*texts: str, number: int = 1) -> list[Line]:
    return [Line(text, Place(page=number), Break.GAP) for text in texts]


class TestRunningLines:
    def left_out(self, *pages):
        return without_running_lines([page(*texts) for texts in pages])

    def test_headers_and_page_numbers(self):
        kept, out = self.left_out(["Head", "a", "1/2"], ["Head", "b", "2/2"])
        assert [line.text for line in kept] == ["a", "b"]
        assert out == ("Head", "1/2", "2/2")
        assert [line.before for line in kept] == [Break.GAP, Break.PAGE]

    def test_left_and_right_pages(self):
        kept, _ = self.left_out(["a", "1/4 26-01"], ["b", "26-01 2/4"], ["c", "3/4 26-01"], ["d", "26-01 4/4"])
        assert [line.text for line in kept] == ["a", "b", "c", "d"]

    def test_headings_that_happen_to_stand_on_top(self):
        texts = [["Recommendation 1", "a"], ["Recommendation 2", "b"], ["Recommendation 3", "c"]]
        kept, out = self.left_out(*texts)
        assert [line.text for line in kept] == [text for each in texts for text in each]
        assert out == ()

    def test_page_of_one_line_is_no_witness(self):
        kept, out = self.left_out(["General Assembly", "a"], ["General Assembly"], ["b", "c"])
        assert [line.text for line in kept] == ["General Assembly", "a", "General Assembly", "b", "c"]
        assert out == ()

    def test_one_page_has_no_header(self):
        kept, _ = self.left_out(["Head", "a"])
        assert [line.text for line in kept] == ["Head", "a"]

    def test_in_a_text_with_form_feeds(self, paragraphs):
        assert paragraphs("It goes\n\n1\n\fA/80/901\n\non and\n\n2\n\fA/80/901\n\nends.\n") == ["It goes on and ends."]


class TestWord:
    def test_tables_in_their_place(self, write):
        def table(document):
            cells = document.add_table(2, 2).rows
            for index, row in enumerate(cells):
                row.cells[0].text, row.cells[1].text = f"a{index}", f"b{index}"

        content = word(lambda d: d.add_paragraph("Before."), table, lambda d: d.add_paragraph("After."))
        found = read_document(write(content, "a.docx")).paragraphs
        assert [p.text for p in found] == ["Before.", "a0\tb0", "a1\tb1", "After."]

    def test_frame_of_one_cell(self, paragraphs):
        def frame(document):
            cell = document.add_table(1, 1).rows[0].cells[0]
            cell.text = "Recommendation 1"
            cell.add_paragraph("Heads should act.")

        assert paragraphs(word(frame), "a.docx") == ["Recommendation 1", "Heads should act."]

    def test_breaks_and_raised_figures(self, paragraphs):
        def build(document):
            paragraph = document.add_paragraph("Known")
            paragraph.add_run("1").font.superscript = True
            paragraph.add_run(" by").add_break()
            paragraph.add_run("all.")
            note = document.add_paragraph()
            note.add_run("1").font.superscript = True
            note.add_run(" Except some.")

        assert paragraphs(word(build), "a.docx") == ["Known by all."]

    def test_text_under_review(self, paragraphs):
        """What was inserted is read, what was deleted is not."""
        from docx.oxml import parse_xml
        from docx.oxml.ns import nsdecls

        def build(document):
            paragraph = document.add_paragraph("It is ")._p
            attributes = f'{nsdecls("w")} w:id="1" w:author="a"'
            paragraph.append(parse_xml(f"<w:ins {attributes}><w:r><w:t>new</w:t></w:r></w:ins>"))
            paragraph.append(parse_xml(f"<w:del {attributes}><w:r><w:delText>old</w:delText><w:br/></w:r></w:del>"))
            paragraph.append(parse_xml(f"<w:moveFrom {attributes}><w:r><w:t>moved</w:t></w:r></w:moveFrom>"))
            paragraph.append(parse_xml(f"<w:r {nsdecls('w')}><w:t xml:space='preserve'> here.</w:t></w:r>"))

        assert paragraphs(word(build), "a.docx") == ["It is new here."]

    def test_a_paragraph_deleted_under_review_is_not_counted(self, paragraphs):
        from docx.oxml import parse_xml
        from docx.oxml.ns import nsdecls

        def build(document):
            define_list(document.part.numbering_part.element, 71, {0: ("decimal", "%1.")})
            number_paragraph(document.add_paragraph("One."), 71)
            gone = document.add_paragraph()
            number_paragraph(gone, 71)
            mark = f"{nsdecls('w')} w:id='1' w:author='a'"
            gone._p.pPr.append(parse_xml(f"<w:rPr {nsdecls('w')}><w:del {mark}/></w:rPr>"))
            gone._p.append(parse_xml(f"<w:del {mark}><w:r><w:delText>Gone.</w:delText></w:r></w:del>"))
            number_paragraph(document.add_paragraph("Two."), 71)

        assert paragraphs(word(build), "a.docx") == ["1. One.", "2. Two."]

    def test_hidden_text_is_not_printed(self, paragraphs):
        def build(document):
            paragraph = document.add_paragraph("It is ")
            paragraph.add_run("not ").font.hidden = True
            paragraph.add_run("new.").font.hidden = False

        assert paragraphs(word(build), "a.docx") == ["It is new."]

    def test_a_table_within_a_frame_is_read_once(self, paragraphs):
        def build(document):
            frame = document.add_table(1, 1).cell(0, 0)
            frame.text = "Recommendation 1"
            inner = frame.add_table(1, 2)
            inner.cell(0, 0).text, inner.cell(0, 1).text = "a", "b"

        assert paragraphs(word(build), "a.docx") == ["Recommendation 1", "a\tb"]

    def test_a_table_within_a_row_is_read_once(self, paragraphs):
        def build(document):
            cells = document.add_table(1, 2).rows[0].cells
            cells[0].text, cells[1].text = "a", "b"
            inner = cells[1].add_table(1, 2)
            inner.cell(0, 0).text, inner.cell(0, 1).text = "c", "d"

        assert paragraphs(word(build), "a.docx") == ["a\tb c d"]

    def test_a_text_box_is_told_and_not_put_anywhere(self, write):
        from docx.oxml import parse_xml
        from docx.oxml.ns import nsdecls

        words = "<w:txbxContent><w:p><w:r><w:t>Recommendation 2</w:t></w:r></w:p></w:txbxContent>"
        box = f"<w:r {nsdecls('w')}><w:pict>{words}</w:pict><w:pict>{words}</w:pict></w:r>"
        content = word(lambda d: d.add_paragraph("Before."), lambda d: d.add_paragraph()._p.append(parse_xml(box)))
        document = read_document(write(content, "a.docx"))
        assert [paragraph.text for paragraph in document.paragraphs] == ["Before."]
        assert [str(problem) for problem in document.problems] == [
            (
                "a.docx, Word paragraph 2: A text box was not read: “Recommendation 2”. "
                "If it belongs to the text, take it out of its box, save, and import again."
            )
        ]

    @pytest.mark.parametrize(
        ("font", "char", "read"),
        [
            ("Symbol", "F0B3", "At ≥ 5."),
            ("Symbol", "00B3", "At ≥ 5."),
            ("Symbol", "F062", "At β 5."),
            ("Wingdings", "F0E0", "At → 5."),
            ("Times New Roman", "2265", "At ≥ 5."),
        ],
    )
    def test_a_sign_by_its_place_in_a_font_is_its_letter(self, paragraphs, font, char, read):
        assert paragraphs(word(with_sign(font, char)), "a.docx") == [read]

    @pytest.mark.parametrize(
        ("font", "char"), [("Webdings", "F0A2"), ("Wingdings", "F021"), ("Symbol", "G"), ("A", "")]
    )
    def test_a_sign_without_a_letter_is_told(self, write, font, char):
        document = read_document(write(word(with_sign(font, char)), "a.docx"))
        assert [paragraph.text for paragraph in document.paragraphs] == ["At 5."]
        assert [str(problem) for problem in document.problems] == [
            (
                f"a.docx, Word paragraph 1: A sign of the font {font} was not read; it has no letter. "
                "If it says something, write it in words, save, and import again."
            )
        ]

    def test_a_row_deleted_under_review_is_not_read(self, write):
        from docx.oxml import parse_xml
        from docx.oxml.ns import nsdecls

        def build(document):
            table = document.add_table(2, 3)
            for row, texts in zip(table.rows, ("abc", "xyz"), strict=True):
                for cell, text in zip(row.cells, texts, strict=True):
                    cell.text = text
            gone = f"<w:trPr {nsdecls('w')}><w:del w:id='1' w:author='a' w:date='2026-01-01T00:00:00Z'/></w:trPr>"
            table.rows[1]._tr.insert(0, parse_xml(gone))

        document = read_document(write(word(build), "a.docx"))
        assert [paragraph.text for paragraph in document.paragraphs] == ["a\tb\tc"]
        assert [[row.cells for row in grid] for grid in document.grids] == [[("a", "b", "c")]]

    def test_content_control(self, paragraphs):
        from docx.oxml import parse_xml
        from docx.oxml.ns import nsdecls

        control = f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>Inside.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        content = word(lambda d: d.element.body.insert(0, parse_xml(control)), lambda d: d.add_paragraph("Outside."))
        assert paragraphs(content, "a.docx") == ["Inside.", "Outside."]

    def test_numbers_of_several_levels(self, paragraphs):
        def build(document):
            levels = {0: ("decimal", "%1."), 1: ("lowerLetter", "(%2)"), 2: ("lowerRoman", "%1.%2.%3.")}
            define_list(document.part.numbering_part.element, 71, levels)
            for text, level in (("a", 0), ("b", 1), ("c", 1), ("d", 2), ("e", 0), ("f", 1)):
                number_paragraph(document.add_paragraph(f"{text}."), 71, level)

        expected = ["1. a.", "(a) b.", "(b) c.", "1.b.i. d.", "2. e.", "(a) f."]
        assert paragraphs(word(build), "a.docx") == expected

    def test_bullets_have_no_number(self, paragraphs):
        content = word(lambda d: d.add_paragraph("One.", style="List Bullet"))
        assert paragraphs(content, "a.docx") == ["One."]

    def test_figure_raised_as_libreoffice_does_it(self, paragraphs):
        from docx.oxml import parse_xml
        from docx.oxml.ns import nsdecls

        def build(document):
            raised = "<w:r {}><w:rPr><w:position w:val='8'/></w:rPr><w:t>2</w:t></w:r>".format(nsdecls("w"))
            document.add_paragraph("25 m")._p.append(parse_xml(raised))

        assert paragraphs(word(build), "a.docx") == ["25 m²"]

    def test_number_of_the_style_on_which_a_style_is_based(self, paragraphs):
        def build(document):
            style = document.styles.add_style("Comment Text", 1)
            style.base_style = document.styles["List Number"]
            document.add_paragraph("One.", style=style)

        assert paragraphs(word(build), "a.docx") == ["1. One."]

    def test_number_without_a_full_stop(self, paragraphs):
        def build(document):
            define_list(document.part.numbering_part.element, 71, {0: ("decimal", "%1")})
            number_paragraph(document.add_paragraph("One."), 71)

        assert paragraphs(word(build), "a.docx") == ["1. One."]

    def test_number_switched_off(self, paragraphs):
        def build(document):
            paragraph = document.add_paragraph("One.", style="List Number")
            number_paragraph(paragraph, 0)

        assert paragraphs(word(build), "a.docx") == ["One."]

    @pytest.mark.parametrize(("number", "text"), [(1, "a"), (26, "z"), (27, "aa"), (53, "aaa")])
    def test_letters(self, number, text):
        assert letters(number) == text

    @pytest.mark.parametrize(("number", "text"), [(1, "i"), (4, "iv"), (9, "ix"), (40, "xl"), (1999, "mcmxcix")])
    def test_roman(self, number, text):
        assert roman(number) == text


class TestPdf:
    def test_order_of_print_does_not_matter(self, paragraphs):
        content = pdf_of([[Print(60, 700, "Second."), Print(60, 760, "First."), Print(60, 640, "Third.")]])
        assert paragraphs(content, "a.pdf") == ["First. Second. Third."]

    def test_letters_printed_one_by_one(self, paragraphs):
        letters_of = [Print(60 + 6 * i, 700, char) for i, char in enumerate("one by one.") if char != " "]
        assert paragraphs(pdf_of([letters_of]), "a.pdf") == ["one by one."]

    def test_left_and_right_on_one_line(self, paragraphs):
        content = pdf_of([[Print(400, 700, "A/80/901"), Print(60, 700, "United Nations")]])
        assert paragraphs(content, "a.pdf") == ["United Nations A/80/901"]

    BODY = (
        "A line that goes the whole way",
        "and so does this one, as far.",
        "Short end.",
        "It goes on here, and so on,",
    )

    def lines(self, *, gap_before=9, indent_of=9):
        y, prints = 760.0, []
        for index, text in enumerate(self.BODY):
            y -= 24 if index == gap_before else 12
            prints.append(Print(84 if index == indent_of else 60, y, text))
        return pdf_of([prints])

    def test_gap_between_paragraphs(self, paragraphs):
        assert len(paragraphs(self.lines(gap_before=2), "a.pdf")) == 3  # the third begins after a short line

    def test_indent_after_a_finished_sentence(self, paragraphs):
        expected = [" ".join(self.BODY[:2]), self.BODY[2], self.BODY[3]]
        assert paragraphs(self.lines(indent_of=2), "a.pdf") == expected

    def test_short_line_ends_a_paragraph(self, paragraphs):
        assert paragraphs(self.lines(), "a.pdf") == [" ".join(self.BODY[:3]), self.BODY[3]]

    def test_footnote_without_a_gap(self, paragraphs):
        prints = [Print(60, 700, "This is known,"), Print(144, 704, "1", 6), Print(152, 700, "and as much")]
        note = [Print(60, 690, "1", 5), Print(66, 688, "By all who were asked", 8)]
        after = [Print(60, 700, "as can be known.")]
        assert paragraphs(pdf_of([prints + note, after]), "a.pdf") == ["This is known, and as much as can be known."]

    def test_raised_figure(self, paragraphs):
        content = pdf_of([[Print(60, 700, "25 m"), Print(84, 704, "2", 6)]])
        assert paragraphs(content, "a.pdf") == ["25 m²"]


def test_libraries_are_loaded_only_when_needed():
    """Most commands read no document and must start without these."""
    code = "import sys, tracker.ingest.notes.reading; print([m for m in ('docx', 'pypdfium2', 'lxml') if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert result.stdout.strip() == "[]"


def test_a_pdf_is_told_page_by_page(write):
    told = []
    read_document(write(pdf_of([[Print(60, 700, "a page")]] * 3), "a.pdf"), on_page=lambda *step: told.append(step))
    assert told == [(1, 3), (2, 3), (3, 3)]
