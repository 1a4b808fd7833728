"""Editions as they are kept: in their order, each with its own files, and with what was written after it."""

from datetime import UTC, date, datetime

import builders as b
import pytest

from tracker.domain.figures.material import Scope
from tracker.domain.periods import Quarter
from tracker.domain.rows import Organization
from tracker.domain.vocabulary import Acceptance, Topic
from tracker.services.corrections import correct
from tracker.services.listing import read_history
from tracker.store.editions import add_edition, all_editions, edition_figures, edition_files, late_entries

Q2, Q3 = Quarter(2026, 2), Quarter(2026, 3)
WHO = Organization("WHO", "Health")


def at(month, day):
    return datetime(2026, month, day, 10, tzinfo=UTC)


def kept(register, now, quarter=Q3, number=1, organization=None, files=()):
    scope = Scope(quarter, quarter.last_day, now, organization)
    with register.batch(b.who(now=now)) as batch:
        add_edition(batch, scope, number, f"{quarter}/{number}".encode(), dict(files))


@pytest.fixture
def filled(sqlite_register):
    b.organizations(sqlite_register, "WHO", "FAO")
    b.report(sqlite_register, b.recommendation("1"), now=at(1, 5))
    return sqlite_register


def test_editions_come_by_quarter_scope_and_number_each_with_its_own_figures_and_files(sqlite_register):
    kept(sqlite_register, at(10, 5), Q3, 1, files={"a.html": b"third quarter", "a.json": b"{}"})
    kept(sqlite_register, at(10, 6), Q3, 1, organization=WHO)
    kept(sqlite_register, at(10, 7), Q2, 1, files={"b.html": b"second quarter"})
    kept(sqlite_register, at(10, 8), Q3, 2)
    with sqlite_register.read() as session:
        found = all_editions(session)
        assert [edition.name for edition in found] == ["2026Q2/1", "2026Q3-WHO/1", "2026Q3/1", "2026Q3/2"]
        assert [edition.published_at for edition in found] == [at(10, 7), at(10, 6), at(10, 5), at(10, 8)]
        assert [edition.name for edition in all_editions(session, at(10, 6))] == ["2026Q3-WHO/1", "2026Q3/1"]
        assert [edition_figures(session, edition) for edition in found[:2]] == [b"2026Q2/1", b"2026Q3/1"]
        files = [[(name, content) for name, _, content in edition_files(session, edition)] for edition in found]
    assert files == [[("b.html", b"second quarter")], [], [("a.html", b"third quarter"), ("a.json", b"{}")], []]


def test_late_is_what_was_written_since_of_days_up_to_its_own_and_what_was_voided_of_them(filled):
    def logged(code, to, on, now, note):
        b.move(filled, "501/R1", code, to=to, on=on, now=now, note=note)
        return read_history(filled, "501/R1", code)[-1].entry.id

    before = logged("WHO", Acceptance.UNDER_CONSIDERATION, date(2026, 8, 1), at(8, 2), "in time")
    kept(filled, at(10, 5))
    logged("FAO", Acceptance.ACCEPTED, date(2026, 9, 30), at(11, 2), "of its last day")
    after = logged("WHO", Acceptance.ACCEPTED, date(2026, 10, 1), at(11, 3), "of the day after")
    correct(filled, "501/R1", "WHO", after, "not of its days", b.who(now=at(11, 4)))
    correct(filled, "501/R1", "WHO", before, "of its days", b.who(now=at(11, 5)))
    logged("FAO", Acceptance.NOT_ACCEPTED, date(2026, 8, 3), at(11, 7), "not known yet")
    with filled.read() as session:
        (edition,) = all_editions(session)
        late = late_entries(session, edition, at(11, 6))
    assert [(line.organization, line.topic, line.note, line.voids) for line in late] == [
        ("FAO", Topic.ACCEPTANCE, "of its last day", False),
        ("WHO", Topic.ACCEPTANCE, "of its days", True),
    ]
