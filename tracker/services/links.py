"""Links between recommendations: waits for, repeats, supersedes."""

from __future__ import annotations

from datetime import date, datetime

from tracker.domain.references import parse_reference
from tracker.domain.rows import Link
from tracker.domain.vocabulary import LinkKind
from tracker.errors import BadDataError, RefusedError, UnknownNameError
from tracker.services.who import Who
from tracker.store import links as store
from tracker.store.documents import find_recommendation
from tracker.store.unit import Register


def add_link(
    register: Register,
    reference: str,
    kind: LinkKind,
    other: str,
    note: str | None,
    who: Who,
    *,
    on: date | None = None,
) -> Link:
    """Link two recommendations from a day on, else from today.

    Raises RefusedError where one would wait for itself, over whatever way round.
    """
    day = _past(on, who)
    with register.batch(actor=who.actor, asked=who.asked, now=who.now) as batch:
        one = find_recommendation(batch.session, parse_reference(reference))
        two = find_recommendation(batch.session, parse_reference(other))
        if one.id == two.id:
            raise RefusedError(f"{one.ref} cannot be linked to itself.", remedy="Give another recommendation.")
        if kind is LinkKind.WAITS_FOR and store.reaches(batch.session, two.id, one.id):
            raise RefusedError(
                f"{two.ref} waits for {one.ref} already, so that both would wait for ever.",
                remedy=f"Remove that link first: tracker link remove {two.ref} {one.ref}.",
            )
        store.add_link(batch, one.id, two.id, kind, note, day)
        return Link(one.ref, kind, two.ref, note, day)


def _past(day: date | None, who: Who) -> date:
    if day is not None and day > who.today:
        raise BadDataError(f"{day} is still to come.", remedy="Give a day up to today.")
    return day or who.today


def remove_link(register: Register, reference: str, other: str, who: Who, *, on: date | None = None) -> int:
    """End what links one recommendation to another, from a day on, else from today; how many links there were."""
    day = _past(on, who)
    with register.batch(actor=who.actor, asked=who.asked, now=who.now) as batch:
        one = find_recommendation(batch.session, parse_reference(reference))
        two = find_recommendation(batch.session, parse_reference(other))
        removed = store.remove_link(batch, one.id, two.id, day)
        if not removed:
            raise UnknownNameError(f"nothing links {one.ref} to {two.ref}.", remedy="See: tracker link list.")
        return removed


def all_links(register: Register, as_of: date | None = None, known_at: datetime | None = None) -> list[Link]:
    """Every link that stands, now or as of a day, by reference."""
    with register.read() as session:
        return store.all_links(session, as_of, known_at)
