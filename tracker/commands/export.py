"""`tracker export`."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterable, Iterator
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.commands.context import Desk
from tracker.commands.syntax.lines import write_csv
from tracker.commands.syntax.options import AsOf, KnownAt, Text, choice_option, with_filters
from tracker.commands.terminal.render import print_json, say
from tracker.domain.filters import Filters, Sort
from tracker.domain.plurals import plural
from tracker.domain.vocabulary import FOLLOW_UP_KEYS
from tracker.errors import BadDataError, UsageError
from tracker.files import write_whole

if TYPE_CHECKING:
    from tracker.services.upkeep.export import RegisterImport


class Format(Enum):
    """The forms of a file."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


@with_filters
def export(
    ctx: typer.Context,
    filters: Filters,
    text: Text = None,  # noqa: ARG001 - becomes part of the filters
    form: Annotated[
        Any,
        choice_option(Format, "--format", help="The form of the file (default: by the ending of its name, else json)"),
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Where to write (default: stdout).")] = None,
    rows: Annotated[
        bool, typer.Option("--rows", help="The follow-ups as a JSON array, even without a filter.")
    ] = False,
    sort: Annotated[Any, choice_option(Sort, "--sort", help="Order follow-ups by")] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """Write the whole register, or follow-ups, to a file or to stdout.

    JSON without any filter is the whole register, journal and ledger included: `tracker import FILE` puts it
    into an empty register, and an export of that one has the same bytes. With a filter, an order, a day or an
    instant (or --rows) JSON is the array of follow-ups, as `list --json` gives it. CSV and XLSX hold follow-ups;
    no text becomes a formula.
    """
    desk: Desk = ctx.obj
    form = form or _form_of(out)
    _check_call(form, out)
    is_whole = form is Format.JSON and not rows and filters == Filters() and not (sort or as_of or known_at)
    if is_whole:
        from tracker.services.upkeep.export import register_lines

        _write(out, (line.encode() for line in register_lines(desk.register)))
        _say_written("the register", out)
        return
    from tracker.services.listing import list_follow_ups as read

    at = desk.at(as_of, known_at)
    found = [item.as_json(at.day) for item in read(desk.register, filters, at, sort=sort or Sort.REF)]
    _write(out, [_content(form, found, at)])
    _say_written(plural(len(found), "follow-up"), out)


def _form_of(out: Path | None) -> Format:
    """The form that the ending of a file's name says; JSON, where it says none."""
    ending = "" if out is None else out.suffix.lower().removeprefix(".")
    return next((form for form in Format if form.value == ending), Format.JSON)


def _check_call(form: Format, out: Path | None) -> None:
    if form is Format.XLSX and out is None and sys.stdout.isatty():
        raise UsageError("a spreadsheet cannot be shown on a terminal.", remedy="Give --out FILE.xlsx.")


def _content(form: Format, found: list[dict[str, Any]], at: Any) -> bytes:
    if form is Format.JSON:
        return (json.dumps(found, ensure_ascii=False, indent=2) + "\n").encode()
    if form is Format.CSV:
        target = io.StringIO()
        write_csv(found, FOLLOW_UP_KEYS, target)
        return target.getvalue().encode()
    from tracker.reports.exports import write_follow_ups

    return write_follow_ups(found, FOLLOW_UP_KEYS, at.day)


def _write(out: Path | None, chunks: Iterable[bytes] | Iterator[bytes]) -> None:
    """To stdout as it comes; to a file whole or not at all."""
    if out is None:
        for chunk in chunks:
            sys.stdout.buffer.write(chunk)
        sys.stdout.flush()
        return
    write_whole(out, chunks)


def _say_written(what: str, out: Path | None) -> None:
    if out is not None:
        say(f"Wrote {what} to {out}.")


def import_exports(desk: Desk, files: list[Path], *, dry_run: bool, as_json: bool) -> None:
    """`tracker import FILE --as export`: a whole register into an empty one."""
    from tracker.services.upkeep.audit import verify
    from tracker.services.upkeep.export import import_register

    if len(files) != 1:
        raise UsageError("one export makes one register.", remedy="Give one file.")
    done = import_register(desk.register, files[0], dry_run=dry_run)
    findings = [] if dry_run else verify(desk.register, desk.today).findings
    if as_json:
        print_json({"dry_run": dry_run, **done.as_json(), "findings": findings})
    else:
        _tell_taken_in(done, desk.evidence_store, dry_run=dry_run)
    if findings:
        raise BadDataError(
            f"imported, but it does not agree with its own journal in {plural(len(findings), 'place')}.",
            where=files[0].name,
            remedy="See: tracker audit verify. Do not use this register.",
        )


def _tell_taken_in(done: RegisterImport, store: Path, *, dry_run: bool) -> None:
    rows, follow_ups = plural(sum(done.rows.values()), "row"), plural(done.rows["follow_up"], "follow-up")
    say(f"{'Would import' if dry_run else 'Imported'} {rows}, of which {follow_ups}.")
    say(f"Last hash: {done.last_hash}")
    say(f"An export holds no files of evidence: copy what the other register's folder evidence holds into {store}.")
