"""`tracker list`: follow-ups by any filter, a line for each."""

from __future__ import annotations

from shutil import get_terminal_size
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.commands.context import Desk
from tracker.commands.syntax.lines import Writer, with_forms
from tracker.commands.syntax.options import AsOf, KnownAt, Text, choice_option, with_filters
from tracker.commands.terminal.columns import Column
from tracker.commands.terminal.render import OVERDUE, is_terminal, print_table, say
from tracker.domain.filters import Filters, Sort
from tracker.domain.plurals import plural
from tracker.domain.references import as_typed
from tracker.domain.vocabulary import FOLLOW_UP_KEYS, Verification

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from tracker.domain.rows import FollowUpLine
    from tracker.store.unit import Register


@with_filters
@with_forms(*FOLLOW_UP_KEYS)
def list_follow_ups(
    ctx: typer.Context,
    filters: Filters,
    write: Writer | None,
    text: Text = None,  # noqa: ARG001 - becomes part of the filters
    as_of: AsOf = None,
    known_at: KnownAt = None,
    sort: Annotated[Any, choice_option(Sort, "--sort", help="Order by (ref: in the order of import)")] = None,
    limit: Annotated[int | None, typer.Option(min=1, max=2**31 - 1, help="At most this many rows.")] = None,
) -> None:
    """List follow-ups: one line for each recommendation and organization."""
    from tracker.services import listing

    desk: Desk = ctx.obj
    at = desk.at(as_of, known_at)
    if write is not None:
        whole = listing.list_follow_ups(desk.register, filters, at, sort=sort or Sort.REF, limit=limit)
        write([item.as_json(at.day) for item in whole])
        return
    # One more than is shown tells whether there are more, without counting them.
    more = None if limit is None else limit + 1
    found = listing.list_lines(desk.register, filters, at, sort=sort or Sort.REF, limit=more)
    is_cut, found = limit is not None and len(found) > limit, found[:limit]
    print_list(found, at.day, is_cut=is_cut)
    if not found:
        _say_nothing_found(desk.register, filters, as_of or known_at)


def _say_nothing_found(register: Register, filters: Filters, at: date | datetime | None) -> None:
    from tracker.domain.search_words import words_of
    from tracker.services.listing import name_in_words

    if filters == Filters() and at is not None:
        say("No recommendation had been addressed by then.")
    elif filters.text is not None and not words_of(filters.text):
        say(f"No follow-up matches: “{filters.text}” contains no word to search for.")
    elif filters == Filters():
        say("There is no follow-up yet; import a note with: tracker import NOTE.")
    elif filters.text is not None and (named := name_in_words(register, filters.text.split())) is not None:
        kind, word = named
        way = _NAMED_BY[kind].format(as_typed(word))
        say(f"No follow-up matches: “{word}” is searched for in texts, titles and notes. Did you mean {way}?")
    else:
        say("No follow-up matches; leave out a filter, or see all with: tracker list.")


_NAMED_BY = {"organization": "--org {}", "report": "--report {}", "recommendation": "tracker show {}"}
"""How the words of a list are given that are names."""


def print_list(found: Sequence[FollowUpLine], day: date, *, is_text_above: bool = False, is_cut: bool = False) -> None:
    """A line for each follow-up, what has to be noticed marked, and what the marks mean.

    In a pipe, where nothing is cut, the words say it and the columns are always the same. On a terminal a text that
    stands above is not said again. `is_cut` is whether there are more.
    """
    late = [item.is_overdue(day) for item in found]
    remarks = [_remarks(item, day) for item in found]
    marks = [_marks(said) for said in remarks] if is_terminal() else [""] * len(found)
    with_marks, with_text = any(marks), not (is_text_above and is_terminal())
    print_table(
        [
            Column("ref", breaks=True),
            Column("org", breaks=True),
            Column("acceptance", breaks=True),
            Column("implementation", breaks=True),
            Column("due"),
            *([Column("")] if with_marks else []),
            Column("remarks and text" if with_text else "remarks", flexible=True, beneath=True),
        ],
        [
            (
                item.ref,
                item.organization,
                item.acceptance.value,
                item.implementation.value,
                f"{item.due_on or ''}{OVERDUE if is_late else ''}",
                *([mark] if with_marks else []),
                (" · ".join(said), item.text if with_text else ""),
            )
            for item, mark, is_late, said in zip(found, marks, late, remarks, strict=True)
        ],
    )
    if with_marks:
        say(legend("".join(marks)))
    if found:
        say(_counted(len(found), sum(item.is_open for item in found), sum(late), is_cut=is_cut))


def _counted(shown: int, is_open: int, late: int, *, is_cut: bool) -> str:
    """How many there are; of a list that a limit has cut, that these are not all."""
    states = f"{is_open:,} open, {late:,} overdue (!)."
    if is_cut:
        return f"The first {shown:,} (--limit {shown}): {states} There are more."
    return f"{plural(shown, 'follow-up')}, {states}"


def legend(used: str) -> str:
    """What the marks in a list mean, in lines that fit the terminal and break between two of them."""
    lines, room = [""], get_terminal_size().columns
    for item in (f"{letter} {words}" for letter, words in _MARKS.values() if letter in used):
        if lines[-1] and len(lines[-1]) + len(item) + 4 > room:
            lines.append("")
        lines[-1] += f" · {item}" if lines[-1] else item
    return "\n".join(lines)


def _remarks(item: FollowUpLine, day: date) -> list[str]:
    """What must not be overlooked beside the two statuses."""
    verified = ["verified"] if item.verification is Verification.VERIFIED else []
    return [flag_in_words(flag) for flag in item.flags(day)] + verified


def flag_in_words(flag: str) -> str:
    """`waits for A/72/809/R6`: a flag may end with a reference, whose hyphens stay."""
    coded, blank, ref = flag.partition(" ")
    return coded.replace("-", " ") + blank + ref


_MARKS = {
    "left": ("L", "has left and is no longer asked"),
    "implemented": ("N", "implemented though not accepted"),
    "disputed": ("D", "disputed"),
    "waits": ("W", "waits for another (see: tracker show REF ORG)"),
    "superseded": ("S", "superseded by another"),
    "repeats": ("R", "repeats another"),
    "verified": ("V", "verified"),
}
"""First word of a remark → its letter, and what that means, in the order in which they stand."""


def _marks(remarks: Sequence[str]) -> str:
    """The letters for the remarks on a follow-up: room for them there is on every terminal."""
    said = {remark.partition(" ")[0] for remark in remarks}
    return "".join(letter for word, (letter, _) in _MARKS.items() if word in said)
