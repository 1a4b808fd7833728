"""The same note, however its lines, pages, spaces and bytes fall; and any other input, which may only be refused."""

from __future__ import annotations

import contextlib
import io
import re
import tempfile
import textwrap
import zipfile
from itertools import pairwise
from pathlib import Path

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from printed_pages import NUMBERED_START, SAMPLE, typeset, whole_paragraphs, word_with_numbered_lists

from tracker.errors import TrackerError
from tracker.ingest.notes.reading import Note, read_note
from tracker.ingest.notes.stances import stance_in

RAW = SAMPLE.read_text(encoding="utf-8")
BLOCKS = RAW.strip().split("\n\n")
EXPECTED = read_note(SAMPLE)
PARAGRAPHS, NOTES = whole_paragraphs()
WORD = word_with_numbered_lists(PARAGRAPHS)
PDF = typeset(PARAGRAPHS, NOTES, gap=8)

slowly = settings(deadline=None, max_examples=150)


def read(content: str | bytes, name: str = SAMPLE.name) -> Note:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_note(path)


def wrapped(text: str, columns: int, *, at_hyphens: bool) -> str:
    return "\n".join(textwrap.wrap(text, columns, break_long_words=False, break_on_hyphens=at_hyphens))


@slowly
@given(st.integers(30, 240), st.booleans())
@example(30, True)
def test_wherever_lines_are_wrapped(columns, at_hyphens):
    text = "\n\n".join(block if "\n" in block else wrapped(block, columns, at_hyphens=at_hyphens) for block in BLOCKS)
    assert read(text) == EXPECTED


def _gaps_inside_paragraphs() -> list[int]:
    """Every space between two words of a numbered paragraph, of a recommendation or of the transmittal.

    Not between a number and its paragraph, not inside a footnote, and not after the first word or two of a
    paragraph: no page ends there, and "The" at the foot of two pages is held for a footer.
    """
    found = []
    for block in re.finditer(r"[^\n]+(?:\n[^\n]+)*", RAW):
        text = block[0]
        if len(text) > 110 and not text.startswith("¹"):
            start = NUMBERED_START.match(text)
            first = block.start() + (start.end() if start else 0)
            spaces = [first + m.start() for m in re.finditer(" ", RAW[first : block.end()])]
            found += spaces[2:]
    return found


GAPS = _gaps_inside_paragraphs()


@settings(deadline=None, max_examples=400)
@given(
    st.lists(st.sampled_from(GAPS), min_size=1, max_size=3, unique=True),
    st.sampled_from(["\n\n", "\n\n\n\n", "\n\n\f\n"]),
)
def test_wherever_pages_end(places, page_end):
    text = RAW
    places.sort()
    # A page on which nothing stands but a number has a page number and no text.
    assume(not any(RAW[first:second].strip().isdecimal() for first, second in pairwise(places)))
    for place in reversed(places):
        text = text[:place] + page_end + text[place + 1 :]
    assert read(text).recommendations == EXPECTED.recommendations


@slowly
@given(st.sampled_from(GAPS), st.integers(40, 100))
def test_page_end_in_wrapped_text(place, columns):
    text = RAW[:place] + "\n\n" + RAW[place + 1 :]
    blocks = [b if b.count("\n") else wrapped(b, columns, at_hyphens=True) for b in text.strip().split("\n\n")]
    assert read("\n\n".join(blocks)).recommendations == EXPECTED.recommendations


@slowly
@given(st.sampled_from(GAPS), st.integers(2, 400))
def test_header_and_page_number_at_a_page_end(place, number):
    """Pages of a text drawn from a PDF: number at the foot, symbol at the head, a form feed between."""
    text = f"{RAW[:place]}\n\n{number}\n\f26-04711\n\n{RAW[place + 1 :]}\n\n{number + 1}\n\f26-04711\n\n{number + 2}\n"
    assert read(text).recommendations == EXPECTED.recommendations


