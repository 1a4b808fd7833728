"""A mapping proposed from the file itself, as commented TOML for a person to finish. Nothing is decided here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from tracker.ingest.days import MONTH
from tracker.ingest.folding import fold_name, fold_word
from tracker.ingest.registers.guessed_columns import (
    Column,
    at_names,
    days_in,
    no_dates,
    possible_forms,
    read_columns,
    roles_of,
    status_columns,
)
from tracker.ingest.registers.guessed_statuses import quoted, status_lines
from tracker.ingest.registers.headers import Table
from tracker.ingest.registers.mapping import FileForm
from tracker.ingest.registers.merged_cells import MergedCellsError
from tracker.ingest.registers.tables import read_table
from tracker.limits import Limits

_MOST_WORDS = 20
_FIRST_OF_MONTH = re.compile(r"\d{4}-\d{2}-01")

_DATED = re.compile(
    r"closed?|clos(ed|ure|ing) date|date closed|date of closure|status date|as of|updated( on)?|completed( on)?"
    r"|date (de cloture|du statut)|cloturee? le"
)


def guess_mapping(path: Path, limits: Limits | None = None) -> str:
    """The TOML of a mapping for this file: what could be found out is filled in, the rest is marked `?`.

    Raises BadDataError for a file that is no table.
    """
    try:
        table, columns, is_misread = _read(path, FileForm(), limits)
    except MergedCellsError:
        table, columns, is_misread = _read(path, FileForm(merged="fill"), limits)
    roles = roles_of(columns)
    statuses = status_columns(columns, roles)
    lines = [
        *_head(path, table, _as_above(roles), is_misread=is_misread),
        *_column_lines(columns, roles, statuses),
        *_identity_lines(roles),
        *_date_lines(columns, roles),
        *_organization_lines(roles.get("organization")),
    ]
    dated = next((column.name for column in columns if _DATED.fullmatch(fold_word(column.name))), None)
    return "\n".join([*lines, *status_lines(statuses, dated)]) + "\n"


def _read(path: Path, form: FileForm, limits: Limits | None) -> tuple[Table, list[Column], bool]:
    table = at_names(read_table(path, form, [], limits))
    return table, *read_columns(table)


_OF_GROUPS = ("report", "title", "made", "number", "organization")
"""What groups are of, the wider before the narrower."""


def _as_above(roles: dict[str, Column]) -> list[Column]:
    """The columns that seem to name a group in its first row only: that of the first row, and few below."""
    return [roles[role] for role in _OF_GROUPS if role in roles and _names_groups(roles[role])]


def _names_groups(column: Column) -> bool:
    return column.begins and 2 * column.filled < column.rows


def _head(path: Path, table: Table, groups: Sequence[Column], *, is_misread: bool) -> Iterator[str]:
    yield f"# Proposed by: tracker import {path.name} --as register --guess"
    yield "# Look at every line; what could not be found out is marked with “?”."
    yield ""
    yield "[register]"
    yield f"name = {quoted(path.stem)}    # the same name for every later cut of this register"
    yield 'voice = "issuer"    # ? whose word the statuses are: organization, issuer or office'
    yield "# as_of = 2026-09-30    # ? the day of this cut: what a status without a date is dated"
    yield ""
    yield "[file]"
    if table.form.encoding:
        yield f"encoding = {quoted(table.form.encoding.removesuffix('-sig'))}"
        yield f"delimiter = {quoted(table.form.delimiter or ',')}"
    if table.others:
        others = ", ".join(table.others)
        yield f"sheet = {quoted(table.sheet or '')}    # ? also there: {others}; each needs a mapping of another name"
    if table.form.merged == "fill":
        yield 'merged = "fill"    # ? cells are merged: each counts for every row that it spans'
    if groups:
        names = ", ".join(quoted(column.name) for column in groups)
        yield f"as_above = [{names}]    # ? most cells are blank there: they seem to mean what stands above"
    if is_misread:
        yield "repair = true    # texts hold “â€™”: UTF-8 that somebody read as Windows-1252"
    yield ""


def _column_lines(columns: Sequence[Column], roles: dict[str, Column], statuses: Sequence[Column]) -> Iterator[str]:
    yield "[columns]"
    for role in ("report", "title", "number", "text", "organization", "made", "due", "reply", "impact", "addressee"):
        column = roles.get(role)
        if column is not None:
            blank = column.rows - column.filled
            told = f"    # {blank} of {column.rows} rows have none" if blank else ""
            yield f"{role} = {quoted(column.name)}{told}"
        elif role in ("text", "organization"):
            yield f'{role} = "?"'
    used = {column.name for column in (*roles.values(), *statuses)}
    rest = [column.name for column in columns if column.name not in used]
    yield f"# keep = [{', '.join(quoted(name) for name in rest)}]    # columns not used: keep what is worth it"
    yield ""


def _identity_lines(roles: dict[str, Column]) -> Iterator[str]:
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


def _date_lines(columns: Sequence[Column], roles: dict[str, Column]) -> Iterator[str]:
    yield "[dates]"
    due = roles.get("due")
    names = {role: roles[role].name for role in ("made", "due") if role in roles}
    dated = [column for column in columns if column.name in names.values() or _DATED.fullmatch(fold_word(column.name))]
    for column in dated:
        days = days_in(column) if column is due else column
        if days.values:
            yield _form_line(days, is_due=column is due)
    yield ""
    yield from _meaning_lines([] if due is None else no_dates(due))


def _form_line(column: Column, *, is_due: bool) -> str:
    name, form = quoted(column.name), _form(column)
    if is_due and _are_months(column):
        return f"{name} = {quoted(MONTH)}    # ? each is the first of a month: spreadsheets keep months so"
    if form is None:
        return f'# {name} = "?"    # these could be read two ways: d/m/y or m/d/y'
    return f"{name} = {quoted(form)}"


def _are_months(column: Column) -> bool:
    return len(column.values) > 2 and all(_FIRST_OF_MONTH.fullmatch(value) for value in column.values)


def _meaning_lines(words: Sequence[str]) -> Iterator[str]:
    """What stands among due dates and is none."""
    if words:
        yield "# [values.due]    # ? these are no dates; take off each # and say what is meant: 2026-06, or nothing"
        for word in words[:_MOST_WORDS]:
            yield f'# {quoted(word)} = "?"'
        yield ""


def _form(column: Column) -> str | None:
    """The only form in which all values of a column can be read; None where that is not one.

    What means one day alone is read in every form: so that a column of which one order of day and month reads all, and
    the other does not, has that order.
    """
    possible = possible_forms(column)
    ordered = [form for form in ("d/m/y", "m/d/y") if form in possible]
    if len(ordered) == 1:
        return ordered[0]
    return next((form for form in ("iso", "d-mon-y") if form in possible), None)


def _organization_lines(column: Column | None) -> Iterator[str]:
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


def _together(column: Column) -> Iterator[str]:
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
            yield f"# {quoted(name)} = [{', '.join(quoted(part) for part in parts)}]"


def _alike(column: Column) -> Iterator[str]:
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
            yield f"# {quoted(first)} = [{quoted(other)}]"
