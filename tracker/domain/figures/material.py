"""What the figures of a quarter are made from: rows as the store reads them, and what the report is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import UTC, date, datetime, timedelta

from tracker.domain.filters import EVERYTHING, Filters
from tracker.domain.periods import Quarter
from tracker.domain.rates import Counts
from tracker.domain.rows import FollowUp, Organization, instant
from tracker.domain.vocabulary import Acceptance, Implementation, Topic, Verification, Voice
from tracker.errors import BadDataError
from tracker.records import record

TREND_QUARTERS = 8


@record
class Scope:
    """What a report is about. `as_of` lies in the quarter; `organization` None means system-wide.

    `selection` narrows it to the follow-ups that a filter finds as of the day; every figure, the opening position and
    earlier quarters included, is then of those follow-ups.
    `known_at` is always an instant, never "now": the same scope gives the same report whenever it is asked, by the same
    version of the program: `program`.
    """

    quarter: Quarter
    as_of: date
    known_at: datetime
    organization: Organization | None = None
    office: str = "Oversight Office"
    prepared_by: str = ""
    program: str = ""
    selection: Filters = EVERYTHING

    @property
    def is_selected(self) -> bool:
        return self.selection != EVERYTHING

    @property
    def filters(self) -> Filters:
        """What finds the rows: the selection, and the organization."""
        return (
            self.selection
            if self.organization is None
            else replace(self.selection, organizations=(self.organization.code,))
        )

    @property
    def day_before(self) -> date:
        """The day whose evening is the opening position."""
        return self.quarter.first_day - timedelta(days=1)

    @property
    def is_running(self) -> bool:
        """The quarter was not over on the day of the figures."""
        return self.as_of < self.quarter.last_day

    @property
    def name(self) -> str:
        """`system` or the organization's code: under which editions are numbered."""
        return "system" if self.organization is None else self.organization.code


def usual_day(quarter: Quarter, today: date) -> date:
    """The day as of which a quarter is reported where none is asked for: its last, or of a running one today."""
    return min(quarter.last_day, today)


def resolve_scope(
    quarter: Quarter,
    *,
    today: date,
    now: datetime,
    as_of: date | None = None,
    known_at: datetime | None = None,
    organization: Organization | None = None,
    office: str = "Oversight Office",
    prepared_by: str = "",
    program: str = "",
    selection: Filters = EVERYTHING,
) -> Scope:
    """The scope that was asked for: by default as of the quarter's last day (of a running one: today), as known now.

    Raises BadDataError for a quarter, a day or an instant still to come, and for a day outside the quarter.
    """
    if quarter.first_day > today:
        raise BadDataError(
            f"{quarter} has not begun yet.", remedy=f"The last completed quarter is {Quarter.last_completed(today)}."
        )
    day = as_of or usual_day(quarter, today)
    if not quarter.first_day <= day <= quarter.last_day:
        raise BadDataError(
            f"{day} is not in {quarter}.",
            remedy=f"Give a day from {quarter.first_day} to {quarter.last_day}, or another quarter.",
        )
    if day > today:
        raise BadDataError(f"{day} is in the future.", remedy="Give a day up to today.")
    if known_at is not None and known_at > now:
        raise BadDataError(f"{instant(known_at)} is in the future.", remedy="Leave --known-at out for now.")
    return Scope(quarter, day, (known_at or now).astimezone(UTC), organization, office, prepared_by, program, selection)


@record
class Before:
    """Where a follow-up stood on the evening before the quarter."""

    acceptance: Acceptance
    implementation: Implementation
    verification: Verification
    open: bool
    due_on: date | None


@record
class Step:
    """One entry in force, as far as figures need it."""

    follow_up_id: int
    topic: Topic
    source: str | None
    target: str | None
    effective_on: date
    note: str | None
    voice: Voice = Voice.ORGANIZATION


@record
class Reminded:
    """Of one quarter: digests that left, follow-ups in them, and those on which the organization was heard since."""

    digests: int = 0
    items: int = 0
    answered: int = 0


@record
class Material:
    """Everything read for one report, of one consistent state of the register.

    `rows` in the order of the annex; `steps` are the entries that took effect in the quarter; `reasons` those
    since which a follow-up is declined, implemented or disputed, from the one that moved it; `extensions` every
    request and decision up to the day, in the order of writing; `lessons` what was said to have been learned; `trend`
    the quarters before this one, oldest first; `system` counts every organization, also where the report is about one.
    """

    scope: Scope
    rows: tuple[FollowUp, ...]
    before: Mapping[int, Before] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    reasons: tuple[Step, ...] = ()
    extensions: tuple[Step, ...] = ()
    lessons: tuple[Step, ...] = ()
    trend: tuple[tuple[Quarter, Counts], ...] = ()
    system: Mapping[str, Counts] = field(default_factory=dict)
    organizations: tuple[Organization, ...] = ()
    reminded: Reminded = Reminded()
