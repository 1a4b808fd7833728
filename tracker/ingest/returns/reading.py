"""Reads a return that came back: every answer with its row, every fault with its cell, nothing guessed.

Columns are found by their headings, rows by their reference, versions in the hidden sheet; so that moved
columns, sorted and deleted rows, and the exports of other programs are read as they are meant.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from typing import Any

from tracker.domain.plurals import plural
from tracker.domain.return_words import WORDS, folded, read_label, words_of
from tracker.domain.returns import ANSWERS, FORM, GIVEN, IDENTITY_SHEET, LISTS_SHEET, Field, ReturnAnswer, Then
from tracker.domain.vocabulary import Acceptance, Axis, Implementation
from tracker.errors import BadDataError
from tracker.ingest.returns.cells import Fault, day_in, links_in, note_in, text_in
from tracker.ingest.returns.margins import Unread, margins
from tracker.ingest.spreadsheets.cell_comments import cut_short
from tracker.ingest.spreadsheets.cell_names import cell_name
from tracker.ingest.spreadsheets.workbook_cells import Cell, MergedRange, SheetCells, Workbook
from tracker.ingest.spreadsheets.workbooks import open_workbook
from tracker.limits import Limits
from tracker.records import record

_HEADINGS_WITHIN = 30
"""Rows from the top in which the headings are looked for."""
_MOST_UNREAD = 100


@record
class Refusal:
    """Why something in the file is not taken; `ref` is None where it is no row's. `where` is file, sheet, cell."""

    ref: str | None
    where: str
    why: str


@dataclass(slots=True)
class FilledReturn:
    """A return as it came back. `blank` rows were left empty, `missing` ones were deleted; both change nothing.

    `unread` is what stands beside the answers, with its place in the file.
    """

    name: str
    sha256: str
    size: int
    organization: str
    register: str
    made_on: date
    answers: list[ReturnAnswer] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    blank: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Nothing is filled in, nor written beside it."""
        return not self.answers and not self.refused and not self.unread


def read_return(content: bytes, name: str, limits: Limits | None = None) -> FilledReturn:
    """Read a file's bytes. Raises BadDataError where it is no return at all, or its form was broken."""
    book = open_workbook(content, name, limits or Limits())
    identity = _read_identity(book, name)
    filled = FilledReturn(
        name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        organization=identity.organization,
        register=identity.register,
        made_on=identity.made_on,
    )
    sheet = _find_sheet(book, identity, name)
    _Reading(sheet, identity, book.epoch, filled).run()
    beside = margins(book, sheet.title, sheet.heading_row, identity.organization, identity.made_on)
    filled.unread = [replace(each, where=f"{name}, {each.where}") for each in islice(beside, _MOST_UNREAD)]
    more = sum(1 for _ in beside)
    if more:
        filled.unread.append(Unread(name, f"{plural(more, 'more place')} beside the answers; look into the file"))
    return filled


@dataclass(slots=True)
class _Identity:
    """What the hidden sheet says."""

    organization: str
    register: str
    made_on: date
    language: str
    headings: dict[Field, str]
    rows: dict[str, Then]


def _read_identity(book: Workbook, name: str) -> _Identity:
    sheet = book.sheet(IDENTITY_SHEET)
    if sheet is None:
        raise BadDataError(
            f"the hidden sheet “{IDENTITY_SHEET}” is missing, so it is not known what the rows are.",
            where=name,
            remedy="Fill in the file that the office sent; do not copy its sheets into another.",
        )
    where = f"{name}, {IDENTITY_SHEET}"
    lines = [[_plain(sheet.rows[row].get(column)) for column in range(1, 7)] for row in sorted(sheet.rows)]
    facts = {line[0]: line[1] for line in lines if line[0] not in ("row", "column")}
    if facts.get("form") != FORM:
        raise BadDataError(
            f"it is of the form “{facts.get('form', '')}”, not {FORM}.",
            where=where,
            remedy="Make a new return with: tracker return make.",
        )
    try:
        return _Identity(
            organization=facts["organization"],
            register=facts["register"],
            made_on=date.fromisoformat(facts["made-on"]),
            language=facts["language"],
            headings=_headings(lines),
            rows=dict(_then(line) for line in lines if line[0] == "row"),
        )
    except (LookupError, ValueError, OverflowError) as error:
        raise BadDataError(
            "the hidden sheet was changed and cannot be read.", where=where, remedy="Send a new return to fill in."
        ) from error


def _plain(cell: Cell | None) -> str:
    return "" if cell is None else str(cell.value).strip()


def _headings(lines: list[list[str]]) -> dict[Field, str]:
    """Raises KeyError where a column has none: every column is looked for later."""
    said = {Field(line[1]): line[2] for line in lines if line[0] == "column"}
    return {field: said[field] for field in Field}


