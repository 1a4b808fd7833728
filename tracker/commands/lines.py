"""Rows for scripts: CSV, and a line of one's own making for each."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer

from tracker.commands.render import is_terminal, print_json, tell, visible
from tracker.errors import UsageError

_FORMULA = tuple("=+-@\t\r")

Csv = Annotated[bool, typer.Option("--csv", help="CSV on stdout, with the keys of --json as columns.")]
Template = Annotated[
    str | None,
    typer.Option(
        "--template", metavar="LINE", help="A Jinja2 line for each row, over the keys of --json, as in '{{ ref }}'."
    ),
]

_OF_TEMPLATES = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What an expression in a template can come to, beside what Jinja2 says of it."""

Rows = Sequence[dict[str, Any]]


def writer(*, as_json: bool, as_csv: bool, template: str | None) -> Callable[[Rows, Sequence[str]], None] | None:
    """What prints rows (and their keys) in the form that was asked for; None where people read."""
    if sum([as_json, as_csv, template is not None]) > 1:
        raise UsageError("--json, --csv and --template exclude each other.", remedy="Give one of them.")
    if as_json:
        return lambda rows, _: print_json(rows)
    if as_csv:
        return print_csv
    return None if template is None else lambda rows, _: print_templated(rows, template)


def print_csv(rows: Rows, columns: Sequence[str]) -> None:
    """CSV with a heading on stdout; what a spreadsheet would take for a formula is kept as words."""
    if not is_terminal():
        write_csv(rows, columns, sys.stdout)
        return
    from io import StringIO

    shown = StringIO()
    write_csv(rows, columns, shown)
    tell(shown.getvalue().rstrip("\n"))


def write_csv(rows: Rows, columns: Sequence[str], file: Any) -> None:
    """The same into an open file."""
    import csv

    table = csv.writer(file, lineterminator="\n")
    table.writerow(columns)
    table.writerows([[cell(row[column]) for column in columns] for row in rows])


def cell(value: Any) -> str:
    """A value as a cell: lists joined, yes and no as JSON says them, formulas disarmed with an apostrophe."""
    if isinstance(value, list):
        value = "; ".join(item if isinstance(item, str) else item["location"] for item in value)
    words = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return f"'{words}" if words.startswith(_FORMULA) else words


def print_templated(rows: Rows, template: str) -> None:
    """A line for each row from a Jinja2 template over its JSON keys; tabs and line ends may be written as escapes.

    The template can reach the row and nothing else. On a terminal the row may not command it; what the template
    itself says may. Raises UsageError for one that cannot be read or used.
    """
    from jinja2 import StrictUndefined, TemplateError
    from jinja2.sandbox import SandboxedEnvironment

    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False, finalize=_finalize())
    try:
        line = environment.from_string(template.replace("\\t", "\t").replace("\\n", "\n"))
        for row in rows:
            print(line.render(row))
    except (TemplateError, *_OF_TEMPLATES) as error:
        raise UsageError(
            f"the template cannot be used: {str(error).rstrip('.')}.",
            remedy="Keys are those of --json, as in '{{ ref }} {{ due_on }}'.",
        ) from None


def _finalize() -> Callable[[Any], Any] | None:
    """What is done to every value that a template prints."""
    return (lambda value: visible(value) if isinstance(value, str) else value) if is_terminal() else None
