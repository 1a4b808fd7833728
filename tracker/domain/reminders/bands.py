"""What is asked about a follow-up on a day: a table of bands, from the most to the least urgent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from tracker.domain.deadlines import days_late
from tracker.domain.lifecycle import is_claimed
from tracker.domain.periods import add_months
from tracker.domain.reminders.policy import Policy
from tracker.domain.reminders.words import LATE, RESPONSES, Band
from tracker.domain.rows import FollowUp
from tracker.domain.vocabulary import ACCEPTING, Acceptance, Post, Verification
from tracker.records import record

AWAITING = frozenset({Acceptance.NO_INFORMATION, Acceptance.UNDER_CONSIDERATION})
LADDER = (Post.FOCAL_POINT, Post.EXECUTIVE_HEAD, Post.SECRETARY)
"""The rungs, from the first to the last."""


@record
class Case:
    """A follow-up with what decides about reminding.

    `addressees` is the number of organizations that the report is addressed to; `requested_to` the date of an
    extension that is not decided yet; `refused_on` the day on which the last request was refused, and `heard_since`
    whether the organization has answered that, be it on the same day.
    """

    follow_up: FollowUp
    addressees: int = 1
    requested_to: date | None = None
    refused_on: date | None = None
    heard_since: bool = False


@record
class Ask:
    """What is asked about one follow-up: its most urgent band, the others that hold too, and how high it goes.

    `has_waited` where it goes so high because it waits, and not for what the office decided or for a day to come.
    """

    case: Case
    band: Band
    also: tuple[Band, ...]
    rung: Post
    by: date | None
    has_waited: bool

    @property
    def follow_up(self) -> FollowUp:
        return self.case.follow_up


def response_due(case: Case, policy: Policy) -> date:
    """The day by which the organization should have said whether it accepts: months after issue."""
    issued = case.follow_up.issued_on or case.follow_up.addressed_on
    return add_months(issued, policy.response_months if case.addressees == 1 else policy.response_months_several)


def _days_left(case: Case, day: date) -> int | None:
    due = case.follow_up.due_on
    return None if due is None else (due - day).days


def _late(case: Case, day: date) -> int:
    return days_late(case.follow_up.due_on, day)


def _is_due_within(case: Case, day: date, first: int, last: int) -> bool:
    left = _days_left(case, day)
    return left is not None and first <= left <= last


def _response_late(case: Case, policy: Policy, day: date) -> int | None:
    """Days since a response was due; None where none is awaited or its day has not come."""
    if case.follow_up.acceptance not in AWAITING:
        return None
    late = (day - response_due(case, policy)).days
    return late if late >= 0 else None


def _is_response_awaited(case: Case, policy: Policy, day: date) -> bool:
    late = _response_late(case, policy, day)
    return late is not None and late <= policy.response_late_days


def _is_response_late(case: Case, policy: Policy, day: date) -> bool:
    late = _response_late(case, policy, day)
    return late is not None and late > policy.response_late_days


def _is_refusal_unanswered(case: Case, _: Policy, day: date) -> bool:
    return case.refused_on is not None and case.refused_on <= day and not case.heard_since


def _is_silent(case: Case, policy: Policy, day: date) -> bool:
    item = case.follow_up
    return item.acceptance in ACCEPTING and add_months(item.silent_since, policy.silent_months) <= day


def _is_long_outstanding(case: Case, policy: Policy, day: date) -> bool:
    issued = case.follow_up.issued_on
    return issued is not None and add_months(issued, 12 * policy.long_outstanding_years) <= day


TABLE: dict[Band, Callable[[Case, Policy, date], bool]] = {
    Band.LATE_THIRD: lambda case, policy, day: _late(case, day) > policy.very_late_days,
    Band.LATE_SECOND: lambda case, policy, day: policy.late_days < _late(case, day) <= policy.very_late_days,
    Band.LATE_FIRST: lambda case, policy, day: 1 <= _late(case, day) <= policy.late_days,
    Band.DUE_TODAY: lambda case, _, day: _days_left(case, day) == 0,
    Band.DISPUTED: lambda case, _, __: case.follow_up.verification is Verification.DISPUTED,
    Band.REFUSED: _is_refusal_unanswered,
    Band.DUE_VERY_SOON: lambda case, policy, day: _is_due_within(case, day, 1, policy.very_soon_days),
    Band.RESPONSE_LATE: _is_response_late,
    Band.RESPONSE: _is_response_awaited,
    Band.DUE_SOON: lambda case, policy, day: _is_due_within(case, day, policy.very_soon_days + 1, policy.soon_days),
    Band.SILENT: _is_silent,
    Band.LONG_OUTSTANDING: _is_long_outstanding,
}
"""Band → when it holds for an open follow-up, in the order of urgency."""


_WAITING = frozenset({*LATE, *RESPONSES, Band.SILENT, Band.LONG_OUTSTANDING})
"""The bands that hold because nothing came for some time."""


def asked(case: Case, policy: Policy, day: date) -> Ask | None:
    """What is asked about a follow-up on a day, if anything.

    Nothing ever about what is settled, nor about a claim at which the office has not looked yet.
    """
    item = case.follow_up
    if not item.is_open or is_claimed(item) or item.addressed_on > day:
        return None
    holding = [band for band, holds in TABLE.items() if holds(case, policy, day)]
    if not holding:
        return None
    rung = max((policy.rungs[band] for band in holding), key=LADDER.index)
    has_waited = any(band in _WAITING and policy.rungs[band] is rung for band in holding)
    return Ask(case, holding[0], tuple(holding[1:]), rung, _by(case, holding[0], policy), has_waited)


def _by(case: Case, band: Band, policy: Policy) -> date | None:
    if band in RESPONSES:
        return response_due(case, policy)
    return case.follow_up.due_on


if list(TABLE) != list(Band):
    raise AssertionError("the table of bands must hold every band, in the order of urgency")
