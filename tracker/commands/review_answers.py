"""What belongs to a decision of a review, asked line by line: a note, a due date, evidence, more time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from tracker.commands.terminal.editor import edited
from tracker.commands.terminal.render import say
from tracker.commands.terminal.typed_lines import pasted_behind, read_line
from tracker.domain.periods import DueDate, parse_due_date
from tracker.errors import BadDataError, TrackerError

_OUT, _EDITOR = "<", "e"
"""What is typed instead of a note: to go back to the keys, and to write it in the editor."""


class BackError(Exception):
    """Somebody went back from a question."""


def read_note(needed_for: str | None) -> str | None:
    """A note, which what it is `needed_for` cannot do without."""
    ends = f"Enter or {_OUT}" if needed_for else f"Enter for none, {_OUT}"
    asked = f"Note ({'needed; ' if needed_for else ''}{ends} to go back, {_EDITOR} for your editor):"
    while (note := _note_or_none(asked)) is None:
        pass
    if note == _OUT:
        raise BackError
    if needed_for and not note:
        say(f"{needed_for} needs a note; nothing was decided.")
        raise BackError
    return note or None


def _note_or_none(asked: str) -> str | None:
    """What was typed, pasted, or written in the editor; None where it is to be asked for again."""
    first = read_line(asked)
    if first == _EDITOR:
        return _note_from_editor()
    rest = "" if first in ("", _OUT) else pasted_behind()
    if rest is None:
        say("\nThat is more than a terminal takes at once, and some of it may be lost; write it in your editor.")
        return None
    return _pasted_note(f"{first}\n{rest}".rstrip()) if rest.strip() else first


def _note_from_editor() -> str | None:
    try:
        note = edited(None)
    except TrackerError as error:
        say(str(error))
        return None
    if note is None:
        say("The note is empty.")
    return note


def _pasted_note(note: str) -> str | None:
    """Several lines that came at once, if they are meant so: they may as well be answers, typed ahead."""
    say("")
    answer = read_line(f"Are these {len(note.splitlines())} lines one note? Enter yes, {_OUT} to go back:")
    if answer.lower() in ("", "y", "yes"):
        return note
    pasted_behind()
    say("None of it was taken.")
    return _OUT if answer == _OUT else None


def read_due() -> DueDate | None:
    """A due date; None where it is left as it is. Raises BackError."""
    return _read_date(f"Due date (day, month, quarter; Enter to leave it, {_OUT} to go back):")


def _read_date(asked: str) -> DueDate | None:
    while True:
        words = _read_or_back(asked)
        if not words:
            return None
        try:
            return parse_due_date(words)
        except BadDataError as error:
            say(str(error))
            leave_unread()


def read_later(due_on: date | None) -> DueDate:
    """The date until which more time is asked for, than until `due_on`. Raises BackError, also where there is none."""
    later = _read_date(f"More time until (now {due_on}; day, month, quarter; Enter or {_OUT} to go back):")
    if later is None:
        raise BackError
    return later


def read_evidence(usable: Callable[[str], str]) -> tuple[str, ...]:
    """Links and files, one a line, as `usable` names each. Raises BackError, also where there is none."""
    found: list[str] = []
    while words := _read_or_back(_EVIDENCE if not found else _FURTHER):
        try:
            found.append(usable(words))
        except (TrackerError, OSError) as error:
            say(str(error) if isinstance(error, TrackerError) else f"{words}: {(error.strerror or '').lower()}.")
            leave_unread()
    if not found:
        raise BackError
    return tuple(dict.fromkeys(found))


_EVIDENCE = f"Evidence (a link or a file; Enter or {_OUT} to go back):"
_FURTHER = f"Further evidence (Enter for none, {_OUT} to go back):"


def _read_or_back(asked: str) -> str:
    if (words := read_line(asked)) == _OUT:
        raise BackError
    return words


def leave_unread() -> None:
    """Of what was pasted where it means nothing, no further line is an answer."""
    if pasted_behind() != "":
        say("What followed it was not read.")
