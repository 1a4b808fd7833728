"""What an import tells the office about rows: folded, left open, or refused; the same thing once, with all its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tracker.ingest.problems import Problem


@dataclass(slots=True)
class Findings:
    """Gathered by (what, remedy, column); `refused` holds the rows that are not taken at all."""

    name: str
    refused: set[int] = field(default_factory=set)
    _said: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)
    _other: list[Problem] = field(default_factory=list)

    def notice(self, rows: int | Sequence[int], what: str, remedy: str, column: str = "") -> None:
        """Something that a person may want to look at; the row was taken."""
        found = self._said.setdefault((what, remedy, column), [])
        found.extend([rows] if isinstance(rows, int) else rows)

    def refuse(self, rows: int | Sequence[int], what: str, remedy: str, column: str = "") -> None:
        """Something for which rows cannot be taken."""
        self.refused.update([rows] if isinstance(rows, int) else rows)
        self.notice(rows, what, remedy, column)

    def add(self, problems: Sequence[Problem]) -> None:
        """What was found about the file as a whole."""
        self._other.extend(problems)

    def problems(self) -> list[Problem]:
        """As sentences with their places, those of refused rows first."""
        said = sorted(self._said.items(), key=lambda item: (not self.refused & set(item[1]), min(item[1], default=0)))
        return [
            *self._other,
            *(Problem(self._where(rows, column), what, remedy) for (what, remedy, column), rows in said),
        ]

    def _where(self, rows: Sequence[int], column: str) -> str:
        if not rows:
            return self.name
        place = f"{self.name}, {'row' if len(set(rows)) == 1 else 'rows'} {listed(rows)}"
        return f"{place}, column {column}" if column else place


def listed(numbers: Sequence[int]) -> str:
    """Row numbers as a person writes them: `3, 7–9 and 12`; all of them, however many."""
    spans: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if spans and number == spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], number)
        else:
            spans.append((number, number))
    words = [str(first) if first == last else f"{first}–{last}" for first, last in spans]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
