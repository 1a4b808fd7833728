"""`tracker lesson`."""

from __future__ import annotations

from typing import Annotated

import typer

from tracker.commands.context import Desk
from tracker.commands.syntax.lines import Writer, with_forms
from tracker.commands.syntax.options import AsOf, KnownAt, with_filters
from tracker.commands.terminal.columns import Column
from tracker.commands.terminal.render import print_table, say
from tracker.domain.filters import Filters
from tracker.domain.plurals import plural

LESSON_KEYS = ("ref", "organization", "worked", "failed", "why", "good_practice")


@with_filters
@with_forms(*LESSON_KEYS)
def lessons(
    ctx: typer.Context,
    filters: Filters,
    write: Writer | None,
    good_practice: Annotated[bool, typer.Option("--good-practice", help="Only good practices.")] = False,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """List lessons learned and good practices, across reports: the latest entry on each point.

    All entries are in tracker history. Log them with: tracker update … --worked --failed --why.
    """
    from tracker.services.listing import read_lessons

    desk: Desk = ctx.obj
    found = read_lessons(desk.register, filters, desk.at(as_of, known_at), only_good_practice=good_practice)
    if write is not None:
        write([{"ref": item.ref, "organization": item.organization, **lesson.as_json()} for item, lesson in found])
        return
    print_table(
        [
            Column("ref"),
            Column("org"),
            Column("good practice"),
            Column("what worked", flexible=True, wrap=True),
            Column("what did not", flexible=True, wrap=True),
            Column("why", flexible=True, wrap=True),
        ],
        [
            (
                item.ref,
                item.organization,
                "yes" if lesson.good_practice else "",
                lesson.worked or "",
                lesson.failed or "",
                lesson.why or "",
            )
            for item, lesson in found
        ],
    )
    say(plural(len(found), "lesson") + ".")
