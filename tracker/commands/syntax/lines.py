"""Rows for scripts: as JSON, as CSV, or each by a template. Every command that lists gets the three options here."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Annotated, Any

import typer

from tracker.commands.syntax.options import Json
from tracker.commands.syntax.signatures import Command, Options, reshape
from tracker.commands.terminal.render import is_terminal, print_json, tell, visible
from tracker.domain.references import suggest
from tracker.errors import UsageError
from tracker.records import record

_FORMULA = tuple("=+-@\t\r")
_CSV = typer.Option("--csv", help="CSV on stdout, with the keys of --json as columns.")
_TEMPLATE = typer.Option(
    "--template", metavar="LINE", help="Print each row by a Jinja2 template with the keys of --json, as in '{{ ref }}'."
)
_FORMS: Options = {
    "as_csv": (Annotated[bool, _CSV], False),
    "template": (Annotated[str | None, _TEMPLATE], None),
    "as_json": (Json, False),
}

Row = dict[str, Any]
Rows = Sequence[Row]


@record
class Writer:
    """Prints rows in the form that was asked for."""

    columns: Sequence[str]
    flat: Callable[[Row], Row]
    template: str | None
    as_json: bool

    def __call__(self, rows: Rows, *, whole: object = None, columns: Sequence[str] = ()) -> None:
        """Print them; `whole` is the JSON of what says more than its rows, `columns` are other keys than usual."""
        if self.as_json:
            print_json(rows if whole is None else whole)
        elif self.template is not None:
            print_templated(rows, self.template)
        else:
            flat = [self.flat(row) for row in rows]
            print_csv(flat, columns or self.columns or tuple(flat[0]))


def _as_it_is(row: Row) -> Row:
    return row


def with_forms(*columns: str, flat: Callable[[Row], Row] = _as_it_is) -> Callable[[Command], Command]:
    """Give a command that lists the forms for scripts as options: --csv, --template, --json.

    It receives what writes its rows as `write: Writer | None`; None where people read. `columns` are the keys of a row,
    and may be left out where there is a row always. What stands within a row is made columns of CSV by `flat`.
    """

    def give(command: Command) -> Command:
        @wraps(command)
        def wrapper(*, as_json: bool, as_csv: bool, template: str | None, **given: Any) -> None:
            if sum([as_json, as_csv, template is not None]) > 1:
                raise UsageError("--json, --csv and --template cannot be used together.", remedy="Give one of them.")
            is_asked = as_json or as_csv or template is not None
            command(**given, write=Writer(columns, flat, template, as_json) if is_asked else None)

        reshape(wrapper, command, instead_of="write", options=_FORMS)
        return wrapper

    return give


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
    """A value as a cell; a formula is disarmed with an apostrophe.

    Arrays are joined, each object in one named by the first that it says; yes and no are written as JSON writes them.
    """
    words = value if isinstance(value, str) else _words(value)
    return f"'{words}" if words.startswith(_FORMULA) else words


def _words(value: Any, between: str = "; ") -> str:
    if isinstance(value, list):
        return between.join(_name(item) if isinstance(item, dict) else _words(item) for item in value)
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_words(each, ', ')}" for key, each in value.items())
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _name(item: Row) -> str:
    return next((_words(value) for value in item.values() if value), "")


def print_templated(rows: Rows, template: str) -> None:
    """A line for each row from a Jinja2 template over its JSON keys; tabs and line ends may be written as escapes.

    The template can reach the row and nothing else. On a terminal the row may not command it; what the template
    itself says may. Raises UsageError for one that cannot be read or used.
    """
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False, finalize=_finalize())
    with _mistakes_told():
        line = environment.from_string(template.replace("\\t", "\t").replace("\\n", "\n"))
    for row in rows:
        with _mistakes_told(row):
            text = line.render(row)
        print(text)


@contextmanager
def _mistakes_told(keys: Iterable[str] = ()) -> Iterator[None]:
    """A template is a program of the user's, which can come to any error that Python has, AssertionError included."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - so many kinds that no list of them would be whole
        said = "it needs more memory than there is" if isinstance(error, MemoryError) else str(error)
        unknown = _UNDEFINED.fullmatch(said)
        raise UsageError(
            f"the template cannot be used: {(said or type(error).__name__).rstrip('.')}.",
            remedy=suggest(
                unknown["key"] if unknown else "",
                keys if unknown else (),
                "Keys are those of --json, as in '{{ ref }} {{ due_on }}'.",
            ),
        ) from None


_UNDEFINED = re.compile("'(?P<key>.*)' is undefined")


def _finalize() -> Callable[[Any], Any]:
    """What is done to every value that a template prints: of what is null, nothing is printed."""
    if not is_terminal():
        return lambda value: "" if value is None else value
    return lambda value: "" if value is None else visible(value) if isinstance(value, str) else value