def _then(line: list[str]) -> tuple[str, Then]:
    due = date.fromisoformat(line[5][:10]) if line[5] else None
    return line[1], Then(int(float(line[2])), Acceptance(line[3]), Implementation(line[4]), due)


@record
class _Sheet:
    """The sheet of answers: where its columns stand, and its cells by row."""

    title: str
    heading_row: int
    columns: Mapping[Field, int]
    rows: Mapping[int, Mapping[int, Cell]]
    merged: tuple[MergedRange, ...]
    struck: frozenset[str]


def _find_sheet(book: Workbook, identity: _Identity, name: str) -> _Sheet:
    candidates = [sheet for sheet in book.sheets if sheet.title not in (IDENTITY_SHEET, LISTS_SHEET)]
    found = [sheet for sheet in (_as_sheet(item, identity) for item in candidates) if sheet is not None]
    if not found:
        wanted = identity.headings.get(Field.REFERENCE, "")
        raise BadDataError(
            f"no sheet has a column “{wanted}” near its top.",
            where=name,
            remedy="Fill in the file that the office sent.",
        )
    if len(found) > 1:
        raise BadDataError(
            f"the sheets {' and '.join(f'“{sheet.title}”' for sheet in found)} both hold answers.",
            where=name,
            remedy="Remove the one that does not count.",
        )
    _check_columns(found[0], identity, name)
    return found[0]


def _as_sheet(sheet: SheetCells, identity: _Identity) -> _Sheet | None:
    rows = sheet.rows
    fields = {folded(text): name for name, text in identity.headings.items()}
    for row in sorted(rows):
        if row > _HEADINGS_WITHIN:
            break
        columns: dict[Field, int] = {}
        for column, cell in sorted(rows[row].items()):
            found = fields.get(folded(str(cell.value)))
            if found is not None:
                columns.setdefault(found, column)
        if Field.REFERENCE in columns and len(columns) > 3:
            return _Sheet(sheet.title, row, columns, rows, sheet.merged, sheet.struck)
    return None


def _check_columns(sheet: _Sheet, identity: _Identity, name: str) -> None:
    where = f"{name}, {sheet.title}, row {sheet.heading_row}"
    headings = list(sheet.rows[sheet.heading_row].values())
    known = [folded(text) for text in identity.headings.values()]
    strange = [cell for cell in headings if folded(str(cell.value)) not in known]
    missing = [text for name_, text in identity.headings.items() if name_ not in sheet.columns]
    if missing:
        instead = f" {strange[0].coordinate} says “{strange[0].value}”." if strange else ""
        raise BadDataError(
            f"the column “{missing[0]}” is missing.{instead}",
            where=where,
            remedy="Give the columns their headings back.",
        )
    spelled = [folded(str(cell.value)) for cell in headings]
    twice = next((cell for cell in headings if spelled.count(folded(str(cell.value))) > 1), None)
    if twice is not None:
        raise BadDataError(f"the heading “{twice.value}” appears twice.", where=where, remedy="Remove one of them.")


