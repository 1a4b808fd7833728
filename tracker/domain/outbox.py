"""The way of a mail through the outbox: one table of (state, event) to state, and one of waits.

A mail is sent at most once by the program itself. The one moment in which nobody can know, between the
last octet of the mail and the server's answer, has a state of its own: a mail that is lost there is
`uncertain` and waits for a person.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from itertools import pairwise

from tracker.errors import RefusedError
from tracker.records import record


class OutboxState(Enum):
    """How far a mail has come. `transmitting` is written just before DATA, so that a crash inside it is known."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    TRANSMITTING = "transmitting"
    SENT = "sent"
    RETRY = "retry"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


class Event(Enum):
    """What can happen to a mail; the value is the verb of a refusal."""

    CLAIM = "claimed"
    RELEASE = "given back"
    TRANSMIT = "transmitted"
    ACCEPT = "marked as sent"
    POSTPONE = "postponed"
    REFUSE = "marked as failed"
    LOSE = "marked as uncertain"
    REPLACE = "replaced"
    EXPIRE = "given up"
    RETRY = "retried"
    DROP = "dropped"


S, E = OutboxState, Event

_TRANSITIONS: dict[Event, tuple[frozenset[OutboxState], OutboxState]] = {
    E.CLAIM: (frozenset({S.QUEUED, S.RETRY}), S.CLAIMED),
    E.RELEASE: (frozenset({S.CLAIMED}), S.QUEUED),
    E.TRANSMIT: (frozenset({S.CLAIMED}), S.TRANSMITTING),
    # From claimed: into a folder, where writing again is no second mail, there is no window to mark.
    # From uncertain: the lease ran out, but the one who held it lived and has the answer after all.
    E.ACCEPT: (frozenset({S.CLAIMED, S.TRANSMITTING, S.UNCERTAIN}), S.SENT),
    E.POSTPONE: (frozenset({S.CLAIMED, S.TRANSMITTING, S.UNCERTAIN}), S.RETRY),
    E.REFUSE: (frozenset({S.CLAIMED, S.TRANSMITTING, S.UNCERTAIN}), S.FAILED),
    E.LOSE: (frozenset({S.TRANSMITTING}), S.UNCERTAIN),
    # Only what certainly was not delivered is replaced by a later digest; what is uncertain waits for a person.
    E.REPLACE: (frozenset({S.QUEUED, S.RETRY}), S.FAILED),
    E.EXPIRE: (frozenset({S.QUEUED, S.RETRY}), S.FAILED),
    E.RETRY: (frozenset({S.RETRY, S.FAILED, S.UNCERTAIN}), S.QUEUED),
    # From failed: the office has taken note of it.
    E.DROP: (frozenset({S.QUEUED, S.RETRY, S.FAILED, S.UNCERTAIN}), S.FAILED),
}
"""Event → the states in which it can happen, and the state that follows."""

BY_HAND = (Event.RETRY, Event.DROP)
"""What a person may do; all other events are the program's."""

INITIAL = OutboxState.QUEUED
WAITING = (OutboxState.QUEUED, OutboxState.RETRY, OutboxState.CLAIMED, OutboxState.TRANSMITTING)
"""What the program will still move by itself."""

WAITS: tuple[timedelta, ...] = (
    timedelta(minutes=1),
    timedelta(minutes=5),  # greylisting asks for five minutes as a rule
    timedelta(minutes=15),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
    timedelta(hours=8),
    timedelta(hours=16),
    timedelta(hours=24),
    timedelta(hours=24),
    timedelta(hours=24),
)
"""The wait after the first, second, … attempt that came to nothing: some four days, as RFC 5321 4.5.4.1 advises."""

GIVE_UP_AFTER = timedelta(days=5)
"""So long a mail may wait, whether anything ran or not: beyond all the waits, it would come late and by surprise."""


NOBODY_THERE = "nobody at its address is asked about this any more"
"""Why a digest is not sent: who was to get it has left, holds another post or has another address now, or all that it
asks about is settled, was taken back, or is of an organization that has left."""


