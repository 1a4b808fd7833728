"""How answers look: JSON for programs, tables for people, plain columns for pipes. stdout is data, stderr is talk."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from shutil import get_terminal_size

COLOURS = {
    "no-information": "dim",
    "under-consideration": "yellow",
    "accepted": "green",
    "partially-accepted": "green",
    "not-accepted": "magenta",
    "not-relevant": "dim",
    "not-started": "yellow",
    "in-progress": "cyan",
    "implemented": "green",
    "overtaken": "dim",
    "verified": "bold green",
    "disputed": "bold red",
    "overdue": "bold red",
}
"""The same word has the same colour everywhere; a colour never carries a meaning that the word does not."""


OVERDUE = " !"
"""What stands behind a due date that has passed; the line below a list explains it."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. A flexible one takes what room is left, and is left out where that is too little.

    A wrapped one goes on over several lines instead of being cut.
    """

    title: str
    flexible: bool = False
    right: bool = False
    wrap: bool = False


_LEAST = 16
"""Columns of the terminal below which a flexible column says nothing."""
_NARROWEST = 8
"""Columns that a wrapped column keeps, whatever the terminal."""
_GAP = 2


def fitted(columns: Sequence[Column], rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """The width of every column in a terminal of `room` columns; 0 for one that is left out.

    Fixed columns get what their words need. Flexible ones share the rest, the last of them left out first;
    one that is wrapped stays, however narrow.
    """
    natural = [
        max([len(column.title), *(len(row[place]) for row in rows)], default=0) for place, column in enumerate(columns)
    ]
    widths = [0 if column.flexible else width for column, width in zip(columns, natural, strict=True)]
    flexible = [place for place, column in enumerate(columns) if column.flexible]
    while flexible:
        shown = sum(1 for width in widths if width) + len(flexible)
        left = room - sum(widths) - _GAP * (shown - 1)
        if left >= _LEAST * len(flexible) or all(columns[place].wrap for place in flexible):
            return _shared(widths, natural, flexible, max(left, _NARROWEST * len(flexible)))
        flexible.remove(next(place for place in reversed(flexible) if not columns[place].wrap))
    return widths


def _shared(widths: list[int], natural: list[int], flexible: list[int], left: int) -> list[int]:
    """Give the flexible columns what is left: the ones that need less than an equal share first."""
    for done, place in enumerate(sorted(flexible, key=lambda place: natural[place])):
        widths[place] = max(1, min(natural[place], left // (len(flexible) - done)))
        left -= widths[place]
    return widths


def print_json(content: object) -> None:
    """One JSON document on stdout."""
    print(json.dumps(content, ensure_ascii=False, indent=2))


def say(sentence: str) -> None:
    """Talk: to stderr."""
    print(sentence, file=sys.stderr)


def is_terminal() -> bool:
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def print_table(columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> None:
    """A table drawn to fit the terminal, or tab-separated columns with a heading where a program reads.

    Piped output is not cut: every cell is whole, with tabs and line ends in it made blanks.
    """
    if is_terminal():
        _draw(columns, [tuple(row) for row in rows])
        return
    lines = ["\t".join([" ".join(cell.split()) for cell in row]) for row in rows]
    print("\n".join(["\t".join(column.title for column in columns), *lines]))


def _draw(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    room = get_terminal_size().columns
    cells = [[" ".join(cell.split()) for cell in row] for row in rows]
    widths = fitted(columns, cells, room)
    shown = [place for place, width in enumerate(widths) if width]
    table = Table(
        box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, _GAP - 1, 0, 0), show_edge=False, collapse_padding=True
    )
    for place in shown:
        column = columns[place]
        table.add_column(
            column.title,
            justify="right" if column.right else "left",
            width=widths[place],
            no_wrap=not column.wrap,
            overflow="fold" if column.wrap else "ellipsis",
        )
    for row in cells:
        table.add_row(*(Text(row[place], style=_style(row[place])) for place in shown))
    console = Console(width=room, highlight=False)
    if _is_long(len(cells)):
        os.environ.setdefault("LESS", "-FRSX")
        with console.pager(styles=not os.environ.get("NO_COLOR")):
            console.print(table)
    else:
        console.print(table)


def _is_long(rows: int) -> bool:
    """Whether a table is longer than the terminal and a person is there to turn the pages."""
    return sys.stdin.isatty() and rows + 4 > get_terminal_size().lines


def _style(cell: str) -> str:
    return COLOURS["overdue"] if cell.endswith(OVERDUE) else COLOURS.get(cell, "")


def print_facts(facts: Iterable[tuple[str, str]]) -> None:
    """Pairs of a word and what is the case, aligned; long values wrap under themselves."""
    import textwrap

    pairs = [(name, value) for name, value in facts if value]
    width = max((len(name) for name, _ in pairs), default=0) + 2
    room = max(40, get_terminal_size().columns - width) if is_terminal() else 10_000
    for name, value in pairs:
        lines = textwrap.wrap(value, room) or [""]
        print(f"{name:<{width}}{lines[0]}")
        for line in lines[1:]:
            print(" " * width + line)


def plural(count: int, singular: str, several: str | None = None) -> str:
    """`1 follow-up`, `2 follow-ups`."""
    return f"{count:,} {singular if count == 1 else several or singular + 's'}"