class _Reading:
    """One sheet of answers on its way into a filled return."""

    def __init__(self, sheet: _Sheet, identity: _Identity, epoch: Any, filled: FilledReturn) -> None:
        self.sheet = sheet
        self.identity = identity
        self.epoch = epoch
        self.filled = filled
        self.axes = {Field.ACCEPTANCE: Axis.ACCEPTANCE, Field.IMPLEMENTATION: Axis.IMPLEMENTATION}
        self.prompts = {folded(text) for words in (*WORDS.values(),) for text in words.prompts.values()}

    def run(self) -> None:
        self._check_merged()
        seen: dict[str, list[int]] = defaultdict(list)
        for row in sorted(self.sheet.rows):
            if row > self.sheet.heading_row:
                ref = self._reference(row)
                if ref is not None:
                    seen[ref].append(row)
        for ref, rows in seen.items():
            if any(map(self._is_merged, rows)):
                continue
            if len(rows) > 1:
                places = " and ".join(str(row) for row in rows)
                self._refuse(
                    ref, self._at(rows[1], Field.REFERENCE), f"it stands in rows {places}. Remove one of them."
                )
            else:
                self._row(ref, rows[0])
        self.filled.missing = [ref for ref in self.identity.rows if ref not in seen]

    def _check_merged(self) -> None:
        for merged in self.sheet.merged:
            if merged.last_row > self.sheet.heading_row:
                self._refuse(None, merged.name, "its cells are merged, so its rows cannot be told apart.")

    def _is_merged(self, row: int) -> bool:
        """Whether a row was refused already, because what it says may belong to another."""
        return any(merged.first_row <= row <= merged.last_row for merged in self.sheet.merged)

    def _reference(self, row: int) -> str | None:
        """The reference of a row that is one of the return's; what stands elsewhere is refused, not lost."""
        cells = self.sheet.rows[row]
        cell = cells.get(self.sheet.columns[Field.REFERENCE])
        ref = "" if cell is None else " ".join(str(cell.value).split())
        if ref in self.identity.rows:
            return ref
        for stray in cells.values():
            text = str(stray.value)
            if folded(text) not in self.prompts:
                what = (
                    f"“{_cut(text)}” is not a reference of this return." if stray is cell else _STRAY.format(_cut(text))
                )
                self._refuse(None, stray.coordinate, what)
                break
        return None

    def _row(self, ref: str, row: int) -> None:
        then = self.identity.rows[ref]
        faults = [*self._given_faults(row, then), *self._stray_faults(row)]
        said: dict[Field, Any] = {}
        for name in ANSWERS:
            cell = self._cell(row, name)
            if cell is None:
                continue
            try:
                said[name] = self._value(name, cell)
            except Fault as fault:
                faults.append((cell.coordinate, str(fault)))
        if faults:
            for coordinate, why in faults:
                self._refuse(ref, coordinate, why)
        elif not any(said.values()):
            self.filled.blank.append(ref)
        else:
            self.filled.answers.append(self._answer(ref, row, then, said))

    def _answer(self, ref: str, row: int, then: Then, said: Mapping[Field, Any]) -> ReturnAnswer:
        return ReturnAnswer(
            ref=ref,
            where=f"{self.filled.name}, {self.sheet.title}, row {row}",
            then=then,
            acceptance=said.get(Field.ACCEPTANCE),
            implementation=said.get(Field.IMPLEMENTATION),
            since=said.get(Field.SINCE),
            note=said.get(Field.NOTE),
            evidence=said.get(Field.EVIDENCE, ()),
            later=said.get(Field.LATER),
        )

    def _value(self, name: Field, cell: Cell) -> Any:
        if cell.coordinate in self.sheet.struck:
            raise Fault(f"words are struck out in it: “{_cut(str(cell.value))}”. Leave only what holds, or empty it.")
        if name in self.axes:
            return self._status(self.axes[name], text_in(cell))
        if name in (Field.SINCE, Field.LATER):
            return day_in(cell, self.epoch)
        return links_in(cell) if name is Field.EVIDENCE else note_in(cell)

    def _status(self, axis: Axis, text: str) -> Any:
        try:
            return read_label(text, axis, self.identity.language)
        except KeyError:
            raise Fault(f"“{_cut(text)}” is not in the list. Choose from the list.") from None

    def _given_faults(self, row: int, then: Then) -> Iterator[tuple[str, str]]:
        """Cells of ours that were written over: what was meant there must not be lost."""
        words = words_of(self.identity.language)
        expected: dict[Field, Any] = dict(zip(GIVEN, (then.acceptance, then.implementation, then.due_on), strict=True))
        for name, value in expected.items():
            cell = self._cell(row, name)
            coordinate = self._at(row, name) if cell is None else cell.coordinate
            if not self._says(name, cell, value):
                ours = words.statuses[value] if name is not Field.DUE and value else (value or "nothing")
                theirs = "nothing" if cell is None else f"“{_cut(str(cell.value))}”"
                yield coordinate, f"it says {theirs} instead of {ours}. Answers stand under “{words.yours}”."

    def _says(self, name: Field, cell: Cell | None, value: Any) -> bool:
        try:
            if name is Field.DUE:
                return bool((None if cell is None else day_in(cell, self.epoch)) == value)
            axis = Axis.ACCEPTANCE if name is Field.ACCEPTANCE_NOW else Axis.IMPLEMENTATION
            return cell is not None and self._status(axis, text_in(cell)) is value
        except Fault:
            return False

    def _stray_faults(self, row: int) -> Iterator[tuple[str, str]]:
        columns = set(self.sheet.columns.values())
        for column, cell in self.sheet.rows[row].items():
            if column not in columns:
                yield cell.coordinate, _STRAY.format(_cut(str(cell.value)))

    def _cell(self, row: int, name: Field) -> Cell | None:
        return self.sheet.rows[row].get(self.sheet.columns[name])

    def _at(self, row: int, name: Field) -> str:
        return cell_name(self.sheet.columns[name], row)

    def _refuse(self, ref: str | None, coordinate: str, why: str) -> None:
        self.filled.refused.append(Refusal(ref, f"{self.filled.name}, {self.sheet.title}, {coordinate}", why))


_STRAY = "“{}” stands outside the columns of the return. Move it into the note of its row."


def _cut(text: str) -> str:
    return cut_short(text, 60)
