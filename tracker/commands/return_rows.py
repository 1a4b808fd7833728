"""What a return would change, row by row: what is shown before it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.commands.terminal.columns import Column
from tracker.commands.terminal.render import is_terminal, print_table, say
from tracker.domain.plurals import plural

if TYPE_CHECKING:
    from tracker.services.returns.outcomes import ReturnReport, RowReport


_MOST_SAID = 2_000
"""Letters of a mail that are said before the question; more would push the rows off the screen."""


def changed(report: ReturnReport) -> int:
    """How many rows of it change something."""
    return report.counts()["changed"]


def refused(report: ReturnReport) -> int:
    """How many rows of it are refused."""
    return report.counts()["refused"]


def print_report(report: ReturnReport) -> None:
    """Every row with what it changes, or why it is refused; of a return that was read before, what is left."""
    say(f"{report.name}: the return of {report.organization}, made on {report.made_on}.")
    rows = report.rows
    if report.read_before is not None:
        rows = [row for row in rows if row.outcome.value != "already"]
        left = f"{'this' if rows else 'nothing'} is left to do"
        say(f"It was read before (batch {report.read_before.batch}); {left}{':' if rows else '.'}")
        if not rows:
            return
    if rows or not is_terminal():
        _print_rows(rows)
    say(_summary(report))
    for each in report.unread:
        say(f"Not read: {each.where}: {each.what}.")
    if report.mail_says is not None:
        _say_mail(report.mail_says, report.number)
    if not report.is_left and report.read_before is None:
        say("There is nothing to write; the file is not kept.")


def _say_mail(words: str, number: int | None) -> None:
    """What the mail says, of a long one how it begins; each line behind `>`, so that none is taken for ours."""
    short = words if len(words) <= _MOST_SAID else f"{words[:_MOST_SAID].rstrip()}…"
    say("The email says:")
    for line in short.splitlines():
        say(f"> {line}".rstrip())
    if short != words:
        say(f"It says more; see: tracker return show {number}.")


def _summary(report: ReturnReport) -> str:
    parts = [f"{plural(len(report.blank), 'row')} left empty"]
    if report.rows:
        written = f"{plural(changed(report), 'row')} to write"
        parts = [written, f"{refused(report)} refused", f"{len(report.blank):,} left empty"]
    if report.missing:
        parts.append(f"{len(report.missing):,} deleted from the sheet ({', '.join(report.missing[:5])})")
    return f"{'' if report.rows else 'Nothing is filled in: '}{', '.join(parts)}."


def _print_rows(rows: list[RowReport]) -> None:
    """What a row changes and why stand together on a terminal, so that both are whole before anybody agrees to them."""
    if is_terminal():
        last = Column("change, and the note or reason", flexible=True, wrap=True, beneath=True)
        said = [(*_place(row), " · ".join(filter(None, (_moves(row), _why(row))))) for row in rows]
        print_table([Column("row"), Column("ref"), Column("outcome"), last], said)
        return
    heads = ("row", "ref", "outcome", "change", "note or reason")
    print_table([Column(head) for head in heads], [(*_place(row), _moves(row), _why(row)) for row in rows])


def _place(row: RowReport) -> tuple[str, ...]:
    return row.where.rpartition(", ")[2], row.ref or "", row.outcome.value


def _moves(row: RowReport) -> str:
    since = {entry.topic.value: f" (since {entry.effective_on}: {entry.target})" for entry in row.above}
    return "; ".join(
        f"{topic}: {f'{source} → ' if source else ''}{target or ''}{since.get(topic, '')}"
        for topic, source, target in row.changes
    )


def _why(row: RowReport) -> str:
    return row.why or row.note or ""
