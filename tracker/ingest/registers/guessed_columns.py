"""The columns of a register as a proposal sees them: what they hold, and which part each is called by its heading."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import islice

from tracker.errors import BadDataError
from tracker.ingest.folding import clean, fold_word
from tracker.ingest.registers.days import FORMS, read_day
from tracker.ingest.registers.due_dates import read_due
from tracker.ingest.registers.headers import Table
from tracker.records import record

_SAMPLE = 20_000
_MOST_STATUSES = 30
_MISREAD = "â€"
_WRITTEN = ("iso", "d-mon-y", "d/m/y", "m/d/y")

_NUMBERED = r"no|nr|number|id|ref(erence)?|code|symbol"
_BODY = r"organi[sz]ation|agency|entity|department|ministry|bureau|office|party|auditee|audited (entity|body)"
_ISSUED = r"made|issued?|tabl(ed|ing)|publi(shed|cation)|recommended|report"

_HINTS: tuple[tuple[str, str], ...] = (
    ("number", rf"({_NUMBERED})|rec|rec(ommendation)?s? ({_NUMBERED})"),
    (
        "due",
        r"due.*|deadline|by when|.*\btarget (date|completion).*|.*\b(expected|agreed|planned|completion)\b.*\bdate",
    ),
    ("text", r"recommendation( text)?|text|wording|description|finding"),
    ("organization", rf"recipient|addressed to|to|owner|country|state( under review)?|(responsible )?({_BODY})"),
    ("report", rf"(audit )?report( ({_NUMBERED}))?|audit( ({_NUMBERED}))?|inquiry|symbol|session|review|year"),
    ("made", rf"({_ISSUED})( on| date)?|date( of)?( ({_ISSUED}))?"),
    ("reply", r"reply( text)?|(response|progress) (text|report|update)|comments?|remarks|management response"),
    ("impact", r"impact"),
    ("addressee", r"addressee"),
    ("title", r"((audit )?report )?(title|name)( of (the )?report)?"),
)
"""Role → how its column is usually called, as a pattern over the folded header; each column is taken once."""

_STATUS_HEADER = re.compile(
    r".*\bstatus\b.*|(.* )?response( category)?|(.* )?decision|position|acceptance|implementation|state of .*|progress"
)


@record
class Column:
    """A column with a name: how often each value stands in it, in how many of the rows that were looked at."""

    name: str
    values: Counter[str]
    filled: int
    rows: int

    @property
    def length(self) -> float:
        """The mean length of its cells."""
        return sum(len(value) * count for value, count in self.values.items()) / max(1, self.filled)

    @property
    def is_distinct(self) -> bool:
        return self.filled > 0 and len(self.values) > 0.9 * self.filled


def read_columns(table: Table) -> tuple[list[Column], bool]:
    """The columns, and whether a text in them was read as of another encoding before."""
    values: list[Counter[str]] = [Counter() for _ in table.header]
    rows, is_misread = 0, False
    for _, row in islice(table.rows, _SAMPLE):
        rows += 1
        for counter, cell in zip(values, row, strict=False):
            word = clean(cell)
            is_misread = is_misread or _MISREAD in word
            if word:
                counter[word] += 1
    named = zip(table.header, values, strict=True)
    return [Column(name, counter, counter.total(), rows) for name, counter in named if name], is_misread


def roles_of(columns: Sequence[Column]) -> dict[str, Column]:
    """Role → column, by its header; without a hint the longest texts are the text."""
    roles: dict[str, Column] = {}
    for role, pattern in _HINTS:
        free = [column for column in columns if column not in roles.values()]
        named = [column for column in free if re.fullmatch(pattern, fold_word(column.name)) and column.filled]
        if role == "made":
            named = [column for column in named if any(_reads(column, form) for form in FORMS)]
        if role == "due":
            named = [column for column in named if len(no_dates(column)) < len(column.values)]
        if role == "text":
            named.sort(key=lambda column: -column.length)
        if role == "number":
            named.sort(key=lambda column: not column.is_distinct)
        if named:
            roles[role] = named[0]
    if "text" not in roles and columns:
        roles["text"] = max(columns, key=lambda column: column.length)
    return roles


def possible_forms(column: Column) -> list[str]:
    """The forms of written dates in which all values of a column can be read; none where they are no dates."""
    return [form for form in _WRITTEN if _reads(column, form)]


def _reads(column: Column, form: str) -> bool:
    return bool(column.values) and all(_is_day(value, form) for value in column.values)


def status_columns(columns: Sequence[Column], roles: dict[str, Column]) -> list[Column]:
    """Those of the other columns that are headed like a status and hold few words, and no dates."""
    used = {column.name for column in roles.values()}
    headed = (item for item in columns if item.name not in used and _STATUS_HEADER.fullmatch(fold_word(item.name)))
    return [item for item in headed if 0 < len(item.values) <= _MOST_STATUSES and not possible_forms(item)]


def no_dates(column: Column) -> list[str]:
    """The values that are neither days of any form, nor months or quarters."""
    return [value for value in column.values if not any(_is_due(value, form) for form in _WRITTEN)]


def days_in(column: Column) -> Column:
    """The same with only what is a whole date, in whatever form."""
    days = {value: count for value, count in column.values.items() if any(_is_day(value, form) for form in _WRITTEN)}
    return Column(column.name, Counter(days), column.filled, column.rows)


def _is_due(value: str, form: str) -> bool:
    return _is_read(read_due, value, form)


def _is_day(value: str, form: str) -> bool:
    return _is_read(read_day, value, form)


def _is_read(reader: Callable[[str, str], object], value: str, form: str) -> bool:
    try:
        reader(value, form)
    except BadDataError:
        return False
    return True
