"""How links between recommendations lead from one to another. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from tracker.domain.rows import Link
from tracker.domain.vocabulary import LinkKind
from tracker.records import record


def said(kind: LinkKind) -> str:
    """A kind as a verb: `waits for`."""
    return kind.value.replace("-", " ")


_FROM_THE_OTHER = {
    LinkKind.WAITS_FOR: "is waited for by",
    LinkKind.REPEATS: "is repeated by",
    LinkKind.SUPERSEDES: "is superseded by",
}


def said_from(ref: str, link: Link) -> tuple[str, str]:
    """A link as it looks from one of its ends: the verb, and the recommendation at the other end."""
    return (said(link.kind), link.other) if link.ref == ref else (_FROM_THE_OTHER[link.kind], link.ref)


@record
class Span:
    """A link, and the day from which it stands no longer; None where it still does."""

    link: Link
    ended_on: date | None


def standing_from(spans: Sequence[Span], day: date) -> Iterator[list[Span]]:
    """What stands on a day, and on each later day on which more does; on those between there is nothing that is new."""
    for on in sorted({day, *(span.link.linked_on for span in spans if span.link.linked_on > day)}):
        yield [span for span in spans if span.link.linked_on <= on and (span.ended_on is None or on < span.ended_on)]


def path_between(spans: Iterable[Span], start: str, goal: str) -> list[Span]:
    """The links that lead from one recommendation to another, a shortest way; empty where there is none."""
    onwards: dict[str, list[Span]] = {}
    for span in spans:
        onwards.setdefault(span.link.ref, []).append(span)
    paths: dict[str, list[Span]] = {start: []}
    todo = [start]
    for ref in todo:  # what is found is added to it
        for span in onwards.get(ref, ()):
            if span.link.other not in paths:
                paths[span.link.other] = [*paths[ref], span]
                todo.append(span.link.other)
    return paths.get(goal, [])
