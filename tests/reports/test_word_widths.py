"""Headings of a Word table: as wide as the letters of the font really are, none torn, and all within the page."""

import struct
from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st

from tracker.reports.document import Cell, Column, Row, RowGroup, Table
from tracker.reports.word import docx_bytes
from tracker.reports.word_widths import lines_of, widths_of
from tracker.reports.word_xml import table as written

FONT = Path(__file__).resolve().parents[2] / "templates" / "report" / "fonts" / "LiberationSans-Bold.ttf"
"""It has the widths of Arial Bold."""
POINTS, MARGINS = 8, 2 * 60


def tables_of(font):
    return {tag: font[at : at + size] for tag, _, at, size in struct.iter_unpack(">4sLLL", font[12 : 12 + 16 * 18])}


def glyphs_of(cmap):
    """The number of the glyph of every character: of the subtable of format 4 (OpenType, cmap)."""
    (count,) = struct.unpack(">H", cmap[2:4])
    places = [struct.unpack(">L", cmap[8 + 8 * index : 12 + 8 * index])[0] for index in range(count)]
    sub = next(cmap[place:] for place in places if cmap[place : place + 2] == b"\0\4")
    half = struct.unpack(">H", sub[6:8])[0] // 2
    words = struct.unpack(f">{len(sub) // 2}H", sub[: len(sub) // 2 * 2])
    ends, starts = words[7 : 7 + half], words[8 + half : 8 + 2 * half]
    deltas, offsets = words[8 + 2 * half : 8 + 3 * half], words[8 + 3 * half : 8 + 4 * half]
    found = {}
    for index, (start, end) in enumerate(zip(starts, ends, strict=True)):
        for code in range(start, min(end, 0xFFFE) + 1):
            here = 8 + 3 * half + index + offsets[index] // 2 + code - start
            glyph = words[here] if offsets[index] else code
            found[chr(code)] = (glyph + deltas[index]) % 65536
    return found


@pytest.fixture(scope="session")
def thousandths():
    """What every letter of the font takes."""
    font = tables_of(FONT.read_bytes())
    (per_em,) = struct.unpack(">H", font[b"head"][18:20])
    (full,) = struct.unpack(">H", font[b"hhea"][34:36])
    advances = [struct.unpack(">H", font[b"hmtx"][4 * index : 4 * index + 2])[0] for index in range(full)]
    return {
        letter: 1000 * advances[min(glyph, full - 1)] / per_em for letter, glyph in glyphs_of(font[b"cmap"]).items()
    }


def widest_word(title, thousandths):
    return max(sum(thousandths[letter] for letter in word) for word in title.split()) * POINTS * 20 / 1000


def test_no_heading_is_torn(document, templates, thousandths):
    word = docx.Document(BytesIO(docx_bytes(document, templates)))
    tables = [table for table in word.tables if table.style is not None and table.style.name == "Report Table"]
    for table in tables:
        widths = [int(column.get(qn("w:w"))) for column in table._tbl.tblGrid]
        for cell, width in zip(table.rows[0].cells, widths, strict=True):
            assert not cell.text or widest_word(cell.text, thousandths) + MARGINS <= width, cell.text


WORDS = ("All", "Implementation", "Under consid.", "Not reported", "Wwwwww", "MMM", "illi", "50%", "R1 (a)")


@given(st.lists(st.tuples(st.sampled_from(WORDS), st.floats(0.3, 4)), min_size=1, max_size=9))
def test_columns_are_as_wide_as_their_shares_and_their_headings_want(thousandths, said):
    columns = [Column(title, share) for title, share in said]
    whole = 253 * 57
    widths = widths_of(columns, whole)
    assert sum(widths) <= whole
    assert all(
        widest_word(title, thousandths) + MARGINS <= width for (title, _), width in zip(said, widths, strict=True)
    )


def test_shares_alone_count_where_the_headings_want_more_than_there_is():
    assert widths_of([Column("Implementation"), Column("Implementation")], 1000) == [500, 500]


def test_a_long_cell_takes_several_lines():
    row = (Cell("GSF", "The Global Fund for Seeds of all Kinds"), Cell("12"))
    assert lines_of(row, [1500, 1000]) > lines_of(row, [9000, 1000]) == 2


def rows_kept(rows, total):
    styles = dict.fromkeys(("Head", "Cell", "Small", "Band"), "X")
    content = Table("Rows", (Column("Organization"), Column("All")), (RowGroup(tuple(rows)),), total=total)
    _, _, *lines, _ = written(content, styles, "T", 253)
    return ["<w:keepNext/>" in line for line in lines]


def row(small: str = "") -> Row:
    return (Cell("GSF", small), Cell("12"))


def test_a_short_table_stays_whole_and_a_high_one_breaks_but_not_before_its_sum():
    assert rows_kept([row()] * 10, total=True) == [True] * 9 + [False]
    high = rows_kept([row("A name that goes on and on over lines. " * 4)] * 10, total=True)
    assert high == [True] * 2 + [False] * 6 + [True, False]
    assert rows_kept([row("A name that goes on and on over lines. " * 4)] * 10, total=False)[-2:] == [False, False]
