"""`tracker reconcile`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.commands.context import Desk
from tracker.commands.syntax.lines import Writer, with_forms
from tracker.commands.syntax.options import AsOf, KnownAt
from tracker.commands.terminal.columns import Column
from tracker.commands.terminal.progress import progress
from tracker.commands.terminal.render import print_table, say

if TYPE_CHECKING:
    from tracker.services.registers.reconciliation import Comparison, Reconciliation

_VERDICTS = {
    "conflict": "conflict",
    "news": "news",
    "only_there": "only there",
    "silent": "silent",
    "agree": "agree",
}
"""List → the word of the table, in the order in which a person wants to see them."""


ROW_KEYS = ("verdict", "follow_up", "rows", "theirs", "they_mean", "ours", "differs")


@with_forms(*ROW_KEYS)
def reconcile(
    ctx: typer.Context,
    write: Writer | None,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The other party's register (.csv, .xlsx, .ods).")],
    mapping: Annotated[
        Path, typer.Option(metavar="FILE", help="Its mapping, which says what each column holds (TOML).")
    ],
    as_of: AsOf = None,
    known_at: KnownAt = None,
    agreements: Annotated[bool, typer.Option("--agreements", help="List the agreements too.")] = False,
) -> None:
    """Compare another party's register with ours: agreements, conflicts, and rows on one side only.

    Ours is taken as it stood on the day to which the other register refers (--as-of, by default the mapping's as_of).
    With --csv and --template there is a row for each follow-up; --json has a list for each verdict, always including
    the agreements.
    """
    from tracker.services.registers.reconciliation import reconcile as compare

    desk: Desk = ctx.obj
    with progress(f"Comparing {file.name}") as on_step:
        result = compare(
            desk.register, file, mapping,
            at=desk.at(as_of, known_at), limits=desk.settings.limits, on_step=on_step,
        )  # fmt: skip
    if write is not None:
        write(result.rows(agreements=agreements), whole=result.as_json())
        return
    _print(result, agreements=agreements)


def _print(result: Reconciliation, *, agreements: bool) -> None:
    shown = [name for name in _VERDICTS if agreements or name != "agree"]
    rows = [_row(_VERDICTS[name], item) for name in shown for item in result.lists()[name]]
    rows += [("only here", name, "", "", "open") for name in result.only_here]
    print_table(
        [
            Column("verdict"),
            Column("follow-up"),
            Column("rows"),
            Column("they say", flexible=True, wrap=True),
            Column("we say", flexible=True, wrap=True),
        ],
        rows,
    )
    for problem in result.problems:
        say(str(problem))
    counted = ", ".join(f"{len(items):,} {_VERDICTS[name]}" for name, items in result.lists().items())
    say(
        f"As of {result.as_of}: {counted}, {len(result.only_here):,} open only here "
        f"({result.settled_here} settled here and not listed there). Nothing was changed."
    )


def _row(verdict: str, item: Comparison) -> tuple[str, str, str, str, str]:
    meant = ", ".join(item.they_mean.values())
    ours = ", ".join(value for axis, value in item.ours.items() if axis in item.they_mean or not item.they_mean)
    theirs = f"{item.theirs} ({meant})" if meant else item.theirs
    return verdict, item.follow_up, ", ".join(str(row) for row in item.rows), theirs, ours
