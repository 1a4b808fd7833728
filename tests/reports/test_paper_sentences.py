"""What scorecards and the annual table say of none, one, two, some and all."""

import pytest
from report_rows import END, KNOWN, make_rows

from tracker.domain.figures.annual import annual
from tracker.domain.figures.scorecard import Score, Scorecard
from tracker.domain.rates import Rate
from tracker.domain.rows import Organization
from tracker.reports.annual_paper import annual_document
from tracker.reports.scorecards import scorecard_document

ROWS = make_rows()


def summary(*, on_time=(0, 0), silent=(0, 0), overdue=0):
    rates = Rate("implemented-on-time", *on_time), Rate("silent", *silent)
    scores = tuple(Score(rate.name, rate, None) for rate in rates)
    who = Organization("WHO", "The Office")
    card = Scorecard(who, 2026, END, scores, (), ROWS[: silent[0]], ROWS[:overdue])
    return scorecard_document(card, "Office", KNOWN).summary


@pytest.mark.parametrize(
    ("on_time", "said"),
    [
        ((0, 0), "no recommendations with a due date as implemented."),
        ((1, 1), "one recommendation with a due date as implemented, on time."),
        ((0, 1), "one recommendation with a due date as implemented, after the due date."),
        ((2, 2), "two recommendations with a due date as implemented, both of them on time."),
        ((1, 2), "two recommendations with a due date as implemented, one of them on time."),
        ((0, 2), "two recommendations with a due date as implemented, neither of them on time."),
        ((3, 3), "three recommendations with a due date as implemented, all of them on time."),
        ((2, 3), "three recommendations with a due date as implemented, two of them on time."),
        ((0, 3), "three recommendations with a due date as implemented, none of them on time."),
    ],
)
def test_what_was_done_on_time_is_said_as_one_says_it(on_time, said):
    assert summary(on_time=on_time)[0] == f"In 2026, The Office reported {said}"


@pytest.mark.parametrize(
    ("silent", "overdue", "said"),
    [
        ((0, 0), 0, "no follow-up was open."),
        ((0, 1), 0, "no follow-ups were overdue, and no open follow-up had been silent all year."),
        ((1, 1), 1, "one follow-up was overdue, and on the one open follow-up nothing had been heard all year."),
        ((2, 2), 2, "two follow-ups were overdue, and on both open follow-ups nothing had been heard all year."),
        ((3, 3), 2, "two follow-ups were overdue, and on all three open follow-ups nothing had been heard all year."),
        (
            (1, 3),
            0,
            "no follow-ups were overdue, and on one of the three open follow-ups nothing had been heard all year.",
        ),
    ],
)
def test_what_was_open_at_the_end_is_said_as_one_says_it(silent, overdue, said):
    assert summary(silent=silent, overdue=overdue)[1] == f"At the end of the period, {said}"


def test_where_nothing_was_accepted_there_is_no_rate_of_implementation():
    def said(rows):
        document = annual_document(annual(rows, {}, (2020, 2020), END), "Office", KNOWN)
        return document.summary[0].partition("All organizations together ")[2]

    assert said(ROWS[:2]) == "accepted 2 of 2 (100.0%) and, of what was accepted, implemented 1 of 2 (50.0%)."
    assert said(ROWS[2:3]) == "accepted 0 of 1 (0.0%), so there is no implementation rate."
