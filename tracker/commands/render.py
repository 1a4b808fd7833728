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


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; `flexible` ones share what room is left and are cut with an ellipsis."""

    title: str
    flexible: bool = False
    right: bool = False


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
    lines = [tuple(row) for row in rows]
    if is_terminal():
        _draw(columns, lines)
        return
    print("\t".join(column.title for column in columns))
    for line in lines:
        print("\t".join(" ".join(cell.split()) for cell in line))


def _draw(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), show_edge=False)
    for column in columns:
        table.add_column(
            column.title,
            justify="right" if column.right else "left",
            no_wrap=True,
            overflow="ellipsis",
            ratio=1 if column.flexible else None,
        )
    for row in rows:
        table.add_row(*(Text(" ".join(cell.split()), style=COLOURS.get(cell, "")) for cell in row))
    Console(width=get_terminal_size().columns, highlight=False).print(table)


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
