"""Reading what figures are made from, on both databases: as of a day, as known at an instant."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import builders as b
import pytest
import register_files
from sqlalchemy import event

from tracker.domain.figures.material import Scope
from tracker.domain.figures.quarterly import quarterly
from tracker.domain.filters import Filters
from tracker.domain.periods import DueDate, Quarter
from tracker.domain.rows import Organization
from tracker.domain.vocabulary import Acceptance, Implementation, Voice
from tracker.services import extensions
from tracker.services.corrections import correct
from tracker.services.documents.completing import ReportChange, change_recommendation, change_report
from tracker.services.listing import At
from tracker.services.registers.intake import import_register
from tracker.services.reports.statistics import statistics
from tracker.store.counts import Dimension
from tracker.store.figures import read_material, read_positions
from tracker.store.journal import history
from tracker.store.mails import ledger

A, I = Acceptance, Implementation  # noqa: E741
Q3 = Quarter(2026, 3)
END = date(2026, 9, 30)
KNOWN = datetime(2026, 10, 5, 9, tzinfo=UTC)


@pytest.fixture
def filled(register):
    b.organizations(register, "WHO", "FAO", "ILO")
    b.report(register, now=datetime(2025, 1, 20, tzinfo=UTC))
    b.move(register, "501/R1", "WHO", to=A.ACCEPTED, due=date(2026, 6, 30), on=date(2026, 5, 4), now=at(5, 6))
    b.move(register, "501/R1", "WHO", to=I.IMPLEMENTED, note="done", on=date(2026, 8, 4), now=at(8, 6))
    b.move(register, "501/R1", "FAO", to=A.ACCEPTED, due=date(2026, 6, 30), on=date(2026, 5, 4), now=at(5, 6))
    b.move(register, "501/R2", "FAO", to=A.NOT_ACCEPTED, note="too dear", on=date(2026, 7, 9), now=at(7, 9))
    return register


def at(month, day):
    return datetime(2026, month, day, 10, tzinfo=UTC)


def figures(register, **given):
    with register.read() as session:
        return quarterly(read_material(session, Scope(**{"quarter": Q3, "as_of": END, "known_at": KNOWN, **given})))


def test_the_reason_of_a_refusal_stays_where_an_earlier_day_is_logged_afterwards(filled):
    b.move(filled, "501/R2", "FAO", to=A.UNDER_CONSIDERATION, note="by telephone", on=date(2026, 3, 2), now=at(9, 1))
    b.move(filled, "501/R2", "FAO", note="a remark of the office", on=date(2026, 9, 2), now=at(9, 2))
    assert [(item.reason, item.on) for item in figures(filled).declined] == [("too dear", date(2026, 7, 9))]


def test_a_correction_is_known_from_the_instant_at_which_it_was_written(filled):
    refusal = "A/80/501/R2", "FAO"
    with filled.read() as session:
        entries = history(session, [b.follow_up(filled, *refusal).id])
        (number,) = [each.id for each in next(iter(entries.values())) if each.note == "too dear"]
    correct(filled, *refusal, number, "another report was meant", b.who(now=at(9, 1)))
    before = figures(filled, known_at=at(9, 1) - timedelta(seconds=1))
    assert [item.reason for item in before.declined] == ["too dear"]
    assert figures(filled, known_at=at(9, 1)).declined == ()


def test_the_quarter_is_read_from_the_journal(filled):
    found = figures(filled)
    assert (found.counts.total, found.counts.open, found.counts.overdue) == (6, 4, 1)
    assert (found.roll_forward.open_at_start, found.roll_forward.open_at_end) == (6, 4)
    assert found.roll_forward.closes
    assert [(item.row.name, item.note) for item in found.changes] == [
        ("A/80/501/R1 WHO", "done"),
        ("A/80/501/R2 FAO", "too dear"),
    ]
    assert [item.reason for item in found.declined] == ["too dear"]
    assert [str(group.acceptance) for group in found.organizations] == ["50.0% (1/2)", "0.0% (0/2)", "50.0% (1/2)"]


def test_what_was_written_later_is_not_known_then(filled):
    before = figures(filled).canonical()
    b.move(filled, "501/R2", "ILO", to=A.ACCEPTED, on=date(2026, 9, 1), now=at(10, 20))
    assert figures(filled).canonical() == before
    assert figures(filled, known_at=at(10, 21)).headline.own.acceptance.numerator == 3


def test_what_took_effect_on_the_first_and_on_the_last_day_of_the_quarter_is_a_change_in_it(filled):
    for name, day in (("WHO", date(2026, 6, 30)), ("ILO", date(2026, 7, 1))):
        b.move(filled, "501/R2", name, to=A.ACCEPTED, on=day, now=at(10, 1))
    b.move(filled, "501/R2", "ILO", note="a remark of the office", on=date(2026, 9, 2), now=at(10, 1))
    b.move(filled, "501/R1", "ILO", to=A.ACCEPTED, on=END, now=at(10, 1))
    changes = {item.row.name.removeprefix("A/80/501/"): item.on for item in figures(filled).changes}
    assert (changes["R1 ILO"], changes["R2 ILO"], "R2 WHO" in changes) == (END, date(2026, 7, 1), False)


def test_what_took_effect_later_does_not_count(filled):
    b.move(filled, "501/R2", "ILO", to=A.ACCEPTED, on=date(2026, 10, 1), now=at(10, 2))
    assert figures(filled).headline.own.acceptance.numerator == 2


def test_what_is_said_again_without_a_word_keeps_its_day_and_its_reason(filled):
    b.move(filled, "501/R2", "FAO", to=A.NOT_ACCEPTED, on=date(2026, 9, 1), now=at(9, 1))
    b.move(filled, "501/R1", "WHO", to=I.IMPLEMENTED, on=date(2026, 9, 20), now=at(9, 20))
    found = figures(filled)
    assert [(item.reason, item.on) for item in found.declined] == [("too dear", date(2026, 7, 9))]
    assert [(item.row.name, item.on, item.note) for item in found.changes] == [
        ("A/80/501/R1 WHO", date(2026, 8, 4), "done"),
        ("A/80/501/R2 FAO", date(2026, 7, 9), "too dear"),
    ]


def test_a_reason_given_later_is_the_reason_and_the_day_stays_that_of_the_refusal(filled):
    b.move(filled, "501/R2", "FAO", to=A.NOT_ACCEPTED, note="no budget line", on=date(2026, 9, 1), now=at(9, 1))
    assert [(item.reason, item.on) for item in figures(filled).declined] == [("no budget line", date(2026, 7, 9))]


def test_a_claim_is_told_with_its_own_words_and_day_not_with_a_later_note(filled):
    b.move(filled, "501/R1", "WHO", note="Our desk has lost the annex.", on=date(2026, 9, 10), now=at(9, 10))
    assert [(item.reason, item.on) for item in figures(filled).claimed] == [("done", date(2026, 8, 4))]
    b.move(filled, "501/R1", "WHO", to=I.IMPLEMENTED, note="letter of May", on=date(2026, 5, 20), now=at(9, 12))
    assert [(item.reason, item.on) for item in figures(filled).claimed] == [("done", date(2026, 5, 20))]


def test_what_is_declined_a_second_time_has_the_day_and_the_reason_of_the_second(filled):
    b.move(filled, "501/R2", "FAO", to=A.UNDER_CONSIDERATION, on=date(2026, 8, 1), now=at(8, 1))
    b.move(filled, "501/R2", "FAO", to=A.NOT_ACCEPTED, note="the board says no", on=date(2026, 9, 1), now=at(9, 1))
    b.move(filled, "501/R2", "FAO", to=A.NOT_ACCEPTED, on=date(2026, 9, 9), now=at(9, 9))
    assert [(item.reason, item.on) for item in figures(filled).declined] == [("the board says no", date(2026, 9, 1))]
    assert [item.reason for item in figures(filled, known_at=at(7, 31)).declined] == ["too dear"]


def test_of_two_words_of_one_day_the_one_written_last_is_told_with_its_reason(filled):
    for to, note in ((A.ACCEPTED, None), (A.NOT_ACCEPTED, "no budget line")):
        b.move(filled, "501/R2", "ILO", to=to, note=note, on=date(2026, 8, 3), now=at(8, 3))
    b.move(filled, "501/R2", "ILO", note="a remark of the office", on=date(2026, 9, 2), now=at(9, 2))
    told = {item.row.organization: (item.reason, item.on) for item in figures(filled).declined}
    assert told["ILO"] == ("no budget line", date(2026, 8, 3))


def test_what_the_issuer_withdrew_is_not_what_an_organization_declined(filled, tmp_path):
    rows = ("009/25,WHO,RPT-1,2026-03-01,Withdrawn,2026-09-30,Check the valves.,",)
    path = register_files.write(tmp_path, "r.csv", register_files.csv_text(*rows))
    import_register(filled, path, register_files.mapping(tmp_path), b.who(now=at(10, 2)))
    assert [(item.row.organization, item.voice.value, item.reason) for item in figures(filled).declined] == [
        ("FAO", "organization", "too dear"),
        ("WHO", "issuer", "invented: Withdrawn"),
    ]
    with filled.read() as session:
        positions = read_positions(session, Scope(Q3, END, KNOWN)).values()
    assert [step.note for step in positions if step.voice is Voice.ISSUER] == ["invented: Withdrawn"]


def test_an_organization_is_quoted_with_no_word_of_the_issuer(filled, tmp_path):
    rows = [f"009/25,{code},RPT-1,2026-03-01,Withdrawn,2026-09-30,Check the valves.," for code in ("WHO", "ILO")]
    path = register_files.write(tmp_path, "r.csv", register_files.csv_text(*rows))
    import_register(filled, path, register_files.mapping(tmp_path), b.who(now=at(10, 2)))
    b.move(filled, "RPT-1/R009-25", "WHO", to=A.NOT_RELEVANT, on=END, now=at(10, 3))
    early = date(2026, 8, 1)
    b.move(filled, "RPT-1/R009-25", "ILO", to=A.NOT_RELEVANT, on=early, note="We have no valves.", now=at(10, 3))
    told = {item.row.organization: (item.voice.value, item.reason, item.on) for item in figures(filled).declined}
    assert told["WHO"] == ("organization", None, END)
    assert told["ILO"] == ("organization", "We have no valves.", early)
    with filled.read() as session:
        positions = read_positions(session, Scope(Q3, END, KNOWN)).values()
    assert {step.voice for step in positions} == {Voice.ORGANIZATION}
    assert sorted(filter(None, (step.note for step in positions))) == ["We have no valves.", "too dear"]


def test_the_trend_has_eight_quarters_and_ends_with_this_one(filled):
    trend = figures(filled).trend
    assert [str(point.quarter) for point in trend] == [
        *("2024Q4", "2025Q1", "2025Q2", "2025Q3", "2025Q4", "2026Q1", "2026Q2"),
        "2026Q3",
    ]
    assert [point.group.counts.total for point in trend] == [0, 6, 6, 6, 6, 6, 6, 6]
    assert [point.group.counts.acceptance(A.ACCEPTED) for point in trend][-3:] == [0, 2, 2]


def test_a_quarter_of_the_trend_counts_what_was_open_and_past_its_date_on_its_last_day(filled):
    trend = figures(filled, quarter=Quarter(2026, 4), as_of=date(2026, 12, 31), known_at=at(12, 31)).trend
    counts = [(point.group.counts.open, point.group.counts.overdue) for point in trend]
    assert counts[-3:] == [(6, 0), (4, 1), (4, 1)], "due on 2026-06-30, both; WHO has done it in August"


def test_each_report_says_for_itself_whether_it_asks_for_verification(filled):
    b.report(filled, symbol="A/80/777", now=at(1, 2))
    change_report(filled, "777", ReportChange(asks_verification=True), b.who(now=at(1, 3)))
    for reference, code in (("777/R1", "WHO"), ("501/R1", "FAO")):
        for to, note in ((A.ACCEPTED, None), (I.IMPLEMENTED, "done")):
            b.move(filled, reference, code, to=to, note=note, on=date(2026, 6, 1), now=at(6, 1))
    found = figures(filled)
    assert (found.roll_forward.open_at_start, found.roll_forward.open_at_end) == (11, 9)
    assert found.roll_forward.closes
    assert [point.group.counts.open for point in found.trend][-2:] == [11, 9]


def test_one_organization_beside_the_system(filled):
    found = figures(filled, organization=Organization("FAO", "The FAO organization"))
    assert {row.organization for row in found.annex} == {"FAO"}
    assert str(found.headline.own.acceptance) == "50.0% (1/2)"
    assert str(found.headline.system.acceptance) == "33.3% (2/6)"
    assert found.organizations == ()
    assert found.roll_forward.closes
    assert [point.group.counts.total for point in found.trend][-2:] == [2, 2]


def test_extensions_stand_beside_the_overdue_row(filled):
    who = b.who(now=at(7, 1))
    extensions.request(filled, "501/R1", "FAO", DueDate(date(2026, 8, 31)), "late", who)
    extensions.decide(filled, "501/R1", "FAO", b.who(now=at(7, 2)), granted=True, to=None, note="once")
    (late,) = figures(filled).overdue
    assert (late.extensions, late.row.original_due_on, late.row.due_on) == (1, date(2026, 6, 30), date(2026, 8, 31))


@pytest.mark.parametrize(
    ("words", "pending"),
    [
        ((("requested", 5), ("refused", 6), ("requested", 1)), date(2026, 8, 31)),  # asked for again in a late return
        ((("requested", 5), ("refused", 4)), None),  # refused an hour later, where it is still the day before
    ],
)
def test_a_request_is_pending_by_the_order_of_writing_whatever_the_days(filled, words, pending):
    for hour, (word, day) in enumerate(words):
        who = replace(b.who(now=at(7, 6) + timedelta(hours=hour)), today=date(2026, 7, day))
        if word == "requested":
            extensions.request(filled, "501/R1", "FAO", DueDate(date(2026, 8, 31)), "late", who)
        else:
            extensions.decide(filled, "501/R1", "FAO", who, granted=False, to=None, note="no")
    (late,) = figures(filled).overdue
    assert late.asked_until == pending
    listed = [item.requested_to for item in extensions.undecided(filled, At(END))]
    with filled.read() as session:
        (case,) = ledger.open_cases(session, "FAO", {}, today=END)
    assert (case.requested_to, listed) == (pending, [pending] if pending else [])
    assert case.refused_on == (None if pending else date(2026, 7, 4))


def test_the_number_of_queries_does_not_depend_on_the_number_of_rows(filled):
    few = _queries(filled)
    b.report(filled, *(b.recommendation(str(n)) for n in range(1, 12)), symbol="A/80/777", now=at(1, 2))
    assert _queries(filled) == few


def _queries(register):
    seen = []
    event.listen(register.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    figures(register)
    return len(seen) - sum(not words.startswith("SELECT") for words in seen)


def test_an_empty_register_gives_figures(register):
    found = figures(register)
    assert found.annex == ()
    assert found.counts.total == 0


def test_what_has_no_value_is_counted_in_the_last_group_of_a_report_and_of_statistics_alike(filled):
    change_recommendation(filled, "501/R1", b.who(now=at(9, 2)), impact="a/a-i")
    groups = statistics(filled, Dimension.IMPACT, Filters(), At(END)).groups
    assert [group.name for group in groups] == ["a/a-i", ""]
    assert [group.code for group in figures(filled).impacts] == ["a/a-i", ""]
