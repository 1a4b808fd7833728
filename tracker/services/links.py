"""Links between recommendations: waits for, repeats, supersedes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from tracker.domain.links import path_between, said
from tracker.domain.references import parse_reference, typed
from tracker.domain.rows import Link, Recommendation
from tracker.domain.vocabulary import LinkKind
from tracker.errors import BadDataError, RefusedError, UnknownNameError
from tracker.services.who import Who
from tracker.store import links as store
from tracker.store.batches import Batch
from tracker.store.documents import find_recommendation, report_by_tail
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

    Raises RefusedError where they are linked so already, or the other way round over whatever others.
    """
    day = _past(on, who)
    with register.batch(actor=who.actor, asked=who.asked, now=who.now) as batch:
        one = find_recommendation(batch.session, parse_reference(reference))
        two = find_recommendation(batch.session, parse_reference(other))
        if one.id == two.id:
            raise RefusedError(f"{one.ref} cannot be linked to itself.", remedy="Give another recommendation.")
        if on is not None:
            _check_issued(batch, (one, two), on)
        links = [link for link in store.all_links(batch.session) if link.kind is kind]
        round_about = path_between(links, two.ref, one.ref)
        if round_about:
            raise _refused_round(round_about, one.ref)
        if not store.add_link(batch, one.id, two.id, kind, note, day):
            raise RefusedError(
                f"{one.ref} {said(kind)} {two.ref} already.",
                remedy=f"For another note or day, remove it first: tracker link remove {typed(one.ref, two.ref)}.",
            )
        return Link(one.ref, kind, two.ref, note, day)


def _refused_round(path: list[Link], ref: str) -> RefusedError:
    first = path[0]
    way = f"{first.ref} " + ", which ".join(f"{said(link.kind)} {link.other}" for link in path)
    return RefusedError(
        f"{way}: that would lead from {ref} back to itself.",
        remedy=f"Remove a link on that way first: tracker link remove {typed(first.ref, first.other)}.",
    )


def _check_issued(batch: Batch, linked: Sequence[Recommendation], on: date) -> None:
    for recommendation in linked:
        issued_on = report_by_tail(batch.session, recommendation.report).issued_on
        if issued_on is not None and on < issued_on:
            raise RefusedError(
                f"{on} is before {issued_on}, the day on which {recommendation.report} was issued.",
                remedy="Give a later --on.",
            )


def _past(day: date | None, who: Who) -> date:
    if day is not None and day > who.today:
        raise BadDataError(f"{day} is still to come.", remedy="Give a day up to today.")
    return day or who.today


def remove_link(
    register: Register, reference: str, other: str, who: Who, *, kind: LinkKind | None = None, on: date | None = None
) -> int:
    """End what links one recommendation to another (of one kind, else all), from a day on; how many there were."""
    day = _past(on, who)
    with register.batch(actor=who.actor, asked=who.asked, now=who.now) as batch:
        one = find_recommendation(batch.session, parse_reference(reference))
        two = find_recommendation(batch.session, parse_reference(other))
        wanted = [
            link
            for link in store.all_links(batch.session)
            if (link.ref, link.other) == (one.ref, two.ref) and kind in (None, link.kind)
        ]
        if not wanted:
            raise UnknownNameError(f"nothing links {one.ref} to {two.ref}.", remedy="See: tracker link list.")
        begun_on = max(link.linked_on for link in wanted)
        if day < begun_on:
            raise RefusedError(f"{one.ref} is linked so since {begun_on}.", remedy="Give a later --on.")
        return store.remove_link(batch, one.id, two.id, day, kind)


def all_links(register: Register, as_of: date | None = None, known_at: datetime | None = None) -> list[Link]:
    """Every link that stands, now or as of a day, by reference."""
    with register.read() as session:
        return store.all_links(session, as_of, known_at)
