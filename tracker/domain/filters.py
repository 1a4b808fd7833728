"""What narrows a list: the same for `list`, `export`, `update --all`, `stats` and reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from tracker.domain.vocabulary import Acceptance, Addressee, Implementation, Verification


@dataclass(frozen=True, slots=True)
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


class Sort(Enum):
    """What a list is ordered by; ties by reference and organization."""

    REF = "ref"
    ORG = "org"
    DUE = "due"
    RECORDED = "recorded"
    ACCEPTANCE = "acceptance"
    STATUS = "status"
