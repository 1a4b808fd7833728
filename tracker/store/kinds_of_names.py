"""Of what kind a name is that somebody typed without saying so."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from tracker.domain.references import parse_reference
from tracker.errors import TrackerError
from tracker.store.documents import find_recommendation, report_by_tail
from tracker.store.organizations import organization_ids

_FOUND_BY: dict[str, Callable[[Connection, str], object]] = {
    "organization": lambda session, word: organization_ids(session, [word]),
    "report": report_by_tail,
    "recommendation": lambda session, word: find_recommendation(session, parse_reference(word)),
}
"""Kind → what finds one by its name, or raises TrackerError."""


def kind_of_name(session: Connection, word: str) -> str | None:
    """`organization`, `report` or `recommendation`; None for a word that names none, or more than one."""
    return next((kind for kind, find in _FOUND_BY.items() if _finds(session, find, word)), None)


def _finds(session: Connection, find: Callable[[Connection, str], object], word: str) -> bool:
    try:
        find(session, word)
    except TrackerError:
        return False
    return True
