"""What a follow-up's entries say besides its statuses: where its due date came from, extensions, its lesson. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from tracker.domain.journal import GRANTED, REQUESTED, Entry, in_order_of_writing, with_sources
from tracker.domain.periods import days_between, form_of
from tracker.domain.rows import Lesson
from tracker.domain.vocabulary import Topic
from tracker.records import record


@record
class DueOrigin:
    """Where the due date came from: what was typed, on which day it was set and by whom; whether it was granted."""

    given: str
    set_on: date
    by: str
    is_granted: bool

    @property
    def form(self) -> str:
        """`extension`, or what was typed: `day`, `month`, `quarter`."""
        return "extension" if self.is_granted else form_of(self.given)

    def as_json(self) -> dict[str, Any]:
        return {"form": self.form, "given": self.given, "set_on": self.set_on.isoformat(), "by": self.by}


@record
class AskedExtension:
    """A request for a later due date; `granted` is None until it is decided.

    `granted_to` is the day that was granted, which may be another one than was asked for, and `days` how much later.
    """

    requested_to: date
    requested_on: date
    reason: str | None
    granted: bool | None = None
    decided_on: date | None = None
    granted_to: date | None = None
    days: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "requested_to": self.requested_to.isoformat(),
            "requested_on": self.requested_on.isoformat(),
            "reason": self.reason,
            "granted": self.granted,
            "decided_on": self.decided_on.isoformat() if self.decided_on else None,
            "granted_to": self.granted_to.isoformat() if self.granted_to else None,
            "days": self.days,
        }


@record
class Details:
    """What the entries of one follow-up say besides its statuses."""

    due: DueOrigin | None
    extensions: tuple[AskedExtension, ...]
    lesson: Lesson | None

    @property
    def granted(self) -> int:
        return sum(1 for item in self.extensions if item.granted)

    @property
    def granted_days(self) -> int:
        """The days of all granted extensions together."""
        return sum(item.days for item in self.extensions)

    def as_json(self) -> dict[str, Any]:
        return {
            "due": self.due.as_json() if self.due else None,
            "extensions": [item.as_json() for item in self.extensions],
            "extensions_granted": self.granted,
            "extension_days": self.granted_days,
            "lesson": self.lesson.as_json() if self.lesson else None,
        }


def details_of(entries: Sequence[Entry]) -> Details:
    """What entries in force add up to, in the order in which they took effect."""
    lessons = [Lesson.read(entry.target) for entry in entries if entry.topic is Topic.LESSON]
    together = Lesson()
    for lesson in lessons:
        together = together.and_then(lesson)
    return Details(_due_origin(entries), _extensions(entries), None if together == Lesson() else together)


def _due_origin(entries: Iterable[Entry]) -> DueOrigin | None:
    granting = {entry.batch for entry in entries if entry.topic is Topic.EXTENSION and entry.source == GRANTED}
    last = next((entry for entry in reversed([*entries]) if entry.topic is Topic.DUE and entry.target), None)
    if last is None or last.target is None:
        return None
    return DueOrigin(last.given or last.target, last.effective_on, last.actor, last.batch in granting)


def _extensions(entries: Sequence[Entry]) -> tuple[AskedExtension, ...]:
    """One is decided at a time: a decision is on the request written before it."""
    days = {entry.batch: _days(source, entry.target) for entry, source in with_sources(entries, {Topic.DUE: None})}
    found: list[AskedExtension] = []
    for entry in in_order_of_writing(entries, Topic.EXTENSION):
        if entry.source == REQUESTED and entry.target:
            found.append(AskedExtension(date.fromisoformat(entry.target), entry.effective_on, entry.note))
        elif found:
            found[-1] = _decided(found[-1], entry, days.get(entry.batch, 0))
    return tuple(found)


def _decided(asked: AskedExtension, entry: Entry, days: int) -> AskedExtension:
    granted = entry.source == GRANTED
    to = date.fromisoformat(entry.target) if granted and entry.target else None
    return replace(asked, granted=granted, decided_on=entry.effective_on, granted_to=to, days=days if granted else 0)


def _days(before: str | None, after: str | None) -> int:
    if before is None or after is None:
        return 0
    return days_between(date.fromisoformat(before), date.fromisoformat(after))