@slowly
@given(
    st.sampled_from(["\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "windows-1252"]),
)
def test_line_ends_and_encodings(line_end, encoding):
    assert read(RAW.replace("\n", line_end).encode(encoding)) == EXPECTED


@slowly
@given(st.sets(st.sampled_from([m.start() for m in re.finditer(" ", RAW)])), st.sampled_from("\xa0\u2009\u202f\t"))
def test_spaces_of_other_widths(places, space):
    text = "".join(space if index in places else char for index, char in enumerate(RAW))
    assert read(text) == EXPECTED


@slowly
@given(st.data())
def test_words_cut_by_soft_hyphens(data):
    """A soft hyphen inside a line is not seen; at a line's end it joins."""
    inside = [m.start() + 2 for m in re.finditer(r"(?<=[a-z]{2})[a-z]{2}(?=[a-z]{2})", RAW)]
    places = data.draw(st.sets(st.sampled_from(inside), max_size=40))
    cut = data.draw(st.sampled_from(["\u00ad", "\u00ad\n"]))
    text = "".join((cut if index in places else "") + char for index, char in enumerate(RAW))
    assert read(text).recommendations == EXPECTED.recommendations


def is_read_or_refused(content: str | bytes, name: str = "A_80_901_Add.1.txt") -> None:
    with contextlib.suppress(TrackerError):
        assert read(content, name).recommendations


WORDS = st.sampled_from(
    [
        *RAW.split(),
        "Recommendation",
        "1",
        "2.",
        "\n",
        "\n\n",
        "\f",
        "¹",
        "A/80/901",
        "“",
        "”",
        "(",
        "-",
        "III.",
        "\u00ad",
        "ſ",
        "٣.",
        "\ufffe",
    ]
)


@slowly
@given(st.lists(WORDS, max_size=120).map(" ".join))
@example("Recommendation 1ſ\n\nExecutive heads should act.\n\n1. The organizations support this recommendation.")
@example("Recommendation 1\n\n٣. x")
def test_any_words(text):
    is_read_or_refused(text)


@slowly
@given(st.text())
def test_any_text(text):
    is_read_or_refused(text)


@slowly
@given(st.binary(max_size=400), st.sampled_from([".txt", ".docx", ".pdf", ".doc", ""]))
def test_any_bytes(content, suffix):
    is_read_or_refused(content, f"a{suffix}")


@slowly
@given(st.sampled_from([(WORD, "a.docx"), (PDF, "a.pdf")]), st.data())
def test_files_cut_short(made, data):
    content, name = made
    is_read_or_refused(content[: data.draw(st.integers(0, len(content)))], name)


@slowly
@given(
    st.sampled_from([(WORD, "a.docx"), (PDF, "a.pdf")]),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=20),
)
def test_files_with_wrong_bytes(made, wrong):
    content, name = bytearray(made[0]), made[1]
    for place, byte in wrong:
        content[int(place * len(content))] = byte
    is_read_or_refused(bytes(content), name)


PARTS = [
    "word/document.xml",
    "word/numbering.xml",
    "word/styles.xml",
    "word/_rels/document.xml.rels",
    "[Content_Types].xml",
]


@slowly
@given(st.sampled_from(PARTS), st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.text(max_size=6)), max_size=5))
def test_word_files_with_wrong_parts(part, wrong):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WORD)) as whole, zipfile.ZipFile(out, "w") as broken:
        for name in whole.namelist():
            content = whole.read(name).decode("utf-8", "surrogateescape")
            for place, text in wrong if name == part else []:
                index = int(place * len(content))
                content = content[:index] + text + content[index + 1 :]
            broken.writestr(name, content.encode("utf-8", "surrogateescape"))
    is_read_or_refused(out.getvalue(), "a.docx")


@given(st.lists(st.text()))
def test_any_comment_has_a_stance(texts):
    stance_in(texts)
