"""What came in: the returns and letters from a mailbox, shown, let in, dropped, and taken up to be read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from tracker.domain.received import Received, ReturnState
from tracker.domain.who import Who
from tracker.errors import RefusedError
from tracker.ingest.mails.letters import words_of
from tracker.ingest.mails.mailbox import parse_mail
from tracker.services.evidence import stored
from tracker.services.returns.files import Source
from tracker.services.returns.sent_digests import digests_answered
from tracker.store.mails import returns as store
from tracker.store.unit import Register


def received(
    register: Register, states: Sequence[ReturnState] = (), *, until: datetime | None = None
) -> list[Received]:
    """The returns that came in, or had come in by an instant and how far they had got then; oldest first."""
    with register.read() as session:
        return store.list_received(session, states, until)


def show_received(register: Register, number: int, evidence_store: Path) -> tuple[Received, str | None]:
    """What came in, and the words of a letter, or those beside a return, if any. Raises UnknownNameError."""
    with register.read() as session:
        received = store.get_received(session, number)
        if not received.is_letter:
            return received, store.words_beside(session, number)
    raw = stored(evidence_store, received.sha256)
    return received, words_of(raw, digests_answered(register, parse_mail(raw).answers))


def settle(register: Register, number: int, state: ReturnState, who: Who, *, why: str | None = None) -> Received:
    """Let a held return into the queue, or drop one. Raises RefusedError for one that was read."""
    with register.batch(who) as batch:
        received = store.get_received(batch.session, number)
        if received.is_letter and (received.state, state) == (ReturnState.DROPPED, ReturnState.QUEUED):
            state = ReturnState.HELD  # a letter is never in the queue: a person reads it
        elif state is ReturnState.QUEUED:
            _check_no_letter(received)
        return store.settle_received(batch, number, state, why)


def from_queue(register: Register, number: int, evidence_store: Path) -> Source:
    """A return that `return fetch` queued. Raises RefusedError for one that is held, with the reason."""
    with register.read() as session:
        received = store.get_received(session, number)
    _check_no_letter(received)
    if received.state is ReturnState.HELD:
        why = (received.why or "").rstrip(".")
        raise RefusedError(
            f"return {number} is held: {why}.", remedy=f"Let it in with: tracker return release {number}."
        )
    if received.state is ReturnState.DROPPED:
        raise RefusedError(
            f"return {number} was dropped.", remedy=f"Take it up again with: tracker return release {number}."
        )
    return Source(received.name, stored(evidence_store, received.sha256))


def _check_no_letter(received: Received) -> None:
    if received.is_letter:
        raise RefusedError(
            f"number {received.id} is a letter, not a return.",
            remedy=f"Read it with: tracker return show {received.id}; log what it says with: tracker update.",
        )
