"""`tracker lesson`."""

from __future__ import annotations

from typing import Annotated

import typer

from tracker.commands.context import Desk
from tracker.commands.options import Json, with_filters
from tracker.commands.render import Column, plural, print_json, print_table, say
from tracker.domain.filters import Filters


@with_filters
def lessons(
    ctx: typer.Context,
    filters: Filters,
    good_practice: Annotated[bool, typer.Option("--good-practice", help="Only good practices.")] = False,
    as_json: Json = False,
) -> None:
    """List what was learned on closing, across reports. Log it with: tracker update … --worked --failed --why."""
    from tracker.services.listing import read_lessons

    desk: Desk = ctx.obj
    found = read_lessons(desk.register, filters, desk.today, only_good_practice=good_practice)
    if as_json:
        print_json([{"ref": item.ref, "organization": item.organization, **lesson.as_json()} for item, lesson in found])
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
