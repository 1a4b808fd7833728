"""Manage saved views, each a filter with a name."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from tracker.domain.filters import Filters, Sort, as_words, from_words, merged
from tracker.domain.references import fold, suggest
from tracker.domain.who import Who
from tracker.errors import BadDataError, UnknownNameError
from tracker.records import record
from tracker.store import views as store
from tracker.store.documents import report_by_tail
from tracker.store.organizations import organization_ids
from tracker.store.unit import Register


@record
class View:
    """What is kept under a name: a filter, and the order of the list where one was given."""

    filters: Filters
    sort: Sort | None = None

    def as_json(self) -> dict[str, Any]:
        return {"filters": as_words(self.filters), "sort": self.sort.value if self.sort else None}


def save_view(register: Register, name: str, view: View, who: Who) -> str:
    """Save a view under a name, over an earlier one of that name; returns the name as it is kept.

    Raises BadDataError for a strange name, UnknownNameError for an organization or a report that there is not.
    """
    if not (0 < len(name) <= 60 and all(letter.isalnum() or letter in "-_" for letter in name)):
        raise BadDataError(
            f"“{name}” cannot be the name of a view.", remedy="Use 1 to 60 letters, digits, hyphens or _."
        )
    if view == View(Filters()):
        raise BadDataError("a view needs a filter.", remedy="Give one, as with --org WHO --overdue.")
    kept = as_words(view.filters) | ({"sort": view.sort.value} if view.sort else {})
    with register.batch(who) as batch:
        organization_ids(batch.session, view.filters.organizations)
        for tail in view.filters.reports:
            report_by_tail(batch.session, tail)
        name = _kept(name, store.all_views(batch.session)) or name
        store.save_view(batch, name, json.dumps(kept, sort_keys=True))
    return name


def drop_view(register: Register, name: str, who: Who) -> str:
    """Forget a view; returns its name as it was kept."""
    with register.batch(who) as batch:
        known = store.all_views(batch.session)
        kept = _kept(name, known)
        if kept is None:
            raise _unknown(name, known)
        store.drop_view(batch, kept)
    return kept


def all_views(register: Register) -> dict[str, View]:
    """Name → view, by name."""
    with register.read() as session:
        return {name: _read(words) for name, words in store.all_views(session).items()}


def with_view(register: Register, name: str, filters: Filters) -> View:
    """A saved view; a condition that is given beside it takes the place of its own."""
    with register.read() as session:
        known = store.all_views(session)
    kept = _kept(name, known)
    if kept is None:
        raise _unknown(name, known)
    view = _read(known[kept])
    return replace(view, filters=merged(view.filters, filters))


def _kept(name: str, known: dict[str, str]) -> str | None:
    """The name that is meant: as it was typed, or else but for upper and lower case."""
    return name if name in known else next((other for other in known if fold(other) == fold(name)), None)


def _read(words: str) -> View:
    said = json.loads(words)
    sort = said.pop("sort", None)
    return View(from_words(said), None if sort is None else Sort(sort))


def _unknown(name: str, known: dict[str, str]) -> UnknownNameError:
    return UnknownNameError(f"there is no view {name}.", remedy=suggest(name, known, "See: tracker view list."))
