"""`tracker demo`."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from shutil import get_terminal_size, which
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.commands.context import Desk
from tracker.commands.syntax.options import Json
from tracker.commands.terminal.render import print_facts, print_json, say
from tracker.domain.plurals import plural

if TYPE_CHECKING:
    from tracker.services.demo import Demonstration

NEXT = (
    ("list --overdue", "what is late, and by whom"),
    ("show 9951/R1", "one recommendation, all organizations"),
    ("history 9951/R1 PAR", "reported done, disputed, reopened"),
    ("history 9951/R6 WLO", "a mistake, and its correction"),
    ("outbox show 1", "a digest, as its recipient reads it"),
    ("stats --by report", "rates, each with its fraction"),
    ("update 9951/R1 UPA --to accepted", "log an answer"),
    ("audit verify", "is the journal as it was written?"),
)
"""What to try on the sample register, and what it shows."""


def demo(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="A new or empty folder.")] = Path("tracker-demo"),
    as_json: Json = False,
) -> None:
    """Make a sample register in a folder: two notes, ten organizations, years of answers, digests, a report.

    Everything is invented and stays in the folder; your own register and mail server are not touched. An earlier
    demonstration in the folder is made anew.
    """
    from tracker.services.demo import make_demonstration

    desk: Desk = ctx.obj
    made = make_demonstration(folder, today=desk.today, now=desk.now, say=say)
    if as_json:
        print_json(made.as_json())
        return
    _print_made(made)
    _print_next(made, is_given=desk.database is not None)


def _print_made(made: Demonstration) -> None:
    counts = made.counts
    print(f"A sample register is in {made.folder}. Everything in it is invented.\n")
    print_facts(
        [
            ("read", f"{plural(len(made.notes), 'note')} for {plural(made.organizations, 'organization')}"),
            ("wrote", f"{plural(made.batches, 'command')} into the journal"),
            ("now", f"{plural(counts.total, 'follow-up')}: {counts.open:,} open, {counts.overdue:,} of them overdue"),
            ("sent", f"{plural(len(made.digests), 'digest')} into {made.folder / 'outgoing'}, none over the network"),
            ("reported", f"on {made.quarter}"),
        ]
    )
    print("\nOpen:")
    for path in [*made.reports, *_longest(made.digests)]:
        print(f"  {path}")


def _longest(digests: list[Path]) -> list[Path]:
    """The digest that shows most, if there is any."""
    return sorted(digests, key=lambda path: path.stat().st_size)[-1:]


def _print_next(made: Demonstration, *, is_given: bool) -> None:
    """The commands to go on with, whole; where a database is set from outside, it has to be named against that."""
    database = ["--database", str(made.database)] if is_given else []
    words = f"{_program()} {shlex.join(['--config', str(made.config), *database])}"
    lines = [(f"{words} {command}", shows) for command, shows in NEXT]
    width = max(len(line) for line, _ in lines)
    is_wide = all(width + 2 + len(shows) < get_terminal_size().columns for _, shows in lines)
    print("\nTry:")
    for line, shows in lines:
        print(f"  {line:<{width}}  {shows}" if is_wide else f"  # {shows}\n  {line}")


def _program() -> str:
    """The program as the user called it, so that the lines below can be copied."""
    called = Path(sys.argv[0])
    if called.name == "__main__.py":
        return "python -m tracker"
    if called.suffix == ".py":
        return f"python {shlex.quote(sys.argv[0])}"
    return "tracker" if which("tracker") or called.name != "tracker" else shlex.quote(sys.argv[0])
