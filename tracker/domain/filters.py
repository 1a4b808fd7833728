"""What narrows a list: the same for `list`, `export`, `update --all`, `stats` and reports."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from enum import Enum
from typing import Any

from tracker.domain.vocabulary import Acceptance, Addressee, Implementation, Verification
from tracker.errors import BadDataError
from tracker.records import record


@record
class Filters:
    """Every condition must hold; within one condition any of its values will do. Empty means no condition.

    `silent_for` is in calendar days since the organization last said anything (or was addressed).
    """

    text: str | None = None
    organizations: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    acceptance: tuple[Acceptance, ...] = ()
    implementation: tuple[Implementation, ...] = ()
    verification: tuple[Verification, ...] = ()
    addressees: tuple[Addressee, ...] = ()
    impacts: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    only_open: bool = False
    only_overdue: bool = False
    due_before: date | None = None
    silent_for: int | None = None


EVERYTHING = Filters()


def as_words(filters: Filters) -> dict[str, Any]:
    """A filter as JSON: only the conditions that are set, by their names here."""
    return {name: _plain(value) for name, value in _conditions(filters).items()}


def _conditions(filters: Filters) -> dict[str, Any]:
    """What is set; a number of days may be none at all."""
    given = {item.name: getattr(filters, item.name) for item in fields(Filters)}
    return {name: value for name, value in given.items() if value is not None and value is not False and value != ()}


_OPTIONS = {
    "organizations": "--org",
    "reports": "--report",
    "acceptance": "--acceptance",
    "implementation": "--status",
    "verification": "--verification",
    "addressees": "--addressee",
    "impacts": "--impact",
    "years": "--year",
    "only_open": "--open",
    "only_overdue": "--overdue",
    "due_before": "--due-before",
    "silent_for": "--silent-for",
}
"""Condition → the option that sets it; the text is an argument, and numbers are set by programs only."""


def as_options(filters: Filters) -> list[str]:
    """A filter as it is typed: `--org WHO --overdue`."""
    said = as_words(filters)
    words = [said["text"]] if "text" in said else []
    for name, option in _OPTIONS.items():
        value = said.get(name)
        if value is True:
            words.append(option)
        elif value is not None:
            words += [word for item in (value if isinstance(value, list) else [value]) for word in (option, str(item))]
    return words


def from_words(words: dict[str, Any]) -> Filters:
    """Read what `as_words` wrote. Raises BadDataError where a later program knows other words."""
    try:
        return Filters(**{name: _read(name, value) for name, value in words.items()})
    except (TypeError, ValueError):
        raise BadDataError("the view cannot be read.", remedy="Save it again with: tracker view save.") from None


def merged(one: Filters, other: Filters) -> Filters:
    """Both filters at once: a condition that `other` sets replaces the one of `one`."""
    return replace(one, **_conditions(other))


_ENUMS: dict[str, type[Enum]] = {
    "acceptance": Acceptance,
    "implementation": Implementation,
    "verification": Verification,
    "addressees": Addressee,
}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def _read(name: str, value: Any) -> Any:
    if name in _ENUMS:
        return tuple(_ENUMS[name](item) for item in value)
    if name == "due_before":
        return date.fromisoformat(value)
    return tuple(value) if isinstance(value, list) else value


class Sort(Enum):
    """What a list is ordered by; ties by reference and organization."""

    REF = "ref"
    ORG = "org"
    DUE = "due"
    RECORDED = "recorded"
    ACCEPTANCE = "acceptance"
    STATUS = "status"
