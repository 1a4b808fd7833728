"""Figures against a second reckoning: from the raw rows, by the words of DESIGN alone, with nothing of the program's."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import builders as b
import pytest
from sqlalchemy import text

from tracker.domain.figures.material import Scope
from tracker.domain.figures.quarterly import quarterly
from tracker.domain.filters import Filters
from tracker.domain.periods import DueDate, Quarter
from tracker.domain.vocabulary import TARGETS
from tracker.errors import RefusedError
from tracker.services import corrections, extensions
from tracker.services.documents.completing import ReportChange, change_report
from tracker.services.listing import At, list_follow_ups, read_history
from tracker.services.reports.statistics import statistics
from tracker.store.counts import Dimension
from tracker.store.figures import read_material

CODES = ("WHO", "FAO")
START = datetime(2025, 11, 5, 9, tzinfo=UTC)
AXES = {"acceptance": "no-information", "implementation": "no-information", "verification": "not-verified"}
KINDS = ["move"] * 6 + ["due", "correct", "undo", "request", "grant", "verification"]
WORDS, ACTORS = [*sorted(TARGETS), *["accepted", "implemented", "disputed"] * 4], ["ana", "bo"]
CHOICES = (CODES, WORDS, range(120), ACTORS, KINDS)


@pytest.fixture
def filled(register):
    b.organizations(register, *CODES)
    b.report(register, issued_on=date(2020, 11, 5), now=START)
    return register


def play(register, chance):
    """Log sixty steps, one every eight days; what is refused is refused."""
    now = START
    for code, word, back, actor, kind in (map(chance.choice, CHOICES) for _ in range(60)):
        now += timedelta(days=8)
        ref, on = f"R{1 + back % 2}", max(START.date(), now.date() - timedelta(days=back if back > 60 else 0))
        try:
            _step(register, ref, code, TARGETS[word], back, on, kind, b.who(actor, now))
        except RefusedError:
            continue
    return now


def _step(register, ref, code, to, back, on, kind, who):
    if kind == "undo":
        corrections.undo(register, who)
    elif kind == "correct":
        for wrong in read_history(register, ref, code)[1:][-1:]:
            corrections.correct(register, ref, code, wrong.entry.id, "wrong", who)
    elif kind == "request":
        extensions.request(register, ref, code, DueDate(who.today + timedelta(days=back)), "more time", who)
    elif kind == "grant":
        extensions.decide(register, ref, code, who, granted=back % 3 > 0, to=None, note="so decided")
    elif kind == "verification":
        change_report(register, "501", ReportChange(asks_verification=back % 2 == 0), who)
    else:
        due = Quarter.of(on).last_day + timedelta(days=back % 3 - 1) if kind == "due" or back % 3 == 0 else None
        b.move(register, ref, code, to=to, note="because", on=on, due=due, actor=who.actor, now=who.now)


class Journal:
    """The raw rows, and what stood on a day as it was known at an instant."""

    def __init__(self, session):
        def rows(query):
            return [row._mapping for row in session.execute(text(query))]

        self.entries = rows("SELECT * FROM journal ORDER BY effective_on, id")
        self.codes = dict(
            row.values()
            for row in rows("SELECT f.id, o.code FROM follow_up f JOIN organization o ON o.id = f.organization_id")
        )
        (self.asks,) = [bool(row["asks_verification"]) for row in rows("SELECT asks_verification FROM report")]
        amended = rows("SELECT * FROM amendment WHERE column_name = 'asks_verification' ORDER BY id")
        self.asked_before = [(_instant(row["recorded_at"]), row["before"] == "true") for row in amended]

    def standing(self, day, known_at):
        known = [entry for entry in self.entries if _instant(entry["recorded_at"]) <= known_at]
        every = {key: self._of(key, [e for e in known if e["follow_up_id"] == key], day) for key in self.codes}
        asks = next((before for instant, before in self.asked_before if instant > known_at), self.asks)
        for at in every.values():
            closed = at["acceptance"] in ("not-accepted", "not-relevant") or at["implementation"] == "overtaken"
            looked = ("verified",) if asks else ("verified", "not-verified")
            at["open"] = not closed and (at["implementation"] != "implemented" or at["verification"] not in looked)
            at["overdue"] = at["open"] and at["due"] is not None and at["due"] < day
        return {key: at for key, at in every.items() if at["addressed"]}

    def _of(self, follow_up_id, known, day):
        gone = {entry["voids"] for entry in known}
        held = [entry for entry in known if entry["id"] not in gone and _day(entry["effective_on"]) <= day]
        at = {"code": self.codes[follow_up_id], "due": None, "first": None, "addressed": None, "heard": None, **AXES}
        at["granted"] = sum(entry["topic"] == "extension" and entry["source"] == "granted" for entry in held)
        for entry in held:
            topic = entry["topic"]
            at["heard"] = _day(entry["effective_on"]) if entry["voice"] == "organization" else at["heard"]
            at["addressed"] = _day(entry["effective_on"]) if topic == "addressed" else at["addressed"]
            if topic in AXES:
                at[topic] = entry["target"]
            if topic == "due":
                at["due"], at["first"] = _day(entry["target"]), at["first"] or _day(entry["target"])
        return at


def _day(value):
    return value if isinstance(value, date) else date.fromisoformat(value)


def _instant(value):
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def counted(rows):
    """Everything that a group says of its rows."""
    accepted = [at for at in rows if at["acceptance"] in ("accepted", "partially-accepted")]
    done = sum(at["implementation"] == "implemented" for at in accepted)
    relevant = sum(at["acceptance"] != "not-relevant" for at in rows)
    silent = sum(at["acceptance"] == "no-information" for at in rows)
    rates = [(len(accepted), len(rows)), (len(accepted), relevant), (done, len(accepted)), (silent, len(rows))]
    return len(rows), sum(at["open"] for at in rows), sum(at["overdue"] for at in rows), rates


def said(counts):
    found = counts.as_json()
    rates = [(rate["numerator"], rate["denominator"]) for rate in found["rates"]]
    return found["total"], found["open"], found["overdue"], rates


def mean(rows, place):
    known = [Fraction(*share) for own in by_code(rows).values() if (share := counted(own)[3][place])[1]]
    return float(100 * sum(known) / len(known)) if known else None


def by_code(rows):
    return {code: [at for at in rows if at["code"] == code] for code in sorted({at["code"] for at in rows})}


@pytest.mark.parametrize("seed", range(3))
def test_figures_are_what_a_reader_counts_in_the_journal(filled, seed):
    now = play(filled, random.Random(seed))
    with filled.read() as session:
        journal = Journal(session)
        for known_at in (now, now - timedelta(days=90)):
            scope = Scope(Quarter.of(now.date()).previous, Quarter.of(now.date()).previous.last_day, known_at)
            check_report(journal, quarterly(read_material(session, scope)), scope)
    dues = {date.fromisoformat(str(entry["target"])) for entry in journal.entries if entry["topic"] == "due"}
    for day in (START.date(), now.date(), *sorted(day for day in dues if day < now.date())[-5:]):
        check_lists(filled, journal.standing(day, now), At(now.date(), day, now))
    check_lists(filled, journal.standing(now.date(), now), At(now.date()))


def check_lists(register, expected, at):
    listed = {row.id: row for row in list_follow_ups(register, Filters(), at)}
    names = ("due", "first", "heard", "open", "overdue")
    assert {
        key: (row.due_on, row.original_due_on, row.heard_on, row.is_open, row.is_overdue(at.day))
        for key, row in listed.items()
    } == {key: tuple(row[name] for name in names) for key, row in expected.items()}
    positions = {key: [getattr(row, axis).value for axis in AXES] for key, row in listed.items()}
    assert positions == {key: [row[axis] for axis in AXES] for key, row in expected.items()}
    found = statistics(register, Dimension.ORGANIZATION, Filters(), at)
    assert {group.name: said(group.counts) for group in found.groups} == {
        code: counted(rows) for code, rows in by_code(expected.values()).items()
    }


def check_report(journal, figures, scope):
    rows, stood = (journal.standing(day, scope.known_at) for day in (scope.as_of, scope.day_before))
    assert said(figures.counts) == counted(rows.values())
    for place, name in ((0, "acceptance"), (2, "implementation")):
        exact, printed = mean(rows.values(), place), getattr(figures.headline, f"mean_{name}")
        assert (printed is None) is (exact is None)
        assert printed is None or abs(float(printed) - exact) <= 0.0501
    balance = figures.roll_forward
    assert (balance.open_at_start, balance.new, balance.reopened, balance.open_at_end) == (
        sum(at["open"] for at in stood.values()),
        len(rows.keys() - stood.keys()),
        sum(at["open"] and not stood[key]["open"] for key, at in rows.items() if key in stood),
        sum(at["open"] for at in rows.values()),
    )
    assert balance.closes
    before = {key: stood.get(key, {**AXES, "due": at["due"]}) for key, at in rows.items()}
    changed = {key for key, at in rows.items() if any(before[key][name] != at[name] for name in (*AXES, "due"))}
    assert {item.row.id for item in figures.changes} == changed
    late = {key: ((scope.as_of - at["due"]).days, at["granted"]) for key, at in rows.items() if at["overdue"]}
    assert {item.row.id: (item.days, item.extensions) for item in figures.overdue} == late
    trend = [journal.standing(point.quarter.last_day, scope.known_at) for point in figures.trend]
    assert [said(point.group.counts) for point in figures.trend] == [counted(at.values()) for at in trend]
    for lines in (figures.ageing, figures.silence):
        assert (sum(line.open for line in lines), sum(line.overdue for line in lines)) == counted(rows.values())[1:3]
