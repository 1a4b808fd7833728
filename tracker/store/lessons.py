"""Lessons: the last one said of every follow-up, out of the journal."""

from __future__ import annotations

import json
from datetime import date

from sqlalchemy import ColumnElement, Connection, select

from tracker.domain.filters import Filters
from tracker.domain.rows import FollowUp, Lesson
from tracker.domain.vocabulary import Topic
from tracker.store.follow_ups import list_follow_ups
from tracker.store.standing import in_force
from tracker.store.tables import journal_table


def lessons(session: Connection, filters: Filters, *, today: date) -> list[tuple[FollowUp, Lesson]]:
    """Every follow-up that a filter finds and that has a lesson, with the last one said."""
    said = _said(session)
    if not said:
        return []
    found = list_follow_ups(session, filters, today=today)
    return [(item, said[item.id]) for item in found if item.id in said]


def lesson_of(session: Connection, follow_up_id: int) -> Lesson | None:
    """The lesson said last of one follow-up."""
    return _said(session, journal_table.c.follow_up_id == follow_up_id).get(follow_up_id)


def _said(session: Connection, *about: ColumnElement[bool]) -> dict[int, Lesson]:
    query = (
        select(journal_table.c.follow_up_id, journal_table.c.target)
        .where(*about, journal_table.c.topic == Topic.LESSON, in_force(journal_table, date.max, None))
        .order_by(journal_table.c.effective_on, journal_table.c.id)
    )
    last = {row.follow_up_id: row.target for row in session.execute(query)}
    return {follow_up_id: Lesson(**json.loads(words or "{}")) for follow_up_id, words in last.items()}