@record
class Mail:
    """A claimed mail: what a transport needs, and how often it was tried before."""

    id: int
    key: str
    recipient: str
    message: bytes
    attempts: int


@record
class QueuedMail:
    """A mail as lists show it. `attempts` counts since it was last put into the queue; None where that is not kept."""

    id: int
    key: str
    state: OutboxState
    recipient: str
    subject: str
    attempts: int | None
    queued_at: datetime
    next_attempt_at: datetime | None
    settled_at: datetime | None
    answer: str | None


@record
class Attempt:
    """One attempt, or one decision by hand: when, what it came to, and what the server (or the person) said."""

    at: datetime
    state: OutboxState
    answer: str


@record
class Answer:
    """What became of one attempt: an event of the table, and the words for it."""

    event: Event
    text: str


def sources(event: Event) -> frozenset[OutboxState]:
    """The states in which an event can happen: the store's WHERE."""
    return _TRANSITIONS[event][0]


def target(event: Event) -> OutboxState:
    """The state that follows an event."""
    return _TRANSITIONS[event][1]


def after(state: OutboxState, event: Event) -> OutboxState:
    """The state that follows; raises RefusedError, with what a person can do instead, where none does."""
    if state in sources(event):
        return target(event)
    possible = [other.value for other in BY_HAND if state in sources(other)]
    raise RefusedError(
        f"an email that is {state.value} cannot be {event.value}.",
        remedy=f"It can be {' or '.join(possible)}." if possible else _NOTHING_TO_DO[state],
    )


def successor(cycle: str | None, other: str) -> str:
    """The words for the digest, of whichever cycle, to which a digest of a cycle gives way."""
    return "a new digest of its cycle" if cycle == other else f"the digest of cycle {other}"


def nobody_there(mail_id: int) -> RefusedError:
    """The refusal to send a digest again at whose address nobody is asked any more."""
    return RefusedError(
        f"email {mail_id} is not sent again: {NOBODY_THERE}.",
        remedy=f"Acknowledge it with: tracker outbox drop {mail_id}. Whoever holds the post now gets another digest.",
    )


_NOTHING_TO_DO: dict[OutboxState, str] = {
    S.SENT: "It has arrived at the mail server; a second one would be a duplicate.",
    S.CLAIMED: "It is being delivered at this moment; look again in a few minutes.",
    S.TRANSMITTING: "It is being delivered at this moment; look again in a few minutes.",
}


def answer_to(code: int, text: str) -> Answer:
    """What a server's reply to RCPT, to DATA or to the mail itself means for that mail.

    A reply outside 200-599 is no SMTP; before the mail itself went out it is taken as "not now".
    """
    kind = {2: Event.ACCEPT, 4: Event.POSTPONE, 5: Event.REFUSE}.get(code // 100, Event.POSTPONE)
    return Answer(kind, f"{code} {text}".strip())


def outcome(answer: Answer, attempts: int, now: datetime) -> tuple[Answer, datetime]:
    """The answer that counts after `attempts` earlier ones, and when to try next (`now` where never).

    An answer of "not now" after the last wait is a failure.
    """
    if answer.event is not Event.POSTPONE:
        return answer, now
    if attempts >= len(WAITS):
        return Answer(Event.REFUSE, f"given up after {attempts + 1} attempts: {answer.text}"), now
    return answer, now + WAITS[attempts]


def check_table() -> None:
    """Raise where a state cannot be reached, or cannot be left though it is not the end, or a wait shrinks."""
    reached = {INITIAL} | {target(event) for event in Event}
    left = {state for event in Event for state in sources(event)}
    if reached != set(OutboxState) or set(OutboxState) - left != {OutboxState.SENT}:
        raise AssertionError("the table of the outbox has a state that is never reached or never left")
    if any(wait > following for wait, following in pairwise(WAITS)):
        raise AssertionError("the waits of the outbox must not shrink")


check_table()
