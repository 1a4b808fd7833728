"""Tables whose last column has no room: what it says stands on a line of its own beneath each row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

Shown = tuple[str, str]
"""The words of a cell, with line ends where it is broken, and their style."""

INDENT = "  "
"""Before what stands beneath: it belongs to the row above."""


def rows_with_beneath(
    heads: Sequence[str],
    rows: Iterable[tuple[Sequence[Shown], str]],
    widths: Sequence[int],
    gap: str,
    room: int,
    *,
    wrap: bool = False,
) -> Iterator[Text]:
    """The heading, a rule, and every row with its own line beneath; a row that has none stands alone.

    A line that does not fit is cut, or goes on below where it is to be wrapped.
    """
    from rich.console import Console
    from rich.text import Text

    console = Console() if wrap else None
    *shown, beneath = heads
    yield from _lines([(head, "bold") for head in shown], widths, gap)
    yield Text(INDENT + beneath, style="bold")
    yield Text("─" * room)
    for cells, below in rows:
        yield from _lines(cells, widths, gap)
        if below and console is not None:
            yield from _wrapped(below, room, console)
        elif below:
            line = Text(INDENT + below)
            line.truncate(room, overflow="ellipsis")
            yield line


def _wrapped(words: str, room: int, console: Console) -> Iterator[Text]:
    from rich.text import Text

    for line in Text(words).wrap(console, room - len(INDENT)):
        line.rstrip()
        yield Text(INDENT).append_text(line)


def _lines(cells: Sequence[Shown], widths: Sequence[int], gap: str) -> Iterator[Text]:
    """A row as lines: as many as its highest cell has."""
    from rich.cells import cell_len
    from rich.text import Text

    parts = [_folded(words, width) for (words, _), width in zip(cells, widths, strict=True)]
    for number in range(max(map(len, parts))):
        line = Text()
        for part, (_, style), width in zip(parts, cells, widths, strict=True):
            words = part[number] if number < len(part) else ""
            line.append(words, style=style)
            line.append(" " * (width - cell_len(words)) + gap)
        line.rstrip()
        yield line


def _folded(words: str, width: int) -> list[str]:
    """The lines of a cell; what is wider than its column all the same goes on below."""
    from rich.cells import chop_cells

    return [piece for line in words.split("\n") for piece in chop_cells(line, width) or [""]]
