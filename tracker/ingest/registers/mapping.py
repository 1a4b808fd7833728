"""The mapping: which column is what, and how another body's words translate to ours. Written by a person, as TOML."""

from __future__ import annotations

from dataclasses import field
from datetime import date

from tracker.domain.vocabulary import Addressee, Status, Voice
from tracker.ingest.folding import fold_name, fold_number, fold_word
from tracker.records import record


@record
class FileForm:
    """How the file is written; what is None is found by itself. `header` counts rows from 1.

    In the columns of `as_above`, the wider group before the narrower, a blank cell means what stands above it.
    `has_months` is whether a column of dates is said to hold months.
    """

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header: int | None = None
    hidden: str = "read"
    merged: str = "refuse"
    repair: bool = False
    only: dict[str, frozenset[str]] = field(default_factory=dict)
    as_above: tuple[str, ...] = ()
    has_months: bool = False


@record
class Meaning:
    """What one word of the other body says on our axes; without moves it is kept as a note only."""

    word: str
    moves: tuple[Status, ...]


@record
class StatusColumn:
    """A column of statuses, whose word it is, and the column that dates it. `means` is by folded word."""

    columns: tuple[str, ...]
    voice: Voice
    means: dict[str, Meaning]
    date: str | None = None


@record
class NumberRule:
    """Where the number of a recommendation stands: a column, or a pattern in one; None: made from the text."""

    column: str | None = None
    pattern: str | None = None


@record
class Names:
    """How names of organizations become codes. `aliases` is by folded name; `full` gives a code's name in full;
    `together` splits the cells that are listed there.
    """

    aliases: dict[str, str] = field(default_factory=dict)
    full: dict[str, str] = field(default_factory=dict)
    together: dict[str, tuple[str, ...]] = field(default_factory=dict)
    separators: tuple[str, ...] = ()
    blank: str | None = None
    unknown: str = "refuse"

    def parts(self, cell: str) -> tuple[str, ...]:
        """The names in one cell."""
        known = self.together.get(fold_name(cell))
        if known is not None:
            return known
        parts = [cell]
        for separator in self.separators:
            parts = [piece for part in parts for piece in part.split(separator)]
        return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


@record
class Mapping:
    """Everything that turns rows of one table into rows of ours. Columns are named as in the file."""

    name: str
    as_of: date | None
    voice: Voice
    complete: bool
    form: FileForm
    columns: dict[str, tuple[str, ...]]
    keep: tuple[str, ...]
    number: NumberRule
    identity: tuple[str, ...]
    symbol: str
    title: str
    blank_report: str | None
    report_separator: str | None
    dates: dict[str, str]
    values: dict[str, dict[str, str]]
    names: Names
    statuses: tuple[StatusColumn, ...]
    addressees: dict[str, Addressee] = field(default_factory=dict)

    def wanted(self) -> list[str]:
        """Every column that the mapping names, once."""
        named = [name for names in self.columns.values() for name in names]
        named += [*self.keep, *self.form.only, *self.form.as_above]
        if self.number.column:
            named.append(self.number.column)
        for status in self.statuses:
            named += [*status.columns, *([status.date] if status.date else [])]
        return list(dict.fromkeys(named))

    def moves_of(self, column: str, voice: Voice, word: str) -> tuple[Status, ...] | None:
        """What a word of a column of statuses says; None for a word that the mapping does not know."""
        for status in self.statuses:
            if status.voice is voice and column in status.columns and fold_word(word) in status.means:
                return status.means[fold_word(word)].moves
        return None


ROLES = ("report", "text", "organization", "made", "due", "reply", "replied", "addressee", "impact", "title")
"""What a column may be, besides `number`, `keep` and the statuses."""

IDENTITIES = ("report", "number", "text")
"""What may make one recommendation of several rows."""


def folded_identity(part: str, value: str) -> str:
    """How one part of a recommendation's identity is compared; texts are folded by the caller."""
    return fold_number(value) if part == "number" else fold_word(value)
