"""The figures of a quarter, from rows alone."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.figures import listings
from tracker.domain.figures.editions import Edition, Late, differing_parts, restate, says_the_same
from tracker.domain.figures.groups import count, grouped, headline
from tracker.domain.figures.material import Before, Material, Scope, Step, resolve_scope
from tracker.domain.figures.movement import Settlement, changes, roll_forward
from tracker.domain.figures.quarterly import quarterly
from tracker.domain.figures.scorecard import Year, issued_between, scorecard, silent_in
from tracker.domain.filters import Filters
from tracker.domain.lifecycle import Positions, is_settled
from tracker.domain.periods import Quarter
from tracker.domain.rates import Rate, median_percent
from tracker.domain.rows import FollowUp, Organization
from tracker.domain.vocabulary import Acceptance, Addressee, Implementation, Topic, Verification, Voice
from tracker.errors import BadDataError

A, I, V = Acceptance, Implementation, Verification  # noqa: E741
Q3 = Quarter(2026, 3)
NOW = datetime(2026, 10, 5, 9, tzinfo=UTC)
END = date(2026, 9, 30)


def row(key=1, **given):
    plain = FollowUp(
        id=key,
        version=1,
        report="A/80/501",
        report_title="Things",
        issued_on=date(2025, 1, 15),
        asks_verification=False,
        number="1",
        text="Do the thing.",
        addressee=Addressee.EXECUTIVE_HEAD,
        impact=None,
        stance=None,
        organization=f"ORG{key}",
        acceptance=A.NO_INFORMATION,
        implementation=I.NO_INFORMATION,
        verification=V.NOT_VERIFIED,
        reported_by=None,
        due_on=None,
        original_due_on=None,
        addressed_on=date(2025, 1, 15),
        heard_on=None,
        effective_on=date(2025, 1, 15),
        recorded_at=NOW,
        actor="officer",
        note=None,
        left_on=None,
    )
    return replace(plain, **given)


def before(**given):
    plain = Before(A.NO_INFORMATION, I.NO_INFORMATION, V.NOT_VERIFIED, open=True, due_on=None)
    return replace(plain, **given)


def scope(**given):
    return replace(Scope(Q3, END, NOW), **given)


positions = st.tuples(st.sampled_from(A), st.sampled_from(I), st.sampled_from(V), st.booleans())


@st.composite
def registers(draw):
    rows, stood = [], {}
    for key in range(draw(st.integers(0, 12))):
        acceptance, implementation, verification, asks = draw(positions)
        rows.append(
            row(
                key,
                acceptance=acceptance,
                implementation=implementation,
                verification=verification,
                asks_verification=asks,
            )
        )
        if draw(st.booleans()):
            at = Positions(*draw(positions)[:3])
            settled = is_settled(at, asks_verification=asks)
            stood[key] = Before(at.acceptance, at.implementation, at.verification, open=not settled, due_on=None)
    return rows, stood


@given(registers())
def test_the_roll_forward_always_closes(register):
    rows, stood = register
    balance = roll_forward(rows, stood)
    assert balance.closes
    assert balance.open_at_end == sum(item.is_open for item in rows)
    assert balance.open_at_start == sum(item.open for item in stood.values())


def test_the_roll_forward_counts_by_kind():
    rows = [
        row(1, acceptance=A.ACCEPTED, implementation=I.IMPLEMENTED),
        row(2, acceptance=A.NOT_ACCEPTED),
        row(3, acceptance=A.ACCEPTED, implementation=I.IN_PROGRESS),
        row(4),
        row(5, acceptance=A.NOT_RELEVANT),
    ]
    stood = {1: before(), 2: before(), 3: before(open=False), 5: before(open=False)}
    balance = roll_forward(rows, stood)
    assert (balance.open_at_start, balance.new, balance.reopened, balance.open_at_end) == (2, 1, 1, 2)
    assert dict(balance.settled) == {
        Settlement.IMPLEMENTED: 1,
        Settlement.OVERTAKEN: 0,
        Settlement.NOT_ACCEPTED: 1,
        Settlement.NOT_RELEVANT: 0,
    }


def test_what_is_withdrawn_in_the_quarter_leaves_the_balance_closed():
    balance = roll_forward([row(1)], {1: before(), 2: before()})
    assert balance.withdrawn == 1
    assert balance.closes


def test_a_balance_that_does_not_close_says_by_how_much():
    balance = replace(roll_forward([row(1)], {1: before()}), open_at_end=3)
    assert not balance.closes
    assert balance.difference == -2


def test_changes_say_from_and_to_with_the_last_word():
    late = row(1, acceptance=A.ACCEPTED, due_on=date(2027, 1, 31), note="a later remark")
    steps = [
        Step(1, Topic.ACCEPTANCE, "no-information", "under-consideration", date(2026, 7, 3), "in the council"),
        Step(1, Topic.ACCEPTANCE, "under-consideration", "accepted", date(2026, 8, 3), "by letter"),
        Step(1, Topic.DUE, "2026-12-31", "2027-01-31", date(2026, 8, 9), "asked for"),
    ]
    (changed,) = changes([late], {1: before(due_on=date(2026, 12, 31))}, steps)
    assert [(s.axis, s.source, s.target) for s in changed.shifts] == [
        ("acceptance", "no-information", "accepted"),
        ("due", "2026-12-31", "2027-01-31"),
    ]
    assert (changed.on, changed.note, changed.is_new) == (date(2026, 8, 9), "asked for", False)


def test_a_change_is_told_on_each_axis_on_which_there_is_one():
    moved = row(1, acceptance=A.ACCEPTED, implementation=I.IMPLEMENTED, verification=V.VERIFIED)
    steps = [Step(1, Topic.VERIFICATION, "not-verified", "verified", END, "looked at")]
    (changed,) = changes([moved], {1: before()}, steps)
    assert [(s.axis, s.source, s.target) for s in changed.shifts] == [
        ("acceptance", "no-information", "accepted"),
        ("implementation", "no-information", "implemented"),
        ("verification", "not-verified", "verified"),
    ]
    assert (changed.on, changed.note) == (END, "looked at")


def test_what_is_declined_is_settled_as_that_whatever_overtook_it():
    rows = [row(1, acceptance=A.NOT_ACCEPTED, implementation=I.OVERTAKEN), row(2, implementation=I.OVERTAKEN)]
    assert dict(roll_forward(rows, {1: before(), 2: before()}).settled) == {
        Settlement.IMPLEMENTED: 0,
        Settlement.OVERTAKEN: 1,
        Settlement.NOT_ACCEPTED: 1,
        Settlement.NOT_RELEVANT: 0,
    }


def test_what_is_settled_is_neither_open_nor_overdue():
    late = date(2026, 6, 30)
    counted = count([row(1, due_on=late), row(2, due_on=END), row(3, acceptance=A.NOT_ACCEPTED, due_on=late)], END)
    assert (counted.total, counted.open, counted.overdue) == (3, 2, 1)


def test_a_row_that_came_back_to_where_it_was_has_not_changed():
    steps = [Step(1, Topic.ACCEPTANCE, "accepted", "not-accepted", date(2026, 8, 1), None)]
    assert changes([row(1)], {1: before()}, steps) == ()


def test_a_new_row_of_which_nothing_was_said_is_no_change():
    assert changes([row(1, due_on=END)], {}, []) == ()


def test_reasons_are_those_of_the_refusal_not_of_the_last_entry():
    refused = row(1, acceptance=A.NOT_ACCEPTED, note="a remark of the office", effective_on=date(2026, 8, 1))
    reason = Step(1, Topic.ACCEPTANCE, "accepted", "not-accepted", date(2026, 5, 1), "too dear")
    (said,) = listings.declined([refused], [reason])
    assert (said.reason, said.on) == ("too dear", date(2026, 5, 1))


def test_a_confirmation_moves_nothing_whatever_it_was_written_to_move_from():
    declined = row(1, acceptance=A.NOT_ACCEPTED)
    steps = [
        Step(1, Topic.ACCEPTANCE, "no-information", "not-accepted", date(2026, 7, 10), "too dear"),
        Step(1, Topic.ACCEPTANCE, "no-information", "not-accepted", date(2026, 9, 1), None),
    ]
    (said,) = listings.declined([declined], steps)
    assert (said.reason, said.on) == ("too dear", date(2026, 7, 10))
    (changed,) = changes([declined], {1: before()}, steps)
    assert (changed.note, changed.on) == ("too dear", date(2026, 7, 10))


def test_whose_word_it_is_goes_with_what_is_declined_and_an_organization_that_confirms_says_it_too():
    withdrawn = row(1, acceptance=A.NOT_RELEVANT)
    steps = [Step(1, Topic.ACCEPTANCE, "accepted", "not-relevant", date(2026, 5, 1), "Withdrawn", Voice.ISSUER)]
    figures = quarterly(Material(scope(), (withdrawn,), reasons=tuple(steps)))
    assert [item.voice for item in figures.declined] == [Voice.ISSUER]
    assert figures.as_json()["declined"][0]["voice"] == "issuer"
    steps.append(Step(1, Topic.ACCEPTANCE, "not-relevant", "not-relevant", date(2026, 6, 1), "so we think"))
    figures = quarterly(Material(scope(), (withdrawn,), reasons=tuple(steps)))
    assert [(item.voice, item.reason) for item in figures.declined] == [(Voice.ORGANIZATION, "so we think")]
    assert set(figures.as_json()["declined"][0]) == {"row", "reason", "on"}, "as editions have it since ever"


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ((Voice.ISSUER, "Withdrawn"), (Voice.ORGANIZATION, None), (Voice.ORGANIZATION, None)),
        ((Voice.ORGANIZATION, "no valves"), (Voice.ISSUER, "Withdrawn"), (Voice.ORGANIZATION, "no valves")),
        ((Voice.ORGANIZATION, "no valves"), (Voice.ORGANIZATION, None), (Voice.ORGANIZATION, "no valves")),
        ((Voice.ISSUER, "Withdrawn"), (Voice.ISSUER, "Closed"), (Voice.ISSUER, "Closed")),
    ],
)
def test_a_reason_is_the_word_of_whoever_it_is_told_as(first, second, said):
    days = (date(2026, 5, 1), date(2026, 6, 1))
    steps = [
        Step(1, Topic.ACCEPTANCE, "no-information", "not-relevant", day, note, voice)
        for day, (voice, note) in zip(days, (first, second), strict=True)
    ]
    (found,) = listings.declined([row(1, acceptance=A.NOT_RELEVANT)], steps)
    assert (found.voice, found.reason) == said
    assert found.on == days[0]


def test_overdue_rows_come_with_their_extensions_latest_first():
    rows = [row(1, due_on=date(2026, 9, 1)), row(2, due_on=date(2026, 1, 1)), row(3, due_on=END)]
    extensions = [
        Step(1, Topic.EXTENSION, "requested", "2026-09-01", date(2026, 6, 1), "late"),
        Step(1, Topic.EXTENSION, "granted", "2026-09-01", date(2026, 6, 2), "once"),
        Step(1, Topic.EXTENSION, "requested", "2026-12-31", date(2026, 8, 1), "again"),
    ]
    found = listings.overdue(rows, END, extensions)
    assert [(item.row.id, item.days, item.extensions, item.asked_until) for item in found] == [
        (2, 272, 0, None),
        (1, 29, 1, date(2026, 12, 31)),
    ]


def test_a_request_that_was_decided_waits_no_more():
    extensions = [
        Step(1, Topic.EXTENSION, "requested", "2026-12-31", date(2026, 8, 1), "more time"),
        Step(1, Topic.EXTENSION, "refused", "2026-12-31", date(2026, 8, 2), "no"),
    ]
    (found,) = listings.overdue([row(1, due_on=date(2026, 9, 1))], END, extensions)
    assert (found.extensions, found.asked_until) == (0, None)


def test_a_dispute_has_the_words_of_the_office_and_a_claim_those_of_the_organization():
    disputed = row(1, acceptance=A.ACCEPTED, implementation=I.IMPLEMENTED, verification=V.DISPUTED)
    steps = [
        Step(1, Topic.IMPLEMENTATION, "in-progress", "implemented", date(2026, 7, 1), "done"),
        Step(1, Topic.VERIFICATION, "not-verified", "disputed", date(2026, 8, 1), "nothing seen", Voice.OFFICE),
    ]
    (said,) = listings.disputed([disputed], steps)
    assert (said.reason, said.on) == ("nothing seen", date(2026, 8, 1))
    (said,) = listings.claimed([replace(disputed, verification=V.NOT_VERIFIED)], steps[:1])
    assert (said.reason, said.on) == ("done", date(2026, 7, 1))


def test_a_lesson_of_which_nothing_is_left_is_not_listed():
    marked = Step(1, Topic.LESSON, None, json.dumps({"good_practice": True}), END, None)
    assert [item.row.id for item in listings.learned([row(1)], [marked])] == [1]
    unmarked = Step(1, Topic.LESSON, None, json.dumps({"unmarked": True}), END, None)
    assert listings.learned([row(1)], [marked, unmarked]) == ()


def test_a_later_lesson_of_a_row_adds_to_an_earlier_one_good_practices_first():
    def said(key, worked, good):
        content = {"worked": worked, "failed": None, "why": None, "good_practice": good}
        return Step(key, Topic.LESSON, None, json.dumps(content), END, None)

    steps = [said(1, "first", False), said(1, "second", False), said(2, "shared", True), said(2, None, False)]
    found = listings.learned([row(1), row(2), row(3)], steps)
    assert [(item.row.id, item.lesson.worked) for item in found] == [(2, "shared"), (1, "second")]
    assert found[0].lesson.good_practice


def test_taking_note_is_not_a_decision():
    waiting = row(
        1, addressee=Addressee.LEGISLATIVE_BODY, acceptance=A.UNDER_CONSIDERATION, note="The Board took note."
    )
    decided = row(2, addressee=Addressee.LEGISLATIVE_BODY, acceptance=A.ACCEPTED)
    executive = row(3)
    assert [
        (item.row.id, item.only_noted) for item in listings.awaiting_governing_body([waiting, decided, executive])
    ] == [(1, True)]


@pytest.mark.parametrize(("note", "only_noted"), [("NOTED with interest.", True), ("It decided to agree.", False)])
def test_a_governing_body_that_was_never_heard_is_waited_for_however_its_note_is_written(note, only_noted):
    unheard = row(1, addressee=Addressee.LEGISLATIVE_BODY, acceptance=A.NO_INFORMATION, note=note)
    assert [item.only_noted for item in listings.awaiting_governing_body([unheard])] == [only_noted]


def test_silence_counts_from_the_last_word_and_the_age_from_the_issue():
    heard = row(1, issued_on=date(2020, 1, 1), heard_on=date(2026, 9, 1), due_on=date(2026, 9, 1))
    never = row(2, issued_on=date(2020, 1, 1))
    for lines, expected in (
        (listings.silence([heard, never], END), [("under 3 months", 1, 1), ("12 months and more", 1, 0)]),
        (listings.ageing([heard, never], END), [("5 years and more", 2, 1)]),
    ):
        assert [(line.label, line.open, line.overdue) for line in lines if line.open] == expected


def test_every_band_of_age_is_there_and_counts_open_rows_only():
    rows = [row(1, issued_on=END), row(2, issued_on=date(2020, 1, 1)), row(3, acceptance=A.NOT_RELEVANT)]
    lines = listings.ageing(rows, END)
    assert [line.open for line in lines] == [1, 0, 0, 0, 0, 1]
    assert sum(line.open for line in listings.silence(rows, END)) == 2


@pytest.mark.parametrize(
    ("since", "age", "silence"),
    [
        (date(2026, 7, 1), "under 6 months", "under 3 months"),
        (date(2026, 6, 30), "under 6 months", "3–6 months"),
        (date(2026, 4, 1), "under 6 months", "3–6 months"),
        (date(2026, 3, 31), "6–12 months", "6–12 months"),
        (date(2025, 10, 1), "6–12 months", "6–12 months"),
        (date(2025, 9, 30), "12–18 months", "12 months and more"),
        (date(2025, 3, 30), "18–24 months", "12 months and more"),
        (date(2024, 9, 30), "2–5 years", "12 months and more"),
        (date(2021, 10, 1), "2–5 years", "12 months and more"),
        (date(2021, 9, 30), "5 years and more", "12 months and more"),
    ],
)
def test_a_band_begins_on_the_day_on_which_so_many_months_are_full(since, age, silence):
    old = row(1, issued_on=since, addressed_on=since, heard_on=since, due_on=date(2026, 9, 1))
    for lines, label in ((listings.ageing([old], END), age), (listings.silence([old], END), silence)):
        assert [(line.label, line.open, line.overdue) for line in lines if line.open] == [(label, 1, 1)]


def test_each_list_holds_what_its_heading_says_and_nothing_else():
    stands = [(a, i, v) for a in (A.PARTIALLY_ACCEPTED, A.NOT_ACCEPTED, A.UNDER_CONSIDERATION) for i in I for v in V]
    rows = [
        row(key, acceptance=acceptance, implementation=implementation, verification=verification)
        for key, (acceptance, implementation, verification) in enumerate(stands)
    ]

    def found(said):
        return [(each.row.acceptance, each.row.implementation, each.row.verification) for each in said]

    assert found(listings.disputed(rows, ())) == [at for at in stands if at[2] is V.DISPUTED]
    assert found(listings.claimed(rows, ())) == [at for at in stands if at[1:] == (I.IMPLEMENTED, V.NOT_VERIFIED)]
    assert found(listings.done_though_declined(rows)) == [
        at for at in stands if at[1] is I.IMPLEMENTED and at[0] is not A.PARTIALLY_ACCEPTED
    ]


def test_what_is_not_accepted_comes_before_what_is_not_relevant():
    rows = [row(1, acceptance=A.NOT_RELEVANT), row(2, acceptance=A.NOT_ACCEPTED), row(3, acceptance=A.NOT_RELEVANT)]
    assert [said.row.id for said in listings.declined(rows, ())] == [2, 1, 3]


def test_what_is_open_for_five_years_comes_oldest_first():
    issued = [date(2021, 9, 30), date(2019, 1, 1), date(2021, 10, 1), None]
    rows = [row(key, issued_on=day) for key, day in enumerate(issued)]
    rows.append(row(9, issued_on=date(2010, 1, 1), acceptance=A.NOT_RELEVANT))
    assert [said.row.id for said in listings.long_outstanding(rows, END)] == [1, 0]


def test_groups_come_in_the_order_of_their_keys_and_without_a_key_last():
    rows = [row(1, impact="b"), row(2), row(3, impact="a"), row(4, impact="b")]
    found = grouped(rows, END, lambda each: each.impact or "", {"a": "First"})
    assert [(group.code, group.name, group.counts.total) for group in found] == [
        ("a", "First", 1),
        ("b", "b", 2),
        ("", "", 1),
    ]


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({"acceptance": A.NOT_ACCEPTED, "implementation": I.IMPLEMENTED}, "though not accepted"),
        ({"acceptance": A.NOT_RELEVANT, "implementation": I.IN_PROGRESS}, "last reported in progress"),
        ({"acceptance": A.NOT_ACCEPTED, "implementation": I.NOT_STARTED}, "last reported in progress"),
        (
            {"acceptance": A.ACCEPTED, "implementation": I.NO_INFORMATION, "due_on": END},
            "nothing reported on implementation",
        ),
        ({"acceptance": A.ACCEPTED, "implementation": I.IN_PROGRESS}, "without a due date"),
        ({"due_on": date(2024, 1, 1)}, "Due before"),
        ({"addressee": None}, "Without an addressee"),
        ({"issued_on": None}, "without a date of issue"),
    ],
)
def test_what_does_not_fit_together_is_named(given, what):
    (found,) = listings.oddities([row(1, **given)])
    assert what in found.what
    assert found.rows[0].id == 1


def test_a_register_in_order_has_no_oddities():
    rows = [
        row(1),
        row(2, acceptance=A.ACCEPTED, implementation=I.NOT_STARTED, due_on=END),
        row(3, acceptance=A.ACCEPTED, implementation=I.IMPLEMENTED),
        row(4, addressed_on=END, due_on=END),
    ]
    assert listings.oddities(rows) == ()


def test_median_and_mean_leave_out_those_without_a_denominator():
    parts = [Rate("x", 1, 4), Rate("x", 3, 4), Rate("x", 0, 0)]
    assert median_percent(parts) == Decimal("50.0")
    assert median_percent([Rate("x", 0, 0)]) is None
    assert median_percent([Rate("x", 5, 9), Rate("x", 6, 9)]) == Decimal("61.1"), "rounded once: not 61.15 first"
    assert median_percent([Rate("x", many, 10) for many in (9, 1, 2)]) == Decimal("20.0"), "in the middle by size"
    assert median_percent([Rate("x", many, 10) for many in (9, 1, 2, 4)]) == Decimal("30.0")
    own = count([row(1, acceptance=A.ACCEPTED), row(2)], END)
    figures = headline(own, "All", {"X": count([row(1, acceptance=A.ACCEPTED)], END), "Y": count([row(2)], END)})
    assert (figures.mean_acceptance, figures.median_acceptance) == (Decimal("50.0"), Decimal("50.0"))
    assert str(figures.system.acceptance) == "50.0% (1/2)"


def test_mean_and_median_are_of_what_they_are_called():
    accepted, declined = {"acceptance": A.ACCEPTED}, {"acceptance": A.NOT_ACCEPTED}
    done = accepted | {"implementation": I.IMPLEMENTED}
    groups = {"W": [done], "X": [declined], "Y": [accepted, declined, declined, declined], "Z": [accepted]}
    counts = {code: count([row(key, **at) for key, at in enumerate(rows)], END) for code, rows in groups.items()}
    figures = headline(count([], END), "All", counts)
    assert figures.organizations == 4
    assert (figures.mean_acceptance, figures.median_acceptance) == (Decimal("56.3"), Decimal("62.5"))
    assert (figures.mean_implementation, figures.median_implementation) == (Decimal("33.3"), Decimal("0.0"))


def test_positions_are_counted_in_the_order_of_their_words_and_not_of_the_rows():
    rows = [row(1, acceptance=A.NOT_RELEVANT), row(2), row(3, acceptance=A.ACCEPTED)]
    assert count(rows, END) == count(rows[::-1], END)


def test_the_same_material_gives_the_same_bytes_with_every_row_once_in_full():
    rows = tuple(row(key, acceptance=A.NOT_ACCEPTED, note="no") for key in range(3))
    figures = quarterly(Material(scope(), rows, organizations=(Organization("ORG1", "First"),)))
    assert (
        figures.canonical()
        == quarterly(Material(scope(), rows, organizations=(Organization("ORG1", "First"),))).canonical()
    )
    content = json.loads(figures.canonical())
    assert [line["ref"] for line in content["annex"]] == ["A/80/501/R1"] * 3
    assert content["declined"][0]["row"] == {"ref": "A/80/501/R1", "organization": "ORG0"}
    assert content["headline"]["own"]["rates"][0] == {
        "rate": "acceptance",
        "numerator": 0,
        "denominator": 3,
        "percent": 0.0,
    }
    assert content["scope"]["known_at"] == "2026-10-05T09:00:00Z"


def test_silent_in_a_year_is_what_is_open_and_was_not_heard_of_since_it_began():
    rows = [
        row(1, heard_on=date(2025, 12, 31)),
        row(2, heard_on=date(2026, 1, 1)),
        row(3, heard_on=date(2025, 12, 31), acceptance=A.NOT_RELEVANT),
        row(4),
    ]
    assert [each.id for each in silent_in(Year(2026, date(2026, 12, 31), tuple(rows), ()))] == [1, 4]


def test_each_measure_of_a_scorecard_counts_what_its_name_says():
    june, done = date(2026, 6, 30), {"acceptance": A.ACCEPTED, "implementation": I.IMPLEMENTED, "organization": "WHO"}
    going_on = done | {"implementation": I.IN_PROGRESS}
    rows = (
        row(1, due_on=june, original_due_on=date(2026, 3, 31), **done),
        row(2, due_on=june, original_due_on=june, **done),
        row(3, **done),
        row(4, due_on=june, original_due_on=june, **done),
        row(5, due_on=june, original_due_on=june, heard_on=date(2025, 12, 31), **going_on),
        row(6, heard_on=date(2026, 1, 1), **going_on),
        row(7, due_on=date(2027, 1, 31), heard_on=date(2026, 3, 1), **going_on),
        row(8, organization="FAO"),
    )
    days = {1: june, 2: date(2026, 7, 1), 3: june, 4: date(2025, 5, 1), 7: date(2026, 2, 1), 99: june}
    steps = [Step(key, Topic.IMPLEMENTATION, "in-progress", "implemented", day, None) for key, day in days.items()]
    steps += [Step(5, Topic.EXTENSION, "granted", "2026-06-30", june, None)]
    steps += [Step(6, Topic.EXTENSION, "refused", "2026-06-30", june, None)]
    year = Year(2026, date(2026, 12, 31), rows, tuple(steps))
    card = scorecard(year, Organization("WHO", "Health"))
    assert [f"{score.own.numerator}/{score.own.denominator}" for score in card.scores] == [
        *("7/7", "4/7", "1/2", "0/2", "1/5", "1/3", "1/3"),
    ]
    assert [score.median for score in card.scores][-1] == Decimal("16.7"), "of 1/3 and 0/1"
    assert [(each.id, day) for each, day in card.late] == [(2, date(2026, 7, 1))]
    assert [[each.id for each in found] for found in (card.silent, card.overdue)] == [[5], [5]]
    assert {str(score.own) for score in scorecard(year, Organization("ITU", "Radio")).scores} == {"n/a (0/0)"}


def test_the_years_of_a_follow_up_report_are_both_included():
    rows = [row(key, issued_on=day and date(day, 6, 1)) for key, day in enumerate((2023, 2024, 2025, 2026, None))]
    assert [each.id for each in issued_between(rows, 2024, 2025)] == [1, 2]


@pytest.mark.parametrize(
    ("mended", "moved"),
    [
        ({"open": False}, [("open", "open", "settled")]),
        ({"open": False, "acceptance": "not-relevant"}, [("acceptance", "no-information", "not-relevant")]),
        ({"addressee": "ceb-chair"}, [("addressee", "executive-head", "ceb-chair")]),
        ({}, []),
    ],
)
def test_a_row_that_counts_otherwise_though_nobody_moved_it_is_told_of(mended, moved):
    published = json.loads(json.dumps(quarterly(Material(scope(), (row(1),))).as_json()))
    recomputed = json.loads(json.dumps(published))
    recomputed["annex"][0] |= mended
    found = restate(Edition(1, "system", Q3, 1, END, NOW, NOW, "ana", "0" * 64), published, recomputed)
    assert [(each.what, each.was, each.now) for each in (found.rows if found else ())] == moved


EDITION = Edition(1, "system", Q3, 1, END, NOW, NOW, "ana", "0" * 64)


def published(*rows):
    return json.loads(json.dumps(quarterly(Material(scope(), rows)).as_json()))


def late(organization, topic, ref="A/80/501/R1"):
    return Late(ref, organization, topic, "ana", NOW, None, voids=False)


def test_an_edition_is_named_for_its_quarter_its_organization_and_its_number():
    assert [EDITION.name, replace(EDITION, scope="WHO", number=2).name] == ["2026Q3/1", "2026Q3-WHO/2"]


def test_a_row_that_came_or_went_is_restated_with_what_addressed_it():
    one, both = published(row(1)), published(row(1), row(2))
    entries = (late("ORG2", Topic.ADDRESSED), late("ORG2", Topic.DUE), late("ORG1", Topic.ADDRESSED))
    for was, now, said in ((one, both, (None, "listed")), (both, one, ("listed", None))):
        (moved,) = restate(EDITION, was, now, entries).rows
        assert (moved.organization, moved.what, moved.was, moved.now) == ("ORG2", "row", *said)
        assert moved.why == entries[:1]


def test_what_moved_is_explained_by_the_entries_on_it_and_on_nothing_else():
    moves = {"acceptance": "accepted", "implementation": "implemented", "verification": "verified"}
    was = published(row(1), row(2))
    now = published(row(1), row(2))
    now["annex"][0] |= moves | {"due_on": "2026-12-31"}
    topics = (Topic.ACCEPTANCE, Topic.IMPLEMENTATION, Topic.VERIFICATION, Topic.DUE)
    own = tuple(late("ORG1", topic) for topic in topics)
    others = tuple(each for topic in topics for each in (late("ORG2", topic), late("ORG1", topic, "A/80/501/R2")))
    found = restate(EDITION, was, now, own + others).rows
    assert [(moved.what, moved.why) for moved in found] == [
        (what, (entry,)) for what, entry in zip([*moves, "due_on"], own, strict=True)
    ]


def test_a_rate_that_moved_is_restated_where_no_row_did_and_one_that_is_no_longer_computed_is_not():
    was, now = published(row(1)), published(row(1))
    now["headline"]["own"]["rates"][0]["numerator"] = 1
    found = restate(EDITION, was, now)
    assert ([(rate.rate, rate.was, rate.now) for rate in found.rates], found.rows) == (
        [("acceptance", "0/1", "1/1")],
        (),
    )
    del now["headline"]["own"]["rates"][0]
    assert restate(EDITION, was, now) is None


def test_reports_say_the_same_whenever_and_by_whomever_they_were_asked_for():
    again = published(row(1)) | {"scope": {"known_at": "2027-01-01T00:00:00Z", "prepared_by": "somebody else"}}
    assert says_the_same(published(row(1)), again)
    assert not says_the_same(published(row(1)), published(row(1), row(2)))


def test_an_edition_still_holds_where_the_program_has_only_learned_to_say_it_better():
    was, now = (published(row(1, acceptance=A.NOT_ACCEPTED, implementation=I.IN_PROGRESS)) for _ in range(2))
    now["consistency"][0]["what"] = now["ageing"][0]["label"] = "said better"
    assert not differing_parts(was, now)
    now["consistency"][0]["rows"] = []
    now["ageing"][0]["open"] += 1
    assert differing_parts(was, now) == ["ageing", "consistency"]


def test_what_is_settled_is_in_the_lists_of_what_was_done():
    done = row(1, acceptance=A.ACCEPTED, implementation=I.IMPLEMENTED)
    refused = row(2, acceptance=A.NOT_ACCEPTED, implementation=I.IMPLEMENTED)
    lesson = Step(1, Topic.LESSON, None, json.dumps({"worked": "asking"}), END, None)
    figures = quarterly(Material(scope(), (done, refused), lessons=(lesson,)))
    assert [item.row.id for item in figures.claimed] == [1, 2]
    assert [item.row.id for item in figures.done_though_declined] == [2]
    assert [item.row.id for item in figures.learned] == [1]
    assert [item.rows[0].id for item in figures.consistency] == [2]


def test_a_register_that_begins_in_the_quarter_is_new_in_it():
    begun = Q3.first_day
    rows = (row(1, addressed_on=date(2026, 8, 1)), row(2, addressed_on=begun))
    figures = quarterly(Material(scope(), rows))
    assert (figures.first_day, figures.new_in_quarter) == (begun, True)
    older = row(3, addressed_on=begun - timedelta(days=1))
    assert not quarterly(Material(scope(), (*rows, older))).new_in_quarter


def test_organizations_are_grouped_by_name_where_the_report_is_about_all_of_them():
    who = Organization("WHO", "Health")
    rows = (row(1, organization="WHO", issued_on=None), row(2, organization="WHO"))
    given = {"rows": rows, "system": {"WHO": count(rows, END)}, "organizations": (who,)}
    figures = quarterly(Material(scope(), **given))
    assert [(group.code, group.name) for group in figures.organizations] == [("WHO", "Health")]
    assert [group.code for group in figures.years] == ["2025", ""]
    assert quarterly(Material(scope(organization=who), **given)).organizations == ()


def test_the_trend_ends_with_the_quarter_itself():
    earlier = (Quarter(2026, 2), count([], END))
    figures = quarterly(Material(scope(), (row(1),), trend=(earlier,)))
    assert [(str(point.quarter), point.group.counts.total) for point in figures.trend] == [("2026Q2", 0), ("2026Q3", 1)]


def test_the_figures_are_of_whom_the_report_is_about():
    who = Organization("WHO", "Health")
    rows = (
        row(1, impact="b", addressee=None),
        row(2, impact="a/a-i", addressee=Addressee.LEGISLATIVE_BODY),
        row(3),
        row(4, acceptance=A.NOT_ACCEPTED),
    )
    figures = quarterly(Material(scope(), rows))
    assert quarterly(Material(scope(organization=who), rows)).headline.own.name == "Health"
    assert figures.headline.own.name == "All organizations"
    assert [group.code for group in figures.impacts] == ["a/a-i", "b", ""]
    assert [group.code for group in figures.addressees] == ["executive-head", "legislative-body", ""]


def test_what_is_settled_is_in_no_list_of_what_is_open():
    long_ago = {"issued_on": date(2015, 1, 1), "due_on": date(2020, 1, 1), "addressee": Addressee.LEGISLATIVE_BODY}
    waits, done = row(1, **long_ago), row(2, implementation=I.IMPLEMENTED, **long_ago)
    figures = quarterly(Material(scope(), (waits, done)))
    listed = [*figures.overdue, *figures.long_outstanding, *figures.governing_body]
    assert [item.row.id for item in listed] == [1, 1, 1]
    assert [sum(line.open for line in lines) for lines in (figures.ageing, figures.silence)] == [1, 1]


def test_a_selection_is_said_where_there_is_one():
    assert "selection" not in quarterly(Material(scope(), ())).as_json()["scope"]
    selected = scope(selection=Filters(years=(2025,)))
    assert quarterly(Material(selected, ())).as_json()["scope"]["selection"]


def test_no_rows_give_figures_without_division():
    figures = quarterly(Material(scope(), ()))
    assert figures.roll_forward.closes
    assert all(rate.percent is None for rate in figures.headline.rates)
    assert figures.as_json()["reminded"] == {"digests": 0, "items": 0, "answered": 0}


def wanted(**given):
    return resolve_scope(**{"quarter": Q3, "today": date(2026, 11, 24), "now": NOW, **given})


def test_a_scope_defaults_to_the_last_day_and_to_now():
    found = wanted()
    assert (found.as_of, found.known_at, found.is_running) == (END, NOW, False)


def test_a_running_quarter_is_reported_as_of_today():
    found = wanted(quarter=Quarter(2026, 4))
    assert (found.as_of, found.is_running) == (date(2026, 11, 24), True)


def test_a_quarter_may_be_reported_from_its_first_day_and_as_known_at_this_very_instant():
    first = date(2026, 10, 1)
    found = wanted(quarter=Quarter(2026, 4), today=first, as_of=first, known_at=NOW)
    assert (found.as_of, found.known_at, found.day_before) == (first, NOW, END)


def test_a_selection_within_an_organization_is_of_both():
    who = Organization("WHO", "Health")
    assert not scope(organization=who).is_selected
    both = scope(organization=who, selection=Filters(years=(2025,)))
    assert both.is_selected
    assert both.filters == Filters(years=(2025,), organizations=("WHO",))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"quarter": Quarter(2027, 1)}, "2027Q1 has not begun yet. The last completed quarter is 2026Q3."),
        ({"as_of": date(2026, 6, 30)}, "2026-06-30 is not in 2026Q3."),
        ({"quarter": Quarter(2026, 4), "as_of": date(2026, 12, 1)}, "2026-12-01 is in the future."),
        ({"known_at": NOW + timedelta(seconds=1)}, "Z is in the future. Leave --known-at out"),
    ],
)
def test_what_is_still_to_come_is_refused_with_a_sentence(given, sentence):
    with pytest.raises(BadDataError) as refused:
        wanted(**given)
    assert sentence in str(refused.value)


def test_an_instant_is_kept_in_utc():
    elsewhere = timezone(timedelta(hours=3))
    found = wanted(known_at=datetime(2026, 10, 5, 10, tzinfo=elsewhere))
    assert found.known_at.isoformat() == "2026-10-05T07:00:00+00:00"


def test_published_figures_hold_where_a_newer_program_only_says_more():
    published = {"a": {"x": 1}, "rows": [{"k": 1}], "gone": 1}
    assert differing_parts(published, {"a": {"x": 1, "y": 2}, "rows": [{"k": 1, "new": 2}], "gone": 1, "more": 3}) == []
    assert differing_parts(published, {"a": {"x": 2}, "rows": [{"k": 1}, {"k": 2}]}) == ["a", "rows", "gone"]
    assert differing_parts(published, {"a": {}, "rows": [], "gone": 1}) == ["a", "rows"]


@pytest.mark.parametrize(
    ("published", "recomputed"),
    [
        ({"x": 1, "y": 2}, {"x": 1, "y": 3}),
        ([1, 2], [1, 3]),
        ({"x": 1}, None),
        (None, {"x": 1}),
        ({"x": 1}, "x"),
        ([1], 1),
        (1, [1]),
    ],
)
def test_published_figures_do_not_hold_where_any_part_is_another(published, recomputed):
    assert differing_parts({"part": published}, {"part": recomputed}) == ["part"]
    assert differing_parts({"part": published}, {"part": published}) == []
