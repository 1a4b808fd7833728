"""The annex of a report of the Joint Inspection Unit: which recommendation asks whom, and what it is meant to bring.

A matrix: a row for each recommendation; a column of letters of intended impact, and one for each organization with
E (executive head), L (legislative organ) or nothing. What is no such code is told with its place, and not taken.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tracker.domain.actions import CODES
from tracker.domain.impacts import impact_word, series_of
from tracker.ingest.documents.grids import IMPACT, LABEL, MARKS, Grid, GridRow
from tracker.ingest.documents.reading import Document
from tracker.ingest.problems import Problem
from tracker.records import record

_CODES = re.compile(r"[EL](?:\s*[,/;&+]?\s*[EL])*")
_LETTERS = re.compile(r"[a-z](?:\s*[,/;&+]?\s*[a-z])*", re.IGNORECASE)
_FOOTNOTE = re.compile(r"[*†‡⁰¹²³⁴⁵⁶⁷⁸⁹]+|\(\*+\)|\(?\b[a-z]\)$")
_LEGEND = re.compile(r"(?:intended\s+)?impact\s*:\s*(?=a\s*[:=–-])", re.IGNORECASE)
_MEANING = re.compile(r"(?<!\w)([a-z])\s*[:=–-]\s*(.+?)(?=[\s;,.]+[a-z]\s*[:=–-]\s|\s*[*;.]|\s{2}|\n|$)")
_LEGEND_LENGTH = 700
_SPOKEN_OF = re.compile(
    r"recommendation\s+for\s+(?:decision|action)\s+by\s+(?:the\s+)?(?:legislative|governing|executive)", re.IGNORECASE
)
_COMPARE = "Compare with the printed annex."


@record
class ActionRow:
    """One row of the annex; `codes` are by organization as printed: `E`, `L` or `E,L`."""

    number: str
    letters: tuple[str, ...]
    codes: dict[str, str]
    where: str


@record
class Annex:
    """`series` is that of the letters of impact, None where the legend does not tell it."""

    organizations: tuple[str, ...]
    rows: tuple[ActionRow, ...]
    series: str | None
    where: str

    def impact(self, row: ActionRow) -> str | None:
        """The letters of a row with their series, as the register keeps them."""
        return impact_word(row.letters, self.series) if row.letters and self.series else None


@dataclass(slots=True)
class _Reading:
    """What has been read so far, table by table."""

    name: str
    organizations: list[str] = field(default_factory=list)
    rows: list[ActionRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def tell(self, where: str, what: str, remedy: str = _COMPARE) -> None:
        self.problems.append(Problem(f"{self.name}, {where}", what, remedy))


def annex_of(document: Document) -> tuple[Annex | None, list[Problem]]:
    """The annex of actions of a document, if it has one, and what could not be read of it."""
    reading = _Reading(document.name)
    heads: _Heads | None = None
    for grid in document.grids:
        heads = _heads(grid) or _carried(heads, grid)
        if heads is not None:
            _read(grid, heads, reading)
    if not reading.rows:
        return None, list(_unread(document))
    legend = _legend(document)
    annex = Annex(
        organizations=tuple(reading.organizations),
        rows=tuple(_each_once(reading)),
        series=series_of(legend),
        where=f"{document.name}, annex of actions ({reading.rows[0].where.partition(', ')[0]})",
    )
    return annex, [*reading.problems, *_unknown_series(annex, legend)]


@record
class _Heads:
    """Which column is what; `first` is the row of the grid below the heads."""

    impact: int
    organizations: dict[int, str]
    width: int
    first: int


def _heads(grid: Grid) -> _Heads | None:
    """Of the rows above the first recommendation the one with the most heads, gaps filled from those above it."""
    labelled = [index for index, row in enumerate(grid) if _label(row)]
    above = grid[: labelled[0]] if labelled else ()
    if not above:
        return None
    width = max(len(row.cells) for row in grid)
    fullest = max(range(len(above)), key=lambda index: (sum(map(bool, above[index].cells)), index))
    texts = [_head(above[: fullest + 1], column) for column in range(width)]
    impact = next((column for column, text in enumerate(texts) if IMPACT.fullmatch(text)), None)
    if impact is None:
        return None
    organizations = {column: text for column, text in enumerate(texts) if column > impact and text}
    return _Heads(impact, organizations, width, labelled[0]) if _holds_codes(grid, organizations) else None


def _holds_codes(grid: Grid, organizations: dict[int, str]) -> bool:
    """A table of recommendations may have a column of impact and be about something else."""
    rows = [row for row in grid if LABEL.fullmatch(_label(row))]
    cells = [cell for row in rows for column in organizations if (cell := _cell(row, column))]
    codes = sum(_CODES.fullmatch(_FOOTNOTE.sub("", cell).strip()) is not None for cell in cells)
    return codes > len(cells) / 2


def _head(above: Sequence[GridRow], column: int) -> str:
    for row in reversed(above):
        if column < len(row.cells) and row.cells[column]:
            return _FOOTNOTE.sub("", row.cells[column]).strip()
    return ""


def _carried(heads: _Heads | None, grid: Grid) -> _Heads | None:
    """The heads of the table before, for one that goes on with as many columns and none of its own."""
    if heads is None or not _label(grid[0]) or max(len(row.cells) for row in grid) != heads.width:
        return None
    return _Heads(heads.impact, heads.organizations, heads.width, 0)


def _label(row: GridRow) -> str:
    """What stands first in a row, if it is the label of a recommendation or of the whole report's distribution."""
    return next((cell for cell in row.cells[:3] if LABEL.fullmatch(cell) or MARKS.fullmatch(cell)), "")


