"""How links between recommendations lead from one to another. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from tracker.domain.rows import Link
from tracker.domain.vocabulary import LinkKind


def said(kind: LinkKind) -> str:
    """A kind as a verb: `waits for`."""
    return kind.value.replace("-", " ")


def path_between(links: Iterable[Link], start: str, goal: str) -> list[Link]:
    """The links that lead from one recommendation to another, a shortest way; empty where there is none."""
    onwards: dict[str, list[Link]] = {}
    for link in links:
        onwards.setdefault(link.ref, []).append(link)
    paths: dict[str, list[Link]] = {start: []}
    todo = [start]
    for ref in todo:  # what is found is added to it
        for link in onwards.get(ref, ()):
            if link.other not in paths:
                paths[link.other] = [*paths[ref], link]
                todo.append(link.other)
    return paths.get(goal, [])
