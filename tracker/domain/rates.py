"""The rates, once. A rate keeps its fraction, so that it is never printed without it (DESIGN section 6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from tracker.domain.vocabulary import ACCEPTING, Acceptance, Implementation, Verification
from tracker.records import record


@record
class Rate:
    """A named fraction. `percent` has one decimal, halves rounded up, and is None over a zero denominator."""

    name: str
    numerator: int
    denominator: int

    @property
    def percent(self) -> Decimal | None:
        return _rounded(Fraction(self.numerator, self.denominator)) if self.denominator else None

    def __str__(self) -> str:
        """As it is printed: `62.5% (5/8)`, or `n/a (0/0)`."""
        shown = "n/a" if self.percent is None else f"{self.percent}%"
        return f"{shown} ({self.numerator}/{self.denominator})"

    def as_json(self) -> dict[str, Any]:
        """As DESIGN section 5 fixes it; `percent` is null over a zero denominator."""
        return {
            "rate": self.name,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "percent": None if self.percent is None else float(self.percent),
        }


@record
class Cell:
    """So many follow-ups that stand alike on all three axes."""

    acceptance: Acceptance
    implementation: Implementation
    verification: Verification
    count: int = 1
    open: int = 0
    overdue: int = 0


@record
class Counts:
    """A group of follow-ups counted by position; every figure of a group is computed from here."""

    cells: tuple[Cell, ...] = field(default=())

    def where(self, test: Callable[[Cell], bool]) -> int:
        return sum(cell.count for cell in self.cells if test(cell))

    @property
    def total(self) -> int:
        return sum(cell.count for cell in self.cells)

    @property
    def open(self) -> int:
        return sum(cell.open for cell in self.cells)

    @property
    def overdue(self) -> int:
        return sum(cell.overdue for cell in self.cells)

    def acceptance(self, value: Acceptance) -> int:
        return self.where(lambda cell: cell.acceptance is value)

    def implementation(self, value: Implementation) -> int:
        return self.where(lambda cell: cell.implementation is value)

    def verification(self, value: Verification) -> int:
        return self.where(lambda cell: cell.verification is value)

    def both(self, acceptance: Acceptance, implementation: Implementation) -> int:
        return self.where(lambda cell: cell.acceptance is acceptance and cell.implementation is implementation)

    def as_json(self) -> dict[str, Any]:
        """As DESIGN section 5 fixes it: counts per value of each axis, and every rate."""
        return {
            "total": self.total,
            "open": self.open,
            "overdue": self.overdue,
            "acceptance": {value.value: self.acceptance(value) for value in Acceptance},
            "implementation": {value.value: self.implementation(value) for value in Implementation},
            "verification": {value.value: self.verification(value) for value in Verification},
            "rates": [rate.as_json() for rate in rates(self)],
        }


def acceptance_rate(counts: Counts) -> Rate:
    """Accepted and partially accepted, of all addressed."""
    return Rate("acceptance", counts.where(_is_accepted), counts.total)


def acceptance_rate_of_relevant(counts: Counts) -> Rate:
    """The second line: the same without those that the organization calls not relevant."""
    relevant = counts.where(lambda cell: cell.acceptance is not Acceptance.NOT_RELEVANT)
    return Rate("acceptance-of-relevant", counts.where(_is_accepted), relevant)


def implementation_rate(counts: Counts) -> Rate:
    """Implemented, of accepted (partially included): what was implemented though refused counts in neither."""
    done = counts.where(lambda cell: _is_accepted(cell) and cell.implementation is Implementation.IMPLEMENTED)
    return Rate("implementation", done, counts.where(_is_accepted))


def information_gap(counts: Counts) -> Rate:
    """No information on acceptance, of all addressed."""
    return Rate("information-gap", counts.acceptance(Acceptance.NO_INFORMATION), counts.total)


RATES: tuple[Callable[[Counts], Rate], ...] = (
    acceptance_rate,
    acceptance_rate_of_relevant,
    implementation_rate,
    information_gap,
)


def rates(counts: Counts) -> tuple[Rate, ...]:
    """Every rate of a group, in the order in which reports print them."""
    return tuple(rate(counts) for rate in RATES)


def pooled(groups: Iterable[Counts]) -> Counts:
    """The groups as one: sum over sum, which is what a system-wide figure is."""
    return Counts(tuple(cell for group in groups for cell in group.cells))


def mean_percent(parts: Iterable[Rate]) -> Decimal | None:
    """The plain mean of the groups' percentages, those without a denominator left out; printed labelled as such."""
    known = _exact(parts)
    return _rounded(sum(known, Fraction(0)) / len(known)) if known else None


def median_percent(parts: Iterable[Rate]) -> Decimal | None:
    """The middle of the percentages, of two middles their mean; those without a denominator left out."""
    known = sorted(_exact(parts))
    return _rounded((known[(len(known) - 1) // 2] + known[len(known) // 2]) / 2) if known else None


def _exact(parts: Iterable[Rate]) -> list[Fraction]:
    """The rates unrounded: rounded before and after, 55.56 and 66.67 per cent would have 61.2 between them."""
    return [Fraction(rate.numerator, rate.denominator) for rate in parts if rate.denominator]


def _rounded(share: Fraction) -> Decimal:
    """As a percentage with one decimal, halves rounded up."""
    return (Decimal(100 * share.numerator) / share.denominator).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _is_accepted(cell: Cell) -> bool:
    return cell.acceptance in ACCEPTING