def _read(grid: Grid, heads: _Heads, reading: _Reading) -> None:
    twice = [text for text, count in Counter(heads.organizations.values()).items() if count > 1]
    for text in twice:
        reading.tell(str(grid[0].place), f"The annex has two columns called “{text}”; neither was taken.")
    kept = {column: text for column, text in heads.organizations.items() if text not in twice}
    reading.organizations += [text for text in kept.values() if text not in reading.organizations]
    informed: set[str] = set()
    for row in grid[heads.first :]:
        label = _label(row)
        if found := LABEL.fullmatch(label):
            reading.rows.append(_row(row, found[1].lower(), heads, kept, reading))
        elif label.casefold().endswith("information"):
            informed = {text for column, text in kept.items() if _cell(row, column)}
    _check_informed(reading, informed)


def _cell(row: GridRow, column: int) -> str:
    return row.cells[column] if column < len(row.cells) else ""


def _row(row: GridRow, number: str, heads: _Heads, kept: dict[int, str], reading: _Reading) -> ActionRow:
    where = f"{row.place}, recommendation {number}"
    codes: dict[str, str] = {}
    for column in range(heads.impact + 1, len(row.cells)):
        cell = _FOOTNOTE.sub("", row.cells[column]).strip()
        if cell and column not in kept:
            reading.tell(where, f"“{cell}” stands under no organization; it was left out.")
        elif cell and not _CODES.fullmatch(cell):
            reading.tell(f"{where}, column {kept[column]}", f"“{cell}” is neither E nor L; it was left out.")
        elif cell:
            codes[kept[column]] = ",".join(code for code in CODES if code in cell)
    return ActionRow(number, _letters(_cell(row, heads.impact), where, reading), codes, where)


def _letters(cell: str, where: str, reading: _Reading) -> tuple[str, ...]:
    bare = _FOOTNOTE.sub("", cell).strip()
    if not bare:
        reading.tell(where, "The annex gives no letter of intended impact.")
        return ()
    if not _LETTERS.fullmatch(bare):
        reading.tell(f"{where}, column Intended impact", f"“{bare}” is not a letter of impact; it was left out.")
        return ()
    return tuple(dict.fromkeys(letter for letter in bare.casefold() if letter.isalpha()))


def _check_informed(reading: _Reading, informed: set[str]) -> None:
    """Who only gets the report for information is asked nothing."""
    for text in sorted(informed):
        asked = [row.number for row in reading.rows if text in row.codes]
        if asked:
            which = f"recommendation {asked[0]}" if len(asked) == 1 else f"recommendations {', '.join(asked)}"
            reading.tell(
                reading.rows[0].where.partition(", ")[0],
                f"{text} gets the report for information, and {which} for action; the latter was taken.",
            )


def _each_once(reading: _Reading) -> Iterator[ActionRow]:
    """Rows by their number; one that stands there twice with other codes is left out altogether."""
    for number in dict.fromkeys(row.number for row in reading.rows):
        found = [row for row in reading.rows if row.number == number]
        if any((row.codes, row.letters) != (found[0].codes, found[0].letters) for row in found):
            reading.tell(
                f"{found[0].where} and {found[1].where}", "The annex has two rows that differ; neither was taken."
            )
            continue
        yield found[0]


def _legend(document: Document) -> dict[str, str]:
    """Letter → meaning, as printed below the table."""
    whole = "  ".join(paragraph.text for paragraph in (*document.paragraphs, *document.footnotes))
    for match in _LEGEND.finditer(whole):
        words = whole[match.end() : match.end() + _LEGEND_LENGTH]
        return {letter: meaning.strip() for letter, meaning in _MEANING.findall(words)}
    return {}


def _unknown_series(annex: Annex, legend: dict[str, str]) -> Iterator[Problem]:
    if annex.series is None and any(row.letters for row in annex.rows):
        what = (
            "The legend of the letters of impact is not a known one; the letters were left out."
            if legend
            else "No legend says what the letters of impact mean; they were left out."
        )
        yield Problem(annex.where, what, "Give them by hand: tracker document set REF --impact LETTER/SERIES.")


def _unread(document: Document) -> Iterator[Problem]:
    """The document speaks of codes as an annex does, and no table of them was found."""
    if any(_SPOKEN_OF.search(paragraph.text) for paragraph in document.paragraphs):
        yield Problem(
            document.name,
            "It explains the codes of an annex of actions, but no such table could be read in it.",
            "Take the .docx or .pdf of the document; else every registered organization is asked everything.",
        )
