"""A table's rows in our words, by the mapping; what cannot be read is told with its row and column."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from tracker.domain.impacts import as_kept
from tracker.domain.lifecycle import REASONED
from tracker.domain.periods import DueDate
from tracker.domain.plurals import plural
from tracker.domain.references import suggest
from tracker.domain.vocabulary import DECLINING, Acceptance, Addressee, Implementation, Status, Voice
from tracker.errors import BadDataError
from tracker.ingest.days import read_day
from tracker.ingest.folding import clean, fold_word, number_of
from tracker.ingest.problems import Problem
from tracker.ingest.registers.due_dates import read_due
from tracker.ingest.registers.findings import Findings
from tracker.ingest.registers.headers import Table
from tracker.ingest.registers.mapping import Mapping, StatusColumn
from tracker.ingest.registers.tables import read_table
from tracker.limits import Limits
from tracker.records import record

Read = TypeVar("Read")


@record
class Said:
    """One status as the row gives it: the other body's own word, and what it says on our axes."""

    column: str
    word: str
    moves: tuple[Status, ...]
    voice: Voice
    on: date | None


@record
class RegisterRow:
    """One row of the table. `names` are of organizations, as written; `kept` is what else is kept of the row."""

    row: int
    report: str
    title: str
    number: str
    text: str
    names: tuple[str, ...]
    made: date | None
    due: DueDate | None
    addressee: Addressee | None
    impact: str | None
    statuses: tuple[Said, ...]
    reply: str
    replied: date | None
    kept: str


def read_rows(path: Path, mapping: Mapping, findings: Findings, limits: Limits | None = None) -> Iterator[RegisterRow]:
    """The rows that the mapping wants; those left out by `[file] only`, empty ones and totals are not counted."""
    table = read_table(path, mapping.form, mapping.wanted(), limits)
    _check_days(table, mapping)
    findings.add(_not_read(path, table))
    yield from RowReader(table, mapping, findings).rows()
    findings.add(table.problems)


def _not_read(path: Path, table: Table) -> list[Problem]:
    """Registers are often kept with a sheet for each year: of several, one is read."""
    if not table.others:
        return []
    names = [f"“{name}”" for name in table.others]
    what = (
        f"holds the same columns, and was not read: {names[0]}."
        if len(names) == 1
        else f"hold the same columns, and were not read: {', '.join(names)}."
    )
    remedy = f'Import each by a mapping of its own, with another name, and [file] sheet = "{table.others[0]}".'
    return [Problem(path.name, f"{plural(len(names), 'further sheet')} {what}", remedy)]


_COUNTED = ("excel-1900", "excel-1904")


def _check_days(table: Table, mapping: Mapping) -> None:
    """Numbers of days read by the other system would all be four years off, and nobody would see it."""
    days = table.counts_days
    if days is None:
        return
    for column, form in mapping.dates.items():
        if form in _COUNTED and form != days:
            key = f'"{column}"' if column else "form"
            raise BadDataError(
                f"counts days from {days[-4:]}, and the mapping reads them as {form}.",
                where=table.name,
                remedy=f'Correct the mapping: [dates] {key} = "{days}"; if it is right, save the sheet as .csv.',
            )


