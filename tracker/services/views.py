"""Saved views: a name for a filter."""

from __future__ import annotations

import json
from typing import Any

from tracker.domain.filters import Filters, as_words, from_words, merged
from tracker.domain.references import suggest
from tracker.errors import BadDataError, UnknownNameError
from tracker.services.who import Who
from tracker.store import views as store
from tracker.store.unit import Register


def save_view(register: Register, name: str, filters: Filters, who: Who) -> None:
    """Save a filter under a name, over an earlier one of that name. Raises BadDataError for a strange name."""
    if not name.strip() or len(name) > 60 or not name.isprintable() or name != name.strip():
        raise BadDataError(f"“{name}” cannot be the name of a view.", remedy="Use 1 to 60 letters, digits or hyphens.")
    if filters == Filters():
        raise BadDataError("a view needs a filter.", remedy="Give one, as with --org WHO --overdue.")
    with register.batch(actor=who.actor, asked=who.asked, now=who.now) as batch:
        store.save_view(batch, name, json.dumps(as_words(filters), sort_keys=True))


def drop_view(register: Register, name: str, who: Who) -> None:
    """Forget a view."""
    with register.batch(actor=who.actor, asked=who.asked, now=who.now) as batch:
        if not store.drop_view(batch, name):
            raise _unknown(name, store.all_views(batch.session))


def all_views(register: Register) -> dict[str, dict[str, Any]]:
    """Name → conditions, by name."""
    with register.read() as session:
        return {name: json.loads(words) for name, words in store.all_views(session).items()}


def with_view(register: Register, name: str, filters: Filters) -> Filters:
    """A saved view; a condition that is given beside it takes the place of its own."""
    with register.read() as session:
        known = store.all_views(session)
    if name not in known:
        raise _unknown(name, known)
    return merged(from_words(json.loads(known[name])), filters)


def _unknown(name: str, known: dict[str, str]) -> UnknownNameError:
    return UnknownNameError(f"there is no view {name}.", remedy=suggest(name, known, "See: tracker view list."))
