"""What a sheet says beside its values, whatever file it is in."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Looks:
    """Hidden rows; cells with a formula that was never computed, with an error, with words that are struck out,
    or with a date that shows no day; comments with their cells. Of an XLSX also the last row and column with a value.
    """

    hidden: list[int] = field(default_factory=list)
    valueless: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    struck: list[str] = field(default_factory=list)
    dayless: list[str] = field(default_factory=list)
    comments: list[tuple[str, str]] = field(default_factory=list)
    last: int = 0
    right: int = 0