class RowReader:
    """Reads one table by one mapping."""

    def __init__(self, table: Table, mapping: Mapping, findings: Findings) -> None:
        self.table = table
        self.mapping = mapping
        self.findings = findings
        self.places = {fold_word(name): index for index, name in reversed(list(enumerate(table.header)))}
        self.columns = {role: [self.place(name) for name in names] for role, names in mapping.columns.items()}
        self.above = {self.place(name): "" for name in mapping.form.as_above}
        self.only = [(self.place(name), words) for name, words in mapping.form.only.items()]
        self.pattern = re.compile(mapping.number.pattern) if mapping.number.pattern else None
        self.number_place = None if mapping.number.column is None else self.place(mapping.number.column)
        self.statuses = [
            (status, [(name, self.place(name)) for name in status.columns], self.optional(status.date))
            for status in mapping.statuses
        ]
        self.keep = [(name, self.place(name)) for name in mapping.keep]

    def place(self, name: str) -> int:
        return self.places[fold_word(name)]

    def optional(self, name: str | None) -> int | None:
        return None if name is None else self.place(name)

    def rows(self) -> Iterator[RegisterRow]:
        repair, width = self.mapping.form.repair, len(self.table.header)
        for number, cells in self.table.rows:
            row = [clean(cell, repair=repair) for cell in cells]
            if not any(row):
                continue
            if len(row) != width:
                row = self.fitted(number, row, width)
            is_of_one = self.is_of_one(row)
            self.carry_down(row)
            if not all(fold_word(row[place]) in words for place, words in self.only):
                continue
            if is_of_one:
                yield self.row(number, row)
            else:
                self.pass_over(number)

    def is_of_one(self, row: list[str]) -> bool:
        """Whether a row itself is of a recommendation: a total or a remark has no number, no text, and names nobody."""
        is_numbered = self.number_place is not None and row[self.number_place] != ""
        return is_numbered or self.value(row, "text") != "" or self.value(row, "organization") != ""

    def pass_over(self, number: int) -> None:
        self.findings.notice(
            number,
            "has neither a number nor a text and names no organization; it was passed over.",
            "Nothing needs to be done if it is a total or a remark.",
        )

    def carry_down(self, row: list[str]) -> None:
        """Name in every row of a group what only its first one names; a new group has nothing of the one before."""
        is_new = False
        for place, above in self.above.items():
            is_new = is_new or row[place] not in ("", above)
            row[place] = self.above[place] = row[place] or ("" if is_new else above)

    def fitted(self, number: int, row: list[str], width: int) -> list[str]:
        """A row of another width: a missing tail is blank; a cell beyond the header, even a blank one, means a slip."""
        if len(row) > width:
            self.findings.refuse(
                number,
                f"has {len(row)} cells where the header has {width}.",
                "A delimiter stands inside a text without quotation marks; correct the row.",
            )
        return [*row[:width], *[""] * (width - len(row))]

    def row(self, number: int, row: list[str]) -> RegisterRow:
        value = self.value
        made = self.day(number, row, "made")
        return RegisterRow(
            row=number,
            report=value(row, "report"),
            title=value(row, "title"),
            number=self.number(number, row),
            text=value(row, "text"),
            names=self.mapping.names.parts(value(row, "organization")),
            made=made,
            due=self.due(number, row),
            addressee=self.addressee(number, row),
            impact=as_kept(value(row, "impact")) or None,
            statuses=_as_answered(list(self.said(number, row))) if self.statuses else (),
            reply=value(row, "reply"),
            replied=self.day(number, row, "replied"),
            kept="; ".join(f"{name}: {row[place]}" for name, place in self.keep if row[place]),
        )

    def value(self, row: list[str], role: str) -> str:
        """The first of the role's columns that holds something, translated where the mapping translates values."""
        for place in self.columns.get(role, ()):
            if row[place]:
                table = self.mapping.values.get(role)
                return table.get(fold_word(row[place]), row[place]) if table else row[place]
        return ""

    def number(self, number: int, row: list[str]) -> str:
        if self.number_place is None:
            return ""
        cell = row[self.number_place]
        if self.pattern is None:
            return number_of(cell)
        found = self.pattern.search(cell)
        if found is None:
            self.findings.notice(
                number,
                "the pattern of the mapping finds no number here; the row has none.",
                "Correct the row or the pattern.",
                self.mapping.number.column or "",
            )
            return ""
        return number_of(re.sub(r"\.{2,}", ".", "".join(found[1].split())).rstrip("."))

    def day(self, number: int, row: list[str], role: str) -> date | None:
        word = self.value(row, role)
        if not word:
            return None
        return self.read_day(number, word, role, self.mapping.columns[role][0])

    def due(self, number: int, row: list[str]) -> DueDate | None:
        word = self.value(row, "due")
        return self.read(read_due, number, word, "due", self.mapping.columns["due"][0]) if word else None

    def read_day(self, number: int, word: str, role: str, column: str) -> date | None:
        return self.read(read_day, number, word, role, column)

    def read(
        self, reader: Callable[[str, str | None], Read], number: int, word: str, role: str, column: str
    ) -> Read | None:
        dates = self.mapping.dates
        try:
            return reader(word, dates.get(column) or dates.get(role) or dates.get(""))
        except BadDataError as error:
            self.findings.refuse(number, error.what, error.remedy or "", column)
            return None

    def addressee(self, number: int, row: list[str]) -> Addressee | None:
        word = self.value(row, "addressee")
        if not word:
            return None
        known = self.mapping.addressees
        if fold_word(word) in known:
            return known[fold_word(word)]
        self.findings.refuse(
            number,
            f"“{word}” is not an addressee that the mapping knows.",
            "Add it to [addressees].",
            self.mapping.columns["addressee"][0],
        )
        return None

    def said(self, number: int, row: list[str]) -> Iterator[Said]:
        for status, columns, dated in self.statuses:
            word, column = next(((row[place], name) for name, place in columns if row[place]), ("", columns[0][0]))
            on = None
            if dated is not None and row[dated]:
                on = self.read_day(number, row[dated], "status", status.date or "")
            if not word:
                continue
            meaning = status.means.get(fold_word(word))
            if meaning is None:
                self.unknown_word(number, word, column, status)
                continue
            if dated is not None and not row[dated] and meaning.moves:
                self.findings.notice(
                    number,
                    f"“{meaning.word}” has no date; it is dated {self.mapping.as_of or 'today'}.",
                    "Fill it in when it is known.",
                    status.date or "",
                )
            yield Said(column, word, meaning.moves, status.voice, on)

    def unknown_word(self, number: int, word: str, column: str, status: StatusColumn) -> None:
        known = [meaning.word for meaning in status.means.values() if not _are_opposites(meaning.word, word)]
        self.findings.refuse(
            number,
            f"“{word}” is not a status that the mapping knows.",
            f"{suggest(word, known, '')} Add it to the words of a [[status.means]].".strip(),
            column,
        )


_NOT = ("un", "dis", "non ", "not ", "pas ")


def _are_opposites(word: str, other: str) -> bool:
    """Whether one word is the other denied: near as they are, neither is proposed for the other."""
    one, two = fold_word(word), fold_word(other)
    return any(one == f"{denied}{two}" or two == f"{denied}{one}" for denied in _NOT)


def _as_answered(found: list[Said]) -> tuple[Said, ...]:
    """Whoever answered in a column of its own did not accept because another column tells of progress on that day.

    What was declined can still have been done; that it was not, or is not started, is then a note only.
    """
    answers = {said.on: said.moves[-1] for said in found if said.moves and REASONED.issuperset(said.moves)}
    return tuple(_under(answers[said.on], said) if said.on in answers else said for said in found)


def _under(answer: Status, said: Said) -> Said:
    progress = tuple(move for move in said.moves if not isinstance(move, Acceptance))
    if not progress:
        return said
    return replace(said, moves=progress if answer not in DECLINING or Implementation.IMPLEMENTED in progress else ())
