"""Lessons: what was said of every follow-up, out of the journal."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime

from sqlalchemy import Connection, select

from tracker.domain.filters import Filters
from tracker.domain.rows import FollowUp, Lesson
from tracker.domain.vocabulary import Topic
from tracker.store.database.tables import journal_table
from tracker.store.follow_ups import list_follow_ups
from tracker.store.standing import in_force


def lessons(
    session: Connection,
    filters: Filters,
    *,
    today: date,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> list[tuple[FollowUp, Lesson]]:
    """Every follow-up that a filter finds and that has a lesson, with all that was said of it."""
    query = (
        select(journal_table.c.follow_up_id, journal_table.c.target)
        .where(journal_table.c.topic == Topic.LESSON, in_force(journal_table, as_of or date.max, known_at))
        .order_by(journal_table.c.effective_on, journal_table.c.id)
    )
    said: dict[int, Lesson] = defaultdict(Lesson)
    for follow_up_id, target in session.execute(query):
        said[follow_up_id] = said[follow_up_id].and_then(Lesson.read(target))
    if not said:
        return []
    found = list_follow_ups(session, filters, today=today, as_of=as_of, known_at=known_at)
    return [(item, said[item.id]) for item in found if said.get(item.id, Lesson()) != Lesson()]
