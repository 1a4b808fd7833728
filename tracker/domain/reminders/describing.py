"""The policy in words, and what it would bring for a row: what `tracker remind ladder` shows."""

from __future__ import annotations

from typing import Any

from tracker.domain.reminders.digest import Turn
from tracker.domain.reminders.policy import Policy
from tracker.domain.reminders.words import Band
from tracker.domain.rows import instant

_WHEN: dict[Band, str] = {
    Band.LATE_THIRD: "more than {very_late_days} days past the due date",
    Band.LATE_SECOND: "{after_late} to {very_late_days} days past the due date",
    Band.LATE_FIRST: "1 to {late_days} days past the due date",
    Band.DUE_TODAY: "on the due date",
    Band.DISPUTED: "the office disputes that it is implemented",
    Band.REFUSED: "an extension was refused, and nothing was heard since",
    Band.DUE_VERY_SOON: "due within {very_soon_days} days",
    Band.RESPONSE_LATE: "no answer on acceptance {response_late_days} days after it was expected",
    Band.RESPONSE: (
        "no answer on acceptance {response_months} months after issue "
        "({response_months_several} where the report is addressed to several organizations)"
    ),
    Band.DUE_SOON: "due within {soon_days} days",
    Band.SILENT: "accepted, and nothing was heard for {silent_months} months",
    Band.LONG_OUTSTANDING: "open {long_outstanding_years} years after issue",
}


def band_rows(policy: Policy) -> list[tuple[str, str, str]]:
    """(band, when it holds, how high it goes), the most urgent first."""
    numbers = {name: getattr(policy, name) for name in Policy.__dataclass_fields__ if name != "rungs"}
    numbers["after_late"] = policy.late_days + 1
    return [(band.value, _WHEN[band].format(**numbers), policy.rungs[band].value) for band in Band]


def policy_facts(policy: Policy) -> list[tuple[str, str]]:
    """How often, when, and by when an answer is asked for."""
    return [
        ("cadence", policy.cadence.value),
        ("begins", f"the first {policy.weekday.value} of the period, at {policy.hour:02d}:00 local time"),
        ("answer_within", f"{policy.answer_days} days"),
        ("paused_until", "" if policy.paused_until is None else policy.paused_until.isoformat()),
    ]


def turn_json(turn: Turn) -> dict[str, Any]:
    """One cycle for one row."""
    return {
        "cycle": str(turn.cycle),
        "begins_at": instant(turn.at),
        "day": turn.day.isoformat(),
        "reason": None if turn.ask is None else turn.ask.band.value,
        "also": [] if turn.ask is None else [band.value for band in turn.ask.also],
        "asked": [
            {
                "name": share.recipient.name,
                "email": share.recipient.email,
                "post": share.post.value,
                "part": share.part.value,
            }
            for share in turn.shares
        ],
    }
