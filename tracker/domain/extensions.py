"""What an organization needs that asks for a later due date. Pure."""

from __future__ import annotations

from datetime import date

from tracker.domain.journal import REQUESTED, Draft
from tracker.domain.periods import DueDate
from tracker.domain.rows import FollowUp
from tracker.domain.vocabulary import Topic, Voice
from tracker.errors import RefusedError


def obstacle(follow_up: FollowUp, waiting: date | None) -> RefusedError | None:
    """What stands in the way of asking for any later date, to be raised; None where one may be asked for.

    `waiting` is the date of a request that is not decided.
    """
    if not follow_up.is_open:
        return RefusedError("it is settled.", remedy="There is nothing to extend.")
    if follow_up.due_on is None:
        return without_due(follow_up)
    if waiting is not None:
        return RefusedError(
            f"it has a request for {waiting} that is not decided.", remedy="Grant or refuse that one first."
        )
    return None


def without_due(follow_up: FollowUp) -> RefusedError:
    """What is said, to be raised, where there is no due date to extend."""
    return RefusedError("it has no due date.", remedy=f"Set one with: tracker update {follow_up.typed} --due DATE.")


def request_draft(follow_up: FollowUp, to: DueDate, on: date, note: str | None) -> Draft:
    """The entry that asks for a later date. Raises RefusedError where it is none, or where no note says why."""
    if follow_up.due_on is not None and to.day <= follow_up.due_on:
        raise RefusedError(f"it is due on {follow_up.due_on}, and {to} is not later.", remedy="Give a later date.")
    if not note:
        raise RefusedError("asking for a later date needs a note that says why.", remedy="Give a note.")
    return Draft(Topic.EXTENSION, REQUESTED, str(to), on, Voice.ORGANIZATION, note, given=to.given)
