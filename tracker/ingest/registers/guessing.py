"""A mapping proposed from the file itself, as commented TOML for a person to finish. Nothing is decided here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from tracker.domain.vocabulary import TARGETS
from tracker.errors import BadDataError
from tracker.ingest.folding import clean, fold_name, fold_word
from tracker.ingest.registers.days import FORMS, read_day
from tracker.ingest.registers.headers import Table
from tracker.ingest.registers.mapping import FileForm
from tracker.ingest.registers.tables import read_table
from tracker.limits import Limits
from tracker.records import record

_SAMPLE = 20_000
_MOST_STATUSES = 30
_MISREAD = "â€"

_HINTS: tuple[tuple[str, str], ...] = (
    ("number", r"number|no|nr|id|recommendation id|rec(ommendation)? (no|number|id)|ref(erence)?"),
    ("due", r"due.*|deadline|target (date|completion).*|expected.*date"),
    ("text", r"recommendation( text)?|text|wording|description|finding"),
    ("organization", r"recipient|organi[sz]ation|agency|entity|addressed to|to|state( under review)?|country|owner"),
    ("report", r"report( id| symbol| number)?|inquiry|symbol|session|audit|review|year"),
    ("made", r"made|issued?( on| date)?|date( issued| made)?|recommended on"),
    ("reply", r"reply( text)?|response text|comments?|remarks|management response"),
    ("impact", r"impact"),
    ("addressee", r"addressee"),
    ("title", r"(report )?title( of (the )?report)?"),
)
"""Role → how its column is usually called, as a pattern over the folded header; each column is taken once."""

_STATUS_HEADER = re.compile(
    r".*\bstatus\b.*|response( category)?|decision|position|acceptance|implementation|state of .*|progress"
)
_DATED = re.compile(r"closed?|date closed|status date|as of|updated( on)?|completed( on)?")

_MEANINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r".*\bnot (yet )?(accept|agree|support)\w*.*|reject\w*|disagree\w*|not supported|declined", ("not-accepted",)),
    (
        r".*\b(partially|partly|in part)\b.*(accept|agree|support).*|.*(accept|agree|support)\w* (partially|in part)",
        ("partially-accepted",),
    ),
    (r".*\b(not relevant|not applicable|n a|cancelled|withdrawn)\b.*", ("not-relevant",)),
    (r".*\b(superseded|overtaken|obsolete|no longer)\b.*", ("accepted", "overtaken")),
    (
        r"(.*\b(being|partially|partly|in process|in progress|ongoing|under)\b.*impl\w*.*|in progress|ongoing|started)",
        ("accepted", "in-progress"),
    ),
    (r".*\b(under|consider)\w*.*consider\w*.*|consider|pending|under review", ("under-consideration",)),
    (r".*\bnot (yet )?(started|implemented)\b.*", ("accepted", "not-started")),
    (r".*\b(implemented|completed?|closed acceptable|done|closed)\b.*", ("accepted", "implemented")),
    (r"accepted|agreed|supported|support|accept|agree", ("accepted",)),
)  # fmt: skip
"""What a word might mean; only ever proposed, with a mark that a person has to look."""


@record
class _Column:
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


def guess_mapping(path: Path, limits: Limits | None = None) -> str:
    """The TOML of a mapping for this file: what could be found out is filled in, the rest is marked `?`.

    Raises BadDataError for a file that is no table.
    """
    table = read_table(path, FileForm(), [], limits)
    columns, is_misread = _columns(table)
    roles = _roles(columns)
    used = {column.name for column in roles.values()}
    statuses = [
        column for column in columns
        if column.name not in used and _STATUS_HEADER.fullmatch(fold_word(column.name))
        and 0 < len(column.values) <= _MOST_STATUSES and not _possible_forms(column)
    ]  # fmt: skip
    lines = [
        *_head(path, table, is_misread=is_misread),
        *_column_lines(columns, roles, statuses),
        *_identity_lines(roles),
        *_date_lines(columns, roles),
        *_organization_lines(roles.get("organization")),
    ]
    dated = next((column.name for column in columns if _DATED.fullmatch(fold_word(column.name))), None)
    for status in statuses:
        lines += _status_lines(status, dated)
    return "\n".join(lines) + "\n"


def _columns(table: Table) -> tuple[list[_Column], bool]:
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
    return [_Column(name, counter, counter.total(), rows) for name, counter in named if name], is_misread


def _roles(columns: Sequence[_Column]) -> dict[str, _Column]:
    """Role → column, by its header; without a hint the longest texts are the text."""
    roles: dict[str, _Column] = {}
    for role, pattern in _HINTS:
        free = [column for column in columns if column not in roles.values()]
        named = [column for column in free if re.fullmatch(pattern, fold_word(column.name)) and column.filled]
        if role in ("made", "due"):
            named = [column for column in named if any(_reads(column, form) for form in FORMS)]
        if role == "text":
            named.sort(key=lambda column: -column.length)
        if role == "number":
            named.sort(key=lambda column: not column.is_distinct)
        if named:
            roles[role] = named[0]
    if "text" not in roles and columns:
        roles["text"] = max(columns, key=lambda column: column.length)
    return roles


def _head(path: Path, table: Table, *, is_misread: bool) -> Iterator[str]:
    yield f"# Proposed by: tracker import {path.name} --as register --guess"
    yield "# Look at every line; what could not be found out is marked with “?”."
    yield ""
    yield "[register]"
    yield f"name = {_quoted(path.stem)}    # the same name for every later cut of this register"
    yield 'voice = "issuer"    # ? whose word the statuses are: organization, issuer or office'
    yield "# as_of = 2026-09-30    # ? the day of this cut: what a status without a date is dated"
    yield ""
    yield "[file]"
    if table.form.encoding:
        yield f"encoding = {_quoted(table.form.encoding.removesuffix('-sig'))}"
        yield f"delimiter = {_quoted(table.form.delimiter or ',')}"
    if is_misread:
        yield "repair = true    # texts hold “â€™”: UTF-8 that somebody read as Windows-1252"
    yield ""


def _column_lines(columns: Sequence[_Column], roles: dict[str, _Column], statuses: Sequence[_Column]) -> Iterator[str]:
    yield "[columns]"
    for role in ("report", "title", "number", "text", "organization", "made", "due", "reply", "impact", "addressee"):
        column = roles.get(role)
        if column is not None:
            blank = column.rows - column.filled
            told = f"    # {blank} of {column.rows} rows have none" if blank else ""
            yield f"{role} = {_quoted(column.name)}{told}"
        elif role in ("text", "organization"):
            yield f'{role} = "?"'
    used = {column.name for column in (*roles.values(), *statuses)}
    rest = [column.name for column in columns if column.name not in used]
    yield f"# keep = [{', '.join(_quoted(name) for name in rest)}]    # columns not used: keep what is worth it"
    yield ""


def _identity_lines(roles: dict[str, _Column]) -> Iterator[str]:
    number = roles.get("number")
    if "report" not in roles:
        yield "# [report]    # ? no column names the report; take off both # where all rows are of one"
        yield '# symbol = "?"'
        yield ""
    yield "[recommendation]"
    if number is None:
        yield 'same = ["report", "text"]    # no column of numbers was found: the text says which one it is'
    elif number.is_distinct:
        yield 'same = ["number"]'
        twice = [value for value, count in number.values.items() if count > 1]
        if twice:
            yield f"# numbers that occur more than once: {', '.join(twice[:12])}"
    else:
        yield 'same = ["report", "number"]    # numbers repeat: they count within a report'
    yield ""


def _date_lines(columns: Sequence[_Column], roles: dict[str, _Column]) -> Iterator[str]:
    yield "[dates]"
    names = {role: roles[role].name for role in ("made", "due") if role in roles}
    dated = [column for column in columns if column.name in names.values() or _DATED.fullmatch(fold_word(column.name))]
    for column in dated:
        form = _form(column)
        if form is None:
            yield f'# {_quoted(column.name)} = "?"    # these could be read two ways: d/m/y or m/d/y'
        else:
            yield f"{_quoted(column.name)} = {_quoted(form)}"
    yield ""


def _form(column: _Column) -> str | None:
    """The only form in which all values of a column can be read; None where that is not one.

    What means one day alone is read in every form: so that a column of which one order of day and month reads all, and
    the other does not, has that order.
    """
    possible = _possible_forms(column)
    ordered = [form for form in ("d/m/y", "m/d/y") if form in possible]
    if len(ordered) == 1:
        return ordered[0]
    return next((form for form in ("iso", "d-mon-y") if form in possible), None)


def _possible_forms(column: _Column) -> list[str]:
    """The forms of written dates in which all values of a column can be read; none where they are no dates."""
    return [form for form in ("iso", "d-mon-y", "d/m/y", "m/d/y") if _reads(column, form)]


def _reads(column: _Column, form: str) -> bool:
    try:
        for value in column.values:
            read_day(value, form)
    except BadDataError:
        return False
    return bool(column.values)


def _organization_lines(column: _Column | None) -> Iterator[str]:
    yield "[organizations]"
    yield 'unknown = "refuse"    # or "register": names that nobody knows become organizations of their own'
    if column is None:
        yield 'blank = "?"    # the one organization to which all rows are addressed'
        yield ""
        return
    blank = column.rows - column.filled
    if blank:
        yield f'# blank = "?"    # {blank} rows name nobody'
    frequent = ", ".join(name for name, _ in column.values.most_common(8))
    yield f"# {len(column.values)} names; the most frequent: {frequent}"
    yield from _together(column)
    yield from _alike(column)
    yield ""


def _together(column: _Column) -> Iterator[str]:
    known = {fold_name(name) for name in column.values}
    several = []
    for name in column.values:
        parts = [part.strip() for part in re.split(r"\s*(?:;|/|,|&|\band\b)\s*", name) if part.strip()]
        if len(parts) > 1 and any(fold_name(part) in known for part in parts):
            several.append((name, parts))
    if several:
        yield ""
        yield "# [organizations.together]    # cells that seem to name several; take off the # of those that do"
        for name, parts in several[:20]:
            yield f"# {_quoted(name)} = [{', '.join(_quoted(part) for part in parts)}]"


def _alike(column: _Column) -> Iterator[str]:
    from rapidfuzz import fuzz, process, utils

    names = sorted(column.values, key=lambda name: -column.values[name])[:500]
    found = []
    for index, name in enumerate(names[1:], start=1):
        best = process.extractOne(
            name, names[:index], scorer=fuzz.token_sort_ratio, processor=utils.default_process, score_cutoff=88
        )
        if best is not None:
            found.append((best[0], name))
    if found:
        yield ""
        yield "# [organizations.aliases]    # names that look alike; only a person knows which are the same"
        for first, other in found[:25]:
            yield f"# {_quoted(first)} = [{_quoted(other)}]"


def _status_lines(column: _Column, dated: str | None) -> Iterator[str]:
    yield "[[status]]"
    yield f"column = {_quoted(column.name)}"
    if dated:
        yield f"date = {_quoted(dated)}    # ? the column that dates this status"
    by_meaning: dict[tuple[str, ...], list[str]] = {}
    for word, _ in column.values.most_common():
        by_meaning.setdefault(_meaning(word), []).append(word)
    for moves, words in by_meaning.items():
        counted = ", ".join(f"{word}: {column.values[word]}" for word in words)
        yield ""
        yield f"[[status.means]]    # {counted}"
        yield f"words = [{', '.join(_quoted(word) for word in words)}]"
        told = (
            "    # ? guessed from the words" if moves else f"    # ? some of {', '.join(TARGETS)}; empty: a note only"
        )
        yield f"moves = [{', '.join(_quoted(move) for move in moves)}]{told}"
    yield ""


def _meaning(word: str) -> tuple[str, ...]:
    folded = fold_word(word)
    return next((moves for pattern, moves in _MEANINGS if re.fullmatch(pattern, folded)), ())


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t").replace("\n", "\\n") + '"'
