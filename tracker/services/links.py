"""Links between recommendations: waits for, repeats, supersedes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tracker.domain.links import Span, path_between, said, standing_from
from tracker.domain.references import as_typed, parse_reference
from tracker.domain.rows import Link, Recommendation
from tracker.domain.vocabulary import LinkKind
from tracker.domain.who import Who
from tracker.errors import BadDataError, RefusedError, UnknownNameError
from tracker.services.listing import At
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

    Raises RefusedError where they are linked so already on that day or on any since, or the other way round over
    whatever others.
    """
    day = _past(on, who)
    with register.batch(who) as batch:
        one = find_recommendation(batch.session, parse_reference(reference))
        two = find_recommendation(batch.session, parse_reference(other))
        if one.id == two.id:
            raise RefusedError(f"{one.ref} cannot be linked to itself.", remedy="Give another recommendation.")
        if on is not None:
            _check_issued(batch, (one, two), on)
        link = Link(one.ref, kind, two.ref, note, day)
        _check_free(link, store.links_since(batch.session, kind, day), who.today)
        store.add_link(batch, one.id, two.id, kind, note, day)
        return link


def _check_free(link: Link, spans: Sequence[Span], today: date) -> None:
    """The link neither closes a circle on any day on which it would stand, nor stands beside another that says it."""
    for standing in standing_from(spans, link.linked_on):
        way = path_between(standing, link.other, link.ref)
        if way:
            raise _refused_round(way, link, today)
    for span in spans:
        if (span.link.ref, span.link.other) == (link.ref, link.other):
            raise _refused_twice(span, link, today)


def _refused_round(way: Sequence[Span], link: Link, today: date) -> RefusedError:
    words = f"{way[0].link.ref} " + ", which ".join(f"{said(span.link.kind)} {span.link.other}" for span in way)
    ended = [span.ended_on for span in way if span.ended_on is not None]
    if ended:
        return RefusedError(
            f"until {min(ended)}, {words}: that would lead from {link.ref} back to itself.",
            remedy=f"Give --on {min(ended)} or a later day.",
        )
    return RefusedError(
        f"{words}: that would lead from {link.ref} back to itself.",
        remedy=f"Remove a link on that way first: {_removal(way[0].link, link, today)}.",
    )


def _refused_twice(span: Span, link: Link, today: date) -> RefusedError:
    words = f"{link.ref} {said(link.kind)} {link.other}"
    if span.ended_on is None:
        return RefusedError(
            f"{words} already.",
            remedy=f"For another note or day, remove it first: {_removal(span.link, link, today)}.",
        )
    return RefusedError(
        f"{words} already, from {span.link.linked_on} until {span.ended_on}.",
        remedy=f"Give --on {span.ended_on} or a later day.",
    )


def _removal(standing: Link, link: Link, today: date) -> str:
    """The command that makes room for a link: from the day on which it begins, else it would stay in the way."""
    day = max(standing.linked_on, link.linked_on)
    words = f"tracker link remove {as_typed(standing.ref, standing.other)}"
    return f"{words} {standing.kind.value} --on {day}" if link.linked_on < today else words


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
        raise BadDataError(f"{day} is in the future.", remedy="Give a day up to today.")
    return day or who.today


def remove_link(
    register: Register, reference: str, other: str, who: Who, *, kind: LinkKind | None = None, on: date | None = None
) -> int:
    """End what links one recommendation to another (of one kind, else all), from a day on; how many there were."""
    day = _past(on, who)
    with register.batch(who) as batch:
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


def all_links(register: Register, at: At) -> list[Link]:
    """Every link that stands, now or as of a day, by reference."""
    with register.read() as session:
        return store.all_links(session, at.as_of, at.known_at)
