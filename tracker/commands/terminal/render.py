"""How answers look: JSON for programs, tables for people, plain columns for pipes. stdout is data, stderr is talk."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from datetime import datetime
from functools import lru_cache
from shutil import get_terminal_size
from typing import Any, TextIO

from tracker.commands.terminal.columns import GAP, Column, fitted, in_lines, is_beneath
from tracker.commands.terminal.pager import find_pager
from tracker.commands.terminal.wrapping import fits_on_a_line, wrapped

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


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202d\u202e]")
"""What a terminal obeys instead of showing it, and what makes letters stand in another order than they are kept in."""


def visible(text: str) -> str:
    """A text of whatever origin for the screen: what would command the terminal is shown as a sign; line ends stay."""
    return _CONTROL.sub(_sign, text.replace("\r\n", "\n"))


def _sign(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code == 0x7F:
        return "\N{SYMBOL FOR DELETE}"
    return chr(0x2400 + code) if code < 0x20 else "\N{REPLACEMENT CHARACTER}"


def on_one_line(text: str) -> str:
    """The same with tabs and line ends made blanks."""
    return " ".join(text.split())


Cell = str | tuple[str, str]
"""What stands in a column; a pair is what must be whole or not be there, and what may be cut."""


def to_the_minute(at: datetime) -> str:
    """An instant in UTC as people read it: `2026-11-24 09:00Z`."""
    return f"{at:%Y-%m-%d %H:%M}Z"


def print_json(content: object) -> None:
    """One JSON document on stdout; on a terminal what would command it is escaped, which says the same in JSON."""
    import json

    text = json.dumps(content, ensure_ascii=False, indent=2)
    print(_CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text) if is_terminal() else text)


def print_json_of_files(contents: Sequence[object], files: int) -> None:
    """What became of a file as one document, of several files as an array: of those that were read, if of any."""
    if contents:
        print_json(contents[0] if files == 1 else contents)


def say(sentences: str) -> None:
    """Talk: to stderr. On a terminal no word of it is torn, and what goes on below is set in."""
    print(at_words(visible(sentences)), file=sys.stderr)


def at_words(text: str) -> str:
    """Talk with every line that is too long for the terminal gone on with below, but for words that are."""
    if not is_terminal(sys.stderr):
        return text
    room = get_terminal_size().columns
    if all(fits_on_a_line(line, room) for line in text.splitlines()):
        return text
    return "\n".join(part for line in text.splitlines() for part in wrapped(line, room, further="  ", whole_words=True))


def tell(text: str = "") -> None:
    """An answer for people: to stdout."""
    print(visible(text))


def tell_in_pages(texts: Iterable[str]) -> None:
    """Answers one after the other; page by page where a person reads and they are longer than the terminal."""
    if not (is_terminal() and sys.stdin.isatty()):
        for text in texts:
            tell(text)
        return
    answer = visible("\n".join(texts))
    pager = find_pager() if len(answer.splitlines()) > get_terminal_size().lines - _AROUND else None
    if pager is None:
        print(answer)
    else:
        pager.show(f"{answer}\n")


def is_terminal(stream: TextIO | None = None) -> bool:
    """Whether a stream, stdout unless said otherwise, can be drawn on."""
    return (stream or sys.stdout).isatty() and os.environ.get("TERM") != "dumb"


def print_table(columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> None:
    """A table drawn to fit the terminal, or tab-separated columns with a heading where a program reads.

    Piped output is not cut: every cell is whole, with tabs and line ends in it made blanks.
    """
    if is_terminal():
        _draw(columns, list(rows))
        return
    lines = ["\t".join([_whole(_joined(cell)) for cell in row]) for row in rows]
    print("\n".join(["\t".join(column.title for column in columns), *lines]))


@lru_cache(maxsize=10_000)
def _whole(cell: str) -> str:
    """A cell on one line, for the screen; most need nothing done, and most stand in many rows."""
    return cell if cell.isprintable() and "  " not in cell and cell == cell.strip() else visible(on_one_line(cell))


_BETWEEN = " · "


def _joined(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell
    first, last = cell
    return f"{first}{_BETWEEN}{last}" if first and last else first or last


def _draw(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> None:
    from rich.text import Text

    room = get_terminal_size().columns
    whole = [[_whole(_joined(cell)) for cell in row] for row in rows]
    if is_beneath(columns, whole, room):
        _show([*_in_two(columns, rows, whole, room)], len(rows))
        return
    widths = fitted(columns, whole, room)
    shown = [place for place, width in enumerate(widths) if width]
    table = _empty_table([columns[place] for place in shown], [widths[place] for place in shown])
    for row, words in zip(rows, whole, strict=True):
        texts = (Text(_fitting(columns[p], row[p], words[p], widths[p]), style=_style(words[p])) for p in shown)
        table.add_row(*texts)
    _show([table], len(rows))


def _in_two(
    columns: Sequence[Column], rows: Sequence[Sequence[Cell]], whole: Sequence[Sequence[str]], room: int
) -> Iterable[Any]:
    """The lines of a table whose last column stands beneath."""
    from tracker.commands.terminal.two_line_rows import INDENT, rows_with_beneath

    *beside, below = columns
    widths = fitted(beside, [row[:-1] for row in whole], room)
    shown = (
        (
            [(_fitting(*cell), _style(cell[2])) for cell in zip(beside, row, words, widths, strict=False)],
            _fitting(below, row[-1], words[-1], room - len(INDENT)),
        )
        for row, words in zip(rows, whole, strict=True)
    )
    return rows_with_beneath([column.title for column in columns], shown, widths, " " * GAP, room, wrap=below.wrap)


def _show(drawn: Sequence[Any], rows: int) -> None:
    """Print what was drawn, page by page where it is longer than the terminal."""
    console = plain_console(width=get_terminal_size().columns, highlight=False)
    pager = find_pager() if _is_long(console, drawn, rows) else None
    with nullcontext() if pager is None else console.pager(pager, styles=True):
        for item in drawn:
            console.print(item)


def _fitting(column: Column, cell: Cell, words: str, width: int) -> str:
    """A cell as it stands in its column: of a pair, only what may be cut where the other would be cut as well."""
    if isinstance(cell, tuple) and len(on_one_line(cell[0])) > width:
        return visible(on_one_line(cell[1]))
    return in_lines(words, width) if column.breaks and len(words) > width else words


def _empty_table(columns: Sequence[Column], widths: Sequence[int]) -> Any:
    from rich import box
    from rich.table import Table

    table = Table(
        box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, GAP - 1, 0, 0), show_edge=False, collapse_padding=True
    )
    for column, width in zip(columns, widths, strict=True):
        table.add_column(
            column.title,
            justify="right" if column.right else "left",
            width=width,
            no_wrap=not (column.wrap or column.breaks),
            overflow="fold" if column.wrap or column.breaks else "ellipsis",
        )
    return table


def plain_console(**options: Any) -> Any:
    """A screen to draw on; with NO_COLOR nothing on it is coloured, bold or dim."""
    from rich.console import Console

    return Console(color_system=None if os.environ.get("NO_COLOR") else "auto", **options)


def _is_long(console: Any, drawn: Sequence[Any], rows: int) -> bool:
    """Whether a table is longer than the terminal and a person is there to turn the pages.

    A row may take several lines, which are counted only where the rows alone are not too many already.
    """
    if not sys.stdin.isatty():
        return False
    room = get_terminal_size().lines - _AROUND
    return rows > room or sum(len(console.render_lines(item, pad=False)) for item in drawn) > room + _HEADING


_HEADING = 2
"""The lines of a heading with its rule."""
_AROUND = _HEADING + 2
"""Those with what is said below, and the next prompt."""


def _style(cell: str) -> str:
    return COLOURS["overdue"] if cell.endswith(OVERDUE) else COLOURS.get(cell, "")


def print_facts(facts: Iterable[tuple[str, str]]) -> None:
    """Pairs of a word and what is the case, aligned; long values wrap under themselves."""
    for line in lines_of_facts(facts):
        print(line)


def lines_of_facts(facts: Iterable[tuple[str, str]]) -> list[str]:
    """The lines that `print_facts` prints."""
    pairs = [(name, visible(value)) for name, value in facts if value]
    width = max((len(name) for name, _ in pairs), default=0) + 2
    room = max(40, get_terminal_size().columns - width) if is_terminal() else 10_000
    heads = ((f"{name:<{width}}", wrapped(value, room)) for name, value in pairs)
    return [f"{' ' * width if place else head}{line}" for head, lines in heads for place, line in enumerate(lines)]
