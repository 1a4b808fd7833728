"""Where things stand, in SQL and in Python: the same answer for any history, day and instant."""

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from itertools import product

import builders as b
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from tracker.domain.journal import standing as fold
from tracker.domain.lifecycle import Positions, is_settled
from tracker.domain.rows import FollowUp, FollowUpLine
from tracker.domain.updates import Update
from tracker.domain.vocabulary import TARGETS, Acceptance, Implementation, Topic, Verification, Voice
from tracker.errors import RefusedError
from tracker.services import corrections, updates
from tracker.store import standing as in_sql
from tracker.store.database.tables import (
    batch_table,
    follow_up_table,
    journal_table,
    organization_table,
    recommendation_table,
    report_table,
)
from tracker.store.follow_ups import select_lines, select_rows
from tracker.store.journal import history

ADDRESSED = date(2026, 1, 5)
START = datetime(2026, 1, 5, 9, tzinfo=UTC)
CODES = ("WHO", "FAO")

STEPS = st.lists(
    st.tuples(
        st.sampled_from(CODES),
        st.sampled_from(sorted(TARGETS)),
        st.integers(0, 40),
        st.sampled_from(["ana", "bo"]),
        st.sampled_from(["move", "move", "move", "move", "due", "correct", "undo"]),
    ),
    min_size=1,
    max_size=12,
)


@pytest.fixture
def filled(register):
    b.organizations(register, *CODES)
    b.report(register, b.recommendation("1"), issued_on=ADDRESSED, now=START)
    return register


@pytest.mark.parametrize("at", [in_sql.standing(), in_sql.standing(date(2026, 3, 31))], ids=["now", "of a day"])
def test_the_columns_read_are_the_fields_of_the_records(at):
    def by_place(kind):
        return [field.name for field in fields(kind) if field.init and not field.kw_only]

    assert [column.name for column in select_lines(at).selected_columns] == by_place(FollowUpLine)
    assert [*(column.name for column in select_rows(at).selected_columns), "evidence"] == by_place(FollowUp)


def play(register, steps):
    """Log the steps as a day each; what is refused is refused."""
    for place, (code, word, back, actor, kind) in enumerate(steps, start=1):
        now = START + timedelta(days=10 * place)
        on = max(ADDRESSED, now.date() - timedelta(days=back if back > 20 else 0))
        who = b.who(actor, now)
        try:
            if kind == "undo":
                corrections.undo(register, who)
            elif kind == "correct":
                _correct(register, code, back, who)
            elif kind == "due":
                b.move(register, "R1", code, due=on + timedelta(days=90), note="asked", on=on, actor=actor, now=now)
            else:
                b.move(register, "R1", code, to=TARGETS[word], note="because", on=on, actor=actor, now=now)
        except RefusedError:
            continue


def _correct(register, code, place, who):
    with register.read() as session:
        written = history(session, _ids(session))
    entries = written[b.follow_up(register, "R1", code).id]
    wrong = entries[place % len(entries)]
    if wrong.id != entries[0].id:
        corrections.correct(register, "R1", code, wrong.id, "wrong", who)


def _ids(session):
    return list(session.scalars(select(follow_up_table.c.id).order_by(follow_up_table.c.id)))


COLUMNS = ("acceptance", "implementation", "verification", "due_on", "original_due_on", "addressed_on", "heard_on")


def from_sql(session, as_of=None, known_at=None):
    at = in_sql.standing(as_of, known_at)
    rows = session.execute(select(at)).all()
    return {row.id: (*(getattr(row, name) for name in COLUMNS), row.effective_on, row.actor, row.open) for row in rows}


def from_fold(session, as_of=None, known_at=None):
    found = {}
    for follow_up_id, entries in history(session, _ids(session)).items():
        at = fold(entries, as_of=as_of, known_at=known_at)
        if at.addressed_on is not None:
            positions = (at.positions.acceptance, at.positions.implementation, at.positions.verification)
            days = (at.due_on, at.original_due_on, at.addressed_on, at.heard_on)
            is_open = not is_settled(at.positions, asks_verification=False)
            found[follow_up_id] = (*positions, *days, at.last.effective_on, at.last.actor, is_open)
    return found


@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_sql_and_python_agree_for_any_history_day_and_instant(filled, steps):
    play(filled, steps)  # on top of what the examples before it wrote: longer and longer histories
    days = [None, ADDRESSED - timedelta(days=1), *(ADDRESSED + timedelta(days=n) for n in (0, 35, 90))]
    instants = [None, *(START + timedelta(days=n) for n in (0, 45))]
    with filled.read() as session:
        assert from_sql(session) == from_fold(session)
        for as_of, known_at in product(days, instants):
            assert from_sql(session, as_of, known_at) == from_fold(session, as_of, known_at), (as_of, known_at)


def test_settled_in_sql_is_settled_in_python_for_every_position(register):
    """Entries are written past the rules on purpose: the condition must hold for whatever stands there."""
    every = list(product(Acceptance, Implementation, Verification, (False, True)))
    with register.write() as session:
        session.execute(
            insert(batch_table).values(
                number=1, actor="ana", recorded_at=START, asked="test", previous="0" * 64, hash="1" * 64
            )
        )
        session.execute(
            insert(organization_table).values(
                id=1, code="WHO", folded="WHO", name="Health", timezone="UTC", language="en"
            )
        )
        for asks in (False, True):
            session.execute(insert(report_table).values(id=int(asks) + 1, title="Things", asks_verification=asks))
        for number, (acceptance, implementation, verification, asks) in enumerate(every, start=1):
            _write_past_the_rules(session, number, (acceptance, implementation, verification), report_id=int(asks) + 1)
    with register.read() as session:
        at = in_sql.standing(as_of=date(2026, 12, 31))
        is_open = dict(session.execute(select(at.c.id, at.c.open)).all())
    for number, (*position, asks) in enumerate(every, start=1):
        assert is_open[number] is not is_settled(Positions(*position), asks_verification=asks), (position, asks)


def _write_past_the_rules(session, number, position, *, report_id):
    session.execute(
        insert(recommendation_table).values(
            id=number, report_id=report_id, number=str(number), position=number, text="Do."
        )
    )
    acceptance, implementation, verification = position
    session.execute(
        insert(follow_up_table).values(
            id=number,
            recommendation_id=number,
            organization_id=1,
            version=1,
            acceptance=acceptance,
            implementation=implementation,
            verification=verification,
            addressed_on=ADDRESSED,
            effective_on=ADDRESSED,
            recorded_at=START,
            actor="ana",
            open=True,
            withdrawn=False,
        )
    )
    words = [("addressed", None), *zip(("acceptance", "implementation", "verification"), position, strict=True)]
    for ordinal, (topic, target) in enumerate(words, start=1):
        session.execute(
            insert(journal_table).values(
                id=number * 10 + ordinal,
                batch=1,
                ordinal=number * 10 + ordinal,
                follow_up_id=number,
                topic=Topic(topic),
                target=None if target is None else target.value,
                effective_on=ADDRESSED,
                recorded_at=START,
                voice=Voice.OFFICE,
            )
        )


def test_the_open_that_is_kept_is_the_one_that_is_computed(filled):
    b.move(filled, "R1", "WHO", to=Acceptance.ACCEPTED, on=date(2026, 2, 1))
    updates.update(
        filled,
        updates.Selection("R1", ("WHO",)),
        Update(date(2026, 3, 1), Implementation.IMPLEMENTED, note="done"),
        b.who(),
        evidence_store=None,
    )
    with filled.read() as session:
        assert from_sql(session) == from_sql(session, as_of=date(2099, 1, 1))
