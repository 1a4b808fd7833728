"""The columns of a register as a proposal sees them: what they hold, and which part each is called by its heading."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain, islice

from tracker.errors import BadDataError
from tracker.ingest.days import FORMS, read_day
from tracker.ingest.folding import clean, fold_word
from tracker.ingest.registers.due_dates import read_due
from tracker.ingest.registers.headers import Table
from tracker.records import record

_SAMPLE = 20_000
_SEARCHED_FOR_NAMES = 30
_FEWEST_NAMES = 3
"""Fewer than so many known names may stand in a row of words as well."""
_MOST_STATUSES = 30
_MISREAD = "â€"
_WRITTEN = ("iso", "d-mon-y", "d/m/y", "m/d/y")

_NUMBERED = r"no|nr|number|id|ref(erence)?|code|symbol"
_BODY = r"organi[sz]ation|agency|entity|department|ministry|bureau|office|party|auditee|audited (entity|body)"
_ISSUED = r"made|issued?|tabl(ed|ing)|publi(shed|cation)|recommended|report"

_NUMEROTE = r"n|no|nr|numero|code|cote|reference|symbole"
_ENTITE = r"organisation|organisme|entite|ministere|direction|service|departement|agence|administration|pays"
_ASKED = r"responsable|destinataire|auditee?|controlee?|concernee?"
_OF = r"(du |de la |de l |de |des |d )"

_HINTS: tuple[tuple[str, str, str], ...] = (
    ("number", rf"({_NUMBERED})|rec|rec(ommendation)?s? ({_NUMBERED})", rf"({_NUMEROTE})( {_OF}recommandation)?"),
    (
        "due",
        r"due.*|deadline|by when|.*\btarget (date|completion).*|.*\b(expected|agreed|planned|completion)\b.*\bdate",
        r"echeance.*|delai.*|date (limite|cible|prevue|butoir).*|.*\ba realiser avant.*",
    ),
    (
        "text",
        r"recommendation( text)?|text|wording|description|finding",
        rf"((texte|libelle|intitule) {_OF})?recommandations?|texte|libelle|constat",
    ),
    (
        "organization",
        rf"recipient|addressed to|to|owner|country|state( under review)?|(responsible )?({_BODY})",
        rf"destinataire|adressee? a|responsable|({_ENTITE})( ({_ASKED}))?",
    ),
    (
        "report",
        rf"(audit )?report( ({_NUMBERED}))?|audit( ({_NUMBERED}))?|inquiry|symbol|session|review|year",
        rf"(({_NUMEROTE}) {_OF})?(rapport|audit|mission)|rapport ({_NUMEROTE})|annee",
    ),
    (
        "made",
        rf"({_ISSUED})( on| date)?|date( of)?( ({_ISSUED}))?",
        rf"date( {_OF}(publication|rapport|emission|recommandation))?|publiee? le|emise? le",
    ),
    (
        "reply",
        r"reply( text)?|(response|progress) (text|report|update)|comments?|remarks|management response",
        rf"(reponse|observations?|commentaires?|remarques?)( {_OF}(\w+))?",
    ),
    ("impact", r"impact", r"effet( attendu)?"),
    ("addressee", r"addressee", r"autorite"),
    (
        "title",
        r"((audit )?report )?(title|name)( of (the )?report)?",
        rf"(titre|intitule|nom)( {_OF}(rapport|audit|mission))?",
    ),
)
"""Role → how its column is usually called in English and in French, as patterns over the folded header; each column is
taken once."""

_STATUS_HEADER = re.compile(
    r".*\bstatus\b.*|(.* )?response( category)?|(.* )?decision|position|acceptance|implementation|state of .*|progress"
    rf"|(.* )?statut( .*)?|etat {_OF}.*|etat|avancement|suite donnee|acceptation|(degre {_OF})?mise en \w*uvre"
)


@record
class Column:
    """A column with a name: how often each value stands in it, in how many of the rows that were looked at.

    `begins` is whether the first of them has a value.
    """

    name: str
    values: Counter[str]
    filled: int
    rows: int
    begins: bool = True

    @property
    def length(self) -> float:
        """The mean length of its cells."""
        return sum(len(value) * count for value, count in self.values.items()) / max(1, self.filled)

    @property
    def is_distinct(self) -> bool:
        return self.filled > 0 and len(self.values) > 0.9 * self.filled


def at_names(table: Table) -> Table:
    """The table at the row that holds the most names of columns: what stands above may be a title, or name groups."""
    first = [(0, list(table.header)), *islice(table.rows, _SEARCHED_FOR_NAMES)]
    known = [known_headings(row) for _, row in first]
    named = known.index(max(known)) if max(known) >= _FEWEST_NAMES else 0
    header = tuple(map(clean, first[named][1]))
    return replace(table, header=header, rows=chain(first[named + 1 :], table.rows))


def read_columns(table: Table) -> tuple[list[Column], bool]:
    """The columns, and whether a text in them was read as of another encoding before."""
    values: list[Counter[str]] = [Counter() for _ in table.header]
    rows, is_misread = 0, False
    first: list[str] = []
    for _, row in islice(table.rows, _SAMPLE):
        if not any(map(clean, row)):
            continue
        rows += 1
        first = first or row
        for counter, cell in zip(values, row, strict=False):
            word = clean(cell)
            is_misread = is_misread or _MISREAD in word
            if word:
                counter[word] += 1
    begun = [bool(clean(cell)) for cell in first] + [False] * len(values)
    named = zip(table.header, values, begun, strict=False)
    return [Column(name, counter, counter.total(), rows, begins) for name, counter, begins in named if name], is_misread


def roles_of(columns: Sequence[Column]) -> dict[str, Column]:
    """Role → column, by its header; without a hint the longest texts are the text."""
    roles: dict[str, Column] = {}
    for role, *patterns in _HINTS:
        free = [column for column in columns if column not in roles.values()]
        named = [column for column in free if _is_called(column.name, patterns) and _may_be(role, column)]
        if named:
            roles[role] = min(named, key=_LIKELIEST.get(role, _as_they_stand))
    if "text" not in roles and columns:
        roles["text"] = max(columns, key=lambda column: column.length)
    return roles


def _may_be(role: str, column: Column) -> bool:
    """Whether what a column holds allows it the role for which it is called."""
    if role == "made":
        return column.filled > 0 and any(_reads(column, form) for form in FORMS)
    return column.filled > 0 and (role != "due" or len(no_dates(column)) < len(column.values))


def _as_they_stand(_: Column) -> float:
    return 0


_LIKELIEST: dict[str, Callable[[Column], float]] = {
    "text": lambda column: -column.length,
    "number": lambda column: not column.is_distinct,
}
"""Role → by what the likeliest of several columns of that name comes first; else the first as they stand."""


def known_headings(cells: Sequence[str]) -> int:
    """How many of the cells are what some column of a register is usually called."""
    known = [pattern for _, *patterns in _HINTS for pattern in patterns]
    return sum(_is_called(cell, known) or bool(_STATUS_HEADER.fullmatch(fold_word(cell))) for cell in cells)


def _is_called(name: str, patterns: Sequence[str]) -> bool:
    return any(re.fullmatch(pattern, fold_word(name)) for pattern in patterns)


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
